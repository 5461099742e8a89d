"""The kinds of output that the site knows: the mime types under which objects hand themselves over."""

FIGURE = "application/vnd.site.figure+json"
TABLE = "application/vnd.site.table+json"
LIVE = "application/vnd.site.live+json"
"""A place that a script fills."""

SECTIONS = "application/vnd.site.sections+json"
"""Whole sections, with text, figures, tables and folds."""

FOLDS = "application/vnd.site.folds+json"
LINK = "application/vnd.site.link+json"
"""Text that leads somewhere."""

VALUES = "application/vnd.site.values+json"
"""What the expressions in the prose give."""

VEGA_LITE_ANY = "application/vnd.vegalite."
"""What the mime type of a chart for notebooks begins with, whatever its version."""

VEGA_LITE = f"{VEGA_LITE_ANY}v5+json"
"""The newest that JupyterLab 4.6 draws; the charts are the same in both."""

OWN = "application/vnd.site."
NOTEBOOKS_ONLY = "application/vnd."
"""What the mime types of vendors begin with: Plotly's, a widget's. Of these a page knows the site's alone."""
