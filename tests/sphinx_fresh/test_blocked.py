"""What a page cannot show ends the build: page, cell, reason and remedy."""

from __future__ import annotations

import pytest
from site_helpers import Book

from sphinx_fresh.outputs.blocked import blocked

SHOWN = "from IPython.display import display\ndisplay({}, raw=True)"
PLOTLY, WIDGET = "application/vnd.plotly.v1+json", "application/vnd.jupyter.widget-view+json"
CELLS = {
    SHOWN.format({PLOTLY: {}, "text/plain": "Figure"}): "only notebooks draw it",
    SHOWN.format({WIDGET: {"model_id": "1"}, "text/plain": "Slider"}): "only notebooks draw it",
    SHOWN.format({PLOTLY: {}, "text/html": "<div></div><script>draw()</script>"}): "it runs a script of its",
    "from IPython.display import Javascript\nJavascript('alert(1)')": "it runs a script of its own",
    "from IPython.display import IFrame\nIFrame('https://example.org', 9, 9)": "it embeds another page",
    "from IPython.display import Image\nImage(url='https://example.org/x.png')": "it loads https://exa",
}
ENDS = {
    SHOWN.format({"application/vnd.toy.json": {}}): "no notebook can hold its output (data/appl",
    "class Shy:\n    def _repr_html_(self): raise ValueError('no such animal')\nShy()": "ValueError: no such",
}


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Book(tmp_path_factory.mktemp("blocked"))


def test_outputs_that_would_stay_blank(toy):
    cells = "".join(f"```{{code-cell}}\n{cell}\n```\n\n" for cell in CELLS)
    toy.edit("book/tables.md", "# Tables\n", f"# Tables\n\n{cells}![far](https://example.org/y.png)\n")
    result = toy.build()
    toy.restore()
    said = result.errors[result.errors.index("The book was not built:") :].splitlines()[1:]
    assert result.code == 1 and len(said) == len(CELLS) + 1
    for number, (line, why) in enumerate(zip(said, CELLS.values(), strict=False), start=1):
        assert f"the output of code cell {number} would stay blank: {why}" in line
        assert line.startswith("  book/tables.md:") and "show an Altair chart, a table or a picture" in line
    assert "a part of this page would stay blank: it loads https://example.org/y.png" in said[-1]


@pytest.mark.parametrize(("cell", "said"), ENDS.items(), ids=["notebook", "display"])
def test_outputs_that_fail(toy, cell, said):
    toy.edit("book/tables.md", "# Tables\n", f"# Tables\n\n```{{code-cell}}\n{cell}\n```\n")
    result = toy.build()
    toy.restore()
    last = result.errors.rstrip().splitlines()[-1]
    assert (result.code, last[: len("  book/tables, code cell 1 (")]) == (1, "  book/tables, code cell 1 (")
    assert said in last and "Traceback" not in result.errors


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            "<p style='color: red'>pandas<style>b { color: red }</style><a href='https://x.org'>x</a>",
            None,
        ),
        ("<script type='application/json'>{}</script><img src='data:image/png;base64,AA'>", None),
        ("<script src='https://x.org/a.js'></script>", "it loads https://x.org/a.js"),
        ("<SCRIPT>1</SCRIPT>", "it runs a script of its own"),
        ("<b onclick='a()'>", "it runs a script of its own (onclick)"),
        ("<a href=' JavaScript:a()'>", "it runs a script of its own (javascript:)"),
        ("<link rel='stylesheet' href='//x.org/a.css'>", "it loads //x.org/a.css"),
        ("<style>@import 'https://x.org/a.css';</style>", "it loads https://x.org/a.css"),
        ("<i style='background: url(https://x.org/a.png)'>", "it loads https://x.org/a.png"),
        ("<video poster='http://x.org/a.png'>", "it loads http://x.org/a.png"),
        ("<object data='a.pdf'>", "it embeds another page (<object>)"),
    ],
)
def test_what_a_policy_blocks(html, said):
    assert blocked(html) == said
