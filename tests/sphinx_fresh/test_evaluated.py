"""Expressions in the prose: where they are found, what they may give, and what a page makes of them."""

from __future__ import annotations

import ast
import json
import re
import warnings

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from myst_nb.core.read import read_myst_markdown_notebook
from site_helpers import Book, Build

from sphinx_fresh.mime import LINK, VALUES
from sphinx_fresh.outputs import evaluated
from sphinx_fresh.outputs.values import Values
from sphinx_fresh.show import Linked

HEAD = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n"
CELL = "\n```{code-cell}\nn = 1\n```\n"


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("No role, {glue:text}`x`, {evaluate}`x`, eval `x`.", []),
        ("One {eval}`x`,\ntwo {eval}` y + 1 ` and {eval}`f(\n2)`, {eval}`z`.", "1 x|2 y + 1|2 f( 2)|3 z"),
        ('# Head {eval}`x`\n\n{eval}``d["`"]`` {eval}`x`', '1 x|3 d["`"]|3 x'),
        ("| {eval}`a` | b |\n|---|---|\n| c | {eval}`d` |\n| {eval}`e` | {eval}`f` |", "1 a|3 d|4 e|4 f"),
        ("- one {eval}`x`\n\n  more\n  {eval}`y`\n\n> {eval}`z`", "1 x|4 y|6 z"),
        ("term\n: means {eval}`x`\n\n[text {eval}`y`](to.md), **{eval}`z`**", "2 x|4 y|4 z"),
        ("```{note}\n:class: tip\n\n{eval}`x`\n```", "4 x"),
        ("```{note}\n---\nclass: tip\n---\n{eval}`x`\n```", "5 x"),
        (":::{admonition} Title {eval}`x`\n:class: tip\n{eval}`y`\n:::", "1 x|3 y"),
        ("::::{note}\n:::{tip}\n{eval}`x`\n:::\n::::\n\n:::aside\n{eval}`y`\n:::", "3 x|8 y"),
        ("- a\n\n  ```{figure} a.svg\n  A caption: {eval}`x`.\n  ```", "4 x"),
        ('```{code-cell}\n"{eval}`x`"\n```\n\n```python\n"{eval}`x`"\n```\n\n    {eval}`x`\n', []),
        ("`` {eval}`x` `` \\{eval}`x` $\\text{eval}`x`$ `{eval}`\n", []),
        ("{eval}`x` `` {eval}`x` ``\n{eval}`y`", "1 x|2 y"),
    ],
)
def test_a_role_is_found_wherever_markdown_is_read(markdown, found):
    expected = found.split("|") if found else []
    assert [f"{role.line} {role.expression}" for role in evaluated.roles(markdown)] == expected
    whole = [f"{role.line - 8} {role.expression}" for role in evaluated.roles(f"{HEAD}#\n\n{markdown}")]
    assert whole == expected


@pytest.mark.parametrize(
    "page", ["", "# A\n\n{eval}`x`\n", HEAD + "# A\n" + CELL, HEAD + "`{eval}` is a role.\n"]
)
def test_a_page_without_expressions_or_code_gets_no_cell(page):
    assert evaluated.with_values(page) == page


def test_expressions_are_code_of_the_page_each_once():
    page = HEAD + "{eval}`f(n)` {eval}`n  # it` {eval}`f(n)` {eval}`n if` {eval}`'''`\n" + CELL
    found = read_myst_markdown_notebook(evaluated.with_values(page)).cells
    first, hidden = (cell.source for cell in found if cell.cell_type == "code")
    assert first == "n = 1" and hidden.startswith(evaluated.HEAD)
    assert {"f", "n"} <= {node.id for node in ast.walk(ast.parse(hidden)) if isinstance(node, ast.Name)}
    space = {"n": 2, "f": lambda n: f"{n}x"}
    body = ast.parse(hidden).body
    exec(compile(ast.Module(body[:-1], []), "hidden", "exec"), space)
    made = eval(compile(ast.Expression(body[-1].value), "hidden", "eval"), space).values
    assert {text: value.get("text") for text, value in made.items()} == {
        "f(n)": "2x",
        "n  # it": "2",
        "n if": None,
        "'''": None,
    }
    assert made["n if"]["error"].startswith("it is no Python expression: ")


def warned() -> str:
    warnings.warn("too few draws", RuntimeWarning, stacklevel=1)
    return "1"


@pytest.mark.parametrize(
    ("give", "value"),
    [
        (lambda: "≥ 13x", {"text": "≥ 13x"}),
        (lambda: np.str_("13x"), {"text": "13x"}),
        (lambda: Linked("13x", "gain:a"), {"text": "13x", "target": "gain:a"}),
        (lambda: 12000, {"text": "12000"}),
        (lambda: np.int64(-3), {"text": "-3"}),
        (lambda: 1 / 3, "it gives 0.3333333333333333; .* Format the number, such as f'{x:.1f}'"),
        (lambda: np.float32(0.5), "it gives 0.5; a sentence takes text or a whole number. Format the number"),
        (lambda: True, "it gives True; .*: 'yes' if x else 'no'"),
        (lambda: np.bool_(True), "it gives a bool; .* Turn it into text"),
        (lambda: None, "it gives None; .* Turn it into text"),
        (lambda: ["13x"], "it gives a list; .* Turn it into text"),
        (lambda: np.arange(2), "it gives a ndarray; "),
        (lambda: missing, "NameError: name 'missing' is not defined. Correct the expression"),  # noqa: F821
        (lambda: {}["a"], "KeyError: 'a'. Correct the expression, or the code that it uses"),
        (warned, "RuntimeWarning: too few draws. Correct the expression, or the code that it uses"),
        ("it is no expression", "it is no expression"),
    ],
)
def test_text_and_whole_numbers_stand_in_a_sentence_and_nothing_else(give, value):
    made = Values({"x": give})._repr_mimebundle_()[VALUES]["x"]
    json.dumps(made)
    if isinstance(value, dict):
        assert made == value
    else:
        assert made.keys() == {"error"} and re.match(value, made["error"]), made


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("{eval}`x`, {eval}`y`\n`` {eval}`x` ``", "13x, {eval}`y`\n`` {eval}`x` ``"),
        ("> a\n> {eval}`` x ``\n\n\n:::{note} {eval}`x`\n:::\n", "> a\n> 13x\n\n\n:::{note} 13x\n:::\n"),
        ("| {eval}`x` | {eval}`x` |\n|---|---|\n", "| 13x | 13x |\n|---|---|\n"),
        ("a {eval}`x +\n2` b\n\n    {eval}`x`", "a 15x b\n\n    {eval}`x`"),
    ],
)
def test_values_replace_roles_and_nothing_else(markdown, made):
    assert evaluated.replaced(markdown, {"x": "13x", "x + 2": "15x"}, str) == made


@pytest.mark.parametrize("value", ["≥ 26.1x", Linked("≥ 26.1x", "gain:a"), "it's", 13])
def test_jupyterlab_shows_the_text(value):
    """Its extension for MyST shows the kernel's plain text, without the quotation marks around it."""
    shown = DisplayFormatter().format(value)[0]
    assert re.sub(r"^([\"'])(.*)\1$", r"\2", shown["text/plain"]) == str(value)
    assert shown.keys() - {"text/plain"} <= {LINK}


# --- in a book ------------------------------------------------------------------------------------

TEXTS = """
# Start {role}`word`

{role}`word`, {role}`n`: {role}`link` in *{role}`link`*.

| {role}`n` | b |
|---|---|
| x | {role}`word` |

:::{{admonition}} Title {role}`word`
{role}`link`
:::
"""
CODE = """
```{code-cell}
from sphinx_fresh import show
n, word, link = 12000, "aren't >13x -- \\"q\\"", show.Linked("text *q*", "fig-ants")
show.publish(n=str(n), word=word, link=link)
```
"""


@pytest.fixture(scope="module")
def cold(tmp_path_factory):
    """A book to write pages for."""
    return Book(tmp_path_factory.mktemp("evaluated"))


def built(book: Book, **pages: str) -> Build:
    """Build the book with more pages."""
    for name, text in pages.items():
        (book.folder / f"book/{name}.md").write_text(text, encoding="utf-8")
    chapters = "".join(f"\n  - file: book/{name}" for name in ("charts", "tables", *pages))
    (book.folder / "_toc.yml").write_text(
        f"format: jb-book\nroot: book/index\nchapters:{chapters}\n", encoding="utf-8"
    )
    return book.build()


def article(book: Book) -> str:
    found = re.search(r"<article.*?</article>", book.page("book/more"), re.DOTALL)[0]
    return re.sub(r"admonition-title-[\w-]+", "", found)  # a class made of the title as written


def in_notebook(role: re.Match) -> str:
    return {"word": 'aren\'t \\>13x -- "q"', "n": "12000", "link": "text \\*q\\*"}[role[1]]


@pytest.mark.verify
def test_a_page_looks_as_with_published_texts_and_its_notebook_has_the_values(cold):
    seen = []
    for role in ("{glue:text}", "{eval}"):
        result = built(cold, more=HEAD + TEXTS.format(role=role) + CODE)
        assert (result.code, result.alone) == (0, 0), result.errors
        seen.append(article(cold))
        notebook = json.loads((cold.site / "downloads/more.ipynb").read_text(encoding="utf-8"))
        expected = re.sub(r"\{role\}`(\w+)`", in_notebook, TEXTS.replace("{{", "{").replace("}}", "}"))
        assert [c["cell_type"] for c in notebook["cells"]] == ["markdown", "code"]
        assert notebook["cells"][0]["source"] == expected.strip()
    assert seen[0] == seen[1] and seen[1].count('href="charts.html#fig-ants"><span') == 3
    assert seen[1].count('"pasted-text">12000<') == 2
    page = HEAD + TEXTS.format(role="{eval}") + CODE
    assert built(cold, more=page + "\nOther words.\n").executed == {}
    result = built(cold, more=page.replace("{eval}`n`:", "{eval}`n + 1`:"))
    assert (result.code, result.executed) == (0, {"book/more": "its own code"})
    assert article(cold).count('"pasted-text">12001<') == 1


WRONG = f"""{HEAD}# Wrong

{{eval}}`n`,
{{eval}}`1 / 3`
and {{eval}}`n +`, {{eval}}`missing`.

:::{{note}}
Again {{eval}}`missing`.
:::
{CELL}"""
CAPTION = 'from toybook.show import figure\nfigure("fig-more", ["ant"], "The {eval}`2` ant.", "A dot.")'
PAGES = {
    "wrong": WRONG,
    "plain": "# Plain\n\n{eval}`n`\n",
    "caption": f"{HEAD}# Caption\n\n{{eval}}`1`\n\n```{{code-cell}}\n{CAPTION}\n```\n",
}
FAILED = (  # a page that asks for it is run by myst-nb
    HEAD.replace("kernelspec", "mystnb:\n  execution_mode: force\nkernelspec")
    + "# Failed\n\n{eval}`1`\n\n```{code-cell}\n1 / 0\n```\n"
)
CORRECT = "Correct the expression, or the code that it uses"
SAID = [
    "wrong.md:10: WARNING: {eval}`1 / 3`: it gives 0.3333333333333333; "
    "a sentence takes text or a whole number. Format the number, such as f'{x:.1f}'",
    "wrong.md:11: WARNING: {eval}`n +`: it is no Python expression: invalid syntax. "
    "Write one expression, such as {eval}`len(names)`",
    f"wrong.md:11: WARNING: {{eval}}`missing`: NameError: name 'missing' is not defined. {CORRECT}",
    f"wrong.md:14: WARNING: {{eval}}`missing`: NameError: name 'missing' is not defined. {CORRECT}",
    "plain.md:3: WARNING: {eval}`n`: the code of this page is not run, so there is no value. "
    "Begin the page as a notebook, and write `execute_notebooks: cache` in _config.yml",
    "caption.md:14: WARNING: {eval}`2`: only the text of a page is evaluated, "
    "not what code or other files bring. Write the value there",
]


@pytest.mark.verify
def test_every_expression_that_is_wrong_is_said(cold):
    cell = ["failed, code cell 1 (1 / 0): ZeroDivisionError: division by zero"]
    for pages, said in ((PAGES, SAID), (PAGES | {"failed": FAILED}, SAID + cell)):
        result = built(cold, **pages)
        # also in the second build: a page that failed is not taken for done
        assert result.code == 1 and "book/wrong" in result.executed and "Traceback" not in result.errors
        message = result.errors[result.errors.index("The book was not built:") :]
        assert sorted(message.splitlines()[1:]) == sorted(f"  book/{line}" for line in said)
