"""What a page costs to open, beside the same chapters built by stock Jupyter Book and stock Altair.

    python bench/page_weight.py _build/html --stock            # builds the stock book in a temporary folder
    python bench/page_weight.py _build/html --stock path/html  # one built before

Bytes are as sent by a server that compresses with gzip, headers included: at first until the page is quiet,
then to the end of a slow scroll through it. Requests to other hosts are counted and refused. Times are
medians of several visits with an empty cache.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PAGES = (
    "book/index",
    "book/paper/01-executive-summary",
    "book/paper/03-1-tools",
    "book/paper/03-2-prompting",
    "book/about/evidence",
)
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".csv")
COLUMNS = ("first_bytes", "first_requests", "all_bytes", "all_requests", "other_hosts", "lcp", "cls", "tbt")
HEADS = ("first KB", "requests", "scrolled KB", "requests", "other hosts", "LCP ms", "CLS", "TBT ms")
OBSERVE = """
window.measured = { lcp: 0, cls: 0, tbt: 0 };
const see = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note))\
.observe({ type, buffered: true });
see("largest-contentful-paint", entry => { measured.lcp = entry.startTime; });
see("layout-shift", entry => { if (!entry.hadRecentInput) { measured.cls += entry.value; } });
see("longtask", entry => { measured.tbt += Math.max(0, entry.duration - 50); });
"""
STOCK_SHOW = """

import altair
from altair.utils.mimebundle import spec_to_mimebundle


def _stock(self, include=None, exclude=None):
    if self.spec is None:
        return {"image/svg+xml": self.svg} if self.svg is not None else {"text/plain": self.description}
    versions = {"vega_version": altair.VEGA_VERSION, "vegalite_version": altair.VEGALITE_VERSION, \
"vegaembed_version": altair.VEGAEMBED_VERSION}
    return spec_to_mimebundle(for_notebooks(self.spec), format="html", mode="vega-lite", **versions)


Figure._repr_mimebundle_ = _stock
"""


class GzipHandler(SimpleHTTPRequestHandler):
    """Serves files compressed, as hosts of static sites do."""

    def send_head(self):
        """Called for each file."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        content = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def log_message(self, format: str, *args: object) -> None:
        """No log."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over http."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(GzipHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def visit(browser: Browser, base: str, page: str, width: int) -> dict[str, float]:
    """Open a page with an empty cache, wait until it is quiet, then scroll to its end."""
    context = browser.new_context(viewport={"width": width, "height": 900 if width > 600 else 800})
    opened = context.new_page()
    count = {"bytes": 0, "requests": 0, "other": 0}

    def finished(event: dict) -> None:
        count["bytes"] += event["encodedDataLength"]
        count["requests"] += 1

    def allow(route) -> None:
        if route.request.url.startswith((base, "data:")):
            route.continue_()
        else:
            count["other"] += 1
            route.abort()

    session = context.new_cdp_session(opened)
    session.send("Network.enable")
    session.on("Network.loadingFinished", finished)
    context.route("**/*", allow)
    opened.add_init_script(OBSERVE)
    opened.goto(f"{base}/{page}.html", wait_until="load")
    opened.wait_for_timeout(2000)
    found = {"first_bytes": count["bytes"], "first_requests": count["requests"]} | opened.evaluate("measured")
    height = opened.evaluate("document.documentElement.scrollHeight")
    for place in range(0, height, 450):
        opened.evaluate(f"window.scrollTo({{ top: {place}, behavior: 'instant' }})")
        opened.wait_for_timeout(120)
    opened.wait_for_timeout(1000)
    found |= {"all_bytes": count["bytes"], "all_requests": count["requests"], "other_hosts": count["other"]}
    found["cls"] = opened.evaluate("measured.cls")
    context.close()
    return found


def measure(site: Path, pages: tuple[str, ...], width: int, visits: int) -> dict[str, dict[str, float]]:
    """Page -> the median of each measure."""
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        runs = {page: [visit(browser, base, page, width) for _ in range(visits)] for page in pages}
        browser.close()
    return {
        page: {key: statistics.median(run[key] for run in found) for key in COLUMNS}
        for page, found in runs.items()
    }


def build_stock(folder: Path, pages: tuple[str, ...]) -> Path:
    """The same chapters by Jupyter Book and Altair as they come; returns the site."""
    for name in ("book", "data", "src"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    for path in (folder / "book").rglob(
        "*.md"
    ):  # references to figures, which stock has not, would fill the screen
        if path.relative_to(folder).with_suffix("").as_posix() not in pages:
            path.unlink()
    show = folder / "src/sphinx_fresh/show.py"
    show.write_text(show.read_text(encoding="utf-8") + STOCK_SHOW, encoding="utf-8")
    shutil.copy(ROOT / "bench/stock_outputs.py", folder / "src/sphinx_fresh/outputs/outputs.py")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"] = {"config": {"language": "en"}}
    config["execute"] = {"execute_notebooks": "force", "timeout": 300}
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    chapters = [{"file": page} for page in pages[1:]]
    (folder / "_toc.yml").write_text(
        yaml.safe_dump({"format": "jb-book", "root": pages[0], "chapters": chapters})
    )
    command = [Path(sys.executable).parent / "jupyter-book", "build", "."]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [
        path.read_text(encoding="utf-8")[-1000:]
        for path in (folder / "_build/html/reports").rglob("*.err.log")
    ]
    if done.returncode != 0 or errors:
        raise SystemExit("the stock book was not built:\n" + "\n".join([done.stderr[-3000:], *errors]))
    return folder / "_build/html"


def cell(key: str, value: float) -> str:
    """A measure as it stands in the table."""
    if key.endswith("bytes"):
        return f"{value / 1000:,.0f}"
    return f"{value:.3f}" if key == "cls" else f"{value:,.0f}"


def table(sites: dict[str, dict[str, dict[str, float]]]) -> str:
    """Markdown: a line for each page and site."""
    lines = [f"| page | site | {' | '.join(HEADS)} |", "|---|---|" + "---:|" * len(HEADS)]
    for page in next(iter(sites.values())):
        for name, found in sites.items():
            lines.append(
                f"| {page} | {name} | {' | '.join(cell(key, found[page][key]) for key in COLUMNS)} |"
            )
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", type=Path, help="a built site (_build/html)")
    parser.add_argument(
        "--stock", nargs="?", type=Path, const=Path(), help="a stock site, or nothing to build one"
    )
    parser.add_argument("--pages", nargs="+", default=PAGES)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--visits", type=int, default=3)
    options = parser.parse_args()
    pages = tuple(options.pages)
    sites = {"this book": measure(options.site, pages, options.width, options.visits)}
    if options.stock == Path():
        with tempfile.TemporaryDirectory() as folder:
            stock = build_stock(Path(folder), pages)
            sites["stock"] = measure(stock, pages, options.width, options.visits)
    elif options.stock:
        sites["stock"] = measure(options.stock, pages, options.width, options.visits)
    print(table(sites))


if __name__ == "__main__":
    main()
