"""What must hold of a page's tables as a browser shows them: low rows, no more than the screen's width."""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path

from playwright.sync_api import TimeoutError

LINES = 4
"""The most lines that a row may take on a wide screen."""

TALL = """lines => [...document.querySelectorAll('article table:not(.indextable)')].flatMap(table =>
  [...table.rows].filter(row => row.checkVisibility()).flatMap(row => {
    const heights = [...row.cells].filter(cell => cell.getClientRects().length).map(cell => {
      const inside = document.createRange();
      inside.selectNodeContents(cell);
      const line = parseFloat(getComputedStyle(cell.querySelector('p') || cell).lineHeight);
      return inside.getBoundingClientRect().height / line;
    });
    const most = Math.ceil(Math.max(0, ...heights) - 0.25); // the last line's own height is less
    return most > lines ? [`${row.textContent.trim().slice(0, 60)}: ${most} lines`] : [];
  }))"""
WIDE = """() => [...document.querySelectorAll('article table:not(.indextable)')]
  .filter(table => table.checkVisibility())
  .filter(table => Math.max(table.getBoundingClientRect().right, ...[...table.rows]
    .flatMap(row => [...row.cells]).map(cell => cell.getBoundingClientRect().right)) > innerWidth + 1)
  .map(table => (table.closest('.site-search') || table).id || table.textContent.trim().slice(0, 60))"""

SHOWN = """place => [place.querySelector('.site-search-count').innerText,
  [...place.querySelectorAll('tbody tr:not(.site-note)')].map(row => row.cells[0].firstChild.textContent)]"""
SETTLED = f"([place, ...wanted]) => JSON.stringify(({SHOWN})(place)) === JSON.stringify(wanted)"


def tall_rows(page) -> list[str]:
    """The rows of more than four lines, on a page that is shown on a wide screen."""
    return page.evaluate(TALL, LINES)


def wide_tables(page) -> list[str]:
    """The tables that reach beyond a narrow screen."""
    return page.evaluate(WIDE)


def wrong_facets(page, site: Path) -> list[str]:
    """Facets of a page's searchable tables that show other rows than the table's file has.

    Of each facet, the value that most rows have and the one that fewest have.
    """
    found = []
    for place in page.locator(".site-search").all():
        name = place.get_attribute("data-table")
        with (site / f"downloads/{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        place.scroll_into_view_if_needed()
        for column in place.evaluate("p => JSON.parse(p.dataset.columns).filter(c => c.facet)"):
            select = place.locator(f"select[data-key='{column['key']}']")
            select.locator("option").nth(1).wait_for(state="attached")
            has: dict[str, list[str]] = {}
            for row in rows:
                cell = row[column["key"]]
                for value in filter(None, cell.split(", ") if column.get("tags") else [cell]):
                    has.setdefault(value, []).append(next(iter(row.values())))
            offered = select.evaluate("s => [...s.options].slice(1).map(o => o.value)")
            if sorted(offered) != sorted(has):
                found.append(f"{name}, {column['key']}: offers {sorted(set(offered) ^ set(has))[:3]}")
            for value in {max(has, key=lambda v: len(has[v])), min(has, key=lambda v: len(has[v]))}:
                select.select_option(value)
                said = f"{len(has[value]):,} of {len(rows):,} rows"
                with contextlib.suppress(TimeoutError):
                    page.wait_for_function(
                        SETTLED, arg=[place.element_handle(), said, has[value][:15]], timeout=5_000
                    )
                counted, shown = place.evaluate(SHOWN)
                if shown != has[value][:15] or counted != said:
                    found.append(f"{name}, {column['key']} = {value}: {counted}, {shown[:3]}")
            select.select_option("")
    return found
