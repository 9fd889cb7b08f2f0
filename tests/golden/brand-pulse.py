"""Stories against the mean asked price, per make and window: two topics joined, each window written once it is final."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import millrace_job as job

APP_NAME = "golden-1"
NEWS_TOPIC = "news"
CARS_TOPIC = "cars"
RESULT_TOPIC = "brand-pulse"
DEAD_LETTER_TOPIC = "golden.dead-letters"
WINDOW = "10 minutes"
NEWS_WATERMARK = "30 minutes"
CARS_WATERMARK = "10 minutes"
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
    fields={"brands": "ARRAY<STRING>", "published_at_ms": "BIGINT"},
    required=["brands", "published_at_ms"],
    event_time="published_at_ms",
    events_from=EVENTS_FROM,
)
LISTING = job.Shape(
    schema="car-listing/1",
    fields={"make": "STRING", "price": "DOUBLE", "listed_at": "TIMESTAMP"},
    required=["make", "price", "listed_at"],
    above_zero=["price"],
    event_time="listed_at",
    events_from=EVENTS_FROM,
)
NEWS = job.Input(NEWS_TOPIC, STORY)
CARS = job.Input(CARS_TOPIC, LISTING)


def count_stories(stories: DataFrame) -> DataFrame:
    """Per make and window. A story about several makes counts for each; one about none counts for none."""
    published = stories.select("brands", F.timestamp_millis("published_at_ms").alias("published_at"))
    recent = published.withWatermark("published_at", NEWS_WATERMARK)
    # With a plain explode Spark drops stories without brands before the watermark, and these then would not move it.
    mentions = recent.select(F.explode_outer("brands").alias("make"), "published_at").where("make <> 'other'")
    return mentions.groupBy(F.window("published_at", WINDOW), "make").agg(F.count("*").alias("stories"))


def average_prices(listings: DataFrame) -> DataFrame:
    recent = listings.withWatermark("listed_at", CARS_WATERMARK)
    windows = recent.groupBy(F.window("listed_at", WINDOW), "make")
    return windows.agg(F.count("*").alias("listings"), F.avg("price").alias("mean_price"))


def join_per_make(stories: DataFrame, listings: DataFrame) -> DataFrame:
    """The slower topic sets the watermark for both: once a window closes, a make without stories or listings has none."""
    both = stories.join(listings, ["window", "make"], "full_outer")
    return both.select(
        "make",
        F.col("window.start").alias("window_start"),
        F.col("window.end").alias("window_end"),
        F.coalesce("stories", F.lit(0)).alias("stories"),
        F.coalesce("listings", F.lit(0)).alias("listings"),
        "mean_price",
    )


def results_of(spark: SparkSession) -> job.Results:
    stories = count_stories(job.read(spark, SETTINGS, NEWS))
    listings = average_prices(job.read(spark, SETTINGS, CARS))
    pulse = join_per_make(stories, listings)
    return job.Results(pulse, RESULT_TOPIC, "brand-pulse/1", key=["make", "window_start"], mode="append")


def main() -> None:
    spark = job.session(APP_NAME)
    job.run_until_stopped(spark, SETTINGS, [NEWS, CARS], results_of(spark))


if __name__ == "__main__":
    main()
