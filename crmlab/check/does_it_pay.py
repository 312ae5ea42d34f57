"""Exercises of lesson 70."""

from crmlab.check import Exercise
from crmlab.database import load


def _letters():
    """What test and roll takes in each group, and what a power of 80 % needs."""
    from crmlab import evidence

    rolled = evidence.test_and_roll(20_000, mean=30, sd=50, prior_sd=5).per_group
    return [rolled, evidence.trial_size(5, sd=50)]


def _connoisseurs(within=180, outcome="still", column="estimate", kind="connoisseur"):
    """The effect of any spending on members of one segment."""
    from crmlab import evidence

    lantern = load("lantern")
    own = lantern.customers[lantern.customers["kind"] == "member"]
    own = own.rename(columns={"joined": "start"})
    half = evidence.follow(own, lantern, within=within, until=lantern.until).table
    half["treated"] = half["retention_spend"] > 0
    return float(evidence.uplift(half, outcome, by="segment")[column][kind])


EXERCISES = {
    "70.1": Exercise(
        solution=lambda: (20 + 12) / 100 - 25 / 100,
        misreadings=(
            (
                lambda: 20 / 40 - 25 / 100,
                "Those who took the voucher chose to take it; no lot drew them. Compare all 100 "
                "with the offer.",
            ),
            (
                lambda: 20 / 40 - 12 / 60,
                "Both groups had the offer, and they chose themselves. Compare as the lot drew.",
            ),
            (
                lambda: 20 / 40 - (12 + 25) / 160,
                "Those who did not take the voucher belong to those with the offer.",
            ),
            (
                lambda: (20 + 12) / 100,
                "So many buy with the offer. Take off the share who buy without it.",
            ),
        ),
        hint="The lot made two groups of 100. Which share of each buys?",
        recipe="(20 + 12) / 100 - 25 / 100",
    ),
    "70.2": Exercise(
        solution=_letters,
        misreadings=(
            (lambda: _letters()[::-1], "Both are right, in the other order."),
            (
                lambda: [2 * size for size in _letters()],
                "Those are both groups together. Give the customers of one group.",
            ),
            (
                lambda: [_letters()[0], 2 * _letters()[1]],
                "`trial_size` counts one group already.",
            ),
        ),
        hint="`test_and_roll` has a field `per_group`; `trial_size` takes the effect and `sd`.",
        recipe="[evidence.test_and_roll(20_000, mean=30, sd=50, prior_sd=5).per_group, "
        "evidence.trial_size(5, sd=50)]",
    ),
    "70.3": Exercise(
        solution=_connoisseurs,
        misreadings=(
            (
                lambda: _connoisseurs(column="without"),
                "That share of connoisseurs still buys without the spending. What does it add?",
            ),
            (
                lambda: _connoisseurs(within=365),
                "You watched them for 365 days. Give `within=180`.",
            ),
            (
                lambda: _connoisseurs(outcome="margin"),
                "That is the effect on the margin. The question is about `still`.",
            ),
            (
                lambda: _connoisseurs(kind="saver"),
                "That is the effect among savers.",
            ),
        ),
        hint="`half` holds the members. Take the `uplift` of `still`, by segment.",
        recipe='evidence.uplift(half, "still", by="segment")["estimate"]["connoisseur"]',
    ),
}
