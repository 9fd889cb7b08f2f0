"""Stories counted per brand in event-time windows: to a topic as they change, to parquet once they are final."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import millrace_job as job

APP_NAME = "golden-1"
SOURCE_TOPIC = "news"
RESULT_TOPIC = "windowed-news"
DEAD_LETTER_TOPIC = "golden.dead-letters"
WINDOW = "10 seconds"
SLIDE = None
WATERMARK = "2 hours"
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


def count_by_brand(stories: DataFrame) -> DataFrame:
    brands = F.when(F.size("brands") > 0, F.col("brands")).otherwise(F.array(F.lit("other")))
    mentions = stories.select(
        F.explode(brands).alias("brand"), F.timestamp_millis("published_at_ms").alias("published_at")
    ).withWatermark("published_at", WATERMARK)
    windows = mentions.groupBy(F.window("published_at", WINDOW, SLIDE), "brand").agg(F.count("*").alias("stories"))
    return windows.select(
        "brand", F.col("window.start").alias("window_start"), F.col("window.end").alias("window_end"), "stories"
    )


def main() -> None:
    spark = SparkSession.builder.appName(APP_NAME).getOrCreate()
    records = job.read_topic(spark, SETTINGS, SOURCE_TOPIC, STARTING_OFFSETS)
    stories, bad = job.parse_json(records, STORY, required=["brands", "published_at_ms"], event_time="published_at_ms")
    windows = count_by_brand(stories)
    job.run_until_stopped(
        spark,
        SETTINGS,
        job.to_topic(RESULT_TOPIC, windows, "windowed-news/1", key=["brand", "window_start"]),
        job.to_parquet(windows),
        job.to_dead_letters(DEAD_LETTER_TOPIC, bad),
    )


if __name__ == "__main__":
    main()
