"""Terms of the glossary are explained where prose first uses them."""

from docutils import nodes
from sphinx import addnodes

from sphinx_fresh.theme import terms

KNOWN = [
    terms.Definition(("compute-equivalent gain", "CEG"), "g", "term-gain", "The gain."),
    terms.Definition(("FLOP",), "g", "term-FLOP", "An operation."),
    terms.Definition(("pass@k",), "g", "term-pass", "Any of k."),
]


def explained(*children: nodes.Node) -> list[str]:
    """The words explained in a page of one paragraph."""
    section = nodes.section("", nodes.title("", "CEG"), nodes.paragraph("", "", *children))
    terms.explain(section, KNOWN)
    return [use.astext() for use in section.findall(terms.TermUse)]


def test_the_first_use_in_prose_is_explained():
    assert explained(nodes.Text("A Compute-equivalent gain, or CEG, of 3 FLOP; FLOP again.")) == [
        "Compute-equivalent gain",
        "FLOP",
    ]
    assert explained(nodes.Text("Of flop, FLOPs, subCEG, CEG-like")) == []
    assert explained(nodes.strong("", "By pass@k."), nodes.Text(" CEG")) == ["pass@k", "CEG"]
    others = (
        nodes.literal("", "CEG"),
        nodes.reference("", "FLOP", refuri="x"),
        nodes.inline("", "pass@k", classes=["pasted-text"]),
    )
    assert explained(*others) == []


def test_a_glossary_is_read():
    term = nodes.term("", "", nodes.Text("CEG"), addnodes.index(entries=[]), ids=["term-CEG"])
    item = nodes.definition_list_item(
        "", term, nodes.definition("", nodes.paragraph("", "The\ngain."), nodes.paragraph("", "More."))
    )
    page = nodes.section("", addnodes.glossary("", nodes.definition_list("", item)))
    assert terms.definitions(page, "g") == [terms.Definition(("CEG",), "g", "term-CEG", "The gain.")]
