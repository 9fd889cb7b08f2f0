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
EVENTS_FROM = "1971-01-01"
BOOTSTRAP_SERVERS = "127.0.0.1:9092"
RUN_FOLDER = "/home/ada/project/.millrace/data/runs/golden-1"
CHECKPOINT_FOLDER = "/home/ada/project/.millrace/data/checkpoints/golden/1"
OUTPUT_FOLDER = "/home/ada/project/.millrace/data/out/golden/1"
TRIGGER = "1 second"
PARQUET_EVERY_SECONDS = 10
STARTING_OFFSETS = "earliest"
RECORDS_PER_BATCH = 1000000
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
LISTING = job.Shape(
    schema="car-listing/1",
    fields={"make": "STRING", "price": "DOUBLE", "listed_at": "TIMESTAMP"},
    required=["make", "price", "listed_at"],
    above_zero=["price"],
    event_time="listed_at",
    events_from=EVENTS_FROM,
)
CARS = job.Input(SOURCE_TOPIC, LISTING)


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


def results_of(spark: SparkSession) -> job.Results:
    windows = mean_price_by_make(job.read(spark, SETTINGS, CARS))
    return job.Results(windows, RESULT_TOPIC, "windowed-cars/1", key=["make", "window_start"])


def main() -> None:
    spark = job.session(APP_NAME)
    job.run_until_stopped(spark, SETTINGS, [CARS], results_of(spark))


if __name__ == "__main__":
    main()
