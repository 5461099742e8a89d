"""An enhancement in a sentence: its headline, its range, its costs, and what the paper reports."""

from dataclasses import dataclass

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.problems import InputError
from ceg.evidence.tables import unknown_name
from ceg.prose import phrases, wording
from ceg.survey import survey


@dataclass(frozen=True)
class Summary:
    """What a sentence says of an enhancement. Numbers that the book works out lead to their workings.

    ``headline`` and ``estimates`` are the estimates themselves.
    """

    book: Analysis
    entry: survey.Entry

    def __repr__(self) -> str:
        return f"<Summary of {self.entry.enhancement.name}: {self.gain}>"

    @property
    def headline(self) -> Estimate | None:
        """The estimate of the headline comparison, with its interval."""
        return self.entry.headline

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """The estimates of all comparisons."""
        return self.entry.estimates

    @property
    def gain(self) -> str:
        """The CEG of the headline with its 90% interval, or why a bound does not count."""
        return wording.gain_link(self.headline, wording.sure(self.headline))

    @property
    def status(self) -> str:
        """The status of the headline, with its flags."""
        e = self.headline
        return ", ".join([e.status, *e.flags]).replace("_", " ") if e else "no estimate"

    @property
    def with_a_number(self) -> int:
        """How many comparisons give a point or a bound."""
        return len(self.entry.usable)

    @property
    def comparisons(self) -> int:
        """How many comparisons there are."""
        return len(self.estimates)

    @property
    def range(self) -> str:
        """The least and the greatest CEG of the comparisons with a number."""
        return self._of_all(wording.spread(survey.span(self.estimates)))

    @property
    def median(self) -> str:
        """The median CEG of the comparisons with a number."""
        return self._of_all(wording.short(self.entry.central))

    @property
    def one_time(self) -> str:
        """The one-time cost of the headline, in percent of pre-training."""
        e = self.headline
        cost = self.book.one_time(e.comparison) if e and e.comparison else None
        return wording.gain_link(e, formatting.percent(cost))

    @property
    def runtime(self) -> str:
        """The runtime of the headline, as a multiple of that of a plain answer."""
        e = self.headline
        return wording.gain_link(e, formatting.multiple(e and e.runtime_multiple))

    @property
    def reported(self) -> str:
        """The CEG that the paper reports, with how that is known."""
        return self._reported("ceg")

    @property
    def reported_one_time(self) -> str:
        """The one-time cost that the paper reports, with how that is known."""
        return self._reported("one_time_fraction")

    @property
    def reported_runtime(self) -> str:
        """The runtime that the paper reports, with how that is known."""
        return self._reported("runtime_multiple")

    def _reported(self, quantity: str) -> str:
        return phrases.reported(self.book, self.entry.enhancement.enhancement, quantity)

    def _of_all(self, said: str) -> str:
        return wording.all_link(self.entry.enhancement.enhancement, said)


def summary(book: Analysis, enhancement: str) -> Summary:
    """What a sentence says of an enhancement: ``summary(book, "webgpt").gain``.

    Raises InputError where there is no such enhancement.
    """
    if enhancement not in book.evidence.enhancements:
        raise InputError([unknown_name(book.evidence, "enhancements", enhancement)])
    return Summary(book, survey.entry(book, enhancement))
