"""The peer of the job `windowed-news`: what a competent user writes in an afternoon, with one query and no dead letters.

windowed_by_hand.py BOOTSTRAP_SERVERS SOURCE RESULT CHECKPOINT TRIGGER
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

servers, source, result, checkpoint, trigger = sys.argv[1:]
SENTIMENT = "CASE body_polarity WHEN 'positive' THEN 1.0 WHEN 'negative' THEN -1.0 WHEN 'neutral' THEN 0.0 END"

spark = SparkSession.builder.appName("windowed-by-hand").getOrCreate()
records = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", servers)
    .option("subscribe", source)
    .option("startingOffsets", "earliest")
    .load()
)
story = F.from_json(F.col("value").cast("string"), "brands ARRAY<STRING>, published_at_ms BIGINT, body_polarity STRING")
mentions = (
    records.select(story.alias("story"))
    .select("story.*")
    .select(
        F.explode("brands").alias("brand"),
        F.timestamp_millis("published_at_ms").alias("published_at"),
        F.expr(SENTIMENT).alias("sentiment"),
    )
    .withWatermark("published_at", "2 hours")
)
counts = mentions.groupBy(F.window("published_at", "10 seconds"), "brand").agg(
    F.count("*").alias("stories"), F.avg("sentiment").alias("mean_sentiment")
)
values = counts.select(
    F.concat_ws("/", "brand", "window.start").alias("key"),
    F.to_json(F.struct("brand", "window", "stories", "mean_sentiment")).alias("value"),
)
query = (
    values.writeStream.format("kafka")
    .option("kafka.bootstrap.servers", servers)
    .option("topic", result)
    .option("checkpointLocation", checkpoint)
    .outputMode("update")
    .trigger(processingTime=trigger)
    .start()
)
query.awaitTermination()
