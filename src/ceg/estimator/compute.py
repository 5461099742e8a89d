"""Training compute of a model under one rule: as reported, 6ND, or its compute-optimal equivalent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Law:
    """Loss of N parameters trained on D tokens: L(N, D) = E + A/N^alpha + B/D^beta (nats a token).

    References: Hoffmann et al. 2022, Eq. 10; refitted by Besiroglu et al. 2024. Parameter values are data.
    """

    E: float
    A: float
    B: float
    alpha: float
    beta: float

    def loss(self, parameters: float, tokens: float) -> float:
        """L(N, D)."""
        return self.E + self.A / parameters**self.alpha + self.B / tokens**self.beta

    def optimal_loss(self, flop: float) -> float:
        """The least L(N, D) over all N, D with 6ND = C, in closed form (Hoffmann et al. 2022, Eq. 4)."""
        parameters = self.optimal_parameters(flop)
        return self.loss(parameters, flop / 6 / parameters)

    def optimal_parameters(self, flop: float) -> float:
        """The N of that least loss.

        It is G (C/6)^a with G = (alpha A/(beta B))^(1/(alpha + beta)) and a = ``size_exponent``.
        """
        g = (self.alpha * self.A / (self.beta * self.B)) ** (1 / (self.alpha + self.beta))
        return g * (flop / 6) ** self.size_exponent

    @property
    def size_exponent(self) -> float:
        """a = beta/(alpha + beta): N grows as C^a along the optimum."""
        return self.beta / (self.alpha + self.beta)

    def equivalent_flop(self, parameters: float, tokens: float) -> float:
        """The smallest C whose optimal loss equals L(N, D).

        The two terms of the optimal loss shrink alike, so L_opt(C) - E = K C^(-alpha beta/(alpha + beta)).
        """
        power = self.alpha * self.beta / (self.alpha + self.beta)
        k = self.optimal_loss(1.0) - self.E
        return (k / (self.loss(parameters, tokens) - self.E)) ** (1 / power)


def six_nd(parameters: float | None, tokens: float | None) -> float | None:
    """6ND training FLOP; None if N or D is unknown.

    N: parameters active for a token. D: tokens seen, each epoch counted.
    """
    return None if parameters is None or tokens is None else 6 * parameters * tokens


def training_flop(model, rule: str, law: Law | None = None, *, speculative: str = "central") -> float | None:
    """A model's pre-training FLOP under a rule; None where the rule has no value for it.

    model: a row of models.csv. rule: reported · 6nd · compute_optimal (which needs ``law``). speculative:
    central, or the low or high end of the interval that the source gives.

    Raises ValueError on another rule, or without the law that a rule needs.
    """
    if rule == "reported":
        ends = {"central": model.training_flop, "low": model.flop_low, "high": model.flop_high}
        return ends[speculative]
    active = model.active_parameters or model.parameters
    if rule == "6nd":
        return six_nd(active, model.training_tokens)
    if rule == "compute_optimal":
        if law is None:
            raise ValueError("the rule compute_optimal needs a scaling law")
        if active is None or model.training_tokens is None:
            return None
        return law.equivalent_flop(active, model.training_tokens)
    raise ValueError(f"compute rule is {rule!r}; it must be reported, 6nd or compute_optimal")


def charged(flop: float, one_time_fraction: float | None) -> float:
    """Training compute with a one-time cost added: C (1 + f). An unknown cost is not charged."""
    return flop * (1 + (one_time_fraction or 0.0))
