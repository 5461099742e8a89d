"""The distribution of one comparison's gain, by hand."""

import math

import numpy as np
import pytest

from ceg.estimator.gain import STATUSES
from ceg.multiverse import distribution
from ceg.multiverse.outcomes import Outcomes


def test_distribution_by_hand():
    nan, point, bound, none = math.nan, *map(STATUSES.index, ("interpolated", "bound", "not-available"))
    codes, ceg, lower, unset, low, high = (
        np.array([row])
        for row in (
            (point, point, bound, none),
            (2, 8, nan, nan),
            (nan, nan, 6, nan),
            (nan,) * 4,
            (1, 6, 4, nan),
            (4, 9, 30, nan),
        )
    )
    flat = np.full((1, 4), False)
    made = Outcomes(codes, np.log10(ceg), np.log10(lower), unset, flat, np.log10(low), np.log10(high))
    found = distribution.distribution("x", made, [(1.0,), (0.4, 0.3, 0.2, 0.1)], 5)
    assert (found.point, found.bound, found.no_estimate) == pytest.approx((0.7, 0.2, 0.1))
    assert (found.exceeds, found.below, found.undetermined) == pytest.approx((0.3, 0.4, 0.2))
    assert (found.least, found.greatest, found.outcomes) == (pytest.approx(2), pytest.approx(8), 4)
    assert found.quantiles == pytest.approx((2, 2, 2, 8, 8))  # 4/7 of the points' weight lies at 2
