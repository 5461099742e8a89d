"""Measurements are read from the benchmark's file."""

from ceg.chapters.about import status


def test_measurements_are_read_from_the_benchmark(tmp_path):
    assert status.measured(tmp_path) == []
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/results.md").write_text(
        "# Times\n\n| page | s |\n|---|--:|\n| a | 1.5 |\n| b |\n\nEnd.\n\n| none |\n|---|\n"
    )
    assert status.measured(tmp_path) == [status.Measured("Times", ("page", "s"), (("a", "1.5"), ("b", "")))]
