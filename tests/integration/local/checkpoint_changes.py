"""Tries changes of a streaming query on real Spark and a real broker, all in one session.

    spark-submit … checkpoint_changes.py BROKER FOLDER TABLE RESULTS

TABLE holds rows of JSON: a query `before` and one `after`, and what happens to the topic between the two. Each row runs
`before` over part A of a topic of its own and `after` over part B on the same checkpoint. RESULTS tells of each row what the
second run did: `goes on right`, `goes on wrong` or `fails`, with its error, and the ids of the records that it read; or
`cannot be tried`, where something else broke.

What is right comes from a batch over the same records: A as `before` reads them, B as `after` does, grouped as `after` does.
"""

import json
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

BROKER, FOLDER, TABLE, RESULTS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
RECORD = "id STRING, make STRING, model STRING, year INT, price DOUBLE, listed_at TIMESTAMP"
AGGREGATES = {
    "count": "count(*)",
    "mean_price": "avg(price)",
    "top_price": "max(price)",
    "low_price": "min(price)",
    "newest": "max(year)",
}
MAKES = [("audi", "a4"), ("audi", "a6"), ("bmw", "a4")]
# A file sink compacts its log every tenth batch; here every second one, so that two short runs get there.
QUICK_COMPACTION = 2
# A query mostly waits for files and for the broker.
AT_ONCE = 4

Query = dict[str, Any]


def make_records(first: int, count: int) -> list[dict[str, Any]]:
    """One record a minute, so that A and B share windows, and none of them is late."""
    records = []
    for number in range(first, first + count):
        make, model = MAKES[number % len(MAKES)]
        listed_at = f"2026-01-01T{10 + number // 60:02d}:{number % 60:02d}:00.000Z"
        price = 10_000.0 + 7_000 * (number % 5)
        year = 2000 + number % 7
        records.append(
            {"id": f"r{number}", "make": make, "model": model, "year": year, "price": price, "listed_at": listed_at}
        )
    return records


A = make_records(0, 16)
B = make_records(16, 8)
# More than A: the checkpoint's offset lies inside.
MORE = make_records(100, 20)
FEWER = make_records(200, 5)


class Broker:
    """The Java client that the connector brings along. Its classes are looked up once: not every thread finds them."""

    def __init__(self, spark: SparkSession) -> None:
        java = spark._jvm.java.util
        clients = spark._jvm.org.apache.kafka.clients
        self.new_list, self.new_map = java.ArrayList, java.HashMap
        self.new_topic = clients.admin.NewTopic
        self.increase_to = clients.admin.NewPartitions.increaseTo
        self.before_offset = clients.admin.RecordsToDelete.beforeOffset
        self.new_partition = spark._jvm.org.apache.kafka.common.TopicPartition
        self.new_record = clients.producer.ProducerRecord
        properties = java.Properties()
        properties.put("bootstrap.servers", BROKER)
        # Where a topic was made anew, two batches that change places there would be asked again until they expire.
        properties.put("enable.idempotence", "false")
        properties.put("max.in.flight.requests.per.connection", "1")
        for kind in ("key", "value"):
            properties.put(f"{kind}.serializer", "org.apache.kafka.common.serialization.StringSerializer")
        self.admin = clients.admin.AdminClient.create(properties)
        self.producer = clients.producer.KafkaProducer(properties)

    def create(self, topic: str) -> None:
        # A deleted topic's name is free a moment after its deletion was acknowledged.
        for attempt in range(300):
            try:
                self.admin.createTopics(self._list(self.new_topic(topic, 1, 1))).all().get()
                return
            except Exception:
                if attempt == 299:
                    raise
                time.sleep(0.1)

    def delete(self, topic: str) -> None:
        self.admin.deleteTopics(self._list(topic)).all().get()
        # Until the broker has heard of it from its controller, it takes records for the old topic and loses them.
        for _ in range(300):
            if not self.admin.listTopics().names().get().contains(topic):
                return
            time.sleep(0.1)
        raise TimeoutError(f"topic {topic} is still there 30 s after its deletion")

    def grow(self, topic: str, partitions: int) -> None:
        self.admin.createPartitions(self._map(topic, self.increase_to(partitions))).all().get()

    def delete_before(self, topic: str, offset: int) -> None:
        self.admin.deleteRecords(self._map(self.new_partition(topic, 0), self.before_offset(offset))).all().get()

    def publish(self, topic: str, records: list[dict[str, Any]], partition: int = 0) -> None:
        sent = [
            self.producer.send(self.new_record(topic, partition, None, record["id"], json.dumps(record)))
            for record in records
        ]
        for acknowledgement in sent:
            acknowledgement.get()

    def _list(self, item: Any) -> Any:
        items = self.new_list()
        items.add(item)
        return items

    def _map(self, key: Any, value: Any) -> Any:
        entries = self.new_map()
        entries.put(key, value)
        return entries


class Trial:
    """One row of the table, in topics and folders of its own."""

    def __init__(self, spark: SparkSession, broker: Broker, number: int, row: dict[str, Any]) -> None:
        self.spark, self.broker, self.row = spark.newSession(), broker, row
        # The batch without data that closes windows is of use to final results alone, and costs as much as one with data.
        is_final = any(
            _mode(query, sink) == "append" for query in (row["before"], row["after"]) for sink in query["sinks"]
        )
        self.spark.conf.set("spark.sql.streaming.noDataMicroBatches.enabled", is_final)
        self.prefix = f"{FOLDER.name}-{number}-"
        self.folder = FOLDER / str(number)

    def run(self) -> dict[str, Any]:
        before, after = self.row["before"], self.row["after"]
        results = {sink["to"] for sink in [*before["sinks"], *after["sinks"]] if sink["kind"] == "kafka"}
        for topic in {*_inputs(before), *_inputs(after), *results}:
            self.broker.create(self.prefix + topic)
        self._publish(before, A)
        self._start(before)
        seen = {sink["query"]: self._read(sink) for sink in before["sinks"]}
        new = self._prepare_part_b(after)
        try:
            self._start(after)
        except Exception as error:
            return {"did": "fails", "error": _name(error), "read": []}
        results = [(sink, self._read(sink)) for sink in after["sinks"]]
        fresh = [(sink, _without(rows, seen.get(sink["query"], []))) for sink, rows in results]
        # What the first run has written where the second one no longer writes counts for what is there in the end.
        faults = [fault for sink, rows in fresh for fault in self._faults(sink, rows, seen.get(sink["query"], []), new)]
        read = sorted({row["id"] for _, rows in fresh for row in rows if "id" in row})
        return {
            "did": "goes on wrong" if faults else "goes on right",
            "error": faults[0] if faults else None,
            "read": read,
        }

    def _prepare_part_b(self, after: Query) -> list[dict[str, Any]]:
        topic = self.prefix + _inputs(after)[0]
        what = self.row["between"]
        if what.startswith("recreated"):
            self.broker.delete(topic)
            self.broker.create(topic)
            new = MORE if what == "recreated with more" else FEWER
            self.broker.publish(topic, new)
            return new
        if what == "grown":
            self.broker.grow(topic, 2)
            self.broker.publish(topic, B[::2], partition=1)
            self.broker.publish(topic, B[1::2])
            return B
        self._publish(after, B)
        if what == "retention passed":
            self.broker.delete_before(topic, len(A) + 4)
        if what == "newer log":
            self._make_log_newer()
        return B

    def _publish(self, query: Query, records: list[dict[str, Any]]) -> None:
        """To both sides of a join alike, so that it gives what one aggregation over the records does."""
        for topic in _inputs(query) if _is_join(query) else _inputs(query)[:1]:
            self.broker.publish(self.prefix + topic, records)

    def _make_log_newer(self) -> None:
        """As a later Spark would have left it: its log says a version that this one does not know."""
        for log in self.folder.glob("checkpoint/*/offsets/[0-9]*"):
            log.write_text(log.read_text().replace("v1", "v9", 1))
            log.with_name(f".{log.name}.crc").unlink(missing_ok=True)

    def _start(self, query: Query) -> None:
        for sink in query["sinks"]:
            self._run_to_end(query, sink)

    def _run_to_end(self, query: Query, sink: dict[str, str]) -> None:
        sources = [self._source(query, topic) for topic in _inputs(query)]
        if _is_join(query):
            rows = _join(sources, query)
        else:
            rows = _group(_map(reduce(DataFrame.unionByName, sources), query), query)
        writer = self._writer(rows, sink, _mode(query, sink))
        writer = writer.option("checkpointLocation", f"file://{self.folder}/checkpoint/{sink['query']}")
        if query["parameters"].get("trigger", "available-now") == "available-now":
            writer.trigger(availableNow=True).start().awaitTermination()
            return
        running = writer.trigger(processingTime=query["parameters"]["trigger"]).start()
        try:
            running.processAllAvailable()
        finally:
            running.stop()

    def _source(self, query: Query, topic: str) -> DataFrame:
        """Each topic is a source of its own, as in a script that calls `read_topic` for each."""
        source = {
            "kafka.bootstrap.servers": BROKER,
            "subscribe": self.prefix + topic,
            "startingOffsets": query["parameters"].get("startingOffsets", "earliest"),
            "failOnDataLoss": "false" if self.row["toleratesLoss"] else "true",
        }
        records = self.spark.readStream.format("kafka").options(**source).load()
        return records.select(F.from_json(F.col("value").cast("string"), RECORD).alias("record")).select("record.*")

    def _writer(self, rows: DataFrame, sink: dict[str, str], mode: str) -> Any:
        if sink["kind"] == "parquet":
            return rows.writeStream.format("parquet").outputMode("append").option("path", self._path(sink))
        value = rows.select(F.to_json(F.struct(*rows.columns)).alias("value"))
        return (
            value.writeStream.format("kafka")
            .outputMode(mode)
            .option("kafka.bootstrap.servers", BROKER)
            .option("topic", self.prefix + sink["to"])
        )

    def _path(self, sink: dict[str, str]) -> str:
        return f"file://{self.folder}/{sink['to']}"

    def _read(self, sink: dict[str, str]) -> list[dict[str, Any]]:
        if sink["kind"] == "parquet":
            if not (self.folder / sink["to"] / "_spark_metadata").exists():
                return []
            rows = self.spark.read.parquet(self._path(sink))
            return self._collect(rows)
        source = {"kafka.bootstrap.servers": BROKER, "subscribe": self.prefix + sink["to"]}
        records = self.spark.read.format("kafka").options(**source).load().orderBy("offset")
        return [json.loads(text) for (text,) in records.select(F.col("value").cast("string")).collect()]

    def _faults(
        self, sink: dict[str, str], rows: list[dict[str, Any]], earlier: list[dict[str, Any]], new: list[dict[str, Any]]
    ) -> list[str]:
        """What the second run has said and is not so, and what it should have said and has not."""
        before, after = self.row["before"], self.row["after"]
        is_new_query = sink["query"] not in {known["query"] for known in before["sinks"]}
        old = _map(self._frame(A), after if is_new_query else before).withColumn("is_new", F.lit(False))
        everything = old.unionByName(_map(self._frame(new), after).withColumn("is_new", F.lit(True)))
        grouped = self._collect(_group(everything, after, F.max("is_new").alias("is_new")))
        touched = [row for row in grouped if row.pop("is_new")]
        expected = grouped
        names = ["window_start", "window_end", *after["keys"]]
        key = lambda row: tuple(row.get(name) for name in names)
        if _mode(after, sink) == "append":
            closing = _closes_at(everything, after["watermark"])
            expected = [row for row in expected if row["window_end"] <= closing]
            # Of what was said at every change, only the last word on a window that is closed must be right.
            is_word = lambda row: _mode(before, sink) == "append" or row["window_end"] <= closing
            said = {key(row): row for row in [*filter(is_word, earlier), *rows]}
            due = {key(row) for row in expected}
        else:
            said, due = {key(row): row for row in rows}, {key(row) for row in touched}
        right = {key(row): row for row in expected}
        wrong = [f"said {row}, right is {right.get(at)}" for at, row in said.items() if row != right.get(at)]
        return wrong + [f"{at} is missing" for at in sorted(due - said.keys(), key=str)]

    def _frame(self, records: list[dict[str, Any]]) -> DataFrame:
        lines = self.spark.createDataFrame([(json.dumps(record),) for record in records], "value STRING")
        return lines.select(F.from_json("value", RECORD).alias("record")).select("record.*")

    def _collect(self, rows: DataFrame) -> list[dict[str, Any]]:
        return [json.loads(text) for (text,) in rows.select(F.to_json(F.struct(*rows.columns))).collect()]


def _inputs(query: Query) -> list[str]:
    return [topic["name"] for topic in query["topics"]]


def _is_join(query: Query) -> bool:
    return isinstance(query["watermark"], dict)


def _mode(query: Query, sink: dict[str, str]) -> str:
    return query["parameters"].get("outputMode", "update" if sink["query"] == "topic" else "append")


def _map(rows: DataFrame, query: Query) -> DataFrame:
    return rows.where(F.col("price") >= query["parameters"].get("floor", 0))


def _group(rows: DataFrame, query: Query, *more: Column, is_bare: bool = False) -> DataFrame:
    """The job's pure transform, on a stream and on a batch alike."""
    if rows.isStreaming and query["watermark"]:
        rows = rows.withWatermark("listed_at", query["watermark"])
    keys = [F.col(name).cast(kind).alias(name) for name, kind in query["keys"].items()]
    wanted = [F.expr(AGGREGATES[name]).cast(kind).alias(name) for name, kind in query["aggregates"].items()]
    gap = query["session"]
    window = F.session_window("listed_at", gap) if gap else F.window("listed_at", query["window"], query["slide"])
    windows = rows.groupBy(window.alias("window"), *keys).agg(*wanted, *more)
    return windows if is_bare else _with_bounds(windows)


def _with_bounds(windows: DataFrame) -> DataFrame:
    bounds = [F.col(f"window.{end}").cast("string").alias(f"window_{end}") for end in ("start", "end")]
    return windows.select(*bounds, *[name for name in windows.columns if name != "window"])


def _join(sides: list[DataFrame], query: Query) -> DataFrame:
    """As brand-pulse does: each topic has a watermark and an aggregate of its own, and the windows are joined."""
    grouped = [
        _group(rows, {**query, "watermark": query["watermark"][topic], "aggregates": {name: kind}}, is_bare=True)
        for rows, topic, (name, kind) in zip(sides, _inputs(query), query["aggregates"].items(), strict=True)
    ]
    return _with_bounds(grouped[0].join(grouped[1], ["window", *query["keys"]], "full_outer"))


def _closes_at(rows: DataFrame, watermark: str | dict[str, str]) -> str:
    delays = watermark.values() if isinstance(watermark, dict) else [watermark]
    closing = [(F.max("listed_at") - F.expr(f"INTERVAL {delay}")).cast("string") for delay in delays]
    return min(rows.agg(*closing).collect()[0])


def _without(rows: list[dict[str, Any]], seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that came after those that were seen; a topic keeps their order, a folder does not."""
    rest = list(rows)
    for row in seen:
        if row in rest:
            rest.remove(row)
    return rest


def _name(error: Exception) -> str:
    """Spark's name of the error where it has one, else the first line that says something."""
    condition = getattr(error, "getCondition", lambda: None)()
    text = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{condition or type(error).__name__}: {text}"[:400]


def main() -> None:
    spark = (
        SparkSession.builder.appName("checkpoint-changes")
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.streaming.fileSink.log.compactInterval", QUICK_COMPACTION)
        .config("spark.sql.streaming.pollingDelay", "10ms")
        .config("spark.sql.streaming.metricsEnabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    broker = Broker(spark)

    def try_row(numbered: tuple[int, dict[str, Any]]) -> dict[str, Any]:
        number, row = numbered
        began = time.monotonic()
        try:
            outcome = Trial(spark, broker, number, row).run()
        except Exception:
            # What is wrong with one row is told of that row; the others have something to say as well.
            outcome = {"did": "cannot be tried", "error": traceback.format_exc(), "read": []}
        result = {"name": row["name"], **outcome}
        print(f"{time.monotonic() - began:5.1f} s  {json.dumps(result)}", flush=True)
        return result

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(try_row, enumerate(json.loads(TABLE.read_text()))))
    RESULTS.write_text(json.dumps(results))
    spark.stop()


if __name__ == "__main__":
    main()
