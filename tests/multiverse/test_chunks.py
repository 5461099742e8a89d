"""A run in chunks: the same bits from any number of workers, taken up where it was interrupted."""

import dataclasses
import json
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
    kept = sorted(p.read_text() for p in (tmp_path / "run").iterdir())
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


def test_a_chunk_names_all_its_inputs(monkeypatch, tmp_path):
    before = chunks()
    assert before == chunks()
    other = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(threshold_large=3.0))
    assert summary.chunks(other, HEADLINES[:6], 0, 7) != before
    wrong = json.dumps(json.loads(before[0]) | {"inputs": "0"})
    with pytest.raises(ValueError, match="differs here"):
        summary.work(wrong)


def test_no_scheduler_is_said_plainly(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="ceg\\[cluster\\]"):
        runs.run(square, ["1"], scheduler="tcp://127.0.0.1:1")


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
