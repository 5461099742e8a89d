"""The page to print: every headline in a row, and how to cite the book."""

from collections.abc import Sequence

import pandas as pd
import yaml

from ceg.analysis.analysis import Analysis
from ceg.evidence.tables import find_data
from ceg.exhibits import headline_forest
from ceg.prose import wording
from ceg.survey.survey import Entry


def rows(book: Analysis, entries: Sequence[Entry], threshold: float) -> pd.DataFrame:
    """The rows of the start page's chart, each with where the gain very likely lies, in words."""
    drawn = headline_forest.rows(book, entries, threshold)
    said = {entry.enhancement.name: wording.likely(entry.headline) or "open" for entry in entries}
    return drawn.assign(likely=drawn["name"].map(said))


def edition() -> dict[str, str]:
    """Author, title, year, version, date of release and the paper's number, as ``CITATION.cff`` has them."""
    text = (find_data().parent / "CITATION.cff").read_text(encoding="utf-8")
    cited = yaml.safe_load(text)
    released = str(cited["date-released"])
    authors = ", ".join(
        each.get("name") or f"{each['given-names']} {each['family-names']}" for each in cited["authors"]
    )
    return {
        "authors": authors,
        "title": cited["title"],
        "year": released[:4],
        "version": str(cited["version"]),
        "released": released,
        "paper": cited["references"][0]["doi"].partition("arXiv.")[2],
    }
