"""Exercises of lesson 41."""

import functools

import crmlab as crm
from crmlab.check import Exercise

_WEIGHTS = (0.30, 0.25, 0.15, 0.15, 0.15)
_A = (120, 60, 0.9, 0.7, 0.2)
_B = (40, 150, 0.6, 0.8, 0.9)
_E = (80, 600, 0.7, 0.6, 0.4)
_WORST = (10, 15, 0.3, 0.2, 0.1)


def _score(customer, best):
    """Weighted sum of the factors of one customer, from the worst (0) to the best (1)."""
    scaled = ((x - w) / (b - w) for x, w, b in zip(customer, _WORST, best, strict=True))
    return sum(weight * z for weight, z in zip(_WEIGHTS, scaled, strict=True))


def _with_newcomer(customer):
    return _score(customer, (120, 600, 0.9, 0.8, 0.9))


@functools.cache
def _music():
    """CDNOW on 30 June 1998: profit now and to come."""
    log = crm.load("cdnow").transactions
    return crm.scoring.current_and_future(log, until="1998-06-30", margin=0.30)


def _both(seats, rules=("current", "future")):
    return len(crm.scoring.compare_lists(_music()[[*rules]], seats=seats).on_all)


EXERCISES = {
    "41.1": Exercise(
        solution=lambda: _with_newcomer(_B),
        misreadings=(
            (
                lambda: _score(_B, (120, 150, 0.9, 0.8, 0.9)),
                "That is B's score among four. Put the fifth customer into the table.",
            ),
            (lambda: _with_newcomer(_A), "That is A's score. The question is about B."),
            (
                lambda: _with_newcomer(_E),
                "That is the newcomer's own score. The question is about B.",
            ),
            (lambda: 2, "That is a place. Give the score."),
        ),
        hint="The scale of one factor has changed. What is the best profit to come now?",
        recipe="five = pd.concat([four, pd.DataFrame([[80, 600, 0.7, 0.6, 0.4]], columns=names, "
        'index=["E"])]); then scoring.composite_score(five, given, scale="min_max")["score"]["B"]',
    ),
    "41.2": Exercise(
        solution=lambda: _both(50),
        misreadings=(
            (lambda: 50 - _both(50), "So many are on one list only. How many are on both?"),
            (lambda: 100 - _both(50), "So many are on at least one list. How many are on both?"),
            (lambda: 50, "That is the length of each list. How many names do they share?"),
            (
                lambda: _both(50, ("current", "p_alive")),
                "One of your lists is by p_alive. Take current and future.",
            ),
        ),
        hint="Make a list of fifty by each column, and count the names that stand on both.",
        recipe='music = scoring.current_and_future(cdnow, until="1998-06-30", margin=0.30); then '
        'len(scoring.compare_lists(music[["current", "future"]], seats=50).on_all)',
        within=1e-6,
    ),
    "41.3": Exercise(
        solution=lambda: 4 * 0.2 * 0.5 * 40 / 1.1**2 + 3,
        misreadings=(
            (lambda: 4 * 0.2 * 0.5 * 40 + 3, "Her friends' money comes in two years: discount it."),
            (
                lambda: 4 * 0.2 * 40 / 1.1**2 + 3,
                "Half of them would have bought anyway. She has not brought those.",
            ),
            (lambda: 4 * 0.2 * 0.5 * 40 / 1.1**2, "The care of the house is to come as well."),
            (
                lambda: 40 + 4 * 0.2 * 0.5 * 40 / 1.1**2 + 3,
                "Her own house is bought: that is current, not future.",
            ),
            (
                lambda: (4 * 0.2 * 0.5 * 40 + 3) / 1.1**2,
                "The 3 are in today's money already. Discount the friends' houses only.",
            ),
        ),
        hint="How many houses are sold only because of her? What are they worth today?",
        recipe="Four friends, times 0.2, times 0.5, times 40, divided by 1.1 ** 2; then add 3.",
    ),
}
