"""What the multiverse costs: ``python bench/multiverse.py`` writes bench/multiverse.csv and .md.

The headline comparisons with 1,000 draws in each specification, all comparisons as points, and points against
the number of comparisons (copies of the book's). Seconds of wall clock and of processor time; the two differ
where other work is running.
"""

import argparse
import csv
import dataclasses
import os
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import numpy

import ceg
from ceg.analysis.analysis import Analysis
from ceg.evidence.tables import Evidence
from ceg.multiverse import chunks as runs
from ceg.multiverse import outcomes, specifications, summary

HERE = Path(__file__).parent
COLUMNS = (
    "run",
    "comparisons",
    "specifications",
    "draws",
    "workers",
    "seconds",
    "processor_seconds",
    "peak_mb",
    "target_seconds",
)


def main() -> None:
    """Run everything and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="copies of the comparisons in the largest run")
    most = parser.parse_args().times
    book = ceg.open()
    factors = specifications.factors(specifications.options())
    every = list(book.evidence.comparisons)
    headlines = [c.comparison for c in book.evidence.comparisons.values() if c.role == "headline"]
    made = outcomes.outcomes(book, every, factors)
    cells = {k: o.status.size for k, o in made.items()}
    rows, load = [], os.getloadavg()[0]

    def add(
        run: str, names: list[str], draws: int, workers: int, work: Callable[[], object], target: object = ""
    ) -> None:
        of = [cells[n.partition("#")[0]] for n in names]
        rows.append([run, len(names), sum(of), draws, workers, *_timed(work), target])
        print(*rows[-1])

    for workers in (1, 2):
        chunks = summary.chunks(book, headlines, 1000, 2023)
        add(
            "headlines with draws",
            headlines,
            1000,
            workers,
            lambda c=chunks, w=workers: runs.run(summary.work, c, workers=w),
            10 if workers == 2 else "",
        )
    for workers in (1, 2):
        chunks = summary.chunks(book, every, 0, 2023)
        add(
            "all as points",
            every,
            0,
            workers,
            lambda c=chunks, w=workers: runs.run(summary.work, c, workers=w),
            10,
        )
    for times in (n for n in (1, 10, 100) if n <= most):
        larger = copies(book, times)
        names = list(larger.evidence.comparisons)
        add(f"points, {times}x", names, 0, 1, lambda s=larger, n=names: points(s, n, factors))
    _write(rows, load)


def copies(book: Analysis, times: int) -> Analysis:
    """The book with every comparison that many times."""
    rows = {
        (k if i == 0 else f"{k}#{i}"): (c if i == 0 else c._replace(comparison=f"{k}#{i}"))
        for i in range(times)
        for k, c in book.evidence.comparisons.items()
    }
    tables = dict(book.evidence.tables_by_name) | {"comparisons": MappingProxyType(rows)}
    return dataclasses.replace(book, evidence=Evidence(book.evidence.folder, MappingProxyType(tables)))


def points(session: Analysis, names: list[str], factors: tuple) -> None:
    """The distribution of every comparison, chunk by chunk as a run has it."""
    weights = [f.weights for f in factors]
    for i in range(0, len(names), summary.CHUNK):
        made = outcomes.outcomes(session, names[i : i + summary.CHUNK], factors)
        for name, some in made.items():
            summary.distributed(name, some, weights, 5.0)


def _timed(work: Callable[[], object]) -> tuple[float, float, int]:
    def used() -> float:
        both = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(u.ru_utime + u.ru_stime for u in both)

    clock, processor = time.perf_counter(), used()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return round(time.perf_counter() - clock, 2), round(used() - processor, 2), peak


def _write(rows: list[list], load: float) -> None:
    with (HERE / "multiverse.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *rows])
    machine = (
        f"Python {platform.python_version()}, numpy {numpy.__version__}, {os.cpu_count()} cores, "
        f"{platform.machine()}"
    )
    lines = [
        "# Cost of the multiverse",
        "",
        f"`python bench/multiverse.py`; {machine}; load average before: {load:.1f}.",
        "",
    ]
    lines += [
        "| " + " | ".join(c.replace("_", " ") for c in COLUMNS) + " |",
        "|---" + "|--:" * (len(COLUMNS) - 1) + "|",
    ]
    lines += ["| " + " | ".join(map(str, r)) + " |" for r in rows]
    lines += [
        "",
        "Specifications are those that differ in a comparison's own choices, summed over the comparisons. "
        "Peak memory is that of",
    ]
    lines += [
        "the process that starts the run, since it began; it holds the copies, and one chunk of outcomes at "
        "a time."
    ]
    (HERE / "multiverse.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
