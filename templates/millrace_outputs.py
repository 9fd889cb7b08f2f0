"""Where the results of a stream go: its topic, parquet once they are final, and what was refused to the dead letters.

It lies beside the scripts and needs only pyspark.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from millrace_progress import to_ms
from millrace_records import Shape, bad

TIME_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"
# The header of a result says which checkpoint it comes from: several runs may write to one topic.
HEADER = "millrace-checkpoint"
# Refused records are told by the block of their offset, and read again with the others of the block.
BLOCK = 100
# A read costs as much as so many records: what lies nearer is read with them, and what is left, in so many reads at most.
READ_COSTS_RECORDS = 10_000
MOST_READS = 16
NOTHING_OPEN = {"results": 0, "windows": 0, "from": None, "to": None}

Offsets = dict[str, int]


@dataclass(frozen=True)
class Settings:
    """Where a streaming script reads, writes and reports. Folders are absolute paths that all of Spark can reach."""

    bootstrap_servers: str
    run_folder: str
    checkpoint_folder: str
    output_folder: str
    dead_letter_topic: str
    trigger: str  # `available-now`, or an interval such as `2 seconds`
    starting_offsets: str = "earliest"  # or `latest`, or the offsets of each partition as JSON
    fail_on_data_loss: bool = True  # False continues even if records are gone that the checkpoint still points at
    # A backlog is read in batches of so many records, and can be stopped between them.
    records_per_batch: int | None = None
    parquet_every_seconds: float = 10.0

    def source(self, topic: str) -> dict[str, str]:
        """How Spark reads the topic as a stream: from the checkpoint if there is one, or else from `starting_offsets` on."""
        limit = {"maxOffsetsPerTrigger": str(self.records_per_batch)} if self.records_per_batch else {}
        first = (
            json.dumps({topic: self.first_offsets(topic)}) if self.starting_offsets[0] == "{" else self.starting_offsets
        )
        return {
            **self.committed(),
            **limit,
            "subscribe": topic,
            "startingOffsets": first,
            "failOnDataLoss": str(self.fail_on_data_loss).lower(),
        }

    def committed(self) -> dict[str, str]:
        """Only records whose transaction was committed, in few large answers of the broker.

        After each answer Spark asks the broker twice for the ends of the partition: with the client's own 500 records an answer, a
        fifth of the time is spent on that. Before these questions the client has already asked for the next records, and the broker
        answers in order: at the end of a partition it would wait for new records for half a second, in each batch of each partition.
        """
        return {
            "kafka.bootstrap.servers": self.bootstrap_servers,
            "kafka.isolation.level": "read_committed",
            "kafka.max.poll.records": "50000",
            "kafka.max.partition.fetch.bytes": "4194304",
            "kafka.receive.buffer.bytes": "-1",
            "kafka.fetch.max.wait.ms": "1",
        }

    def first_offsets(self, topic: str) -> Offsets:
        return json.loads(self.starting_offsets).get(topic, {}) if self.starting_offsets[0] == "{" else {}


@dataclass(frozen=True)
class Copy:
    """Results that also go to another topic, with another schema, if they meet a condition."""

    topic: str
    schema: str
    when: Column
    extra: Mapping[str, Column] = field(default_factory=dict)
    query: str = "alerts"


@dataclass(frozen=True)
class Results:
    """Rows, each a record: `key` columns joined by `/`, the row as JSON with its schema.

    In `update` mode a result is written again whenever it changes, in `append` mode once, when the watermark has closed its window.
    Parquet gets each result once, when it is final: for rows with `window_start` and `window_end` when their window is.
    """

    rows: DataFrame
    topic: str
    schema: str
    key: Sequence[str]
    mode: str = "update"
    copies: Sequence[Copy] = ()

    @property
    def has_windows(self) -> bool:
        return {"window_start", "window_end"} <= set(self.rows.columns)

    def outputs(self) -> list[dict[str, Any]]:
        topics = [("topic", self.topic), *[(copy.query, copy.topic) for copy in self.copies]]
        written = [{"query": query, "mode": self.mode, "topic": topic} for query, topic in topics]
        return [*written, {"query": "parquet", "mode": "append", "topic": None}]


def to_kafka(settings: Settings, results: Results) -> DataFrame:
    """One record for each result and copy, all from one state: each row says which topic it is for."""
    main = _record(settings, results, results.topic, results.schema)
    if not results.copies:
        return results.rows.select(main.alias("record")).select("record.*")
    copies = [
        F.when(copy.when, _record(settings, results, copy.topic, copy.schema, copy.extra)) for copy in results.copies
    ]
    records = F.filter(F.array(main, *copies), lambda record: record.isNotNull())
    return results.rows.select(F.explode(records).alias("record")).select("record.*")


def _record(
    settings: Settings, results: Results, topic: str, schema: str, extra: Mapping[str, Column] | None = None
) -> Column:
    kinds = dict(results.rows.dtypes)
    values = [_as_text(name, kinds[name]) for name in results.rows.columns]
    more = [column.alias(name) for name, column in (extra or {}).items()]
    value = F.to_json(F.struct(F.lit(schema).alias("schema"), *values, *more), {"ignoreNullFields": "false"})
    key = F.concat_ws("/", *[_as_text(name, kinds[name]) for name in results.key])
    header = F.struct(F.lit(HEADER).alias("key"), F.lit(_name_of(settings)).cast("binary").alias("value"))
    return F.struct(
        F.lit(topic).alias("topic"), key.alias("key"), value.alias("value"), F.array(header).alias("headers")
    )


def _as_text(name: str, kind: str) -> Column:
    return F.date_format(name, TIME_FORMAT).alias(name) if kind == "timestamp" else F.col(name)


def _name_of(settings: Settings) -> str:
    """`<name>/<generation>` of the checkpoint."""
    return "/".join(Path(settings.checkpoint_folder).parts[-2:])


class FinalResults:
    """Writes each result to parquet once it is final, from the records of the result topic.

    So there is one state for topic and parquet, and both say the same. A window is final when a batch has been committed whose
    watermark is not before its end. Results that are not final yet are kept beside the checkpoint, in `open/<step>`; `parquet.json`
    says which step is valid, and up to where the topic has been read. A step that was cut off is taken again and replaces its file.
    What a step has worked out is in that folder too, and not in Spark's cache, which starts a program for each use (Spark 4.2).
    """

    def __init__(
        self, spark: SparkSession, settings: Settings, results: Results, report: Callable[[dict[str, Any]], None]
    ) -> None:
        self.spark = _session_for_steps(spark)
        self.settings = settings
        self.results = results
        self.report = report
        self.folder = Path(settings.checkpoint_folder)
        self.file = self.folder / "parquet.json"
        self.is_due = False
        state = read_json(self.file)
        if state is None:
            told = ends_of(spark, settings, results.topic)
            state = {
                "step": 0,
                "topic": told.topic_id,
                "offsets": told.ends,
                "watermarkMs": 0,
                "keptRows": 0,
                "open": NOTHING_OPEN,
            }
            write_json(self.file, state)
        self.state = state
        self.watermark_ms = state["watermarkMs"]

    def note(self, batch: Mapping[str, Any]) -> None:
        """Takes the progress of a batch: it is committed, and its results are on the topic."""
        watermark = batch.get("eventTime", {}).get("watermark")
        if watermark is not None:
            self.watermark_ms = max(self.watermark_ms, to_ms(watermark))
        self.is_due = True

    def write(self) -> bool:
        """Takes a step if there was a batch since the one before. Returns whether it did."""
        if not self.is_due:
            return False
        started = time.time()
        watermark_ms = self.watermark_ms  # before the ends: all results up to it are then on the topic
        told = ends_of(self.spark, self.settings, self.results.topic)
        if told.is_held_back:
            return True  # is due still
        if told.topic_id != self.state["topic"]:
            self.state = {**self.state, "topic": told.topic_id, "offsets": {}}
        if told.ends != self.state["offsets"] or watermark_ms != self.state["watermarkMs"]:
            self._take_step(told.ends, watermark_ms, started)
        self.is_due = False
        return True

    def _take_step(self, ends: Offsets, watermark_ms: int, started: float) -> None:
        step = self.state["step"] + 1
        rows = self._merge(ends, watermark_ms).withColumn("_is_kept", self._is_kept())
        rows.where("_is_kept OR _is_final_now").coalesce(1).write.mode("overwrite").parquet(to_uri(self._open(step)))
        for part in self._open(step).glob("part-*.parquet"):
            _sync(part)
        saved = self.spark.read.parquet(to_uri(self._open(step)))
        counts = saved.select(*self._counts()).first()
        if counts.final:
            self._write_file(saved.where("_is_final_now").select(*self.results.rows.columns), step)
        still_open = {"results": counts.open, "windows": counts.windows, "from": counts.first, "to": counts.last}
        self.state = {
            **self.state,
            "step": step,
            "offsets": ends,
            "watermarkMs": watermark_ms,
            "keptRows": counts.kept,
            "open": still_open,
        }
        write_json(self.file, self.state)
        for other in self.folder.glob("open/*"):
            if other != self._open(step):
                shutil.rmtree(other)
        if counts.new or counts.final:
            self._report(step, started, counts.new, counts.final)

    @property
    def open(self) -> dict[str, Any]:
        """How many results of how many windows are not final yet, from the begin of the first to the end of the last."""
        return self.state["open"]

    def _open(self, step: int) -> Path:
        return self.folder / "open" / str(step)

    def _merge(self, ends: Offsets, watermark_ms: int) -> DataFrame:
        """The newest row of each key, from the topic or from the step before, and whether it is final now."""
        columns = self.results.rows.columns
        rows = self._read_topic(ends)
        if self.state["keptRows"]:
            kept = self.spark.read.parquet(to_uri(self._open(self.state["step"]))).where("_is_kept")
            kept = kept.withColumn("_was_final", F.expr("_was_final OR _is_final_now"))
            kept = kept.drop("_is_final_now", "_is_from_topic", "_is_kept")
            order = F.struct(
                F.lit(0).alias("new"), F.timestamp_millis(F.lit(0)).alias("at"), F.lit(0).cast("bigint").alias("offset")
            )
            rows = rows.unionByName(kept.withColumn("_order", order), allowMissingColumns=True)
        key = dict.fromkeys([*self.results.key, "window_start", "window_end"])
        newest = rows.groupBy(*[F.col(name).alias(f"_{name}") for name in key]).agg(
            F.max_by(F.struct(*columns), "_order").alias("row"),
            F.bool_or("_was_final").alias("_was_final"),
            F.max("_order.new").alias("_is_from_topic"),
        )
        is_closed = F.col("row.window_end") <= F.timestamp_millis(F.lit(watermark_ms))
        return newest.select(
            "row.*", "_was_final", "_is_from_topic", (~F.col("_was_final") & is_closed).alias("_is_final_now")
        )

    def _read_topic(self, ends: Offsets) -> DataFrame:
        known = self.state["offsets"]
        starts = {partition: known.get(partition, 0) for partition in ends}
        records = read_between(self.spark, self.settings, self.results.topic, starts, ends)
        header = F.get("headers", F.lit(0))
        is_own = (header.key == HEADER) & (header.value == F.lit(_name_of(self.settings)).cast("binary"))
        schema = self.results.rows.schema
        order = F.struct(F.lit(1).alias("new"), F.col("timestamp").alias("at"), F.col("offset"))
        row = F.from_json(F.col("value").cast("string"), schema).alias("row")
        own = records.where(is_own).select(row, order.alias("_order"))
        # A window that was closed before cannot change: its row comes again from a batch that was played once more.
        was_final = F.lit(self.results.mode == "update") & (F.col("window_end") <= self._closed_before())
        return own.select("row.*", "_order").withColumn("_was_final", was_final)

    def _is_kept(self) -> Column:
        """Rows that are not final, and those that became final lately: a batch that is played again writes them once more."""
        return ~(F.col("_was_final") | F.col("_is_final_now")) | (F.col("window_end") > self._closed_before())

    def _closed_before(self) -> Column:
        return F.timestamp_millis(F.lit(self.state["watermarkMs"]))

    def _counts(self) -> list[Column]:
        is_open = ~F.col("_was_final") & ~F.col("_is_final_now")
        window = F.when(is_open, F.struct("window_start", "window_end"))
        return [
            F.count(F.when(F.col("_is_final_now"), 1)).alias("final"),
            F.count(F.when(F.col("_is_kept"), 1)).alias("kept"),
            F.count(F.when(F.col("_is_from_topic") == 1, 1)).alias("new"),
            F.count(F.when(is_open, 1)).alias("open"),
            F.size(F.collect_set(window)).alias("windows"),
            F.date_format(F.min(F.when(is_open, F.col("window_start"))), TIME_FORMAT).alias("first"),
            F.date_format(F.max(F.when(is_open, F.col("window_end"))), TIME_FORMAT).alias("last"),
        ]

    def _write_file(self, rows: DataFrame, step: int) -> None:
        """One file a step, without Spark's log of a sink: the folder can be moved, and any program reads it."""
        folder = Path(self.settings.output_folder)
        draft = folder / "_step"  # readers of Spark skip names that begin like this
        rows.coalesce(1).write.mode("overwrite").parquet(to_uri(draft))
        (part,) = draft.glob("part-*.parquet")
        _sync(part)
        part.replace(folder / f"part-{step:06d}.parquet")
        shutil.rmtree(draft)

    def _report(self, step: int, started: float, new: int, final: int) -> None:
        """A line in the form of Spark's own progress, so that the figures of the run have it."""
        line = {
            "name": "parquet",
            "batchId": step,
            "timestamp": to_iso(round(started * 1000)),
            "durationMs": {"triggerExecution": round((time.time() - started) * 1000)},
            "numInputRows": new,
            "sink": {"numOutputRows": final},
        }
        if self.results.mode == "update":  # in append mode only the query's state knows which windows are open
            line["eventTime"] = {"watermark": to_iso(self.state["watermarkMs"])}
            line["stateOperators"] = [{"numRowsTotal": self.open["results"]}]
        self.report(line)


Span = tuple[int, int]  # the first offset, and the one behind the last


class DeadLetters:
    """Writes a dead letter for each record that was refused, with the reason, some seconds after its batch.

    The batches tell which blocks of offsets hold refused records. Only these are read a second time, so reading costs nothing where
    all records are good. `dead-letters.json` says up to where the topics were looked through: after a kill, records behind that are
    read again, and a letter may be there twice, with the same key.
    """

    def __init__(self, spark: SparkSession, settings: Settings, shapes: Mapping[str, Shape]) -> None:
        self.spark = _session_for_steps(spark)
        self.settings = settings
        self.shapes = shapes
        self.file = Path(settings.checkpoint_folder) / "dead-letters.json"
        self.looked_through: dict[str, Offsets] = read_json(self.file) or {
            topic: settings.first_offsets(topic) for topic in shapes
        }
        self.reached = {topic: dict(offsets) for topic, offsets in self.looked_through.items()}
        # What has to be read again, by topic and the `end_of_tomorrow` of its batches: the spans of each partition.
        self.spans: dict[tuple[str, int], dict[str, list[Span]]] = {}

    def note(self, batch: Mapping[str, Any]) -> None:
        """Takes the progress of a batch: what it has read of each topic, and what it has refused."""
        for source in batch["sources"]:
            for topic, ends in offsets_in(source["endOffset"]).items():
                self._note_topic(topic, offsets_in(source["startOffset"]).get(topic), ends, batch)

    def _note_topic(self, topic: str, starts: Offsets | None, ends: Offsets, batch: Mapping[str, Any]) -> None:
        told = (batch.get("observedMetrics") or {}).get(f"read:{topic}")
        latest_ms = told["latest_ms"] if told and told["latest_ms"] else _end_of_tomorrow(batch["timestamp"])
        reached = self.reached.get(topic, {})
        spans = self.spans.setdefault((topic, latest_ms), {})
        if starts is not None:
            _add_spans(spans, reached, starts)  # batches that an earlier driver has read
        starts = reached if starts is None else starts
        if told:
            _add_blocks(spans, told["refused_blocks"], starts, ends)
        elif batch["numInputRows"]:
            _add_spans(spans, starts, ends)
        self.reached[topic] = ends

    def write(self) -> bool:
        """Writes the letters of the batches since the last time. Returns whether there was a batch."""
        for (topic, latest_ms), spans in list(self.spans.items()):
            if spans:
                reads = [read_between(self.spark, self.settings, topic, *offsets) for offsets in reads_of(spans)]
                records = reduce(DataFrame.unionByName, reads)
                write_letters(bad(records, self.shapes[topic], latest_ms), self.settings)
            del self.spans[topic, latest_ms]
        if self.reached == self.looked_through:
            return False
        write_json(self.file, self.reached)
        self.looked_through = {topic: dict(offsets) for topic, offsets in self.reached.items()}
        return True


def _add_spans(spans: dict[str, list[Span]], starts: Offsets, ends: Offsets) -> None:
    for partition, end in ends.items():
        if starts.get(partition, 0) < end:
            spans.setdefault(partition, []).append((starts.get(partition, 0), end))


def _add_blocks(
    spans: dict[str, list[Span]], blocks: Sequence[Mapping[str, int]], starts: Offsets, ends: Offsets
) -> None:
    """Blocks as far as the batch has read them."""
    for block in blocks:
        partition, first = str(block["partition"]), block["block"] * BLOCK
        start, end = max(first, starts.get(partition, 0)), min(first + BLOCK, ends[partition])
        spans.setdefault(partition, []).append((start, end))


def reads_of(spans: Mapping[str, Sequence[Span]]) -> list[tuple[Offsets, Offsets]]:
    """Few reads that cover all spans, each with one span of each partition: its starts and its ends."""
    joined = {partition: _joined(parts) for partition, parts in spans.items()}
    reads = []
    for at in range(max(map(len, joined.values()), default=0)):
        parts = {partition: apart[at] for partition, apart in joined.items() if at < len(apart)}
        starts = {partition: start for partition, (start, _) in parts.items()}
        reads.append((starts, {partition: end for partition, (_, end) in parts.items()}))
    return reads


def _joined(spans: Sequence[Span]) -> list[Span]:
    """At most `MOST_READS` spans that are far from each other: the largest gaps stay."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + READ_COSTS_RECORDS:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    largest_gaps_first = sorted(range(1, len(merged)), key=lambda at: merged[at - 1][1] - merged[at][0])
    firsts = sorted([0, *largest_gaps_first[: MOST_READS - 1]])
    return [(merged[first][0], merged[behind - 1][1]) for first, behind in pairwise([*firsts, len(merged)])]


def write_letters(letters: DataFrame, settings: Settings) -> None:
    value = F.to_json(F.struct(F.lit("dead-letter/1").alias("schema"), *letters.columns), {"ignoreNullFields": "false"})
    key = F.concat_ws("/", "topic", "partition", "offset")
    records = letters.select(key.alias("key"), value.alias("value"))
    target = {"kafka.bootstrap.servers": settings.bootstrap_servers, "topic": settings.dead_letter_topic}
    records.write.format("kafka").options(**target).save()


def _session_for_steps(spark: SparkSession) -> SparkSession:
    """Small queries, planned at once: adaptive planning would make jobs of their own of all stages."""
    steps = spark.newSession()
    steps.conf.set("spark.sql.adaptive.enabled", False)
    for name in ("spark.sql.session.timeZone", "spark.sql.shuffle.partitions"):
        steps.conf.set(name, spark.conf.get(name))
    return steps


def read_between(spark: SparkSession, settings: Settings, topic: str, starts: Offsets, ends: Offsets) -> DataFrame:
    """The committed records of the partitions that `ends` names, from the start to before the end of each."""
    source = {
        **settings.committed(),
        # Each task has a consumer of its own, which Spark keeps for minutes with what it has fetched: many must fit into an executor.
        "kafka.max.partition.fetch.bytes": "262144",
        "kafka.max.poll.records": "5000",
        "assign": json.dumps({topic: [int(partition) for partition in ends]}),
        "startingOffsets": json.dumps({topic: {partition: starts.get(partition, 0) for partition in ends}}),
        "endingOffsets": json.dumps({topic: ends}),
        "failOnDataLoss": "false",
        "includeHeaders": "true",
    }
    return spark.read.format("kafka").options(**source).load()


@dataclass(frozen=True)
class TopicEnds:
    """The end of each partition. `is_held_back`: a transaction of another program is open, and hides the records behind its first."""

    topic_id: str
    ends: Offsets
    is_held_back: bool


def ends_of(spark: SparkSession, settings: Settings, topic: str) -> TopicEnds:
    """What the Kafka client that Spark has loaded is told. The id is another one once a topic was deleted and created again."""
    kafka, util = spark._jvm.org.apache.kafka, spark._jvm.java.util
    servers = util.HashMap()
    servers.put("bootstrap.servers", settings.bootstrap_servers)
    admin = kafka.clients.admin.Admin.create(servers)
    try:
        described = admin.describeTopics(util.List.of(topic)).allTopicNames().get().get(topic)
        asked = util.HashMap()
        for partition in described.partitions():
            place = kafka.common.TopicPartition(topic, partition.partition())
            asked.put(place, kafka.clients.admin.OffsetSpec.latest())
        levels = kafka.common.IsolationLevel
        ends, stable = (
            _offsets_by_partition(admin.listOffsets(asked, kafka.clients.admin.ListOffsetsOptions(level)).all().get())
            for level in (levels.READ_UNCOMMITTED, levels.READ_COMMITTED)
        )
        return TopicEnds(described.topicId().toString(), ends, is_held_back=ends != stable)
    finally:
        admin.close()


def _offsets_by_partition(told: Any) -> Offsets:
    places = sorted(told.keySet(), key=lambda place: place.partition())
    return {str(place.partition()): told.get(place).offset() for place in places}


def committed_batch(checkpoint_folder: str) -> dict[str, Any] | None:
    """The newest batch that an earlier driver has committed, as far as Spark's log of the query knows it, in the form of a progress."""
    folder = Path(checkpoint_folder) / "topic"
    numbers = [int(file.name) for file in folder.glob("commits/*") if file.name.isdigit()]
    if not numbers:
        return None
    _, metadata, *offsets = (folder / "offsets" / str(max(numbers))).read_text(encoding="utf-8").splitlines()
    known = json.loads(metadata)
    return {
        "batchId": max(numbers),
        "timestamp": to_iso(known["batchTimestampMs"]),
        "numInputRows": 0,
        "eventTime": {"watermark": to_iso(known["batchWatermarkMs"])},
        "sources": [{"startOffset": ends, "endOffset": ends} for ends in offsets],
    }


def offsets_in(offsets: Any) -> dict[str, Offsets]:
    """What the progress of a source calls an offset: an object, or its text."""
    value = json.loads(offsets) if isinstance(offsets, str) else offsets
    return value or {}


def to_iso(milliseconds: int) -> str:
    time_text = datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds")
    return time_text.replace("+00:00", "Z")


def _end_of_tomorrow(time_text: str) -> int:
    day = 24 * 60 * 60 * 1000
    return (to_ms(time_text) // day + 2) * day


def to_uri(folder: Path | str) -> str:
    # Hadoop does not decode paths: an encoded blank would become a folder with `%20` in its name.
    return f"file://{folder}"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def write_json(path: Path, value: Any) -> None:
    """Replaces the whole file at once, so that nobody reads half of it, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_text(json.dumps(value) + "\n", encoding="utf-8")
    _sync(draft)
    os.replace(draft, path)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
