"""A Content-Security-Policy in every page: its own files, and the inline scripts and styles that it has."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from sphinx.application import Sphinx

CHARSET = '<meta charset="utf-8" />'
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", flags=re.DOTALL | re.IGNORECASE)
STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", flags=re.DOTALL | re.IGNORECASE)
STYLE_ATTRIBUTE = re.compile(r"""(<[a-z][^<>]*?\sstyle=)(?:"([^"]*)"|'([^']*)')""", flags=re.IGNORECASE)
DATA = re.compile(r'\btype="application/(?:ld\+)?json"')
HANDLERS = {
    'onclick="window.print()"': 'data-site-do="print"',
    'onclick="toggleFullScreen()"': 'data-site-do="full-screen"',
}
BUTTONS = """
addEventListener("click", function (event) {
  var button = event.target.closest("[data-site-do]");
  if (!button) { return; }
  if (button.dataset.siteDo === "print") { window.print(); } else { window.toggleFullScreen(); }
});
"""  # what the theme writes into the buttons themselves, where only a looser policy would run it


def fingerprint(text: str) -> str:
    """A source expression for an inline script or style with just this text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def policy(page: str) -> str:
    """The policy that a page obeys."""
    scripts = {
        text
        for attributes, text in SCRIPT.findall(page)
        if "src=" not in attributes and not DATA.search(attributes)
    }
    markup = SCRIPT.sub("", page)
    styles = set(STYLE.findall(markup))
    attributes = {
        html.unescape(double or single)
        for _, double, single in STYLE_ATTRIBUTE.findall(STYLE.sub("", markup))
    }
    style_sources = ["'self'", *sorted(map(fingerprint, styles))]
    if attributes:
        style_sources += ["'unsafe-hashes'", *sorted(map(fingerprint, attributes))]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *sorted(map(fingerprint, scripts))],
        "style-src": style_sources,
        "img-src": ["'self'", "data:"],  # the theme's style sheet holds its drawings
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def guarded(page: str) -> str:
    """The page with its policy, which stands before all that it rules. ValueError: no place for it."""
    for handler, data in HANDLERS.items():
        page = page.replace(handler, data)
    if CHARSET not in page:
        raise ValueError(f"a page without {CHARSET} has no place for its policy")
    meta = f'{CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="{policy(page)}" />'
    return page.replace(CHARSET, meta, 1)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_js_file(None, body=BUTTONS, priority=2)
