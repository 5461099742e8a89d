"""`ceg multiverse`: what it says, and that it can be interrupted and taken up again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ceg
from ceg.multiverse import survey as multiverse

BOOK = ceg.open()
HEADLINES = [c.comparison for c in BOOK.evidence.comparisons.values() if c.role == "headline"]


@pytest.mark.verify
def test_the_command_is_interrupted_and_taken_up_again(tmp_path):
    command = [Path(sys.executable).parent / "ceg", "multiverse", "--draws", "2000", "--format", "csv"]
    kept = [*command, "--resume", str(tmp_path / "run")]
    started = subprocess.Popen(
        kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # as a terminal starts it: a shell in the background has its commands ignore the signal
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not list(tmp_path.glob("run/*.json")):
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to every process of the command
    _, said = started.communicate()
    assert (started.returncode, "Traceback" in said) == (130, False), said
    assert f"call again with --resume {tmp_path / 'run'}" in said.replace("\n", "")
    before = len(list(tmp_path.glob("run/*.json")))
    assert 0 < before < len(HEADLINES)
    resumed = subprocess.run(kept, capture_output=True, text=True, check=True).stdout
    assert (
        resumed
        == subprocess.run([*command, "--workers", "1"], capture_output=True, text=True, check=True).stdout
    )


@pytest.mark.verify
def test_the_command(tmp_path):
    command = [
        Path(sys.executable).parent / "ceg",
        "multiverse",
        "--format",
        "json",
        "--resume",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["specifications"] == multiverse.survey(BOOK).size
    assert [c["conclusion"] for c in found["conclusions"]][:3] == [
        "most-exceed-5",
        "some-exceed-20",
        "cost-below-1-percent",
    ]
    assert len(found["comparisons"]) == len(HEADLINES)
    wrong = subprocess.run(
        [*command[:2], "--comparisons", "alle"], capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 1
    assert "--comparisons" in wrong.stderr and 'did you mean "all"' in wrong.stderr
