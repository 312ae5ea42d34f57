"""Exercises of lesson 32."""

import math

from crmlab.check import Exercise


def _alive(leave, clock, silent):
    """P(alive) of a customer whose coin and clock are known, after a repeat purchase."""
    stayed = (1 - leave) * math.exp(-silent / clock)
    return stayed / (leave + stayed)


def _expected_and_came(kind, everyone=False, back=False):
    """Purchases that a model expected of CDNOW's one-time buyers in the holdout, and what came."""
    import crmlab as crm
    from crmlab import repeat_buying as rb

    log = crm.load("cdnow").transactions
    both = rb.split(log, calibration_end="1997-09-30", until="1998-06-30", refunds="net")
    model = getattr(rb, kind).fit(both)
    part = both if everyone else both[(both["frequency"] > 0) == back]
    expected = model.expected_purchases(part, periods=39, confidence=None).total()["estimate"]
    return [expected, part["frequency_holdout"].sum()]


EXERCISES = {
    "32.1": Exercise(
        solution=lambda: _alive(0.25, clock=5, silent=10),
        misreadings=(
            (lambda: math.exp(-2), "That is the chance of silence if he stayed. He may have left."),
            (
                lambda: 0.75 * math.exp(-2),
                "That is the one branch: stayed and silent. Divide it by both branches together.",
            ),
            (
                lambda: 1 - _alive(0.25, clock=5, silent=10),
                "That is the chance that he has left. P(alive) is the other one.",
            ),
            (
                lambda: _alive(0.25, clock=10, silent=5),
                "His clock rings once in five weeks, so ten weeks are two rings missed.",
            ),
            (
                lambda: math.exp(-2) / (1 + math.exp(-2)),
                "The coin is missing: 0.25 for leave, 0.75 for stay.",
            ),
            (
                lambda: _alive(0.75, clock=5, silent=10),
                "The coin is the wrong way round: 0.25 is the chance to leave.",
            ),
        ),
        hint="There are two ways to the silence. How likely is each? Which share is the second?",
        recipe="left = 0.25 x 1; stayed = 0.75 x exp(-10/5); P(alive) = stayed / (left + stayed).",
        within=0.02,
    ),
    "32.2": Exercise(
        solution=lambda: [2, 9.0, 13.0],
        misreadings=(
            (
                lambda: [4, 9.0, 13.0],
                "Those are five rows less one. Purchases of one day count once.",
            ),
            (lambda: [3, 9.0, 13.0], "Three days on which she bought. The first is no repeat."),
            (lambda: [5, 9.0, 13.0], "Those are rows. Count days after the first one."),
            (
                lambda: [2, 4.0, 13.0],
                "Four weeks is the silence since. Recency is her age at the last purchase.",
            ),
            (lambda: [2, 63.0, 91.0], "Those are days. The question is about weeks."),
            (lambda: [2, 13.0, 9.0], "Recency comes before T, and is never the larger one."),
        ),
        hint="On how many days did she come back? How old was she at the last one, and at the end?",
        recipe="Days after the first; first to last purchase / 7; first purchase to 2 June / 7.",
    ),
    "32.3": Exercise(
        solution=lambda: _expected_and_came("ParetoNBD"),
        misreadings=(
            (
                lambda: _expected_and_came("BGNBD"),
                "That is what BG/NBD expected. The question is about Pareto/NBD first.",
            ),
            (
                lambda: _expected_and_came("ParetoNBD")[::-1],
                "The two are the wrong way round: first what was expected, then what came.",
            ),
            (
                lambda: _expected_and_came("ParetoNBD", everyone=True),
                "Those are all customers. Take only those whose frequency is 0.",
            ),
            (
                lambda: _expected_and_came("ParetoNBD", back=True),
                "Those are the customers who had come back. Take the others.",
            ),
        ),
        hint="both[mask] holds the customers for whom the mask is true. Whose frequency is 0?",
        recipe="rb.holdout_totals(both[both['frequency'] == 0], pareto)[['estimate', 'came']]",
        within=0.006,
    ),
}
