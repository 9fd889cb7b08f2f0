"""Stories, sentiment and sources per brand in event-time windows: to a topic, and to parquet once they are final."""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

import millrace_job as job

APP_NAME = "golden-1"
SOURCE_TOPIC = "news"
RESULT_TOPIC = "windowed-news"
ALERT_TOPIC = "windowed-news.alerts"
DEAD_LETTER_TOPIC = "golden.dead-letters"
WINDOW = "10 seconds"
SLIDE = None
SESSION = None
WATERMARK = "2 hours"
OUTPUT_MODE = None
ALERT = None
CLOSE_WINDOWS = False
EVENTS_FROM = "1971-01-01"
BOOTSTRAP_SERVERS = "127.0.0.1:9092"
RUN_FOLDER = "/home/ada/project/.millrace/data/runs/golden-1"
CHECKPOINT_FOLDER = "/home/ada/project/.millrace/data/checkpoints/golden/1"
OUTPUT_FOLDER = "/home/ada/project/.millrace/data/out/golden/1"
TRIGGER = "1 second"
PARQUET_EVERY_SECONDS = 10
STARTING_OFFSETS = "earliest"
RECORDS_PER_BATCH = 100000
FAIL_ON_DATA_LOSS = True

SETTINGS = job.Settings(
    bootstrap_servers=BOOTSTRAP_SERVERS,
    run_folder=RUN_FOLDER,
    checkpoint_folder=CHECKPOINT_FOLDER,
    output_folder=OUTPUT_FOLDER,
    dead_letter_topic=DEAD_LETTER_TOPIC,
    trigger=TRIGGER,
    parquet_every_seconds=PARQUET_EVERY_SECONDS,
    starting_offsets=STARTING_OFFSETS,
    records_per_batch=RECORDS_PER_BATCH,
    fail_on_data_loss=FAIL_ON_DATA_LOSS,
)
STORY = job.Shape(
    schema="news-story/1",
    fields={
        "brands": "ARRAY<STRING>",
        "brand_matches": "ARRAY<STRUCT<brand: STRING, polarity: STRING>>",
        "body_polarity": "STRING",
        "title_polarity": "STRING",
        "publisher_domain": "STRING",
        "published_at_ms": "BIGINT",
    },
    required=["brands", "published_at_ms"],
    event_time="published_at_ms",
    events_from=EVENTS_FROM,
)
NEWS = job.Input(SOURCE_TOPIC, STORY)
TOP = 3


def mentions_of(stories: DataFrame) -> DataFrame:
    """A row for each brand that a story is about, with what the story thinks of that brand."""
    brands = F.when(F.size("brands") > 0, F.col("brands")).otherwise(F.array(F.lit("other")))
    mentions = stories.withColumn("brand", F.explode(brands))
    own = F.filter("brand_matches", lambda match: (match.brand == F.col("brand")) & match.polarity.isNotNull())
    polarities = [F.get(own, F.lit(0)).polarity, F.col("body_polarity"), F.col("title_polarity")]
    return mentions.select(
        "brand",
        F.timestamp_millis("published_at_ms").alias("published_at"),
        F.coalesce(*[sentiment_of(polarity) for polarity in polarities]).alias("sentiment"),
        F.col("publisher_domain").alias("source"),
    )


def sentiment_of(polarity: Column) -> Column:
    return F.when(polarity == "positive", 1).when(polarity == "neutral", 0).when(polarity == "negative", -1)


def count_by_brand(stories: DataFrame) -> DataFrame:
    close_after = (SESSION or WINDOW) if CLOSE_WINDOWS else None
    mentions = job.with_watermark(mentions_of(stories), "published_at", WATERMARK, close_after)
    window = F.session_window("published_at", SESSION) if SESSION else F.window("published_at", WINDOW, SLIDE)
    windows = mentions.groupBy(window.alias("window"), "brand").agg(
        F.count("*").alias("stories"),
        F.avg("sentiment").alias("mean_sentiment"),
        job.count_values("source").alias("sources"),
    )
    top = F.transform(
        job.most_counted("sources", TOP),
        lambda one: F.struct(one["value"].alias("source"), one["count"].alias("stories")),
    )
    return windows.select(
        "brand",
        F.col("window.start").alias("window_start"),
        F.col("window.end").alias("window_end"),
        "stories",
        "mean_sentiment",
        top.alias("top_sources"),
    )


def results_of(spark: SparkSession) -> job.Results:
    windows = count_by_brand(job.read(spark, SETTINGS, NEWS))
    mode = OUTPUT_MODE or ("append" if SESSION else "update")
    alerts = [] if ALERT is None else [job.Copy(ALERT_TOPIC, "windowed-news-alert/1", *alert_from(ALERT))]
    return job.Results(windows, RESULT_TOPIC, "windowed-news/1", ["brand", "window_start"], mode, alerts)


def alert_from(threshold: int) -> tuple[Column, dict[str, Column]]:
    """Which windows are alerts, and what an alert says besides."""
    return F.col("stories") >= threshold, {"threshold": F.lit(threshold)}


def main() -> None:
    spark = job.session(APP_NAME)
    job.run_until_stopped(spark, SETTINGS, [NEWS], results_of(spark))


if __name__ == "__main__":
    main()
