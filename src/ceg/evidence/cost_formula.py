"""What an enhancement costs: once, as a fraction of pre-training, and at each query, as a multiple."""

_INPUT_FORM = "name=number pairs separated by spaces"


def evaluate(formula: str, inputs: str | None) -> float:
    """The value of an arithmetic formula over named inputs (``steps=2000 batch=128``).

    Only numbers, the named inputs, + - * / ** and parentheses. Raises ValueError that says what does not fit.
    """
    from simpleeval import DEFAULT_OPERATORS, InvalidExpression, SimpleEval

    names = {}
    for pair in (inputs or "").split():
        name, equals, number = pair.partition("=")
        try:
            names[name] = float(number)
        except ValueError:
            equals = ""
        if not equals or not name.isidentifier():
            raise ValueError(f"the input {pair!r} among {_INPUT_FORM}")
    try:
        return float(SimpleEval(operators=DEFAULT_OPERATORS, functions={}, names=names).eval(formula))
    except (InvalidExpression, SyntaxError, ZeroDivisionError, OverflowError, TypeError) as error:
        raise ValueError(f"{formula!r}, which fails: {error}") from None
