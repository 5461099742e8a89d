"""A run in chunks: the same bits from any number of workers, taken up where it was interrupted."""

import dataclasses
import json
import random
import subprocess
import sys
import time

import pytest

import ceg
from ceg.evidence.problems import InputError
from ceg.multiverse import chunks as runs
from ceg.multiverse import summary

BOOK = ceg.open()
HEADLINES = [c.comparison for c in BOOK.evidence.comparisons.values() if c.role == "headline"]


def chunks(draws: int = 0, n: int = 6) -> list[str]:
    return summary.chunks(BOOK, HEADLINES[:n], draws, 7)


def square(chunk: str) -> str:
    return str(int(chunk) ** 2)


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_bits():
    pieces = chunks(draws=200, n=3)
    assert len(pieces) == 3
    alone = runs.run(summary.work, pieces)
    assert runs.run(summary.work, pieces, workers=2) == alone
    assert [json.loads(a)[0]["comparison"] for a in alone] == HEADLINES[:3]


def test_a_run_is_taken_up_where_it_was_interrupted(tmp_path):
    done = []

    def stops(chunk: str) -> str:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(chunk)
        return square(chunk)

    numbers = ["1", "2", "3", "4"]
    with pytest.raises(KeyboardInterrupt):
        runs.run(stops, numbers, folder=tmp_path / "run")
    kept = sorted(p.read_text().splitlines()[-1] for p in (tmp_path / "run").iterdir())
    assert (done, kept) == (["1", "2"], ["1", "4"])
    done.clear()
    seen = []
    again = runs.run(
        lambda c: done.append(c) or square(c),
        numbers,
        folder=tmp_path / "run",
        progress=lambda *at: seen.append(at),
    )
    assert (again, done) == (["1", "4", "9", "16"], ["3", "4"])
    assert seen == [(2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"1",
        lambda content: b"\xff\x00garbage\n\n",
        lambda content: content[:65] + b"\xff",
        lambda content: b"16",
    ],
)
def test_a_kept_result_that_is_damaged_is_worked_out_again(tmp_path, damaged):
    assert runs.run(square, ["1", "4"], folder=tmp_path) == ["1", "16"]
    done = []
    for path in tmp_path.iterdir():
        path.write_bytes(damaged(path.read_bytes()))
    again = runs.run(lambda c: done.append(c) or square(c), ["1", "4"], folder=tmp_path)
    assert (again, done) == (["1", "16"], ["1", "4"])
    assert runs.run(lambda c: pytest.fail("kept"), ["1", "4"], folder=tmp_path) == again


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="--resume: found"):
        runs.run(square, ["1"], folder=tmp_path / "file" / "run")


KILLED = """
import json, sys, time
from pathlib import Path
from ceg.multiverse import chunks as runs
def work(chunk):
    time.sleep(0.005)
    return chunk * 2000
print(json.dumps(runs.run(work, [str(n) for n in range(40)], folder=Path(sys.argv[1]))))
"""


@pytest.mark.verify
def test_killed_twenty_times_a_run_ends_with_every_result(tmp_path):
    rng, command = random.Random(1), [sys.executable, "-c", KILLED, tmp_path]
    for _ in range(20):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.1, 1.0))
        running.kill()
        running.wait()
        for path in tmp_path.glob("*.json"):
            assert len(path.read_bytes()) > 2000
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [str(n) * 2000 for n in range(40)]


def test_a_chunk_names_all_its_inputs(monkeypatch, tmp_path):
    before = chunks()
    assert before == chunks()
    other = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(threshold_large=3.0))
    assert summary.chunks(other, HEADLINES[:6], 0, 7) != before
    wrong = json.dumps(json.loads(before[0]) | {"inputs": "0"})
    with pytest.raises(ValueError, match="differs here"):
        summary.work(wrong)


def slow(chunk: str) -> str:
    """A chunk that takes long enough for its worker to be killed meanwhile."""
    time.sleep(0.4)
    return summary.work(chunk)


@pytest.mark.verify
def test_a_cluster_gives_the_same_bits_though_a_worker_dies():
    import distributed

    pieces = chunks(draws=200, n=12)
    alone = runs.run(summary.work, pieces)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert runs.run(summary.work, pieces, scheduler=cluster.scheduler_address) == alone
        killed = []

        def kill(done: int, _: int) -> None:
            if done == 2 and not killed:
                nanny = next(iter(cluster.workers.values()))
                killed.append(nanny.pid)
                subprocess.run(["kill", "-9", str(nanny.pid)], check=True)

        with_death = runs.run(slow, pieces, scheduler=cluster.scheduler_address, progress=kill)
    assert killed
    assert with_death == alone
