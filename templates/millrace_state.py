"""Which windows a stream in append mode leaves open: its topic and its parquet do not have them yet.

It lies beside the scripts and needs only pyspark.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

from millrace_outputs import TIME_FORMAT, to_uri


def count_open(spark: SparkSession, checkpoint_folder: str, query: StreamingQuery) -> dict[str, Any]:
    """Results in the state of a query in append mode, whose windows are open, and these windows; null for what is not known.

    Spark can read a state from 4.0 on; before 4.0 the last progress counts its rows.
    """
    untold = {"results": None, "windows": None, "from": None, "to": None}
    try:
        with _plainly_named(f"{checkpoint_folder}/{query.name}") as checkpoint:
            states = _read_aggregations(spark, to_uri(checkpoint))
            return dict(zip(untold, _count_windows(states), strict=True)) if states else untold
    except Exception as error:
        print(f"The state tells no open windows: {error}", file=sys.stderr)
    last = query.lastProgress
    operators = last["stateOperators"] if last else []
    return untold if len(operators) != 1 else {**untold, "results": operators[0]["numRowsTotal"]}


@contextmanager
def _plainly_named(folder: str) -> Iterator[str]:
    """Spark 4.2 looks for state under the percent-encoded path. A folder with a blank in its path needs a link without one."""
    if Path(folder).as_uri() == to_uri(folder):
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
