"""How long builds take, beside stock Jupyter Book on the same chapters; writes bench/results.md.

``python bench/bench.py [--runs 3] [--skip-growth]``. Stock is the same book without ``sphinx_fresh`` and
``ceg.build.sphinx_hooks``, with Jupyter Book's own notebook cache. Every time is wall time; the machine
should have nothing else to do.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import yaml

ROOT = Path(__file__).parents[1]
KEPT = ("_config.yml", "_toc.yml", "CITATION.cff", "README.md", "book", "data", "examples", "src")
LIBRARIES = ("jupyter-book", "sphinx", "myst-nb", "jupyter-cache", "ipykernel", "altair")
SQUAD = "schick2023.lama-squad.toolformer.gpt-j-6b.toolformer,GPT-J 6B,Toolformer,lama-squad.toolformer,"
GAME = 'yao2023.game-of-24.gpt-4.tree-of-thoughts-b-5,GPT-4,"tree of thoughts, b=5",game-of-24,'
SECTIONS = ("03-1-tools", "03-2-prompting", "03-3-scaffolding", "03-4-solution-choice", "03-5-data")


@dataclass(frozen=True)
class Edit:
    """A change to one file; ``page`` changes if, and only if, the build saw it.

    target: the share of our cold build that it may take, if there is one.
    """

    name: str
    target: float | None
    path: str
    old: str
    new: str
    page: str


EDITS = (
    Edit(
        "edit of a score used in one section",
        0.20,
        "data/results.csv",
        GAME + "74.0",
        GAME + "60.0",
        "paper/03-3-scaffolding",
    ),
    Edit(
        "edit of an assumption that moves one page",
        0.25,
        "data/assumptions.yml",
        "arrivals_per_year:\n  value: 2.0",
        "arrivals_per_year:\n  value: 4.0",
        "beyond/safety-buffer",
    ),
    Edit(
        "edit of a score behind a headline",
        0.45,
        "data/results.csv",
        SQUAD + "33.8",
        SQUAD + "25.0",
        "paper/03-1-tools",
    ),
    Edit(
        "edit of an assumption that moves a headline",
        None,
        "data/assumptions.yml",
        "gpt4_flop:\n  value: central",
        "gpt4_flop:\n  value: low",
        "paper/03-3-scaffolding",
    ),
    Edit(
        "edit of one helper",
        None,
        "src/ceg/exhibits/schematics.py",
        "_CURVE = 5.0",
        "_CURVE = 5.5",
        "paper/01-executive-summary",
    ),
)


class Book:
    """A copy of the book, ours or stock."""

    def __init__(self, folder: Path, stock: bool):
        self.folder = folder
        folder.mkdir(parents=True)
        for name in KEPT:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
        if stock:
            config = yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8"))
            sphinx = config["sphinx"]
            sphinx["extra_extensions"] = []
            sphinx["config"] = {
                key: value for key, value in sphinx["config"].items() if not key.startswith("site_")
            }
            (folder / "_config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
            shutil.copy(ROOT / "bench/stock_outputs.py", folder / "src/sphinx_fresh/outputs/outputs.py")

    def build(self) -> float:
        """Seconds of one build."""
        start = perf_counter()
        done = subprocess.run(
            [Path(sys.executable).parent / "jupyter-book", "build", "."],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{self.folder.name} was not built:\n{done.stderr[-3000:]}")
        return perf_counter() - start

    def cold(self) -> float:
        """Seconds of a first build."""
        shutil.rmtree(self.folder / "_build", ignore_errors=True)
        return self.build()

    def page(self, name: str) -> str:
        """The HTML of a page."""
        return (self.folder / f"_build/html/book/{name}.html").read_text(encoding="utf-8")

    def edited(self, edit: Edit) -> tuple[float, bool]:
        """Seconds after the edit, and whether the page changed; the book is put back and built again."""
        path = self.folder / edit.path
        text, before = path.read_text(encoding="utf-8"), self.page(edit.page)
        if text.count(edit.old) != 1:
            sys.exit(
                f"{edit.path}: {edit.old!r} stands {text.count(edit.old)} times; correct the edit in bench.py"
            )
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        seconds, after = self.build(), self.page(edit.page)
        path.write_text(text, encoding="utf-8")
        shutil.rmtree(self.folder / "_build")
        shutil.copytree(
            self.folder.with_suffix(".built"), self.folder / "_build"
        )  # no run profits from the one before
        return seconds, after != before

    def grow(self, times: int) -> None:
        """Add copies of the five section chapters until the book has that many times its chapters."""
        toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
        wanted = (times - 1) * len(re.findall(r"file: book/|root: book/", toc))
        names = [f"book/paper/{SECTIONS[n % 5]}" for n in range(wanted)]
        lines = []
        for number, name in enumerate(names):
            text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
            text = re.sub(r'(\bname=f?"[^"{]+)"', rf'\1-copy{number}"', text)
            text = re.sub(r"(\{numref\}`(?!tbl-|fig-2`)[^`]+)`", rf"\1-copy{number}`", text)
            copy = f"book/paper/copy-{number}"
            (self.folder / f"{copy}.md").write_text(text, encoding="utf-8")
            lines.append(f"      - file: {copy}\n")
        (self.folder / "_toc.yml").write_text(
            toc.rstrip() + "\n  - caption: Copies\n    chapters:\n" + "".join(lines)
        )


def row(
    name: str, ours: Sequence[float], stock: Sequence[float], target: str, met: bool | None, right: str = ""
) -> str:
    """A line of the table."""
    a, b = statistics.median(ours), statistics.median(stock)
    verdict = {True: "met", False: "**missed**", None: ""}[met]
    return f"| {name} | {a:.1f} | {b:.1f} | {a / b:.2f} | {target} | {verdict} | {right} |"


def says(right: bool) -> str:
    """Whether a page showed the edit."""
    return "right" if right else "stale"


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip-growth", action="store_true")
    options = parser.parse_args()
    runs = range(options.runs)
    with tempfile.TemporaryDirectory() as place:
        ours, stock = Book(Path(place, "ours"), stock=False), Book(Path(place, "stock"), stock=True)
        cold = [(ours.cold(), stock.cold()) for _ in runs]
        a, b = zip(*cold, strict=True)
        base = statistics.median(a)
        lines = [row("cold build", a, b, "0.40 of stock", base <= 0.40 * statistics.median(b))]
        a, b = zip(*[(ours.build(), stock.build()) for _ in runs], strict=True)
        lines.append(
            row("no-op build", a, b, "1.0 of stock", statistics.median(a) <= 1.0 * statistics.median(b))
        )
        for book in (ours, stock):
            shutil.copytree(book.folder / "_build", book.folder.with_suffix(".built"))
        for edit in EDITS:
            a, b = zip(*[(ours.edited(edit), stock.edited(edit)) for _ in runs], strict=True)
            seconds = [time for time, _ in a]
            share = statistics.median(seconds) / base
            met = None if edit.target is None else share <= edit.target
            target = f"{edit.target:.2f} of our cold build" if edit.target else "none"
            right = f"ours {says(all(r for _, r in a))}, stock {says(all(r for _, r in b))}"
            said = f"{target}: {share:.2f}"
            lines.append(row(edit.name, seconds, [time for time, _ in b], said, met, right))
        for times in () if options.skip_growth else (2, 4):
            for book in (ours, stock):
                book.grow(times)
            a, b = ours.cold(), stock.cold()
            met = a <= 1.1 * times * base
            lines.append(
                row(f"cold build, {times} times the pages", [a], [b], f"at most {times} times one", met)
            )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    text = [
        "# Build times\n",
        "Median seconds of `jupyter-book build .`, ours beside stock Jupyter Book on the same chapters; "
        "`make bench` writes this.",
        f"{options.runs} runs each (growth: one); {cores} cores; Python {platform.python_version()}; "
        f"{versions}.\n",
        "| build | ours, s | stock, s | ours / stock | target | | page after the edit |",
        "|---|---|---|---|---|---|---|",
        *lines,
    ]
    (ROOT / "bench" / "results.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
