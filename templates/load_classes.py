"""Uses the parts of Spark that most jobs use: at its end the JVM archives the classes that are loaded by then.

`spark-submit --master local[1]` runs it once for each installation. It reads and writes only a folder of its own.
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
    # Rows of its own: how many windows are closed by now depends on how fast the machine is.
    spark.range(10).withColumn("key", F.col("id") % 3).write.parquet(f"{folder}/keys")
    spark.read.parquet(f"{folder}/keys").groupBy("key").count().orderBy("key").collect()
    spark.stop()
