"""The peer of the job `windowed-cars`: what a competent user writes in an afternoon, with one query and no dead letters.

windowed_cars_by_hand.py BOOTSTRAP_SERVERS SOURCE RESULT CHECKPOINT PROGRESS

It reads what is there and ends. PROGRESS is for the benchmark alone: a file for what Spark says of the batches.
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

servers, source, result, checkpoint, progress = sys.argv[1:]

spark = SparkSession.builder.appName("windowed-cars-by-hand").getOrCreate()
records = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", servers)
    .option("subscribe", source)
    .option("startingOffsets", "earliest")
    .load()
)
listing = F.from_json(F.col("value").cast("string"), "make STRING, price DOUBLE, listed_at TIMESTAMP")
listings = records.select(listing.alias("listing")).select("listing.*").withWatermark("listed_at", "10 minutes")
means = listings.groupBy(F.window("listed_at", "10 minutes"), "make").agg(
    F.count("*").alias("count"), F.avg("price").alias("mean_price")
)
values = means.select(
    F.concat_ws("/", "make", "window.start").alias("key"),
    F.to_json(F.struct("make", "window", "count", "mean_price")).alias("value"),
)
query = (
    values.writeStream.format("kafka")
    .option("kafka.bootstrap.servers", servers)
    .option("topic", result)
    .option("checkpointLocation", checkpoint)
    .outputMode("update")
    .trigger(availableNow=True)
    .start()
)
query.awaitTermination()
Path(progress).write_text("".join(f"{batch.json}\n" for batch in query.recentProgress), encoding="utf-8")
