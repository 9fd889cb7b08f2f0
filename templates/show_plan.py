"""Writes Spark's plan of the query of a streaming script to a file; reads no topic and starts no query.

show_plan.py SCRIPT FILE
"""

import contextlib
import importlib.util
import io
import sys
from pathlib import Path

import millrace_job as job
from millrace_outputs import to_kafka


def main(script: str, file: str) -> None:
    spec = importlib.util.spec_from_file_location("script", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "results_of"):
        sys.exit("The script has no function results_of(spark), which would give the query")
    spark = job.session("plan")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        to_kafka(module.SETTINGS, module.results_of(spark)).explain("formatted")
    Path(file).write_text(printed.getvalue(), encoding="utf-8")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
