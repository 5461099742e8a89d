"""What a page's inputs are made of, and when they are worked out again."""

from __future__ import annotations

import json
import os
from importlib import import_module

from sphinx_fresh.notebooks.fingerprint import Explainer, Settings, digest


def test_digest_has_no_order():
    assert digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"}) != digest({"a": "2", "b": "1"})


COUNTED = """from pathlib import Path
FILE, asked = Path(__file__).with_name("rows.csv"), []
def inputs(cells):
    asked.append(cells)
    return {"rows": FILE.read_text()}
def read(cells):
    return [FILE], ""
"""
COUNTING = "---\nfile_format: mystnb\n---\n\n# A\n\n```{code-cell}\nimport counted.used\n```\n"


def test_inputs_are_worked_out_again_only_when_what_decides_them_changed(tmp_path, monkeypatch):
    folder = tmp_path / "counted"
    folder.mkdir()
    for name, text in {"__init__": "", "used": "", "rows": COUNTED}.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "rows.csv").write_text("1")
    monkeypatch.syspath_prepend(tmp_path)
    settings = Settings("counted.rows:inputs", "counted.rows:read", ("counted",))
    record: dict = {}

    def explained(page: str = COUNTING) -> tuple[dict, int, bool]:
        """What a build after the one before finds; how often it asked the book's function; whether it
        learned something.
        """
        nonlocal record
        explainer = Explainer(settings, json.loads(json.dumps(record)))
        found = explainer.explain(page)
        assert found == Explainer(settings).explain(page)  # as if nothing were known
        record = explainer.record
        asked = len(import_module("counted.rows").asked) - 1
        import_module("counted.rows").asked.clear()
        return found, asked, explainer.moved

    first = explained()
    assert first[0].keys() == {"module counted", "module counted.used", "rows", "version python"}
    assert first[1:] == (1, True)
    assert explained() == (first[0], 0, False)
    times = (folder / "rows.csv").stat()
    (folder / "rows.csv").write_text("2")
    os.utime(folder / "rows.csv", ns=(times.st_atime_ns, times.st_mtime_ns))
    second = explained()
    assert (second[0]["rows"], *second[1:]) == ("2", 1, True)
    (folder / "used.py").write_text("import counted.rows")  # reached now, by the page's module
    assert "module counted.rows" in explained()[0]
    assert explained()[1:] == (0, False)
    assert explained(COUNTING.replace("import counted.used", "1 + 1"))[0].keys() == {"rows", "version python"}
    assert explained("# No code\n")[0] == {}
