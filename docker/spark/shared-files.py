"""Gives a command line outside of this container access to the shared volumes and to the container's drivers.

It reads one JSON object per line and answers each with one: {"op": "read", "path": "/opt/data/..."} -> {"result": ...} or
{"error": ..., "code": "ENOSPC"}. It ends when its input ends, so a command line that was killed leaves no process behind.
"""

import base64
import errno
import json
import os
import shutil
import signal
import sys
import tempfile
from typing import Any, Optional


def read(path: str) -> Optional[str]:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError):
        return None  # the last one: a process that ends while its /proc file is read


def tail(path: str, fromByte: int, atMost: Optional[int] = None) -> dict[str, Any]:
    """Returns whole lines from a byte on; a file that became shorter is read from its beginning.

    A negative byte counts from the end, and the line that contains it is left out. It returns at most `atMost` bytes, unless
    the first line is longer.
    """
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = max(0, size + fromByte) if fromByte < 0 else 0 if size < fromByte else fromByte
            file.seek(start)
            length = size - start if atMost is None else min(size - start, atMost)
            appended = file.read(length)
    except (FileNotFoundError, NotADirectoryError):
        return {"text": "", "nextByte": 0}
    end = appended.rfind(b"\n") + 1
    if end == 0 and atMost is not None and start + length < size:
        return tail(path, fromByte, 2 * atMost)
    first = min(appended.find(b"\n") + 1, end) if fromByte < 0 and start > 0 else 0
    return {"text": appended[first:end].decode("utf-8", "replace"), "nextByte": start + end}


def put(path: str, content: str, mode: Optional[int] = None) -> None:
    """Replaces the file as a whole; `content` is base64."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64decode(content))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644 if mode is None else mode)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def list_names(path: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except (FileNotFoundError, NotADirectoryError):
        return []


def rename(path: str, to: str) -> None:
    os.makedirs(os.path.dirname(to), exist_ok=True)
    os.replace(path, to)


def remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def free_bytes(path: str) -> int:
    return shutil.disk_usage(path).free


def start_time(pid: int) -> Optional[str]:
    """As run-driver.sh writes it: the boot's id and field 22 of /proc/PID/stat (proc(5)); None if the process does not run."""
    stat = read(f"/proc/{pid}/stat")
    if not stat:
        return None
    fields = stat[stat.rindex(")") + 2 :].split(" ")
    boot = (read("/proc/sys/kernel/random/boot_id") or "").strip()
    return None if fields[0] in ("Z", "X") else f"{boot}:{fields[19]}"


def send(pid: int, name: str) -> bool:
    """Signals a process, or the process group if the pid is negative."""
    try:
        os.kill(pid, getattr(signal, name)) if pid > 0 else os.killpg(-pid, getattr(signal, name))
        return True
    except ProcessLookupError:
        return False


OPERATIONS = {
    "read": read,
    "tail": tail,
    "put": put,
    "list": list_names,
    "rename": rename,
    "remove": remove,
    "freeBytes": free_bytes,
    "startTime": start_time,
    "send": send,
}


def answer(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
        return {"result": OPERATIONS[request.pop("op")](**request)}
    except Exception as error:
        number = getattr(error, "errno", None)
        return {"error": str(error) or type(error).__name__, "code": errno.errorcode.get(number or 0)}


def main() -> None:
    print(json.dumps({"result": "ready"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)


if __name__ == "__main__":
    main()
