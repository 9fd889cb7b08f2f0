"""Mean asked price and number of cars per make in event-time windows: to a topic, and to parquet once they are final."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import millrace_job as job

APP_NAME = "golden-1"
SOURCE_TOPIC = "cars"
RESULT_TOPIC = "windowed-cars"
DEAD_LETTER_TOPIC = "golden.dead-letters"
WINDOW = "10 minutes"
SLIDE = None
WATERMARK = "10 minutes"
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
LISTING = "make STRING, price DOUBLE, listed_at TIMESTAMP"


def mean_price_by_make(listings: DataFrame) -> DataFrame:
    recent = listings.withWatermark("listed_at", WATERMARK)
    windows = recent.groupBy(F.window("listed_at", WINDOW, SLIDE), "make").agg(
        F.count("*").alias("count"), F.avg("price").alias("mean_price")
    )
    return windows.select(
        "make",
        F.col("window.start").alias("window_start"),
        F.col("window.end").alias("window_end"),
        "count",
        "mean_price",
    )


def main() -> None:
    spark = SparkSession.builder.appName(APP_NAME).getOrCreate()
    records = job.read_topic(spark, SETTINGS, SOURCE_TOPIC, STARTING_OFFSETS)
    listings, bad = job.parse_json(records, LISTING, required=["make", "price", "listed_at"], event_time="listed_at")
    windows = mean_price_by_make(listings)
    job.run_until_stopped(
        spark,
        SETTINGS,
        job.to_topic(RESULT_TOPIC, windows, "windowed-cars/1", key=["make", "window_start"]),
        job.to_parquet(windows),
        job.to_dead_letters(DEAD_LETTER_TOPIC, bad),
    )


if __name__ == "__main__":
    main()
