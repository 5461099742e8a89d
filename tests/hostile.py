"""Rows that hold what a page, a script, a spreadsheet or a template might take for its own: put into a
copy of the data.
"""

import csv
import json
import re
from pathlib import Path

from bs4 import BeautifulSoup, Comment

PAYLOADS = (
    '<script>alert("hx00")</script>',
    '<img src=x onerror=alert("hx01")>',
    "[hx02](https://evil.example/hx02)",
    "**hx03** *hx03* __hx03__",
    "`hx04` ``hx04``",
    "{raw}`hx05` {ref}`hx05`",
    "```{raw} html <b>hx06</b>```",
    "{{ 7*7 }} {% hx07 %} {{hx07}}",
    "hx08 % | \\ ~ ^ $hx08$ $$hx08$$",
    "=cmd|' /C hx09'!A0",
    "-2+3 hx10",
    "+hx11",
    "@hx12",
    "\"hx13\" 'hx13' &amp; &lt;hx13&gt; <!-- hx13 -->",
    "\u202ehx14\u202c עברית العربية",
    "hx15" + "x" * 600,
    "</script></title></textarea><b>hx16</b>",
    "<https://evil.example/hx17> https://evil.example/hx17 www.evil.example",
    "hx18\nsecond line\n# hx18",
    "[^hx19] {cite:t}`hx19` {numref}`hx19` (hx19)=",
    "hx20\n\n# hx20\n\n- hx20\n\n:::{note}\nhx20\n:::",
    "${hx21} #{hx21} <%= hx21 %> %s %(hx21)s {hx21} {0}",
    "![hx22](https://evil.example/hx22.png)",
    "1. hx23",
    "- hx24",
    "> hx25",
    "javascript:alert('hx26')",
)
MARK = re.compile(r"hx\d\d")

FREE = {
    "enhancements": ("description", "note", "no_estimate_reason"),
    "benchmarks": ("subset", "metric", "protocol", "note", "locator"),
    "results": ("locator", "note", "preferred_reason"),
    "models": ("flop_note", "locator"),
    "comparisons": ("note", "headline_reason", "contested"),
    "costs": ("boundary", "note", "locator"),
    "compute_alternatives": ("note", "locator"),
    "sources": ("note",),
    "paper_claims": ("scope", "matching_arithmetic", "note"),
    "figures": ("title", "rebuilt_from", "note"),
    "tables": ("title", "rebuilt_from", "note"),
    "sections": ("summary",),
    "margins": ("statement", "locator", "note"),
}
"""Columns of free text; a filled cell becomes a payload, or keeps its text and gets one behind it."""

NAMES = {"enhancements": "name", "benchmarks": "name", "sources": "label"}
"""Columns of names: the payload goes behind the name."""


ADDED = ("wizardmath", "orca")
"""Enhancements that count as added by a contributor: their names become headings."""


def poisoned(folder: Path, code: str) -> None:
    """Poison the data in a folder. Models that ``code`` names keep their names; the others are renamed
    wherever rows name them.
    """
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {r["name"]: _read(folder / r["path"]) for r in package["resources"]}
    new = {}
    for n, row in enumerate(tables["models"]):
        name = row["model"]
        if not name.startswith(("GPT-3", "PaLM")) and not re.search(rf"\b{re.escape(name)}", code):
            new[name] = f"{name} {_line(n)}".replace(" | ", "|")  # which parts the teachers of a comparison
    for rows in tables.values():
        for row in rows:
            if row.get("model") in new:
                row["model"] = new[row["model"]]
            if row.get("teacher"):
                row["teacher"] = " | ".join(new.get(t, t) for t in row["teacher"].split(" | "))
    for table, columns in FREE.items():
        for n, row in enumerate(tables[table]):
            for place, column in enumerate(c for c in columns if row.get(c)):
                payload = PAYLOADS[(n + place) % len(PAYLOADS)]
                row[column] = payload if n % 2 and table != "comparisons" else f"{row[column]} {payload}"
    for row in tables["enhancements"]:
        row["added"] = "true" if row["enhancement"] in ADDED else row["added"]
    named: dict[str, str] = {}
    for table, column in NAMES.items():
        for n, row in enumerate(tables[table]):
            row[column] = named.setdefault(f"{table} {row[column]}", f"{row[column]} {_line(n)}")
    for r in package["resources"]:
        _write(folder / r["path"], tables[r["name"]])


def _line(n: int) -> str:
    """A payload on one line."""
    return " ".join(PAYLOADS[n % len(PAYLOADS)].split())


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def taken(page: str) -> list[str]:
    """What a page took for its own: elements, attributes and template results that only a payload can have
    made.
    """
    parsed = BeautifulSoup(page, "html.parser")
    for code in parsed.select("div.highlight, script[type='application/json']"):
        code.decompose()
    found = [
        str(e)[:100]
        for e in parsed.select("[onerror], img[src*='evil'], img[src='x'], a[href^='javascript:']")
    ]
    found += [str(a)[:100] for a in parsed.select("a[href]") if "evil.example" in a["href"].partition("#")[0]]
    found += [str(e)[:100] for e in parsed.select("script, textarea, style") if MARK.search(e.get_text())]
    for element in parsed.select(
        "strong, em, b, i, code, h1, h2, h3, h4, blockquote, math, .admonition, cite, sup"
    ):
        words = " ".join(element.get_text().split())
        if re.fullmatch(r"(?:<b>)?hx\d\d(?:</b>)?#?", words):
            found.append(str(element)[:100])
    return found + [c for c in parsed.find_all(string=lambda s: isinstance(s, Comment) and MARK.search(s))]
