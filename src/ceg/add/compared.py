"""A comparison of a draft: which scores it compares, what they cost, whether their models have compute."""

from collections.abc import Mapping

from ceg.add.draft_file import Item
from ceg.add.plan import Plan, Row, slug
from ceg.evidence.problems import nearest, quoted
from ceg.evidence.rows import Comparison

Scores = Mapping[str, Mapping]
"""Id -> the fields of a score, those of the data as values, those of the draft as text."""


def comparison(made: Plan, item: Item) -> None:
    """Plan the row of a comparison, with its scores and costs by their ids.

    A baseline that is a variant is its scores by the enhanced model's own family, unless ``cross_family``.
    """
    model, benchmark = made.model(item), item.text("benchmark")
    baseline, wanted = item.fields.get("baseline", ""), item.text("enhanced")
    known = {k: r._asdict() for k, r in made.evidence.results.items()}
    known |= {k: r.cells for k, r in made.new("results").items()}
    pool = _pool(made, known, known[wanted].get("benchmark", "") if wanted in known else benchmark)
    enhanced = [wanted] if wanted in known else _of_variant(pool, wanted, model)
    listed = baseline if isinstance(baseline, tuple) else (baseline,) if baseline in known else ()
    baselines = list(listed) or _of_variant(pool, baseline)
    told = {model, benchmark} & made.unknown or not _complete(made)  # of these, or of the scores
    if len(enhanced) != 1 and not told:
        fix = "add the score, or give its id" if not enhanced else "give the id of one of them"
        which = f"{quoted(wanted)} by {quoted(model)} on {quoted(benchmark)}"
        found = f"{len(enhanced) or 'no'} scores of {which}"
        made.wrong(item, "enhanced", found, "one score among scores, or in data/results.csv", fix)
    if not baselines and _complete(made):
        found = f"no score of {quoted(baseline)} on {quoted(benchmark)}" if baseline else "no baseline"
        allowed = "a variant with scores on the same benchmark, or a list of ids of scores"
        variants = sorted({r["variant"] for r in pool.values()})
        fix = nearest(str(baseline), variants, "add scores of the models without the enhancement")
        made.wrong(item, "baseline", found, allowed, fix)
    if len(enhanced) != 1 or not baselines:
        return
    of = known[enhanced[0]]
    family = made.family(of.get("model", ""))
    own = [i for i in baselines if listed or made.family(known[i].get("model", "")) == family]
    others = [i for i in baselines if i not in own]
    if own and item.text("cross_family") != "true":
        baselines = own
    key = item.text("id") or _id(made, of, (enhanced[0], *baselines), "" if listed else str(baseline))
    if baselines is own:
        made.left_out[key] = [known[i]["model"] for i in others]
    for name in dict.fromkeys(known[i].get("model", "") for i in (*enhanced, *baselines) if i in known):
        _needs_compute(made, item, name)
    costs = {"one_time_cost": "one_time_fraction", "runtime_cost": "runtime_multiple"}
    made.write(
        item,
        key,
        **_role(made, item),
        enhancement=made.enhancement,
        enhanced=enhanced[0],
        baseline=" ".join(baselines),
        components=item.text("components") or made.enhancement,
        **{
            field: _cost_of(made, of.get("model", ""), of.get("variant", ""), quantity)
            for field, quantity in costs.items()
            if not item.text(field)
        },
    )


def _id(made: Plan, of: Mapping, scores: tuple[str, ...], baseline: str) -> str:
    """An id that says the benchmark and the model, and what else tells it from one that is there already."""
    parts = (made.enhancement, of.get("benchmark", ""), slug(of.get("model", "")))
    key = ".".join(parts)
    taken = made.new("comparisons").get(key) or made.evidence.comparisons.get(key)
    if taken is None:
        return key
    there = _scores(taken)
    if there[0] != scores[0]:
        return ".".join((*parts, slug(of.get("variant", ""))))
    return key if not baseline or set(there) == set(scores) else ".".join((*parts, "against", slug(baseline)))


def _role(made: Plan, item: Item) -> dict[str, str]:
    """Its role, where the data has a headline of the enhancement already."""
    of = (c for c in made.evidence.of(made.enhancement) if c.role == "headline")
    first = next(of, None)
    if first and item.text("role") == "headline":
        allowed = f"supporting: data/comparisons.csv has the headline {first.comparison}"
        made.wrong(item, "role", quoted("headline"), allowed, "make it supporting")
        return {"role": "supporting"}
    return {}


def _scores(taken: Row | Comparison) -> tuple[str, ...]:
    """The enhanced score of a comparison that is there already, and its baselines."""
    if isinstance(taken, Row):
        return (taken.cells["enhanced"], *taken.cells["baseline"].split())
    return (taken.enhanced, *taken.baseline)


def _complete(made: Plan) -> bool:
    """Whether every score of the file says its benchmark and its variant: else it is of no comparison yet."""
    rows = made.new("results").values()
    return all(row.cells.get(name) for row in rows for name in ("benchmark", "variant"))


def _pool(made: Plan, known: Scores, benchmark: str) -> Scores:
    """The scores on a benchmark that stand in the file; where it has none of them, all that the data has."""
    own = {*made.used["results"], *made.new("results")}
    on = {k: r for k, r in known.items() if r.get("benchmark", "") == benchmark}
    return {k: r for k, r in on.items() if k in own} or on


def _of_variant(pool: Scores, variant: object, model: str | None = None) -> list[str]:
    found = {
        k: r for k, r in pool.items() if r.get("variant") == variant and r["preferred"] in (True, "true")
    }
    return [k for k, r in found.items() if model in (None, r.get("model"))]


def _needs_compute(made: Plan, item: Item, model: str) -> None:
    """Every compared model needs training compute; said once, of the model or of its first score."""
    new, old = made.new("models").get(model), made.evidence.models.get(model)
    if new and not new.cells.get("training_flop") and not new.item.unsure:
        allowed = f"the training compute of {quoted(model)} in FLOP"
        fix = "give it, with flop_method and certainty; or parameters and training_tokens, for 6ND"
        made.wrong(new.item, "training_flop", "nothing", allowed, fix)
    elif old and not old.training_flop and model not in made.changes.get("models", {}):
        found = f"{quoted(model)}, whose training compute data/models.csv does not know"
        first = next((s for s in made.draft.of("scores") if made.model(s) == model), item)
        fix = "give it under models: id, training_flop, flop_method, certainty, source, locator, provenance"
        made.wrong(first, "model", found, "models with training compute", f"{fix}; or leave the model out")


def _cost_of(made: Plan, model: str, variant: str, quantity: str) -> str:
    """The id of the file's cost of this model (or of every size) and variant; empty if it has none."""
    fits = {
        row.cells.get("model"): key
        for key, row in reversed(made.new("costs").items())
        if (row.cells.get("variant"), row.cells.get("quantity")) == (variant, quantity)
    }
    return fits.get(model) or fits.get("") or ""
