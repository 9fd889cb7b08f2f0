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
BOOTSTRAP_SERVERS = "127.0.0.1:9092"
RUN_FOLDER = "/home/ada/project/.millrace/data/runs/golden-1"
CHECKPOINT_FOLDER = "/home/ada/project/.millrace/data/checkpoints/golden/1"
OUTPUT_FOLDER = "/home/ada/project/.millrace/data/out/golden/1"
TRIGGER = "1 second"
BACKGROUND_TRIGGER = "10 seconds"
STARTING_OFFSETS = "earliest"
FAIL_ON_DATA_LOSS = True

SETTINGS = job.Settings(
    BOOTSTRAP_SERVERS,
    RUN_FOLDER,
    CHECKPOINT_FOLDER,
    OUTPUT_FOLDER,
    TRIGGER,
    FAIL_ON_DATA_LOSS,
    BACKGROUND_TRIGGER,
)
STORY = "id STRING, brands ARRAY<STRING>, published_at_ms BIGINT"
LISTING = "make STRING, price DOUBLE, listed_at TIMESTAMP"


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


def main() -> None:
    spark = SparkSession.builder.appName(APP_NAME).getOrCreate()
    news = job.read_topic(spark, SETTINGS, NEWS_TOPIC, STARTING_OFFSETS)
    cars = job.read_topic(spark, SETTINGS, CARS_TOPIC, STARTING_OFFSETS)
    stories, bad_news = job.parse_json(
        news, STORY, required=["brands", "published_at_ms"], event_time="published_at_ms"
    )
    listings, bad_cars = job.parse_json(cars, LISTING, required=["make", "price", "listed_at"], event_time="listed_at")
    stories = job.tell_events(stories, NEWS_TOPIC, "published_at_ms")
    listings = job.tell_events(listings, CARS_TOPIC, "listed_at")
    pulse = join_per_make(count_stories(stories), average_prices(listings))
    job.run_until_stopped(
        spark,
        SETTINGS,
        job.to_topic(RESULT_TOPIC, pulse, "brand-pulse/1", key=["make", "window_start"], output_mode="append"),
        job.to_parquet(pulse),
        job.to_dead_letters(DEAD_LETTER_TOPIC, bad_news.unionByName(bad_cars)),
    )


if __name__ == "__main__":
    main()
