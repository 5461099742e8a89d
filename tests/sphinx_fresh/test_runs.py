"""When a run of a page is right, and how runs are kept."""

from __future__ import annotations

import json
import random

import pytest

from sphinx_fresh.notebooks import runs
from sphinx_fresh.notebooks.runs import KEPT, UNKNOWN, Now, Report, Run, Runs, programs, without_own

ROW, FILE = "row ant", "file data/rows.csv"
BY_VALUE = Run(
    [("highest", "cat", 1), (FILE, "f1", -1), (ROW, "r1", 2)],
    [[0], [1, 2], [1]],
)
"""A page that took one value, worked out from a row and a file; the row was read from the file."""


def now(**found: str) -> Now:
    """What stands under names; all of them are the book's."""
    made = Now(None, None)  # type: ignore[arg-type]
    made._found = {"highest": "cat", FILE: "f1", ROW: "r1"} | {
        {"highest": "highest", "file": FILE, "row": ROW}[name]: digest for name, digest in found.items()
    }
    return made


@pytest.mark.parametrize(
    ("found", "right", "decided_by_leaves"),
    [
        ({}, True, True),
        ({"file": "f2"}, True, False),  # the value is the same: what became of the file is no matter
        ({"file": "f2", "row": "r2"}, True, False),
        ({"file": "f2", "row": "r2", "highest": "dog"}, False, False),
        ({"file": "f2", "highest": "dog"}, False, False),
    ],
)
def test_what_a_page_took_decides_and_what_was_read_for_it_only_first(found, right, decided_by_leaves):
    assert now(**found).same_run(BY_VALUE) == right
    assert now(**found).same(BY_VALUE.leaves) == decided_by_leaves


def test_leaves_are_what_was_not_found_by_reading_something_else():
    assert BY_VALUE.leaves == {FILE: "f1"} and BY_VALUE.own == {"highest": "cat"}
    assert BY_VALUE.digests("row ") == {"ant": "r1"}
    assert Run.of({"b": "2", "a": "1"}).own == {"a": "1", "b": "2"} == Run.of({"b": "2", "a": "1"}).leaves


def reference(run: Run, now: Now) -> bool:
    """By the words of ``reads.Read``, without a shortcut."""

    def right(number: int) -> bool:
        name, digest, within = run.read[number]
        return now.digest(name) == digest or (within >= 0 and all(map(right, run.sets[within])))

    return all(map(right, run.sets[0]))


def test_the_shortcut_by_leaves_is_never_wrong():
    """At random, where a digest is a function of what is read for it: as in a book."""
    chance = random.Random(3)
    for _ in range(300):
        n = chance.randint(1, 8)
        deeper = {
            i: sorted(chance.sample(range(i + 1, n), chance.randint(1, n - i - 1)))
            for i in range(n)
            if i + 1 < n and chance.random() < 0.6
        }

        def values(leaves: list[int], n: int = n, deeper: dict = deeper) -> list[int]:
            found = list(leaves)
            for i in reversed(range(n)):
                if i in deeper:
                    found[i] = max(found[j] for j in deeper[i])
            return found

        before = values([chance.randint(0, 2) for _ in range(n)])
        after = values(
            [
                b if i not in deeper and chance.random() < 0.6 else chance.randint(0, 2)
                for i, b in enumerate(before)
            ]
        )
        own = sorted(chance.sample(range(n), chance.randint(1, n)))
        sets = {i: number for number, i in enumerate(deeper, 1)}
        run = Run([(str(i), str(before[i]), sets.get(i, -1)) for i in range(n)], [own, *deeper.values()])
        later = Now(None, lambda name, after=after: str(after[int(name)]))  # type: ignore[arg-type]
        right = all(before[i] == after[i] for i in own)
        assert later.same_run(run) == reference(run, later) == right
        reached = {str(i) for i in own}
        assert not later.same(run.leaves) or right, (run, reached)


def test_what_stands_under_a_name_is_looked_up(tmp_path, monkeypatch):
    monkeypatch.setenv("ASKED", "1")
    asked: list[str] = []
    found = Now(tmp_path, lambda name: asked.append(name) or "7")
    (tmp_path / "a").write_text("1")
    assert found.digest("row a") == found.digest("row a") == "7" and asked == ["row a"]
    assert found.digest("file b") == found.digest("kind of b") == found.digest("folder b") == ""
    assert found.digest("kind of a") == "file" and found.digest("kind of .") == "folder"
    assert found.digest("version no-such-library") == "" != found.digest("version pytest")
    assert found.digest("variable ASKED") != "" == found.digest("variable NEVER_ASKED")
    assert found.digest("program cat") != "" != found.digest(UNKNOWN) and asked == ["row a"]
    assert Now(tmp_path, None).digest("row a") == ""


def test_what_is_not_recorded_is_never_the_same(tmp_path):
    """Of a kernel of another language."""
    first, second = Report.of("").run, Report.of("").run
    assert first != second and first.own.keys() == {UNKNOWN} and Report.of("").written_since(tmp_path) == []
    assert not Now(tmp_path, None).same_run(first) and not Now(tmp_path, None).same(first.leaves)


def test_a_report_is_read_from_what_a_kernel_sends(tmp_path):
    said = {"read": [["file a", "1", -1], ["row b", "2", 1]], "sets": [[1], [0]], "files": {"a": [1, 2, 3]}}
    report = Report.of(json.dumps(said))
    assert report.run == Run([("file a", "1", -1), ("row b", "2", 1)], [[1], [0]])
    assert report.files == {"a": (1, 2, 3)} and report.written_since(tmp_path) == ["a"]


def test_programs_and_settings_of_the_machinery(monkeypatch):
    monkeypatch.setenv("ASKED", "1")
    asked = {"variable ASKED": runs.recorder.variable_digest("ASKED"), "variable MPLBACKEND": "the kernel's"}
    run = Run.of({"program cat": "", "file a": "1"} | asked)
    assert programs(run) == ["cat"]
    assert without_own(run).own.keys() == {"program cat", "file a", "variable ASKED"}


# --- kept from build to build -----------------------------------------------------------------------


def one(n: int) -> Run:
    return Run.of({FILE: str(n)})


def finding(n: int) -> Now:
    return now(file=str(n))


def test_the_latest_runs_are_kept_and_found_again(tmp_path):
    kept = Runs(tmp_path)
    for n in range(KEPT + 1):
        kept.add("page", f"run {n}", one(n))
    for each in (kept, Runs(tmp_path)):
        assert [name for name, _ in each.of("page")] == [f"run {n}" for n in reversed(range(1, KEPT + 1))]
        assert each.right("page", finding(3)) == "run 3" and each.right("page", finding(0)) is None
        assert each.run("run 3") == one(3) and each.run("run 0") is None and each.of("other") == []
    kept.add("page", "run 3", one(3))
    assert [name for name, _ in Runs(tmp_path).of("page")][:2] == ["run 3", f"run {KEPT}"]
    assert len(list((tmp_path / "reads").iterdir())) == KEPT


DAMAGE = {
    "empty": b"",
    "truncated": b'[["run 1", {"file data/',
    "zeros": b"\0" * 60,
    "no text": b"\xff\xfe",
    "another shape": b'{"run 1": {}}',
    "a shape inside": b'[["run 1", [["file data/rows.csv", "1"]]]]',
    "a name of no text": b"[[1, {}]]",
    "a number": b"7",
    "gone": None,
}


def damage(path, content: bytes | None) -> None:
    path.unlink() if content is None else path.write_bytes(content)


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_list_of_runs_is_as_none(tmp_path, kind):
    Runs(tmp_path).add("page", "run 1", one(1))
    damage(tmp_path / "page.json", DAMAGE[kind])
    again = Runs(tmp_path)
    assert again.of("page") == [] and again.right("page", finding(1)) is None
    again.add("page", "run 2", one(2))
    assert Runs(tmp_path).right("page", finding(2)) == "run 2"


WRONG = DAMAGE | {
    "no sets": b'{"read": []}',
    "sets of no numbers": b'{"read": [["a", "1", -1]], "sets": [["0"]]}',
    "a set that is not there": b'{"read": [["a", "1", 5]], "sets": [[0]]}',
    "a read that is not there": b'{"read": [], "sets": [[0]]}',
    "a name of no text": b'{"read": [[1, "1", -1]], "sets": [[0]]}',
    "no set at all": b'{"read": [], "sets": []}',
}


@pytest.mark.parametrize("kind", WRONG)
def test_damaged_reads_are_as_none(tmp_path, kind):
    """The leaves are another, so all that was read has to be looked at."""
    Runs(tmp_path).add("page", "run 1", BY_VALUE)
    damage(tmp_path / "reads" / "run 1.json", WRONG[kind])
    again = Runs(tmp_path)
    assert again.right("page", now(file="f2")) is None
    assert again.right("page", now()) == "run 1"  # these are the same, whatever is in the other file
