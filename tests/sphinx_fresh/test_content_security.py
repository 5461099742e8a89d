"""A page's policy on its own content."""

from __future__ import annotations

import re
import subprocess

import pytest

from sphinx_fresh.theme import content_security


def test_the_policy_names_each_inline_part_by_its_hash():
    scripts = '<script>a()</script><script src="b.js"></script><script type="application/json">{}</script>'
    page = f'<meta charset="utf-8" />{scripts}'
    page += '<style>p {}</style><p style="color: red">x</p><button onclick="window.print()"></button>'
    guarded = content_security.guarded(page)
    assert guarded.startswith(
        '<meta charset="utf-8" />\n'
        '    <meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    )
    rules = dict(
        rule.split(" ", 1) for rule in re.search(r'Policy" content="([^"]*)"', guarded)[1].split("; ")
    )
    # printf 'a()' | openssl dgst -sha256 -binary | base64, and so on
    assert rules["script-src"] == f"'self' {hashed('a()')}"
    assert rules["style-src"] == f"'self' {hashed('p {}')} 'unsafe-hashes' {hashed('color: red')}"
    assert "unsafe-inline" not in guarded and "unsafe-eval" not in guarded and "*" not in guarded
    assert "onclick" not in guarded and 'data-site-do="print"' in guarded
    with pytest.raises(ValueError, match="no place"):
        content_security.guarded("<html>")


def hashed(text: str) -> str:
    """The same by other means."""
    digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-binary"], input=text.encode(), capture_output=True, check=True
    ).stdout
    encoded = subprocess.run(["base64"], input=digest, capture_output=True, check=True).stdout
    return f"'sha256-{encoded.decode().strip()}'"
