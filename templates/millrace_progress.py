"""The file that says what the batches of a run have done, for `runs list`, `runs show` and `runs explain`.

It lies beside the scripts and needs only pyspark.
"""

import json
import math
import os
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.sql.streaming.listener import StreamingQueryListener


class ProgressFile(StreamingQueryListener):
    """Spark's own StreamingQueryProgress of the newest micro-batches, a line for each, and in each line the sums up to it.

    So the newest line alone says what all drivers of the run have done. A file that has become too long is replaced by its
    newest lines: a driver that is killed at any moment leaves the old file or the new one, and neither lacks a sum.
    """

    # A reader takes the whole file, and finds at least a minute of batches in it at a trigger of one second.
    LONGEST_BYTES = 400_000
    KEPT_BYTES = 200_000
    MOST_LINES = 1_000  # taken over from an earlier version, whose files have no end

    def __init__(self, path: Path, tell: Callable[[dict[str, Any]], None] = lambda batch: None) -> None:
        """Each batch that Spark tells of is also handed to `tell`, once its line is written."""
        self.path = path
        self.tell = tell
        self.committed: set[str] = set()
        self._tally = _Tally()
        self._one_at_a_time = threading.Lock()
        self._lines: deque[tuple[str, bytes]] = deque()  # those in the file that can be read, with their queries
        if path.exists():
            self._take_over()

    def onQueryStarted(self, event: Any) -> None:
        pass

    def onQueryProgress(self, event: Any) -> None:
        progress = json.loads(event.progress.json)
        self.add(progress)
        self.tell(progress)

    def onQueryIdle(self, event: Any) -> None:
        pass

    def onQueryTerminated(self, event: Any) -> None:
        pass

    def add(self, progress: dict[str, Any]) -> None:
        """Counts a micro-batch and writes its line."""
        name = _Tally.name_of(progress)
        with self._one_at_a_time:
            self._tally.add(progress)
            line = json.dumps({**_without_blocks(progress), "tally": self._tally.facts}).encode() + b"\n"
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
        watermark, events = to_ms(times.get("watermark")), _events_in(progress)
        newest = _extreme(max, [event["newest_event_ms"] for event in events.values()])
        oldest = _extreme(min, [event["oldest_event_ms"] for event in events.values()])
        newest = to_ms(times.get("max")) if newest is None else newest
        oldest = to_ms(times.get("min")) if oldest is None else oldest
        facts["queries"][name] = self._add_to(facts["queries"].get(name), progress, events)
        facts["watermarkMs"] = _extreme(max, [facts.get("watermarkMs"), watermark])
        facts["newestEventMs"] = _extreme(max, [facts.get("newestEventMs"), newest])
        facts["oldestEventMs"] = _extreme(min, [facts.get("oldestEventMs"), oldest])
        if watermark is not None:
            facts["openRows"] = _sum_of(progress, "numRowsTotal")

    def _add_to(
        self, before: dict[str, Any] | None, progress: dict[str, Any], events: dict[str, Any]
    ) -> dict[str, Any]:
        sums = before or dict.fromkeys(["batches", "rowsRead", "rowsWritten", "droppedAsLate", "refused"], 0)
        rows, rate = progress.get("numInputRows", 0), progress.get("processedRowsPerSecond")
        has_rate = isinstance(rate, int | float) and math.isfinite(rate) and rows > 0
        began, took = to_ms(progress.get("timestamp")), (progress.get("durationMs") or {}).get("triggerExecution")
        committed = None if began is None else began + (took or 0)
        return {
            "batches": sums["batches"] + 1,
            "rowsRead": sums["rowsRead"] + rows,
            "rowsWritten": sums["rowsWritten"] + _rows_written(progress),
            "droppedAsLate": sums["droppedAsLate"] + _sum_of(progress, "numRowsDroppedByWatermark"),
            "refused": sums.get("refused", 0) + sum(event.get("refused", 0) for event in events.values()),
            "firstBatchId": sums.get("firstBatchId", progress["batchId"]),
            "lastCommitMs": _extreme(max, [sums.get("lastCommitMs"), committed]),
            "lastDurationMs": took,
            "rowsPerSecond": rate if has_rate else sums.get("rowsPerSecond"),
            "endOffsets": _end_offsets(progress) or sums.get("endOffsets"),
            "driver": self._add_to_driver(sums.get("driver"), progress, events),
        }

    def _add_to_driver(
        self, before: dict[str, Any] | None, progress: dict[str, Any], events: dict[str, Any]
    ) -> dict[str, Any]:
        """Of the newest driver alone: Spark gives each start of a query another `runId`."""
        began, run_id = to_ms(progress.get("timestamp")), progress.get("runId")
        driver = before if before and before["runId"] == run_id else {"sinceMs": began, "topics": {}}
        topics = dict(driver["topics"])
        for topic, event in events.items():
            if event["rows"] > 0:
                newest = _extreme(max, [topics.get(topic, {}).get("newestMs"), event["newest_event_ms"]])
                topics[topic] = {"newestMs": newest, "lastReadMs": began}
        watermark = to_ms((progress.get("eventTime") or {}).get("watermark"))
        rows = _sum_of(progress, "numRowsTotal")
        return {
            "runId": run_id,
            "sinceMs": driver["sinceMs"],
            "watermarkMs": watermark,
            "stateRows": rows,
            "topics": topics,
        }


def _parse_object(line: bytes) -> dict[str, Any]:
    """Empty for what is none, such as the half line of a killed driver."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _events_in(progress: dict[str, Any]) -> dict[str, Any]:
    """What `_tell_batch` has observed, by topic."""
    observed = (progress.get("observedMetrics") or {}).items()
    return {
        name.removeprefix("read:"): {"newest_event_ms": None, "oldest_event_ms": None, **metrics}
        for name, metrics in observed
        if name.startswith("read:") and isinstance(metrics.get("rows"), int)
    }


def _without_blocks(progress: dict[str, Any]) -> dict[str, Any]:
    """Where the refused records are is for the dead letters alone, and may be long."""
    observed = progress.get("observedMetrics") or {}
    if not any("refused_blocks" in metrics for metrics in observed.values()):
        return progress
    told = {
        name: {figure: value for figure, value in metrics.items() if figure != "refused_blocks"}
        for name, metrics in observed.items()
    }
    return {**progress, "observedMetrics": told}


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


def to_ms(time: str | None) -> int | None:
    return None if time is None else round(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)
