"""Uses what most jobs use of Spark and of its Kafka connector: the JVM archives the classes that are loaded when it ends.

Run once per installation by `spark-submit --master local[1]`; it touches no files but its own temporary ones, and needs
no broker.
"""

import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

BATCHES = 4
SECONDS = 120
STREAMING = "org.apache.spark.sql.execution.streaming"
# What the jobs of this Spark version get on the submit line.
CHECKPOINT_FILES = f"{STREAMING}.checkpointing.FileSystemBasedCheckpointFileManager"
# Nothing listens there, and each wait for a broker is short.
NO_BROKER = {
    "kafka.bootstrap.servers": "127.0.0.1:1",
    "kafka.default.api.timeout.ms": "1500",
    "kafka.request.timeout.ms": "1000",
    "kafka.max.block.ms": "1000",
    "kafka.delivery.timeout.ms": "1500",
}
# The requests of consumers and producers.
APIS = ("ApiVersions", "Fetch", "FindCoordinator", "InitProducerId", "ListOffsets", "Metadata", "Produce")
# Loaded by name, since they are used only once a broker has answered, or by the executors of a cluster: the jar, and how
# the names of its classes begin.
CLASSES = {
    "spark-sql-kafka": ("org/apache/spark/sql/kafka010/",),
    "kafka-clients": (
        "org/apache/kafka/clients/consumer/",
        "org/apache/kafka/clients/producer/",
        "org/apache/kafka/common/compress/",
        "org/apache/kafka/common/header/",
        "org/apache/kafka/common/record/",
        *(f"org/apache/kafka/common/message/{name}" for name in (*APIS, "RequestHeader", "ResponseHeader")),
        *(f"org/apache/kafka/common/requests/{name}" for name in (*APIS, "RequestHeader", "ResponseHeader")),
    ),
    "spark-core": (
        "org/apache/spark/executor/",
        "org/apache/spark/network/",
        "org/apache/spark/rpc/",
        "org/apache/spark/scheduler/cluster/",
        "org/apache/spark/security/",
        "org/apache/spark/shuffle/",
        "org/apache/spark/storage/",
    ),
    "spark-network-common": ("org/apache/spark/network/",),
    "spark-network-shuffle": ("org/apache/spark/network/shuffle/",),
}

spark = (
    SparkSession.builder.appName("load-classes")
    .config("spark.ui.port", "0")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.sql.streaming.checkpointFileManagerClass", CHECKPOINT_FILES)
    .getOrCreate()
)


def use_streams(folder: str) -> None:
    """Windows over JSON with a watermark, in both output modes, written by a batch step and by the file sink."""
    rows = spark.readStream.format("rate").option("rowsPerSecond", 10).load()
    text = rows.select("timestamp", F.to_json(F.struct("value", F.lit("a").alias("name"))).alias("json"))
    data = F.from_json("json", "value LONG, name STRING, _corrupt STRING", {"columnNameOfCorruptRecord": "_corrupt"})
    values = text.select("timestamp", data.alias("data")).where("data._corrupt IS NULL").select("timestamp", "data.*")
    windows = (
        values.withWatermark("timestamp", "1 second")
        .groupBy(F.window("timestamp", "1 second"), (F.col("value") % 3).alias("key"))
        .agg(F.count("*").alias("rows"), F.avg("value").alias("mean"), F.max("value").alias("most"))
    )

    def write(batch: DataFrame, _: int) -> None:
        batch.persist()
        texts = batch.select(F.concat_ws("/", F.lit("key"), F.to_json(F.struct("*"))).alias("value"))
        texts.write.mode("append").text(f"{folder}/text")
        batch.select("window.start", "key", "rows").write.mode("append").parquet(f"{folder}/batches")
        batch.unpersist()

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


def use_tables(folder: str) -> None:
    # A table of its own, because the number of windows that have closed by now depends on the machine.
    spark.range(10).withColumn("key", F.col("id") % 3).write.parquet(f"{folder}/keys")
    spark.read.parquet(f"{folder}/keys").groupBy("key").count().orderBy("key").collect()


def use_kafka(folder: str) -> None:
    """Reads and writes without a broker, so each ends with an error, after the classes for it were loaded."""
    source = {**NO_BROKER, "subscribe": "none", "startingOffsets": "earliest"}
    with suppress(Exception):
        spark.read.format("kafka").options(**source).load().count()
    records = spark.range(1).select(F.lit("key").alias("key"), F.lit("value").alias("value"))
    with suppress(Exception):
        records.write.format("kafka").options(**NO_BROKER, topic="none").save()
    rows = spark.readStream.format("kafka").options(**source).load().select("key", "value")
    place = {**NO_BROKER, "topic": "none", "checkpointLocation": f"{folder}/kafka"}
    with suppress(Exception):
        rows.writeStream.format("kafka").options(**place).trigger(availableNow=True).start().awaitTermination(10)


def load_by_name() -> None:
    """Loads and links classes, but does not run them: Java archives no class that is not linked."""
    java = spark._jvm.java.lang
    loader = java.Thread.currentThread().getContextClassLoader()
    for jar in java.System.getProperty("java.class.path").split(":"):
        beginnings = next((names for name, names in CLASSES.items() if Path(jar).name.startswith(name)), ())
        for file in zipfile.ZipFile(jar).namelist() if beginnings else ():
            if file.startswith(beginnings) and file.endswith(".class"):
                # Some need a library that is not there, and nobody uses them. Asking for constructors links a class.
                with suppress(Exception):
                    name = file.removesuffix(".class").replace("/", ".")
                    java.Class.forName(name, False, loader).getDeclaredConstructors()


with tempfile.TemporaryDirectory() as folder:
    use_streams(folder)
    use_tables(folder)
    use_kafka(folder)
    load_by_name()
    spark.stop()
