"""The Sphinx side of the book, on a small book of its own built by the real command."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import shutil
import signal
import time

import psutil
import pytest
from bs4 import BeautifulSoup
from places import TESTS
from playwright.sync_api import expect
from site_helpers import Book, Visit, served
from tiers import sampled

ALL = {"book/index", "book/charts", "book/tables"}
HOSTILE = ["&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;/script&gt;", "{{7*7}}", "**x**"]


@pytest.fixture(scope="module")
def cold(tmp_path_factory):
    """The book, its first build, and the pages of that."""
    book = Book(tmp_path_factory.mktemp("site"))
    result = book.build()
    return book, result, book.pages()


@pytest.fixture
def book(cold):
    """The book as it was written; what a test edits is put back."""
    yield cold[0]
    if cold[0].edited:
        cold[0].restore()


@pytest.fixture
def site(book, cold):
    """The book, built as it was written; what the test before edited is undone without a trace."""
    if not book.built:
        result = book.build()
        assert (result.code, result.executed) == (0, {}), result.errors
        assert book.pages() == cold[2]
    return book


# --- what is executed ---------------------------------------------------------------------------


def test_first_build_executes_everything(cold):
    result = cold[1]
    assert result.code == 0, result.errors
    assert result.executed == dict.fromkeys(ALL, "first time")
    assert result.alone == 0


def test_nothing_changed_and_touch_execute_nothing(cold, site):
    before = cold[2]
    assert site.build().executed == {}
    for name in ("data/rows.csv", "toybook/scale.py", "book/charts.md", "_config.yml"):
        os.utime(site.folder / name)
    result = site.build()
    assert (result.code, result.executed, result.alone) == (0, {}, 0)
    assert site.pages() == before


def test_one_row_executes_its_chapters_and_back(site):
    before = site.pages()
    assert "8.5" in before["book/charts.html"]
    site.edit("data/rows.csv", "bee,2,4.25", "bee,2,6.125")
    result = site.build()
    assert (result.code, result.executed) == (0, {"book/charts": "row bee"})
    assert "12.25" in site.page("book/charts")
    assert "12.25" in (site.site / "downloads/fig-bees.csv").read_text()
    site.restore()
    result = site.build()
    assert (result.code, result.executed, result.alone) == (0, {}, 0)
    assert site.pages() == before


@pytest.mark.verify
def test_helper_module_executes_its_importers(site):
    site.edit("toybook/scale.py", "FACTOR = 2", "FACTOR = 3")
    result = site.build()
    assert (result.code, result.executed) == (0, {"book/charts": "module toybook.scale"})
    assert "12.75" in site.page("book/charts")


@pytest.mark.verify
def test_another_version_of_a_library_executes_everything(site):
    site.set_version("1.1")
    result = site.build()
    assert (result.code, result.executed) == (0, dict.fromkeys(ALL, "version toydist"))


EDITS = {
    "compute": ("data/rows.csv", "dog,4,7", "dog,4.5,7", {"book/charts": "row dog"}, "charts", ">4.5</td>"),
    "assumption": (
        "data/choices.csv",
        "factor,1",
        "factor,2",
        {"book/tables": "choice factor"},
        "tables",
        "6.25",
    ),
    "unused": ("data/choices.csv", "other,3", "other,4", {}, "tables", "3.125"),
    "prose": ("book/tables.md", "A cat:", "One **cat**:", {}, "tables", "One <strong>cat</strong>"),
    "references": ("data/references.bib", "1999}\n}", "2001}\n}", {}, "charts", "2001"),
    "citations": ("data/references.bib", "On Ants", "On Bees", {}, "tables", "On Bees"),
    "contents": (
        "_toc.yml",
        "book/charts\n  - file: book/tables",
        "book/tables\n  - file: book/charts",
        {},
        "index",
        "tables.html",
    ),
}
"""What -> file, text, another text, who is executed and why; the page that shows it, and what it shows."""


@pytest.mark.parametrize("what", sampled(EDITS, ["citations", "contents"]))
def test_edits_execute_who_uses_them(site, what):
    path, old, new, executed, page, shown = EDITS[what]
    site.edit(path, old, new)
    result = site.build()
    assert (result.code, result.executed, result.alone) == (0, executed, 0), result.errors
    assert shown in site.page(f"book/{page}")


@pytest.mark.verify
def test_new_chapter_and_gone(site):
    before = site.files()
    head = (site.folder / "book/tables.md").read_text().partition("# Tables")[0]
    (site.folder / "book/more.md").write_text(f"{head}# More\n\nAn elephantine word.\n")
    site.edit("_toc.yml", "- file: book/tables", "- file: book/tables\n  - file: book/more")
    result = site.build()
    assert (result.code, result.executed, result.alone) == (0, {}, 0), result.errors
    assert "more.html" in site.page("book/index")
    site.restore()
    assert site.build().executed == {}
    assert {name for name, text in site.files().items() if before.get(name) != text} == set()
    assert before.keys() == site.files().keys()


@pytest.mark.verify
def test_deleted_pages_come_back_without_execution(site):
    before = site.pages()
    downloads = sorted(path.name for path in (site.site / "downloads").iterdir())
    shutil.rmtree(site.site)
    assert site.build().executed == {}
    assert site.pages() == before
    assert sorted(path.name for path in (site.site / "downloads").iterdir()) == downloads


@pytest.mark.verify
def test_new_figure_moves_numbers_on_pages_that_are_not_executed(site):
    cell = '\n```{code-cell}\nfigure("fig-new", ["ant"], "New.", "A dot.")\n```\n'
    site.edit("book/index.md", 'copy_of="fig-ants")\n```\n', f'copy_of="fig-ants")\n```\n{cell}')
    result = site.build()
    assert (result.code, result.executed) == (0, {"book/index": "its own code"})
    assert "Figure 2</span></a>" in site.page("book/tables")


# --- what ends a build ----------------------------------------------------------------------------


def test_failing_cell_ends_the_build(site):
    site.edit("book/charts.md", 'points(["bee"], doubled)[0]["y"]', "a = 1\n[\n    a / 0,\n]")
    for _ in range(2):  # a page that failed is not taken for done
        result = site.build()
        assert result.code == 1
        message = result.errors[result.errors.index("The book was not built:") :]
        assert message.splitlines()[1:] == [
            "  book/charts, code cell 3 (a / 0,): ZeroDivisionError: division by zero"
        ]
    site.restore()
    assert site.build().code == 0
    assert "ZeroDivisionError" not in site.page("book/charts")


def test_a_failed_page_costs_no_other_its_result(site):
    site.edit("book/charts.md", 'points(["bee"], doubled)[0]["y"]', "1 / 0")
    site.edit("book/tables.md", "n * 7 % 200", "n * 9 % 200")
    assert site.build().executed == {"book/charts": "its own code", "book/tables": "its own code"}
    site.edit("book/charts.md", "1 / 0", 'points(["bee"], doubled)[0]["y"]')
    result = site.build()
    assert (result.code, result.executed) == (0, {})


@pytest.mark.verify
def test_cells_that_stop_or_never_end_are_named(site):
    site.edit("book/charts.md", 'points(["bee"], doubled)[0]["y"]', "import os; os._exit(1)")
    site.edit("book/tables.md", "cat = read()", "import time; time.sleep(60); cat = read()")
    site.edit("_config.yml", "stderr_output: warn", "stderr_output: warn\n  timeout: 2")
    result = site.build()
    assert result.code == 1
    message = result.errors[result.errors.index("The book was not built:") :]
    assert message.splitlines()[1:] == [
        "  book/charts, code cell 3 (import os; os._exit(1)): the process that ran it ended",
        "  book/tables, code cell 1 (from toybook.choices import choices): ran for more than 2 seconds",
    ]


def test_warnings_end_the_build(site):
    site.edit("book/charts.md", "# Charts\n", "# Charts\n\n{ref}`nowhere` and $\\badcommand$.\n")
    site.edit("book/tables.md", 'target="entry:cat"', 'target="entry:cow"')
    site.edit("book/tables.md", '"page": "book/tables"', '"page": "book/barn"')
    for _ in range(2):
        result = site.build()
        assert result.code == 1
        message = result.errors[result.errors.index("The book was not built:") :]
        assert "book/charts.md" in message and "nowhere" in message
        assert (
            "undefined label: 'entry:cow'" in message
            and "'book/barn', which is no page of the book" in message
        )
        assert "bad formula '\\\\badcommand'" in message
        assert "Traceback" not in message


@pytest.mark.verify
def test_another_kernel_and_a_page_alone_are_said(site):
    site.edit("book/tables.md", "name: python3", "name: conda-env-toy-py")
    result = site.build()
    assert result.code == 1 and result.errors.rstrip().splitlines()[-1] == (
        "  book/tables: no kernel is called 'conda-env-toy-py' here; write `name: python3` under kernelspec"
    )
    site.restore()
    result = site.build("book/tables.md")
    assert result.code == 1 and "Traceback" not in result.errors
    assert "build the whole book, jupyter-book build ." in result.errors


@pytest.mark.verify
def test_wrong_inputs_and_wrong_figures_end_the_build(site):
    site.edit("data/rows.csv", "bee,2,4.25", "bee,2,many")
    result = site.build()
    assert result.code == 1
    last = result.errors.rstrip().splitlines()[-1]
    assert last == "  book/charts: ValueError: could not convert string to float: 'many'"
    site.restore()
    site.edit("book/charts.md", '"Two dots, higher to the right."', '""')
    result = site.build()
    assert result.code == 1
    message = result.errors[result.errors.index("The book was not built:") :]
    assert re.search(r"^  book/charts\.md:\d+: .*a chart needs a description", message, flags=re.MULTILINE)


# --- two builds, and builds that are killed ---------------------------------------------------------


def test_two_builds_at_once(site):
    site.edit("data/rows.csv", "bee,2,4.25", "bee,2,7.125")
    ends = [site.end(started) for started in [site.start(), site.start()]]
    assert [end.code for end in ends] == [0, 0], [end.errors for end in ends]
    assert sum(end.errors.count("is building in this folder") for end in ends) == 1
    assert sorted(len(end.executed) for end in ends) == [0, 1]
    assert "14.25" in site.page("book/charts")


def members(session: int) -> list[int]:
    """The processes of a session that still run: kernels have groups of their own."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):  # it ended while we looked
            if process.status() != psutil.STATUS_ZOMBIE and os.getsid(process.pid) == session:
                found.append(process.pid)
    return found


def kill_after(started, seconds: float, number: int = signal.SIGKILL, whole: bool = True) -> None:
    """Kill a build, with its processes or alone; none of them outlives it."""
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if whole else os.kill)(started.pid, number)
    started.communicate()
    for _ in range(50):
        if not members(started.pid):
            return
        time.sleep(0.1)
    raise AssertionError(f"left behind: {members(started.pid)}")


SIGNALS = [
    signal.SIGINT,
    *(pytest.param(n, marks=pytest.mark.verify) for n in (signal.SIGTERM, signal.SIGKILL)),
]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_build_ends_at_once_with_all_that_its_cells_began(site, number):
    child = "import subprocess\nsubprocess.Popen(['sleep', '600'])\nopen('../began', 'w').close()\n"
    cell = f"```{{code-cell}}\n{child}import time; time.sleep(25)  # {number}\n```\n\n"
    site.edit("book/tables.md", "# Tables\n", f"# Tables\n\n{cell}")
    began = site.folder / "began"
    began.unlink(missing_ok=True)
    started = site.start()
    until = time.monotonic() + 60
    while not began.exists() and time.monotonic() < until:
        time.sleep(0.02)
    at = time.monotonic()
    kill_after(started, 0.3, number, whole=False)
    assert began.exists() and time.monotonic() - at < 10


@pytest.mark.verify
def test_killed_builds_leave_nothing_wrong(cold, tmp_path):
    clean = cold[0]
    clean.restore()
    assert clean.build().code == 0
    book = Book(tmp_path)
    start = time.perf_counter()
    assert book.build().code == 0
    lasts = time.perf_counter() - start
    shutil.rmtree(book.folder / "_build")
    for part in (0.4, 0.8):
        kill_after(book.start(), part * lasts, whole=part < 0.7)
    assert book.build().code == 0
    assert book.files() == clean.files()


# --- what stands on the pages ---------------------------------------------------------------------


def test_numbers_and_references(site):
    charts, tables, index = (site.page(f"book/{name}") for name in ("charts", "tables", "index"))
    assert 'id="fig-ants"' in charts and '<span class="caption-number">Figure 1 </span>' in charts
    assert '<span class="caption-number">Figure 2 </span>' in charts and "Figure 3" not in charts
    assert '<span class="caption-number">Table 1 </span>' in tables and "Table 2" not in tables
    assert 'href="charts.html#fig-ants"><span class="std std-numref">Figure 1</span></a>' in index
    assert 'href="tables.html#tab-short"><span class="std std-numref">Table 1</span></a>' in charts
    assert re.search(r"Copy of <a [^>]*charts\.html#fig-ants", index)
    assert "caption-number" not in index
    assert '<a class="site-address" href="charts.html#fig-ants" title="Permanent address' in index
    assert "Nobody (2026). Figure 1: The ant again, with x^2. In: Toy book." in index
    assert "<b>verified</b>: Table 1; Table &lt;2&gt;" in charts and "Made for this book" in index
    assert 'href="index.html"' in charts


def test_data_can_be_downloaded(site):
    with (site.site / "downloads/fig-bees.csv").open() as file:
        assert list(csv.reader(file)) == [["name", "x", "y"], ["bee", "2.0", "8.5"], ["dog", "4.0", "14.0"]]
    assert 'href="../downloads/fig-bees.csv" download' in site.page("book/charts")
    assert len((site.site / "downloads/tab-long.csv").read_text().splitlines()) == 201
    assert {path.name for path in (site.site / "downloads").iterdir()} == {
        *(f"fig-{name}.{ending}" for name in ("ants", "bees") for ending in ("csv", "svg", "vl.json")),
        *(f"fig-{name}.metadata.json" for name in ("ants", "bees", "square")),
        "fig-square.csv",
        "fig-square.svg",
        "tab-long.csv",
        "tab-long-0.js",
        "charts.ipynb",
        "index.ipynb",
        "tables.ipynb",
    }


def test_text_stays_text(site):
    charts, tables = site.page("book/charts"), site.page("book/tables")
    for text in HOSTILE:
        assert text in charts and text in tables
    assert "<script>alert" not in charts + tables
    assert '**x** -- "q"' in tables.replace("&quot;", '"')
    assert "<strong>bold</strong>" in tables


def test_formulas_need_no_script(site):
    index = site.page("book/index")
    article = index.partition('class="site-preview"')[0]  # behind it stand previews
    assert article.count("<math ") == 3
    assert '<span class="eqno">(1)' in index
    assert not any(
        "mathjax" in src
        for page in site.pages().values()
        for src in re.findall(r'<script[^>]*src="([^"]*)', page.lower())
    )


@pytest.mark.verify
def test_a_repository_brings_buttons_and_none_brings_none(site):
    assert "source-edit-button" not in site.page("book/charts") and "charts.ipynb" in site.page("book/charts")
    assert "Report an error" not in site.page("book/charts")
    site.edit("_config.yml", 'url: ""', 'url: "https://github.com/nobody/toy"')
    result = site.build()
    assert (result.code, result.executed) == (0, {}), result.errors
    for address in ("/edit/", "/issues/new", '"'):
        assert f'href="https://github.com/nobody/toy{address}' in site.page("book/charts")
    for name in ("charts", "index", "tables"):
        foot = BeautifulSoup(site.page(f"book/{name}"), "html.parser").find(
            "a", string=re.compile("Report an error")
        )
        assert foot["href"].startswith("https://github.com/nobody/toy/issues/new?") and name in foot["href"]


def test_no_page_names_another_host(site):
    for name, page in site.pages().items():
        text = re.sub(r"<a\b[^>]*>", "", page)  # citations may point out
        text = re.sub(r'<script type="application/json">.*?</script>', "", text, flags=re.DOTALL)
        tags = re.findall(r"<(?:script|link|img|iframe|source|form)\b[^>]*>", text)
        assert not [tag for tag in tags if "://" in tag or 'src="//' in tag], name
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, flags=re.DOTALL)
        assert not [script for script in scripts if "://" in script], name
        assert "thebe" not in page and "preconnect" not in page and "inputs:" not in page, name
    assert "inputs:" not in (site.site / "_sources/book/charts.md").read_text()
    for path in [*(site.site / "_static").glob("site*.*"), *(site.site / "_static").glob("*.css")]:
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", path.read_text()), path


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def visit(chromium):
    """Opens pages, and closes them after the test."""
    visits = []
    yield lambda address, **options: visits.append(Visit(chromium, address, **options)) or visits[-1]
    for opened in visits:
        opened.context.close()


@pytest.fixture(params=["file", pytest.param("http", marks=pytest.mark.verify)])
def address(request, site):
    """The site over http and from disk."""
    if request.param == "file":
        yield site.site.as_uri()
    else:
        with served(site.site) as base:
            yield base


def test_every_page_is_quiet_and_every_chart_is_drawn(visit, address, site):
    for name in site.pages():
        opened = visit(f"{address}/{name}")
        charts = opened.page.locator(".site-chart")  # found anew each time: one page sends the reader on
        for chart in charts.and_(opened.page.locator("[data-library]")).all():
            chart.scroll_into_view_if_needed()
            opened.page.mouse.move(2, 2)  # again, where a page sent the reader on
            expect(chart).to_have_attribute("data-drawn", "", timeout=30_000)
        assert opened.problems == [], name
        if name == "book/charts.html":
            assert opened.page.locator(".site-chart:has(script)").count() == 2
            labels = [
                item.get_attribute("aria-label") for item in opened.page.locator(".site-chart-live").all()
            ]
            assert labels == [
                "A dot for the ant at one and two and a half.",
                "Two dots, higher to the right.",
            ]
            assert (
                opened.page.locator(".site-chart-static:visible").count() == 1
            )  # the one without a specification


def test_without_javascript_charts_are_drawings(visit, site):
    opened = visit(f"{site.site.as_uri()}/book/charts.html", java_script_enabled=False)
    assert opened.page.locator(".site-chart-static svg:visible").count() == 3
    tables = visit(f"{site.site.as_uri()}/book/tables.html", java_script_enabled=False)
    assert tables.page.locator(".site-search-file a").get_attribute("href") == "../downloads/tab-long.csv"
    assert tables.page.locator(".site-search tbody tr:visible").count() == 15
    assert tables.page.locator(".site-search tbody a").first.get_attribute("href") == "#row=row-0"


def test_charts_follow_width_and_colours(visit, site):
    address = f"{site.site.as_uri()}/book/charts.html"
    opened = visit(address, viewport={"width": 1280, "height": 800}, color_scheme="dark")
    svg = opened.page.locator(".site-chart-live svg").first
    svg.wait_for()
    wide = svg.bounding_box()["width"]
    text = opened.page.locator(".site-chart-live .role-mark.mark-text text").first
    assert text.evaluate("node => getComputedStyle(node).fill") == "rgb(230, 237, 243)"
    opened.page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert text.evaluate("node => getComputedStyle(node).fill") == "rgb(27, 31, 36)"
    opened.page.set_viewport_size({"width": 390, "height": 800})
    opened.page.wait_for_timeout(300)
    assert svg.bounding_box()["width"] < 390 < wide
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_is_white(visit, site):
    opened = visit(f"{site.site.as_uri()}/book/charts.html", color_scheme="dark")
    colour = "getComputedStyle(document.body).getPropertyValue('--site-ink').trim()"
    opened.page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {colour} }})")
    opened.page.pdf()
    assert opened.page.evaluate("window.printed") == "#1b1f24"
    assert opened.page.evaluate(colour) == "#e6edf3"


def test_long_table(visit, address):
    opened = visit(f"{address}/book/tables.html#row=row-120")
    page, rows = opened.page, opened.page.locator(".site-search tbody tr")
    expect(page.locator(".site-marked th")).to_have_text("row-120")
    assert rows.count() == 15 and "Page 9 of 14" in page.locator(".site-search-pages").inner_text()
    page.get_by_role("button", name="Value").click()
    page.get_by_role("button", name="Value").click()
    expect(page.locator('th[aria-sort="descending"]')).to_contain_text("Value")
    values = [int(value) for value in page.locator(".site-search tbody td:nth-child(2)").all_inner_texts()]
    assert values == sorted(values, reverse=True) and values[0] == 199
    page.locator(".site-search-box input").fill("alert(1) row-1")
    expect(page.locator(".site-search-count")).to_have_text("0 of 200 rows")
    page.locator(".site-search-box input").fill("</SCRIPT> row-1")
    expect(rows.first).to_contain_text("</script>")
    assert 0 < rows.count() <= 15
    assert opened.problems == []


def test_a_long_table_loads_the_part_that_is_asked_for(visit, site):
    opened = visit(f"{site.site.as_uri()}/book/tables.html")
    page, asked = opened.page, []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    rows = page.locator(".site-search tbody th")
    assert rows.all_inner_texts() == [f"row-{n}" for n in range(15)] and asked == []
    page.get_by_role("button", name="Next").click()
    expect(rows.first).to_have_text("row-15")
    assert asked == ["tab-long-0.js"]  # 200 rows: a part has 500
    rows.first.locator("a").click()
    expect(page.locator(".site-marked th")).to_have_text("row-15")
    assert page.url.endswith("#row=row-15") and opened.problems == []


# --- numbers that lead somewhere --------------------------------------------------------------------


def test_a_linked_text_leads_to_its_entry(site):
    tables = site.page("book/tables")
    link = re.compile(
        r'<span class="site-number(?: pasted-text)?"><a class="reference internal" href="#cat.1-b">'
        r"<span[^>]*>([^<]*)</span>"
    )
    assert link.findall(tables) == [
        "4 &lt; 5",
        "**4** &lt;5&gt;",
    ]  # in prose, and in a table of Markdown, as it is
    entries = re.findall(r"<details .*?</details>", tables, flags=re.DOTALL)
    entry = next(e for e in entries if 'id="cat.1-b"' in e)
    assert "weighs <a " in entry and 'tables.html#row=row-7">&lt;4&gt;</a>' in entry.replace(
        'href="#', 'href="tables.html#'
    )
    assert (
        "<script>" not in entry
        and "&lt;script&gt;alert(1)&lt;/script&gt;" in entry
        and "how &lt;much&gt;" in entry
    )


def test_an_entry_opens_when_a_link_leads_to_it(visit, address):
    opened = visit(f"{address}/book/tables.html")
    cat, hen = (opened.page.locator(f"[id='{name}.1-b']") for name in ("cat", "hen"))
    assert cat.get_attribute("open") is None
    opened.page.locator(".site-number a").first.click()
    expect(cat).to_have_attribute("open", "")
    assert hen.get_attribute("open") is None
    assert visit(f"{address}/book/tables.html#hen.1-b").page.get_by_text("weigh cat").last.is_visible()
    assert opened.problems == []


def test_search_works(visit, address):
    opened = visit(f"{address}/search.html?q=bees")
    opened.page.locator("ul.search li a").first.wait_for()
    assert "Charts" in opened.page.locator("ul.search").inner_text()
    assert opened.problems == []


def test_helper_folder_is_clean():
    """The fixture holds sources only."""
    assert not (TESTS / "fixture_book" / "_build").exists()
