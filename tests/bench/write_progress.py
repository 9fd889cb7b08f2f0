"""Writes the progress of a long stream through the product's own code: write_progress.py MODULES PROGRESS LINES < line.

MODULES is the folder with millrace_progress.py; the line, of a real run, is told again with new numbers and times.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

modules, progress, lines = sys.argv[1:]
sys.path.insert(0, modules)

try:
    from millrace_progress import ProgressFile
except ImportError:  # a build that is compared with may have it elsewhere
    from millrace_job import _ProgressFile as ProgressFile

batch = json.loads(sys.stdin.read())
begin = datetime.now(timezone.utc) - timedelta(seconds=int(lines))
writer = ProgressFile(Path(progress))
for number in range(int(lines)):
    time = (begin + timedelta(seconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = json.dumps({**batch, "batchId": number, "timestamp": time})
    writer.onQueryProgress(SimpleNamespace(progress=SimpleNamespace(json=text, name=batch["name"])))
