"""Exercises of lesson 33."""

from crmlab.check import Exercise


def _silent(kind="ParetoNBD", margin=0.30, years=None, everyone=False):
    """Residual value of CDNOW's customers who never came back in 78 weeks."""
    import crmlab as crm
    from crmlab import repeat_buying as rb

    seen = rb.summarise(crm.load("cdnow"), until="1998-06-30")
    part = seen if everyone else seen[seen["frequency"] == 0]
    value = rb.lifetime_value(
        getattr(rb, kind).fit(seen),
        rb.GammaGamma.fit(seen),
        part,
        margin=margin,
        annual_rate=0.15,
        years=years,
        confidence=None,
    )
    return value.total()["estimate"]


def _calls(worth, least):
    return sum(one > least for one in worth)


_SPENT = [20, 60, 80, 120, 300]
_MARGIN = [0.40 * one for one in _SPENT]

EXERCISES = {
    "33.1": Exercise(
        solution=lambda: [150, 210],
        misreadings=(
            (
                lambda: [210, 150],
                "The two are the wrong way round: the product of the means first.",
            ),
            (
                lambda: [150, 420],
                "420 is what an office and a person bring together. The mean is half of it.",
            ),
            (
                lambda: [300, 210],
                "The first is too large: the mean of 10 and 2 is 6, the mean of 40 and 10 is 25.",
            ),
            (lambda: 60, "That is the difference. Give both numbers, in a list."),
        ),
        hint="First take both means and multiply. Then work out what an office and a person bring.",
        recipe="multiplied = (10 + 2) / 2 * (40 + 10) / 2; really = (10 * 40 + 2 * 10) / 2.",
    ),
    "33.2": Exercise(
        solution=_silent,
        misreadings=(
            (lambda: _silent("BGNBD"), "That is by BG/NBD. Give the one by Pareto/NBD."),
            (lambda: _silent(margin=1), "That is revenue. Only 30 % of it is margin."),
            (
                lambda: _silent(years=1),
                "That is one year. Leave `years` out for all of the future.",
            ),
            (
                lambda: _silent(everyone=True),
                "Those are all customers. Take the ones whose frequency is 0.",
            ),
        ),
        hint="Fit to everybody, value only those with frequency 0, and ask for the total.",
        recipe=(
            "rb.lifetime_value(rb.ParetoNBD.fit(s), rb.GammaGamma.fit(s), s[s['frequency'] == 0], "
            "margin=0.30, annual_rate=0.15).total(), with s = rb.summarise(...)."
        ),
        within=0.01,
    ),
    "33.3": Exercise(
        solution=lambda: _calls(_MARGIN, 3 / 0.10),
        misreadings=(
            (
                lambda: _calls(_SPENT, 3 / 0.10),
                "That compares sales with the cost. Of each dollar 40 cents are margin.",
            ),
            (
                lambda: _calls(_MARGIN, 3),
                "That gives the call credit for everything. It adds a tenth only.",
            ),
            (
                lambda: sum(max(0.10 * one - 3, 0) for one in _MARGIN),
                "That is what the calls that pay bring, less their cost. How many are they?",
            ),
        ),
        hint="What does a call to each of them add, in margin? Compare that with its cost.",
        recipe="sum(0.10 * 0.40 * spent > 3 for spent in [20, 60, 80, 120, 300]).",
        within=1e-9,
    ),
}
