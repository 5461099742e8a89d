"""What an enhancement costs: once, as a fraction of pre-training, and at each query, as a multiple."""

import ast
import math
import operator
from collections.abc import Mapping

from ceg.evidence.csv_cells import NUMBER, number
from ceg.evidence.problems import quoted

FORM = "numbers, names in inputs, + - * / ** and parentheses, with a finite result"
"""What a formula may contain, as messages say it."""

LONGEST = 1_000
"""Characters of the longest formula, and of the longest inputs."""

_INPUT_FORM = "name=number pairs separated by spaces"
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,  # of floats: no huge whole number, and no complex one
}


def evaluate(formula: str, inputs: str | None) -> float:
    """The value of an arithmetic formula over named inputs (``steps=2000 batch=128``).

    Only numbers, the named inputs, + - * / ** and parentheses. Raises ValueError that says what does not fit.
    """
    for text in (formula, inputs or ""):
        if len(text) > LONGEST:
            raise ValueError(f"{len(text):,} characters, over {LONGEST:,}")
    names = _named(inputs or "")
    try:
        result = _value(ast.parse(formula.strip(), mode="eval").body, formula.strip(), names)
    except (ArithmeticError, RecursionError, SyntaxError, ValueError, MemoryError) as error:
        raise ValueError(f"{quoted(formula)}, which fails: {_said(error)}") from None
    if not math.isfinite(result):
        raise ValueError(f"{quoted(formula)}, which fails: the result is {result}")
    return result


def names_in(formula: str) -> tuple[str, ...]:
    """The names in a formula, in their order, each once; none of one that is no arithmetic."""
    if len(formula) > LONGEST:
        return ()
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (RecursionError, SyntaxError, ValueError, MemoryError):
        return ()
    found = [(n.col_offset, n.id) for n in ast.walk(tree) if isinstance(n, ast.Name)]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def is_arithmetic(formula: str) -> bool:
    """Whether a formula works something out: more than one number, or one input, as it stands."""
    return not isinstance(ast.parse(formula.strip(), mode="eval").body, ast.Constant | ast.Name)


def _named(inputs: str) -> dict[str, float]:
    names: dict[str, float] = {}
    for pair in inputs.split():
        name, _, text = pair.partition("=")
        if not name.isidentifier() or not NUMBER.fullmatch(text):
            raise ValueError(f"the input {quoted(pair)} among {_INPUT_FORM}")
        if name in names:
            raise ValueError(f"the input {quoted(name)} a second time")
        names[name] = number(text)
    return names


def _value(node: ast.expr, formula: str, names: Mapping[str, float]) -> float:
    match node:
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, formula, names), _value(right, formula, names))
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, formula, names)
        case ast.Name(name) if name in names:
            return names[name]
        case ast.Name(name):
            raise ValueError(f"{quoted(name)} is not among the inputs")
    text = ast.get_source_segment(formula, node) or ""
    if isinstance(node, ast.Constant) and NUMBER.fullmatch(text):
        return number(text)
    raise ValueError(f"{quoted(text)} is no arithmetic")


def _said(error: BaseException) -> str:
    """What an error says, on one line and without its place in the source."""
    if isinstance(error, RecursionError | MemoryError):
        return "it nests too deeply"
    return getattr(error, "msg", None) or str(error)
