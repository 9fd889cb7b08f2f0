"""Uses the parts of Spark that most jobs use, so that their classes are loaded when the JVM ends and archives them.

Run once per installation by `spark-submit --master local[1]`; it touches no files but its own temporary ones.
"""

import tempfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

BATCHES = 4
SECONDS = 120

spark = (
    SparkSession.builder.appName("load-classes")
    .config("spark.ui.port", "0")
    .config("spark.sql.shuffle.partitions", "1")
    .getOrCreate()
)

with tempfile.TemporaryDirectory() as folder:
    rows = spark.readStream.format("rate").option("rowsPerSecond", 10).load()
    text = rows.select("timestamp", F.to_json(F.struct("value")).alias("json"))
    values = text.select("timestamp", F.from_json("json", "value LONG").value.alias("value"))
    windows = (
        values.withWatermark("timestamp", "1 second")
        .groupBy(F.window("timestamp", "1 second"), (F.col("value") % 3).alias("key"))
        .agg(F.count("*").alias("rows"), F.avg("value").alias("mean"), F.max("value").alias("most"))
    )

    def write(batch, _):
        batch.select(F.to_json(F.struct("*")).alias("value")).write.mode("append").text(f"{folder}/text")

    queries = [
        windows.writeStream.outputMode("update").foreachBatch(write),
        windows.writeStream.outputMode("append").format("parquet").option("path", f"{folder}/parquet"),
    ]
    started = [
        query.option("checkpointLocation", f"{folder}/checkpoint-{number}").trigger(processingTime="1 second").start()
        for number, query in enumerate(queries)
    ]
    for query in started:
        for _ in range(SECONDS * 5):
            if len(query.recentProgress) >= BATCHES or query.awaitTermination(0.2):
                break
        query.stop()
    # A table of its own, because the number of windows that have closed by now depends on the machine.
    spark.range(10).withColumn("key", F.col("id") % 3).write.parquet(f"{folder}/keys")
    spark.read.parquet(f"{folder}/keys").groupBy("key").count().orderBy("key").collect()
    spark.stop()
