"""Stories, sentiment and sources per brand in event-time windows: to a topic, and to parquet once they are final."""

from collections.abc import Callable

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
BOOTSTRAP_SERVERS = "127.0.0.1:9092"
RUN_FOLDER = "/home/ada/project/.millrace/data/runs/golden-1"
CHECKPOINT_FOLDER = "/home/ada/project/.millrace/data/checkpoints/golden/1"
OUTPUT_FOLDER = "/home/ada/project/.millrace/data/out/golden/1"
TRIGGER = "1 second"
STARTING_OFFSETS = "earliest"
FAIL_ON_DATA_LOSS = True

SETTINGS = job.Settings(BOOTSTRAP_SERVERS, RUN_FOLDER, CHECKPOINT_FOLDER, OUTPUT_FOLDER, TRIGGER, FAIL_ON_DATA_LOSS)
STORY = """
    brands ARRAY<STRING>,
    brand_matches ARRAY<STRUCT<brand: STRING, polarity: STRING>>,
    body_polarity STRING,
    title_polarity STRING,
    publisher_domain STRING,
    published_at_ms BIGINT
"""
KEY = ["brand", "window_start"]
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
    # A hash for each story is a quarter of the state that its source's name would be.
    hashes = F.when(F.col("source").isNotNull(), F.xxhash64("source"))
    windows = mentions.groupBy(window.alias("window"), "brand").agg(
        F.count("*").alias("stories"),
        F.avg("sentiment").alias("mean_sentiment"),
        F.collect_list(hashes).alias("hashes"),
        F.collect_set("source").alias("sources"),
    )
    return windows.select(
        "brand",
        F.col("window.start").alias("window_start"),
        F.col("window.end").alias("window_end"),
        "stories",
        "mean_sentiment",
        F.when(F.size("sources") > 0, top_sources("hashes", "sources")).otherwise(F.array()).alias("top_sources"),
    )


def top_sources(hashes: str, sources: str) -> Column:
    """The sources of most stories. Sorted, equal hashes stand side by side: the n-th run of them is the n-th source's."""
    named = F.transform(sources, lambda source: F.struct(F.xxhash64(source).alias("hash"), source.alias("name")))

    def count(sorted_hashes: Column, starts: Column) -> Column:
        ends = F.concat(F.slice(starts, F.lit(2), F.size(starts)), F.array(F.size(sorted_hashes)))
        negative = F.zip_with(starts, ends, lambda start, end: (start - end).cast("bigint"))
        ranked = F.zip_with(negative, F.sort_array(named), lambda n, source: F.struct(n.alias("n"), source["name"]))
        top = F.slice(F.sort_array(ranked), 1, TOP)
        return F.transform(top, lambda row: F.struct(row["name"].alias("source"), (-row["n"]).alias("stories")))

    return let(F.sort_array(hashes), lambda hashes: let(starts_of_runs(hashes), lambda starts: count(hashes, starts)))


def starts_of_runs(items: Column) -> Column:
    places = F.sequence(F.lit(0), F.size(items) - 1)
    return F.filter(places, lambda at: (at == 0) | (F.get(items, at) != F.get(items, at - 1)))


def let(value: Column, body: Callable[[Column], Column]) -> Column:
    """The body with the value worked out once, however often it is named."""
    return F.get(F.transform(F.array(value), body), F.lit(0))


def outputs_of(records: DataFrame) -> list[job.Output]:
    stories, bad = job.parse_json(records, STORY, required=["brands", "published_at_ms"], event_time="published_at_ms")
    windows = count_by_brand(stories)
    mode = OUTPUT_MODE or ("append" if SESSION else "update")
    outputs = [
        job.to_topic(RESULT_TOPIC, windows, "windowed-news/1", KEY, mode),
        job.to_parquet(windows),
        job.to_dead_letters(DEAD_LETTER_TOPIC, bad),
    ]
    if ALERT is not None:
        alerts = windows.where(F.col("stories") >= ALERT).withColumn("threshold", F.lit(ALERT))
        outputs.append(job.to_topic(ALERT_TOPIC, alerts, "windowed-news-alert/1", KEY, mode, query="alerts"))
    return outputs


def main() -> None:
    spark = SparkSession.builder.appName(APP_NAME).getOrCreate()
    records = job.read_topic(spark, SETTINGS, SOURCE_TOPIC, STARTING_OFFSETS)
    job.run_until_stopped(spark, SETTINGS, *outputs_of(records))


if __name__ == "__main__":
    main()
