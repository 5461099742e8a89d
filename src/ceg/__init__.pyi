# The public face: lazy_loader reads these lines, and so do type checkers and the book's fingerprints.
from .analysis.analysis import Analysis as Analysis
from .analysis.analysis import NotAvailable as NotAvailable
from .analysis.analysis import open as open
from .estimator.gain import Estimate as Estimate
from .estimator.gain import exceeds as exceeds
from .estimator.gain import gain as gain
from .estimator.scaling import Point as Point
from .estimator.scaling import Scale as Scale
from .evidence.problems import InputError as InputError
from .formatting import at_least as at_least
from .formatting import significant as significant
from .formatting import times as times
from .prose.wording import sure as sure
from .uncertainty.gain_of_frame import gain_of as gain_of
from .uncertainty.intervals import with_intervals as with_intervals
