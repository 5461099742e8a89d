"""A chapter opened in JupyterLab: once its cells have run, the numbers stand in its sentences."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from chapter_runs import run
from places import ROOT

from sphinx_fresh.outputs import evaluated

pytestmark = pytest.mark.verify
CHAPTER = "book/paper/06-policy.md"
OPEN = """async path => {
  const open = {path, factory: 'Jupytext Notebook'};
  const panel = await window.jupyterapp.commands.execute('docmanager:open', open);
  await panel.context.ready;
  await panel.sessionContext.ready;
  await window.jupyterapp.commands.execute('notebook:run-all-cells');
  panel.content.activeCellIndex = 0;
  await panel.content.scrollToItem(0);  // what is out of view is not in the page
}"""

SAYS = "said => document.querySelector('.jp-Notebook').innerText.replace(/\\s+/g, ' ').includes(said)"


@contextmanager
def lab(folder: Path):
    """JupyterLab over a folder, with nothing of this user's; its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    own = {n: str(folder / n) for n in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    command = [Path(sys.executable).parent / "jupyter", "lab", *options]
    server = subprocess.Popen(
        command, env={**os.environ, **own}, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait()


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_numbers_stand_in_the_sentences_of_an_opened_chapter(chromium, tmp_path):
    for name in ("book", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    text = (tmp_path / CHAPTER).read_text(encoding="utf-8")
    claim = re.search(r"^# .+?\n\n(.+?)\n\n", text, re.DOTALL | re.MULTILINE)[1]
    assert claim.count("{eval}") >= 5
    expected = words(evaluated.replaced(claim, run(CHAPTER).values, str))
    with lab(tmp_path) as address:
        page = chromium.new_page()
        try:
            page.goto(f"{address}/lab")
            page.wait_for_function("window.jupyterapp && document.querySelector('#jp-main-dock-panel')")
            page.evaluate(OPEN, CHAPTER)
            page.wait_for_function(
                SAYS,
                arg=expected,
                timeout=120_000,
            )
        finally:
            page.close()
