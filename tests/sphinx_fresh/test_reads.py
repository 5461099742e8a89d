"""What is noted, what is kept of it with a value, and what counts in its place."""

from __future__ import annotations

import threading

import pytest

from sphinx_fresh import reads
from sphinx_fresh.reads import Read


@pytest.fixture(autouse=True)
def page(monkeypatch):
    """As in a kernel that has begun to note."""
    monkeypatch.setattr(reads, "_page", {})
    monkeypatch.setattr(reads._state, "inner", None)


def test_outside_of_a_build_nothing_is_noted(monkeypatch):
    monkeypatch.setattr(reads, "_page", None)
    reads.note("a", lambda: pytest.fail("nobody wants to know"))
    with reads.apart() as inside, reads.reading("b") as named:
        reads.note("c", "1")
    assert not reads.noting() and reads.noted() == inside == named.reads == {}
    reads.begin()
    assert reads.noting() and reads.noted() == {}


def test_the_first_digest_of_a_name_stays_and_what_was_noted_before_begin_too():
    reads.note("a", "1")
    reads.begin()  # a kernel, forked from the process that noted it
    reads.note("a", lambda: "2")
    reads.note("b", "3")
    assert reads.noted() == {"a": Read("1"), "b": Read("3")}


def test_digests_are_of_what_a_value_says_and_of_bytes():
    assert reads.digest([1, "a"]) == reads.digest([1, "a"]) != reads.digest([1, "b"])
    assert reads.digest(b"1") != reads.digest("1") and len(reads.digest("\udc80")) == 20


def test_a_value_that_is_named_stands_for_what_was_read_for_it():
    with reads.reading("highest") as named:
        reads.note("file a", "1")
        named.digest = "7"
    assert reads.noted() == {"highest": Read("7", {"file a": Read("1")})}


@pytest.mark.parametrize("digest", ["7", ""])
def test_where_nothing_was_seen_the_digest_alone_decides(digest):
    """Else a page would be right for ever: nothing that was read could be another."""
    with reads.reading("weather", digest) as named:
        named.digest = "7"
    assert reads.noted() == {"weather": Read("7")}


def test_a_digest_that_is_known_before_says_all_of_what_is_read():
    """Also of what nobody sees, beside a file that somebody does."""
    with reads.reading("weather", "7"):
        reads.note("file a", "1")
    assert reads.noted() == {"weather": Read("7")}


def test_who_takes_a_kept_value_has_read_what_it_was_made_of():
    calls = []

    @reads.cached
    def total(n: int) -> int:
        """Documented."""
        calls.append(n)
        reads.note(f"file {n}", str(n))
        return n

    with reads.apart() as warm:
        assert total(1) == 1
    assert warm == {"file 1": Read("1")} and reads.noted() == {}
    assert (total(1), total(2), calls) == (1, 2, [1, 2])
    assert reads.noted() == {"file 1": Read("1"), "file 2": Read("2")}
    assert total.__doc__ == "Documented."
    total.cache_clear()
    assert total(1) == 1 and calls == [1, 2, 1]


def test_a_kept_value_can_be_taken_by_a_name():
    kept = reads.Kept.of(lambda: reads.note("file a", "1") or [3, 4])
    assert reads.noted() == {} and kept.take("sum", lambda value: str(sum(value))) == [3, 4]
    assert reads.noted() == {"sum": Read("7", {"file a": Read("1")})}


@pytest.mark.parametrize("way", ["cached", "reading", "apart", "once"])
def test_who_goes_on_after_a_failure_has_read_what_led_to_it(way):
    def fails() -> None:
        reads.note("file a", "")
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        if way == "cached":
            reads.cached(fails)()
        elif way == "once":
            reads.Kept.of(fails)
        else:
            with reads.reading("b") if way == "reading" else reads.apart():
                fails()
    assert reads.noted() == {"file a": Read("")}


def test_another_thread_notes_for_the_page():
    with reads.apart() as inside:
        thread = threading.Thread(target=reads.note, args=("a", "1"))
        thread.start()
        thread.join()
    assert inside == {} and reads.noted() == {"a": Read("1")}
