"""What all streaming scripts share: reading topics, one query for all results, progress, and a clean stop.

It lies beside the scripts, with the other millrace_*.py, and needs only pyspark: a script also runs by hand, with a
plain `spark-submit`.
"""

import queue
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyspark
from pyspark.errors import StreamingQueryException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from millrace_outputs import (
    BLOCK,
    Copy,
    DeadLetters,
    FinalResults,
    Results,
    Settings,
    committed_batch,
    to_kafka,
    to_uri,
    write_json,
)
from millrace_progress import ProgressFile
from millrace_records import FAULTY, Shape, check, end_of_tomorrow, event_ms, good
from millrace_state import count_open

__all__ = [
    "Copy",
    "Input",
    "Results",
    "Settings",
    "Shape",
    "count_values",
    "most_counted",
    "read",
    "run_until_stopped",
    "session",
    "with_watermark",
]

AVAILABLE_NOW = "available-now"
POLL_SECONDS = 0.25
# How long a stop waits for the micro-batch that is running.
FINISH_BATCH_WITHIN_SECONDS = 60.0
# How long a stop waits for parquet and dead letters.
LAST_STEPS_WITHIN_SECONDS = 20.0
# How long the listener may take to tell of the last batch.
TELL_WITHIN_SECONDS = 10.0
DEAD_LETTERS_EVERY_SECONDS = 10.0
# Windows that the records of a topic have closed long ago are in parquet soon after a start.
FIRST_STEP_AFTER_SECONDS = 10.0
# Where the batches end by themselves, most is done in the last steps: each one before them only takes time from the reading.
BACKLOG_STEP_EVERY_SECONDS = 60.0
# So often in a row parquet or dead letters may fail before the run does.
MOST_FAILURES = 3
SHUFFLE_PARTITIONS = 2
# Of how many values a window tells the counts: so many may have the same count as the last of the top.
COUNTED = 100


def session(app_name: str) -> SparkSession:
    """A session in UTC, with few partitions for the state unless the submit sets others: run by hand, a script gives the same.

    Of two pools without tasks the one whose name comes first in the alphabet gets a free core: `default`, in which the query runs.
    """
    builder = SparkSession.builder.appName(app_name).config("spark.sql.session.timeZone", "UTC")
    spark = builder.config("spark.scheduler.mode", "FAIR").getOrCreate()
    if not spark.sparkContext.getConf().contains("spark.sql.shuffle.partitions"):
        spark.conf.set("spark.sql.shuffle.partitions", SHUFFLE_PARTITIONS)
    return spark


@dataclass(frozen=True)
class Input:
    """A topic that a script reads, and what its records look like."""

    topic: str
    shape: Shape


def read(spark: SparkSession, settings: Settings, source: Input) -> DataFrame:
    """The good records of the topic, with the fields of its shape. What is refused becomes dead letters.

    An event later than now, as a fast clock gives it, counts as now. Each record is read once: the numbers that the progress of
    a batch tells keep Spark from moving the filter, and the reading with it, in front of them.
    """
    records = spark.readStream.format("kafka").options(**settings.source(source.topic)).load()
    shape = source.shape
    checked = _not_after_now(check(records, shape), shape)
    return good(_tell_batch(checked, source), shape)


def _not_after_now(checked: DataFrame, shape: Shape) -> DataFrame:
    """Spark keeps the time of a micro-batch in its log, so a batch that is read again gives the same rows.

    As a DECIMAL that time is no text in the generated code, which would otherwise be another one in each batch, and compiled anew.
    """
    name = shape.event_time
    if shape.fields[name] == "BIGINT":
        return checked.withColumn(name, _least(F.col(name), F.unix_millis(F.current_timestamp())))
    micros = _least(F.unix_micros(name), F.unix_micros(F.current_timestamp()))
    return checked.withColumn(name, F.timestamp_micros(micros))


def _least(time: Column, now: Column) -> Column:
    return F.least(time.cast("decimal(18,0)"), now.cast("decimal(18,0)")).cast("bigint")


def _tell_batch(checked: DataFrame, source: Input) -> DataFrame:
    """The progress of each batch then has the number of its records, how many are refused, and the times of the others.

    For scripts that join topics: the slowest topic sets the watermark, and Spark's own figures do not say which one that is.
    """
    is_bad = F.col(FAULTY)
    block = F.when(
        is_bad, F.struct(F.col("_partition").alias("partition"), F.floor(F.col("_offset") / BLOCK).alias("block"))
    )
    time = F.when(~is_bad, event_ms(source.shape))
    # A column of its own: Spark 3.5 takes no time of the batch inside of a metric.
    return checked.withColumn("_latest_ms", end_of_tomorrow()).observe(
        f"read:{source.topic}",
        F.count(F.lit(1)).alias("rows"),
        F.count(F.when(is_bad, 1)).alias("refused"),
        F.collect_set(block).alias("refused_blocks"),
        F.max("_latest_ms").alias("latest_ms"),
        F.min(time).alias("oldest_event_ms"),
        F.max(time).alias("newest_event_ms"),
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


def count_values(name: str) -> Column:
    """How often a window has each value of a column; `most_counted` reads it. From Spark 4.1 on the state grows with the values, before
    with the rows. Exact for up to 7,500 different values, approximate for more."""
    if _has_top_k():
        return F.expr(f"approx_top_k({name}, {COUNTED})")
    return F.collect_list(name)


def most_counted(counted: str, top: int) -> Column:
    """The values that are there most often, the first of the alphabet first where two are equal: structs of `value` and `count`."""
    if _has_top_k():
        counts = F.transform(counted, lambda one: F.struct((-one["count"]).alias("n"), one["item"].alias("value")))
    else:
        counts = F.transform(
            F.array_distinct(counted),
            lambda value: F.struct(
                (-F.size(F.filter(counted, lambda one: one == value))).alias("n"), value.alias("value")
            ),
        )
    known = F.filter(counts, lambda one: one["value"].isNotNull())
    largest = F.slice(F.sort_array(known), 1, top)
    return F.transform(
        largest, lambda one: F.struct(one["value"].alias("value"), (-one["n"]).cast("bigint").alias("count"))
    )


def _has_top_k() -> bool:
    return tuple(int(part) for part in pyspark.__version__.split(".")[:2]) >= (4, 1)


def run_until_stopped(spark: SparkSession, settings: Settings, inputs: list[Input], results: Results) -> None:
    """Runs the query for the results until it ends, fails, or a stop is asked for; a failure ends the process.

    Beside it, every few seconds, final results are written to parquet and dead letters to their topic. A stop is the file `stop` in
    the run's folder, or SIGTERM; the micro-batch that is running may finish first.
    """
    folder = Path(settings.run_folder)
    folder.mkdir(parents=True, exist_ok=True)  # when the script is run by hand
    stop_asked = _listen_for_signals()
    _log(spark, "WARN")
    told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    progress = ProgressFile(folder / "progress.ndjson", told.put)
    spark.streams.addListener(progress)
    shapes = {source.topic: source.shape for source in inputs}
    steps = [_Step(DeadLetters(spark, settings, shapes), DEAD_LETTERS_EVERY_SECONDS)]
    final = FinalResults(spark, settings, results, progress.add) if results.has_windows else None
    if final:
        steps.append(_Step(final, settings.parquet_every_seconds))
    left = committed_batch(settings.checkpoint_folder)
    if left:  # an earlier driver may have ended before it took the steps of its last batches
        for step in steps:
            step.work.note(left)
    queries = _start(settings, results)
    run = _Run(queries[0], told, steps, is_backlog=settings.trigger == AVAILABLE_NOW)
    # After the query has begun in the default pool: what is done beside it waits for its tasks, and not they for it.
    spark.sparkContext.setLocalProperty("spark.scheduler.pool", "steps")
    letters = {"query": "dead-letters", "mode": "append", "topic": settings.dead_letter_topic}
    application = {
        "id": spark.sparkContext.applicationId,
        "ui": spark.sparkContext.uiWebUrl,
        "settled": False,
        "outputs": [*results.outputs(), letters],
    }
    write_json(folder / "application.json", application)
    while all(_goes_on(query) for query in queries):
        if stop_asked.is_set() or (folder / "stop").exists():
            break
        if not application["settled"] and all(_is_settled(query, progress) for query in queries):
            application["settled"] = True
            write_json(folder / "application.json", application)
        run.take_steps()
    is_stopped = stop_asked.is_set() or (folder / "stop").exists()
    failure = _end_all(queries, has_to_end=settings.trigger == AVAILABLE_NOW and not is_stopped)
    if failure is None:
        run.take_last_steps(spark, LAST_STEPS_WITHIN_SECONDS if is_stopped else None)
        if final and settings.trigger == AVAILABLE_NOW:
            open_windows = (
                final.open if results.mode == "update" else count_open(spark, settings.checkpoint_folder, queries[0])
            )
            write_json(folder / "open-windows.json", open_windows)
    _log(spark, "INFO")
    spark.stop()
    if failure:
        sys.exit(f"The stream ended with an error: {failure}")


@dataclass
class _Step:
    """Something that is done every so many seconds with what the batches have told."""

    work: FinalResults | DeadLetters
    every_seconds: float
    next_at: float = 0.0
    failures: int = 0  # in a row

    def take(self) -> None:
        """What fails for a moment, as without a broker, is tried again; the stream goes on meanwhile."""
        try:
            was_due = self.work.write()
            self.failures = 0
        except Exception as error:
            was_due = True
            self._count_failure(error)
        if was_due:
            self.next_at = time.monotonic() + self.every_seconds

    def take_last(self, is_too_late: threading.Event) -> None:
        self.failures = 0
        while True:
            try:
                self.work.write()
                return
            except Exception as error:
                if is_too_late.is_set():
                    raise
                self._count_failure(error)

    def _count_failure(self, error: Exception) -> None:
        self.failures += 1
        if self.failures == MOST_FAILURES:
            raise error
        print(f"{type(self.work).__name__} is tried again: {error}", file=sys.stderr)


class _Run:
    def __init__(
        self, query: StreamingQuery, told: "queue.SimpleQueue[dict[str, Any]]", steps: list[_Step], is_backlog: bool
    ) -> None:
        self.query = query
        self.told = told
        self.steps = steps
        self.newest_batch = -1
        for step in steps:
            if is_backlog:
                step.every_seconds = max(step.every_seconds, BACKLOG_STEP_EVERY_SECONDS)
            first_after = step.every_seconds if is_backlog else min(step.every_seconds, FIRST_STEP_AFTER_SECONDS)
            step.next_at = time.monotonic() + first_after

    def take_steps(self) -> None:
        self._hear()
        now = time.monotonic()
        for step in self.steps:
            if now >= step.next_at:
                step.take()

    def take_last_steps(self, spark: SparkSession, within_seconds: float | None) -> None:
        """A stop does not wait for ever: without executors a step would. What it leaves, the next run takes up."""
        is_too_late = threading.Event()

        def end_steps() -> None:
            is_too_late.set()
            spark.sparkContext.cancelAllJobs()

        timer = threading.Timer(within_seconds or 0, end_steps)
        if within_seconds:
            timer.start()
        try:
            self._take_last_steps(is_too_late)
        except Exception as error:
            if not within_seconds:
                raise
            print(f"Parquet and dead letters are left to the next run: {error}", file=sys.stderr)
        finally:
            timer.cancel()

    def _take_last_steps(self, is_too_late: threading.Event) -> None:
        last = self.query.lastProgress
        deadline = time.monotonic() + TELL_WITHIN_SECONDS
        while last and self.newest_batch < last["batchId"] and time.monotonic() < deadline:
            time.sleep(0.02)
            self._hear()
        # Side by side: while one is planned, the executor has the other.
        with ThreadPoolExecutor(len(self.steps)) as threads:
            for taken in [threads.submit(step.take_last, is_too_late) for step in self.steps]:
                taken.result()

    def _hear(self) -> None:
        while not self.told.empty():
            batch = self.told.get()
            if batch["name"] != self.query.name:
                continue
            self.newest_batch = batch["batchId"]
            for step in self.steps:
                step.work.note(batch)


def _start(settings: Settings, results: Results) -> list[StreamingQuery]:
    """The query for the topic. Rows without windows are final at once: a second query writes them to parquet as they come."""
    topic = to_kafka(settings, results).writeStream.format("kafka").outputMode(results.mode)
    topic = topic.option("kafka.bootstrap.servers", settings.bootstrap_servers)
    writers = {"topic": topic}
    if not results.has_windows:
        files = results.rows.writeStream.format("parquet").outputMode("append")
        writers["parquet"] = files.option("path", to_uri(settings.output_folder))
    trigger = {"availableNow": True} if settings.trigger == AVAILABLE_NOW else {"processingTime": settings.trigger}
    return [
        writer.queryName(name)
        .option("checkpointLocation", f"{to_uri(settings.checkpoint_folder)}/{name}")
        .trigger(**trigger)
        .start()
        for name, writer in writers.items()
    ]


def _goes_on(query: StreamingQuery) -> bool:
    try:
        return not query.awaitTermination(POLL_SECONDS)
    except StreamingQueryException:
        return False  # its failure is told at the end


def _end_all(queries: list[StreamingQuery], has_to_end: bool) -> Exception | None:
    """Stops the queries between two batches, or waits until all that there was is read. Returns the failure of one, if any."""
    while has_to_end and any(query.isActive for query in queries) and not any(query.exception() for query in queries):
        time.sleep(POLL_SECONDS)
    for query in queries:
        _finish(query)
    return next((query.exception() for query in queries if query.exception()), None)


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


def _is_settled(query: StreamingQuery, progress: ProgressFile) -> bool:
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
