"""What all rendered scripts share: reading a topic, keeping bad records, named queries, progress, and a clean stop.

It lies beside the scripts and needs only pyspark, so a script also runs by hand, with a plain `spark-submit`.
"""

import json
import math
import os
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.listener import StreamingQueryListener
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.streaming.readwriter import DataStreamWriter

AVAILABLE_NOW = "available-now"
POLL_SECONDS = 0.2
# How long a stop waits for the micro-batch that is running.
FINISH_BATCH_WITHIN_SECONDS = 60.0
TIME_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"
CORRUPT = "_corrupt"
DAY_MILLISECONDS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Settings:
    """Where a streaming script reads, writes and reports. Folders are absolute paths that all of Spark can reach."""

    bootstrap_servers: str
    run_folder: str
    checkpoint_folder: str
    output_folder: str
    trigger: str  # `available-now`, or an interval such as `2 seconds`
    fail_on_data_loss: bool = True  # False continues even if records are gone that the checkpoint still points at
    # Trigger of the queries that nobody waits for, parquet and dead letters; `trigger` if it is not given.
    background_trigger: str | None = None


def read_topic(spark: SparkSession, settings: Settings, topic: str, starting_offsets: str = "earliest") -> DataFrame:
    """The topic as a stream of Kafka records: from the checkpoint if there is one, or else from the oldest or the `latest`."""
    source = {
        "kafka.bootstrap.servers": settings.bootstrap_servers,
        "subscribe": topic,
        "startingOffsets": starting_offsets,
        "failOnDataLoss": str(settings.fail_on_data_loss).lower(),
    }
    return spark.readStream.format("kafka").options(**source).load()


def parse_json(records: DataFrame, schema: str, required: list[str], event_time: str) -> tuple[DataFrame, DataFrame]:
    """Splits Kafka records into typed rows and dead letters; each dead letter says why it is one.

    from_json never drops a row: what it cannot read keeps its text in a column of its own (SPARK-58457).
    `event_time` names a column, a TIMESTAMP or milliseconds since 1970. A time later than tomorrow is a reason to refuse the
    record: it would move the watermark past all others. A time between now and tomorrow, as a fast clock gives it, counts
    as now.
    """
    text = F.col("value").cast("string")
    data = F.from_json(text, f"{schema}, {CORRUPT} STRING", {"columnNameOfCorruptRecord": CORRUPT})
    position = ["topic", "partition", "offset"]
    parsed = records.select(*position, F.col("key").cast("string"), text.alias("value"), data.alias("data"))
    kind = parsed.schema["data"].dataType[event_time].dataType.simpleString()
    checked = parsed.withColumn("reason", _reason_to_refuse(required, event_time, kind))
    good = checked.where("reason IS NULL").select("data.*").drop(CORRUPT)
    time, now = F.col(event_time), _now(kind)
    good = good.withColumn(event_time, F.when(time > now, now).otherwise(time))
    bad = checked.where("reason IS NOT NULL").select(*position, "key", "value", "reason")
    return good, bad


def tell_events(rows: DataFrame, topic: str, event_time: str) -> DataFrame:
    """Returns the same rows; the progress of each batch then has their number and the times of their events.

    For scripts that join topics: the slowest topic sets the watermark, and Spark's own figures do not say which one that is.
    """
    time = F.col(event_time)
    milliseconds = time if dict(rows.dtypes)[event_time] == "bigint" else F.unix_millis(time)
    oldest, newest = F.min(milliseconds).alias("oldest_event_ms"), F.max(milliseconds).alias("newest_event_ms")
    return rows.observe(f"read:{topic}", F.count(F.lit(1)).alias("rows"), oldest, newest)


def _now(kind: str) -> Column:
    """The time of the micro-batch. Spark keeps it in its log, so a batch that is read again gives the same rows."""
    return F.current_timestamp() if kind == "timestamp" else F.unix_millis(F.current_timestamp())


def _reason_to_refuse(required: list[str], event_time: str, kind: str) -> Column:
    reason = F.when(F.col("value").isNull(), "the value is null").when(
        F.col("data").isNull() | F.col(f"data.{CORRUPT}").isNotNull(), "the value is not the JSON that was expected"
    )
    for name in required:
        reason = reason.when(F.col(f"data.{name}").isNull(), f"{name} is missing")
    time = F.col(f"data.{event_time}")
    milliseconds = F.unix_millis(time) if kind == "timestamp" else time
    tomorrow = _now("bigint") + DAY_MILLISECONDS
    return reason.when(milliseconds < 0, f"{event_time} lies before 1970").when(
        milliseconds > tomorrow, f"{event_time} lies in the future"
    )


def with_watermark(rows: DataFrame, event_time: str, delay: str, close_after: str | None = None) -> DataFrame:
    """Rows may come late by `delay`: a window is final once an event has come that is newer than its end by `delay`.

    `close_after`, the length of a window or the gap of a session, makes every window final after the batches that are read:
    each row gets a marker, whose time is later by `close_after` and `delay`. Only the watermark uses the markers.
    """
    if close_after is None:
        return rows.withWatermark(event_time, delay)
    own = F.col(event_time)
    marker = own + F.expr(f"INTERVAL {close_after}") + F.expr(f"INTERVAL {delay}")
    marked = rows.withColumn("_own", own).withColumn(event_time, F.explode(F.array(own, marker)))
    # The condition contains the event time: otherwise Spark would move it before the watermark, which would see no marker.
    return marked.withWatermark(event_time, delay).where(F.col(event_time) == F.col("_own")).drop("_own")


@dataclass(frozen=True)
class Output:
    """What one streaming query writes: records of a topic, or parquet in the output folder if there is no topic."""

    query: str
    mode: str
    writer: DataStreamWriter
    topic: str | None = None
    is_background: bool = False


def to_topic(
    topic: str, rows: DataFrame, schema: str, key: list[str], output_mode: str = "update", query: str = "topic"
) -> Output:
    """One record for each result: `key` columns joined by `/`, the row as a JSON object with its schema.

    In `update` mode a result is written again whenever it changes, in `append` mode once, when the watermark has closed it.
    """
    texts = _with_times_as_text(rows)
    value = F.to_json(F.struct(F.lit(schema).alias("schema"), *texts.columns), {"ignoreNullFields": "false"})
    records = texts.select(F.concat_ws("/", *key).alias("key"), value.alias("value"))
    return Output(query, output_mode, records.writeStream.format("kafka"), topic)


def to_parquet(rows: DataFrame) -> Output:
    """Final results only: a window is written once, when the watermark has closed it."""
    # Spark's file sink does not report how many rows it wrote.
    counted = rows.observe("written", F.count(F.lit(1)).alias("rows"))
    return Output("parquet", "append", counted.writeStream.format("parquet"), is_background=True)


def to_dead_letters(topic: str, bad: DataFrame) -> Output:
    """Records that could not be read, each with its topic, partition and offset, and the reason."""
    value = F.to_json(F.struct(F.lit("dead-letter/1").alias("schema"), *bad.columns), {"ignoreNullFields": "false"})
    records = bad.select(F.concat_ws("/", "topic", "partition", "offset").alias("key"), value.alias("value"))
    return Output("dead-letters", "append", records.writeStream.format("kafka"), topic, is_background=True)


def _with_times_as_text(rows: DataFrame) -> DataFrame:
    times = {name: F.date_format(name, TIME_FORMAT) for name, kind in rows.dtypes if kind == "timestamp"}
    return rows.withColumns(times) if times else rows


def run_until_stopped(spark: SparkSession, settings: Settings, *outputs: Output) -> None:
    """Starts a query for each output and waits until they end, one fails, or a stop is asked for; a failure ends the process.

    A stop is the file `stop` in the run's folder, or SIGTERM; the micro-batch that is running may finish first.
    """
    folder = Path(settings.run_folder)
    folder.mkdir(parents=True, exist_ok=True)  # when the script is run by hand
    stop_asked = _listen_for_signals()
    _log(spark, "WARN")
    progress = _ProgressFile(folder / "progress.ndjson")
    spark.streams.addListener(progress)
    queries = [_start(settings, output) for output in outputs]
    application = {
        "id": spark.sparkContext.applicationId,
        "ui": spark.sparkContext.uiWebUrl,
        "settled": False,
        "outputs": [{"query": output.query, "mode": output.mode, "topic": output.topic} for output in outputs],
    }
    write_json(folder / "application.json", application)
    while any(query.isActive for query in queries) and not _has_failed(queries):
        if stop_asked.is_set() or (folder / "stop").exists():
            break
        if not application["settled"] and all(_is_settled(query, progress) for query in queries):
            application["settled"] = True
            write_json(folder / "application.json", application)
        time.sleep(POLL_SECONDS)
    for query in queries:
        _finish(query)
    failure = next((query.exception() for query in queries if query.exception()), None)
    if settings.trigger == AVAILABLE_NOW and not failure:
        write_json(folder / "open-windows.json", _count_open(spark, settings, queries))
    _log(spark, "INFO")
    spark.stop()  # before it stops, the listener gets the last progress events
    if failure:
        sys.exit(f"The stream ended with an error: {failure}")


def _start(settings: Settings, output: Output) -> StreamingQuery:
    place = {"path": _to_uri(settings.output_folder)}
    if output.topic is not None:
        place = {"kafka.bootstrap.servers": settings.bootstrap_servers, "topic": output.topic}
    checkpoint = f"{_to_uri(settings.checkpoint_folder)}/{output.query}"
    pace = (output.is_background and settings.background_trigger) or settings.trigger
    trigger = {"availableNow": True} if pace == AVAILABLE_NOW else {"processingTime": pace}
    writer = output.writer.queryName(output.query).outputMode(output.mode)
    writer = writer.options(checkpointLocation=checkpoint, **place)
    return writer.trigger(**trigger).start()


def _count_open(spark: SparkSession, settings: Settings, queries: list[StreamingQuery]) -> dict[str, Any]:
    """Results that parquet does not have yet, and their windows; null for what is not known.

    They are in the state of the query for parquet. Spark can read that from 4.0 on; before 4.0 its last progress counts them.
    """
    untold = {"results": None, "windows": None, "from": None, "to": None}
    try:
        with _plainly_named(f"{settings.checkpoint_folder}/parquet") as checkpoint:
            states = _read_aggregations(spark, _to_uri(checkpoint))
            return dict(zip(untold, _count_windows(states), strict=True)) if states else untold
    except Exception as error:
        print(f"The state tells no open windows: {error}", file=sys.stderr)
    last = next((query.lastProgress for query in queries if query.name == "parquet"), None)
    operators = last["stateOperators"] if last else []
    return untold if len(operators) != 1 else {**untold, "results": operators[0]["numRowsTotal"]}


@contextmanager
def _plainly_named(folder: str) -> Iterator[str]:
    """Spark 4.2 looks for state under the percent-encoded path. A folder with a blank in its path needs a link without one."""
    if Path(folder).as_uri() == _to_uri(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory() as place:
        link = Path(place) / "checkpoint"
        link.symlink_to(folder)
        yield str(link)


def _count_windows(states: list[DataFrame]) -> Row:
    # Each topic of a join has a state of its own, and both may have a part of the same result.
    open_results = reduce(DataFrame.union, [state.select("key", _window_in(state)) for state in states]).distinct()
    start, end = F.col("window.start"), F.col("window.end")
    times = [F.date_format(time, TIME_FORMAT) for time in (F.min(start), F.max(end))]
    return open_results.select(F.count("*"), F.count_distinct(start, end), *times).first()


def _read_aggregations(spark: SparkSession, checkpoint: str) -> list[DataFrame]:
    """The states of the aggregations by windows; a join of final windows keeps no state."""
    operators = spark.read.format("state-metadata").load(checkpoint).where("operatorName != 'symmetricHashJoin'")
    numbers = sorted({row.operatorId for row in operators.collect()})
    states = [spark.read.format("statestore").option("operatorId", number).load(checkpoint) for number in numbers]
    return [state for state in states if _window_in(state) is not None]


def _window_in(state: DataFrame) -> Column | None:
    """Finds the window in the state of an aggregation: with sessions it is in the value, otherwise in the key."""
    parts = {field.name: field.dataType for field in state.schema.fields}
    places = [(part, name) for part in ("key", "value") for name in getattr(parts.get(part), "names", [])]
    windows = [f"{part}.{name}" for part, name in places if name in ("window", "session_window")]
    return F.col(windows[0]).alias("window") if windows else None


def _to_uri(folder: str) -> str:
    # Hadoop does not decode paths: an encoded blank would become a folder with `%20` in its name.
    return f"file://{folder}"


def _listen_for_signals() -> threading.Event:
    # The handler only sets a flag: it may interrupt a call into the JVM, and a second call would then fail (reentrant call).
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def _log(spark: SparkSession, level: str) -> None:
    """With WARN only problems, where a query begins, and which executors come and go: all else is more than 10 kB a batch."""
    always = ["scheduler.cluster", "deploy.client", "sql.kafka010.KafkaMicroBatchStream"]
    log4j = spark._jvm.org.apache.logging.log4j
    log4j.core.config.Configurator.setLevel("org.apache.spark", log4j.Level.toLevel(level))
    for name in always:
        log4j.core.config.Configurator.setLevel(f"org.apache.spark.{name}", log4j.Level.INFO)


def _has_failed(queries: list[StreamingQuery]) -> bool:
    return any(not query.isActive and query.exception() for query in queries)


def _is_settled(query: StreamingQuery, progress: "_ProgressFile") -> bool:
    """The query has committed a batch, or has seen that there is nothing to read."""
    return query.name in progress.committed or query.status["message"] == "Waiting for data to arrive"


def _finish(query: StreamingQuery) -> None:
    running = _next_batch(query)
    deadline = time.monotonic() + FINISH_BATCH_WITHIN_SECONDS
    while query.isActive and query.status["isTriggerActive"] and _next_batch(query) <= running:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    query.stop()


def _next_batch(query: StreamingQuery) -> int:
    last = query.lastProgress
    return last["batchId"] + 1 if last else 0


class _ProgressFile(StreamingQueryListener):
    """Spark's own StreamingQueryProgress of the newest micro-batches, a line for each, and in each line the sums up to it.

    So the newest line alone says what all drivers of the run have done. A file that has become too long is replaced by its
    newest lines: a driver that is killed at any moment leaves the old file or the new one, and neither lacks a sum.
    """

    # A reader takes the whole file, and finds at least a minute of batches in it at a trigger of one second.
    LONGEST_BYTES = 400_000
    KEPT_BYTES = 200_000
    MOST_LINES = 1_000  # taken over from an earlier version, whose files have no end

    def __init__(self, path: Path) -> None:
        self.path = path
        self.committed: set[str] = set()
        self._tally = _Tally()
        self._one_at_a_time = threading.Lock()
        self._lines: deque[tuple[str, bytes]] = deque()  # those in the file that can be read, with their queries
        if path.exists():
            self._take_over()

    def onQueryStarted(self, event: Any) -> None:
        pass

    def onQueryProgress(self, event: Any) -> None:
        self.add(json.loads(event.progress.json))

    def onQueryIdle(self, event: Any) -> None:
        pass

    def onQueryTerminated(self, event: Any) -> None:
        pass

    def add(self, progress: dict[str, Any]) -> None:
        """Counts a micro-batch and writes its line."""
        name = _Tally.name_of(progress)
        with self._one_at_a_time:
            self._tally.add(progress)
            line = json.dumps({**progress, "tally": self._tally.facts}).encode() + b"\n"
            self._lines.append((name, line))
            if self._append(line) > self.LONGEST_BYTES:
                self._shorten()
        self.committed.add(name)

    def _take_over(self) -> None:
        """What earlier drivers of the run have written; lines of an earlier version have no sums, and are added."""
        with self.path.open("rb") as lines:
            for line in lines:
                progress = _parse_object(line)
                if "tally" in progress:
                    self._tally.facts = progress["tally"]
                elif "batchId" in progress:
                    self._tally.add(progress)
                if progress:
                    self._lines.append((_Tally.name_of(progress), line))
                if len(self._lines) > self.MOST_LINES:
                    self._lines.popleft()

    def _append(self, line: bytes) -> int:
        """Returns the size of the file."""
        with self.path.open("ab+") as file:
            size = file.tell()
            file.seek(max(0, size - 1))
            # A killed driver may have left half a line.
            file.write(line if file.read() in (b"", b"\n") else b"\n" + line)
        return size + len(line)

    def _shorten(self) -> None:
        """Keeps the newest lines, and the newest one of a query that has had no batch for long."""
        kept: deque[tuple[str, bytes]] = deque()
        size = 0
        for name, line in reversed(self._lines):
            size += len(line)
            if size <= self.KEPT_BYTES or all(name != other for other, _ in kept):
                kept.appendleft((name, line))
        self._lines = kept
        draft = self.path.with_name(f"{self.path.name}.tmp")
        with draft.open("wb") as file:
            file.writelines(line if line.endswith(b"\n") else line + b"\n" for _, line in kept)
            file.flush()
            os.fsync(file.fileno())  # otherwise a power cut could leave an empty file under the name
        os.replace(draft, self.path)


class _Tally:
    """Sums over all micro-batches of a run, by query: those of ProgressTally in `src/runs/state/progress-tally.ts`."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {"queries": {}, "openRows": 0}

    @staticmethod
    def name_of(progress: dict[str, Any]) -> str:
        return progress.get("name") or "query"

    def add(self, progress: dict[str, Any]) -> None:
        facts, name, times = self.facts, self.name_of(progress), progress.get("eventTime") or {}
        watermark, events = _to_ms(times.get("watermark")), _events_in(progress)
        newest = _extreme(max, [event["newest_event_ms"] for event in events.values()])
        oldest = _extreme(min, [event["oldest_event_ms"] for event in events.values()])
        newest = _to_ms(times.get("max")) if newest is None else newest
        oldest = _to_ms(times.get("min")) if oldest is None else oldest
        facts["queries"][name] = self._add_to(facts["queries"].get(name), progress, events)
        facts["watermarkMs"] = _extreme(max, [facts.get("watermarkMs"), watermark])
        facts["newestEventMs"] = _extreme(max, [facts.get("newestEventMs"), newest])
        facts["oldestEventMs"] = _extreme(min, [facts.get("oldestEventMs"), oldest])
        if watermark is not None:
            facts["openRows"] = _sum_of(progress, "numRowsTotal")

    def _add_to(self, before: dict[str, Any] | None, progress: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
        sums = before or dict.fromkeys(["batches", "rowsRead", "rowsWritten", "droppedAsLate"], 0)
        rows, rate = progress.get("numInputRows", 0), progress.get("processedRowsPerSecond")
        has_rate = isinstance(rate, int | float) and math.isfinite(rate) and rows > 0
        began, took = _to_ms(progress.get("timestamp")), (progress.get("durationMs") or {}).get("triggerExecution")
        committed = None if began is None else began + (took or 0)
        return {
            "batches": sums["batches"] + 1,
            "rowsRead": sums["rowsRead"] + rows,
            "rowsWritten": sums["rowsWritten"] + _rows_written(progress),
            "droppedAsLate": sums["droppedAsLate"] + _sum_of(progress, "numRowsDroppedByWatermark"),
            "firstBatchId": sums.get("firstBatchId", progress["batchId"]),
            "lastCommitMs": _extreme(max, [sums.get("lastCommitMs"), committed]),
            "lastDurationMs": took,
            "rowsPerSecond": rate if has_rate else sums.get("rowsPerSecond"),
            "endOffsets": _end_offsets(progress) or sums.get("endOffsets"),
            "driver": self._add_to_driver(sums.get("driver"), progress, events),
        }

    def _add_to_driver(self, before: dict[str, Any] | None, progress: dict[str, Any], events: dict[str, Any]) -> dict[str, Any]:
        """Of the newest driver alone: Spark gives each start of a query another `runId`."""
        began, run_id = _to_ms(progress.get("timestamp")), progress.get("runId")
        driver = before if before and before["runId"] == run_id else {"sinceMs": began, "topics": {}}
        topics = dict(driver["topics"])
        for topic, event in events.items():
            if event["rows"] > 0:
                newest = _extreme(max, [topics.get(topic, {}).get("newestMs"), event["newest_event_ms"]])
                topics[topic] = {"newestMs": newest, "lastReadMs": began}
        watermark = _to_ms((progress.get("eventTime") or {}).get("watermark"))
        rows = _sum_of(progress, "numRowsTotal")
        return {"runId": run_id, "sinceMs": driver["sinceMs"], "watermarkMs": watermark, "stateRows": rows, "topics": topics}


def _parse_object(line: bytes) -> dict[str, Any]:
    """Empty for what is none, such as the half line of a killed driver."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _events_in(progress: dict[str, Any]) -> dict[str, Any]:
    """What `tell_events` has observed, by topic."""
    observed = (progress.get("observedMetrics") or {}).items()
    return {
        name.removeprefix("read:"): {"newest_event_ms": None, "oldest_event_ms": None, **metrics}
        for name, metrics in observed
        if name.startswith("read:") and isinstance(metrics.get("rows"), int)
    }


def _rows_written(progress: dict[str, Any]) -> int:
    """A sink of files says -1: then it is what the script has observed, or else the rows that have left the state."""
    sink = progress.get("sink") or {"numOutputRows": 0}
    if sink.get("numOutputRows", 0) >= 0:
        return sink.get("numOutputRows", 0)
    written = ((progress.get("observedMetrics") or {}).get("written") or {}).get("rows")
    is_file = str(sink.get("description", "")).startswith("FileSink")
    return written if written is not None else _sum_of(progress, "numRowsRemoved") if is_file else 0


def _end_offsets(progress: dict[str, Any]) -> dict[str, Any] | None:
    """By topic and partition; None for a query without Kafka sources."""
    sources = [source.get("endOffset") for source in progress.get("sources") or []]
    offsets = [_parse_object(source.encode()) if isinstance(source, str) else source for source in sources]
    known = [source for source in offsets if isinstance(source, dict)]
    topics = {topic: partitions for source in known for topic, partitions in source.items()}
    return {topic: ends for topic, ends in topics.items() if isinstance(ends, dict)} or None


def _sum_of(progress: dict[str, Any], figure: str) -> int:
    return sum(operator.get(figure, 0) for operator in progress.get("stateOperators") or [])


def _extreme(choose: Callable[[list[float]], float], values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return choose(known) if known else None


def _to_ms(time: str | None) -> int | None:
    return None if time is None else round(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replaces the whole file at once, so that nobody reads half of it."""
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_text(json.dumps(value) + "\n", encoding="utf-8")
    os.replace(draft, path)
