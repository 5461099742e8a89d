"""What papers print, in the form that the data takes: 9/40, 12.3%, an error rate, GPU-hours, a plain cost."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ceg.add.draft_file import MACHINE, Draft, Item
from ceg.add.plan import known_model
from ceg.evidence.cost_formula import names_in
from ceg.evidence.problems import nearest, quoted
from ceg.evidence.tables import Evidence

SCALES = (
    (r"accuracy|exact match|(pass|success|win|resolve)( |-)?rate|pass@\d+|percent|%", "proportion", "true"),
    (r"(word |character )?error( rate)?|[wc]er", "proportion", "false"),
    (r"f1|bleu|chrf(\+\+)?|rouge(-\w+)?", "points", "true"),
    (r"(.* )?loss|cross[- ]entropy", "nats", "false"),
    (r"bits per (byte|character)|bp[bc]", "bits", "false"),
    (r"ppl", "perplexity", "false"),
    (r"elo( rating)?", "elo", "true"),
)
"""What a kind of score is called, as a pattern; its scale, and whether higher is better."""

FALLING = ("bits", "nats", "perplexity")
"""Scales on which lower is better, unless the file says otherwise."""

ELSEWISE = {
    "time horizon": "write points, and log2 of the minutes as the score: a point is then a doubling",
    "seconds": "write points, higher_is_better: false, and log2 of the seconds as the score",
}
"""Words of kinds of scores that are none of the scales as they are -> how to write them."""

OF_A_MODEL = {
    "pretraining_flop": "training_flop",
    "pretraining_tokens": "training_tokens",
    "parameters": "parameters",
}
"""Names that a formula may have without inputs -> columns of the cost's model."""

AMOUNTS = {
    "gpu_hours": "gpu_hours * 3600 * peak_flop_per_second * utilisation / pretraining_flop",
    "usd": "usd / usd_per_gpu_hour * 3600 * peak_flop_per_second * utilisation / pretraining_flop",
}
"""What machine time is given in -> the share of pre-training that it is."""

FIXES = {
    "peak_flop_per_second": "add chip, one of data/prices.csv, or peak_flop_per_second",
    "utilisation": "add utilisation, the share of the peak that was used, such as 0.3",
    "usd_per_gpu_hour": "add usd_per_gpu_hour, what an hour of one chip cost",
    "pretraining_flop": "add the model whose pre-training it is a share of",
}

OF_ALL = re.compile(r"([0-9]+) ?(?:/|of|out of) ?([0-9]+)")
PERCENT = re.compile(r"([+-]?[0-9]+\.?[0-9]*) ?%")
WITH_ERROR = re.compile(r"([+-]?[0-9.]+) ?(?:±|\+/-|\+-|\() ?([0-9.]+)\)?")
SIZES = {"K": 3, "M": 6, "B": 9, "T": 12}
SIZE = re.compile(r"([0-9]+\.?[0-9]*) ?([KMBT])", re.IGNORECASE)
THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
NONE = ("-", "–", "—", "n/a", "N/A", "NA", "nan")

Wrong = tuple[Item, str, str, str, str]
"""An item, its field, what was found, what is allowed, the fix."""


@dataclass
class _Reading:
    """A draft while it is read, beside the data."""

    evidence: Evidence
    items: list[Item]
    wrong: list[Wrong] = field(default_factory=list)

    def row(self, part: str, table: str, key: str) -> Mapping[str, Any]:
        """The file's own item of an id, over the data's row of it; empty if there is neither."""
        known = self.evidence.table(table).get(key)
        own = next((i.fields for i in self.items if i.part == part and i.text("id") == key), {})
        filled = {k: v for k, v in (known._asdict() if known else {}).items() if v is not None}
        return {**own, **filled}


def read(draft: Draft, evidence: Evidence) -> tuple[Draft, list[Wrong]]:
    """The draft with numbers and names as the data has them, and what of it cannot be read so."""
    reading = _Reading(evidence, list(draft.items))
    makers: dict[str, Callable[[_Reading, Item], Item]] = {
        "benchmarks": _benchmark,
        "models": _model,
        "scores": _score,
        "costs": _cost,
    }
    for part, make in makers.items():  # scores are read by their benchmarks
        reading.items = [make(reading, i) if i.part == part else i for i in reading.items]
    return replace(draft, items=tuple(reading.items)), reading.wrong


def _benchmark(reading: _Reading, item: Item) -> Item:
    said = item.text("scale")
    known = next((row[1:] for row in SCALES if re.fullmatch(row[0], said.casefold())), None)
    scale, higher = known or (said, "false" if said in FALLING else "true")
    if not known and (fix := next((how for word, how in ELSEWISE.items() if word in said.casefold()), None)):
        allowed = "proportion · bits · nats · perplexity · elo · points"
        reading.wrong.append((item, "scale", quoted(said), allowed, fix))
    if item.text("id") in reading.evidence.benchmarks and not item.text("higher_is_better"):
        return _with(item, {"scale": scale}) if said else item
    more = {"scale": scale, "higher_is_better": item.text("higher_is_better") or higher}
    return _with(item, more) if said and more != {k: item.text(k) for k in more} else item


def _model(reading: _Reading, item: Item) -> Item:
    """A model with its sizes in digits, and with 6ND where it has these and no training compute."""
    sizes = ("parameters", "active_parameters", "training_tokens")
    given = {k: _in_digits(item.text(k)) for k in sizes if item.text(k)}
    known = reading.evidence.models.get(known_model(reading.evidence, item.text("id")))
    used = [given.get("active_parameters") or given.get("parameters"), given.get("training_tokens")]
    if not (known or item.text("training_flop") or item.text("flop_method")):
        try:
            n, d = (float(text or "") for text in used)
        except ValueError:
            pass
        else:
            given |= {"training_flop": f"{6 * n * d:.4g}", "flop_method": "6nd"}
            given["certainty"] = item.text("certainty") or "6nd"
    return _with(item, given)


def _in_digits(text: str) -> str:
    """39M as 3.9e7, 1.5 T as 1.5e12; other text as it is."""
    found = SIZE.fullmatch(text)
    return f"{float(found[1]) * 10.0 ** SIZES[found[2].upper()]:.10g}" if found else text


def _score(reading: _Reading, item: Item) -> Item:
    text, benchmark = item.text("score"), reading.row("benchmarks", "benchmarks", item.text("benchmark"))
    most = _decimal(benchmark.get("maximum"), 100)
    share = benchmark.get("scale") == "proportion"
    more = {}
    if share and (found := OF_ALL.fullmatch(text)) and int(found[2]):
        right, n = int(found[1]), int(found[2])
        more = {"score": _plain(right * most / n), "items": item.text("items") or str(n)}
        more["note"] = item.text("note") or f"printed as {right}/{n}"
        if _decimal(benchmark.get("items"), 0) == int(more["items"]):
            del more["items"]
    elif (found := PERCENT.fullmatch(text)) and (share or most == 100):
        more = {"score": found[1] if most == 100 else _plain(Decimal(found[1]) * most / 100)}
    elif fix := _unreadable(text):
        allowed = "a number in the digits 0 to 9, such as 62.0; of a proportion also 9/40 or 12.3%"
        reading.wrong.append((item, "score", quoted(text), allowed, fix))
    item = _with(item, more)
    return _with_interval(item) if item.text("standard_error") else item


def _unreadable(text: str) -> str | None:
    """What to do with a score that is not a number as it stands; None where nothing special is known."""
    if found := WITH_ERROR.fullmatch(text):
        return (
            f"write score: {found[1]} and, if it is one, standard_error: {found[2]}; "
            "for a 95% interval score_low and score_high"
        )
    if THOUSANDS.fullmatch(text):
        return f"write {text.replace(',', '')}, without a comma"
    if text in NONE:
        return "leave the model out, if it has no score"
    if OF_ALL.fullmatch(text) or PERCENT.fullmatch(text):
        return "write the number in the unit of the benchmark"
    if "*" in text or "_" in text:
        return f"write {text.strip('*_ ')}, without marks"
    return None


def _with_interval(item: Item) -> Item:
    """A published standard error as the 95% interval that the data has."""
    try:
        score, error = (Decimal(item.text(name)) for name in ("score", "standard_error"))
    except ArithmeticError:
        return item  # said of the score; and of an error that is none, by the descriptor
    ends = {"score_low": score - Decimal("1.96") * error, "score_high": score + Decimal("1.96") * error}
    return _with(item, {k: _plain(v) for k, v in ends.items() if not item.text(k)})


def _cost(reading: _Reading, item: Item) -> Item:
    """A cost with a formula and all of its inputs."""
    if re.search("usd|dollar|hour", item.text("quantity")):
        allowed = "one_time_fraction · runtime_multiple"
        fix = "leave it out; write gpu_hours, or usd and usd_per_gpu_hour, with chip and utilisation"
        reading.wrong.append((item, "quantity", quoted(item.text("quantity")), allowed, fix))
        return item
    value = PERCENT.sub(lambda m: _plain(Decimal(m[1]) / 100), item.text("value"))
    given = {k: item.text(k) for k in MACHINE if item.text(k)}
    formula = item.text("formula")
    pairs = [pair.partition("=") for pair in item.text("inputs").split()]
    inputs = " ".join(f"{name}{sign}{_in_digits(text)}" for name, sign, text in pairs)
    if not formula and not given:
        stated = {"formula": "amount", "inputs": f"amount={value}", "value": value}
        return _with(item, stated) if value else item
    amount = next((k for k in AMOUNTS if k in given), "")
    needed = names_in(formula or AMOUNTS.get(amount, ""))
    if not needed and not formula:
        allowed, fix = "machine time with its amount", "add gpu_hours, or usd and usd_per_gpu_hour"
        reading.wrong.append((item, next(iter(given)), "no amount", allowed, fix))
        return item
    known = {k: v for k, v in given.items() if k != "chip"}
    for name in needed:
        if name not in known and f"{name}=" not in inputs and (found := _looked_up(reading, item, name)):
            known[name] = found
    if not formula and (absent := [name for name in needed if name not in known]):
        allowed, fix = f"{amount} with {', '.join(n for n in needed if n != amount)}", FIXES[absent[0]]
        reading.wrong.append((item, amount, f"no {absent[0]}", allowed, fix))
        return item
    written = " ".join(filter(None, (inputs, *(f"{k}={v}" for k, v in known.items()))))
    made = {"formula": formula or AMOUNTS[amount], "inputs": written, "value": value}
    quantity = item.text("quantity") or ("one_time_fraction" if amount else "")
    return _with(item, {k: v for k, v in (made | {"quantity": quantity}).items() if v})


def _looked_up(reading: _Reading, item: Item, name: str) -> str:
    """What the model of a cost, or its chip, says of a name in the formula; empty if nothing does."""
    if name in OF_A_MODEL:
        model = known_model(reading.evidence, item.text("model"))
        found = reading.row("models", "models", model).get(OF_A_MODEL[name], "")
        return found if isinstance(found, str) else f"{found:.10g}"
    if name != "peak_flop_per_second" or not (chip := item.text("chip")):
        return ""
    peaks = {p.chip: p.peak_flop_per_second for p in reading.evidence.prices.values()}
    if chip in peaks:
        return f"{peaks[chip]:g}"
    fix = nearest(chip, peaks, "give peak_flop_per_second in place of the chip")
    reading.wrong.append((item, "chip", quoted(chip), "a chip of data/prices.csv", fix))
    return "1"


def _with(item: Item, more: Mapping[str, Any]) -> Item:
    """An item with other texts in some fields; a new field stands where the item does."""
    return replace(item, fields={**item.fields, **more}) if more else item


def _decimal(value: object, otherwise: int) -> Decimal:
    """A number of the file or of the data; ``otherwise`` where there is none."""
    try:
        return Decimal(str(value)) if value not in (None, "") else Decimal(otherwise)
    except ArithmeticError:
        return Decimal(otherwise)


def _plain(number: Decimal) -> str:
    """A number as it is, with up to four decimal places; in six significant digits where it has more."""
    text = f"{number.normalize():f}"
    return text if len(text.partition(".")[2]) <= 4 else f"{float(number):.6g}"
