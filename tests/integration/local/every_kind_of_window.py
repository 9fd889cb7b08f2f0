"""Runs rendered scripts of windowed-news over two parts of a topic, all in one session.

    spark-submit … every_kind_of_window.py BROKER TABLE RESULTS

TABLE names the topic, the scripts and the records of the second part. Each script's query reads the first part to
its end, then the second on the same checkpoints, as two submits with the trigger available-now would. RESULTS tells of each
query the watermark that the first part has left and how many rows of the second were too late for it.
"""

import importlib.util
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from pyspark.sql import SparkSession

BROKER, TABLE, RESULTS = sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
# A query mostly waits for files and for the broker.
AT_ONCE = 4


# What the scripts import lies beside them.
sys.path.insert(0, str(Path(TABLE["kinds"][0]["script"]).parent))
from millrace_outputs import FinalResults, committed_batch  # noqa: E402


def load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def run_to_end(spark: SparkSession, kind: dict[str, Any], script: ModuleType) -> dict[str, Any]:
    # A session of its own, since each script calls its query the same.
    spark = spark.newSession()
    results = script.results_of(spark)
    final = FinalResults(spark, script.SETTINGS, results, lambda line: None)
    (query,) = script.job._start(script.SETTINGS, results)
    query.awaitTermination()
    batches = [json.loads(batch.json) for batch in query.recentProgress]
    if kind["isLeft"]:
        final = FinalResults(spark, script.SETTINGS, results, lambda line: None)
        final.note(committed_batch(script.SETTINGS.checkpoint_folder))
    else:
        for batch in batches:
            final.note(batch)
    final.write()
    late = sum(operator["numRowsDroppedByWatermark"] for batch in batches for operator in batch["stateOperators"])
    return {"name": kind["name"], "late": late, "watermark": batches[-1]["eventTime"]["watermark"]}


def run_all(spark: SparkSession, scripts: list[tuple[dict[str, Any], ModuleType]]) -> list[dict[str, Any]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda one: run_to_end(spark, *one), scripts))


def interrupt(script: ModuleType) -> None:
    """As if the driver had been killed in its first batch: the offsets are written, nothing is committed."""
    folder = Path(script.CHECKPOINT_FOLDER) / "topic"
    for name in ("commits/0", "commits/1", "offsets/1"):
        log = folder / name
        log.unlink()
        log.with_name(f".{log.name}.crc").unlink(missing_ok=True)


def main() -> None:
    spark = (
        SparkSession.builder.appName("every-kind-of-window")
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.sql.streaming.pollingDelay", "10ms")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    scripts = [(kind, load(kind["script"])) for kind in TABLE["kinds"]]
    for kind, script in scripts:
        script.CLOSE_WINDOWS = script.CLOSE_WINDOWS and not kind["isInterrupted"]
    first = run_all(spark, scripts)
    for kind, script in scripts:
        if kind["isInterrupted"]:
            interrupt(script)
            script.CLOSE_WINDOWS = True
    later = spark.createDataFrame(
        [(record["key"], record["value"]) for record in TABLE["later"]], "key STRING, value STRING"
    )
    later.write.format("kafka").option("kafka.bootstrap.servers", BROKER).option("topic", TABLE["topic"]).save()
    RESULTS.write_text(json.dumps({"first": first, "second": run_all(spark, scripts)}))
    spark.stop()


if __name__ == "__main__":
    main()
