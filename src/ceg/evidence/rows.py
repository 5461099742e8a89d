"""A class of rows for each table, fields in the descriptor's order. Empty cells: None, or an empty tuple."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ceg.evidence.csv_cells import Printed


class Source(NamedTuple):
    """Where numbers come from; title, authors and year stand in references.bib under the same key."""

    source: str
    label: str
    kind: str
    licence: str | None
    note: str | None


class Model(NamedTuple):
    """A set of pre-trained weights. What was done to them afterwards is the variant of a result."""

    model: str
    family: str
    parameters: float | None
    active_parameters: float | None
    training_tokens: float | None
    training_flop: float | None
    flop_method: str | None
    certainty: str | None
    flop_low: float | None
    flop_high: float | None
    flop_note: str | None
    source: str | None
    locator: str | None
    provenance: str | None
    aliases: str | None


class ComputeAlternative(NamedTuple):
    """Another published value of a model's training compute, which is not preferred."""

    model: str
    training_flop: float
    flop_method: str
    certainty: str
    source: str
    locator: str
    provenance: str
    reason: str


class Benchmark(NamedTuple):
    """A measured quantity: task, subset, metric and protocol."""

    benchmark: str
    name: str
    subset: str | None
    metric: str
    protocol: str | None
    domain: str
    scale: str
    unit: str
    higher_is_better: bool
    items: int | None
    chance: float | None
    minimum: float | None
    maximum: float | None
    source: str
    locator: str
    provenance: str
    note: str | None


class Result(NamedTuple):
    """The score of one model and variant on one benchmark, as its source prints it."""

    result: str
    model: str
    variant: str
    benchmark: str
    score: Printed
    score_low: float | None
    score_high: float | None
    items: int | None
    samples: int | None
    source: str
    locator: str
    provenance: str
    readoff_error: float | None
    preferred: bool
    preferred_reason: str | None
    note: str | None


class Enhancement(NamedTuple):
    """A post-training enhancement."""

    enhancement: str
    name: str
    category: str
    in_survey: bool
    survey_grade: str | None
    section: str
    year: int
    description: str
    source: str
    no_estimate_reason: str | None
    note: str | None
    added: bool
    brought: tuple[str, ...]


class Comparison(NamedTuple):
    """An enhanced result set against baselines: what a compute-equivalent gain is worked out from."""

    comparison: str
    enhancement: str
    role: str
    headline_reason: str | None
    enhanced: str
    enhanced_single_sample: str | None
    enhanced_vote: str | None
    baseline: tuple[str, ...]
    baseline_weakest: tuple[str, ...]
    baseline_strongest: tuple[str, ...]
    cross_family: bool
    metric_mismatch: bool
    oracle_feedback: bool
    components: tuple[str, ...]
    charged_to: str
    one_time_cost: str | None
    runtime_cost: str | None
    note: str | None
    teacher: tuple[str, ...]
    contested: str | None


class Cost(NamedTuple):
    """What an enhancement costs, once or at each query."""

    cost: str
    model: str | None
    variant: str
    quantity: str
    value: float
    low: float | None
    high: float | None
    formula: str
    inputs: str | None
    source: str
    locator: str
    provenance: str
    published_value: float | None
    boundary: str | None
    note: str | None


class Price(NamedTuple):
    """An offer of computing time."""

    quote: str
    date: str
    vendor: str
    chip: str
    usd_per_chip_hour: float
    peak_flop_per_second: float
    source: str
    locator: str
    provenance: str
    note: str | None


class TrainingCost(NamedTuple):
    """What training a model cost in dollars."""

    model: str
    cloud_usd: float
    amortised_usd: float
    source: str
    locator: str
    provenance: str
    note: str | None


class Claim(NamedTuple):
    """A number that the paper states."""

    claim: str
    enhancement: str | None
    quantity: str
    relation: str
    value: Printed
    value_high: float | None
    unit: str
    scope: str | None
    grade: str
    n_sources: int
    locator: str | None
    matching_arithmetic: str | None
    comparison: str | None
    note: str | None


class Figure(NamedTuple):
    """A figure of the paper."""

    figure: int
    title: str
    content: str
    grade: str
    section: str
    kind: str
    rebuilt_from: str
    page: str | None
    label: str
    note: str | None


class PaperTable(NamedTuple):
    """A table of the paper."""

    table: int
    title: str
    content: str
    grade: str
    section: str
    kind: str
    rebuilt_from: str
    page: str | None
    label: str
    note: str | None


class Section(NamedTuple):
    """A section of the paper."""

    section: str
    title: str
    title_grade: str
    content_grade: str
    summary: str
    page: str | None


class LawParameter(NamedTuple):
    """One parameter of a scaling law."""

    law: str
    parameter: str
    value: float
    standard_error: float | None
    source: str
    locator: str
    provenance: str


class Margin(NamedTuple):
    """What a published policy says of growth between tests, or of the distance to a threshold."""

    margin: str
    organisation: str
    document: str
    date: str
    kind: str
    factor: float | None
    months: float | None
    superseded: bool
    statement: str
    source: str
    locator: str
    provenance: str
    note: str | None


class EarlierCount(NamedTuple):
    """How many enhancements exceeded a threshold in an earlier edition, and why the number is another now."""

    about: str
    stands_for: str
    threshold: float
    exceed: int
    estimated: int
    edition: str
    why: str


class Tables:
    """The tables, each a mapping from the key of a row to the row."""

    sources: Mapping[str, Source]
    models: Mapping[str, Model]
    compute_alternatives: Mapping[tuple[str, float, str, str], ComputeAlternative]
    benchmarks: Mapping[str, Benchmark]
    results: Mapping[str, Result]
    enhancements: Mapping[str, Enhancement]
    comparisons: Mapping[str, Comparison]
    costs: Mapping[str, Cost]
    prices: Mapping[str, Price]
    training_costs: Mapping[str, TrainingCost]
    paper_claims: Mapping[str, Claim]
    figures: Mapping[int, Figure]
    tables: Mapping[int, PaperTable]
    sections: Mapping[str, Section]
    scaling_laws: Mapping[tuple[str, str], LawParameter]
    margins: Mapping[str, Margin]
    earlier_counts: Mapping[tuple[str, str, float], EarlierCount]


ROWS: dict[str, Any] = {name: kind.__args__[1] for name, kind in Tables.__annotations__.items()}
"""Table -> the class of its rows."""
