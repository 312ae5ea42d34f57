"""Exercises of lesson 08."""

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


def _consistency(a_over_b, a_over_c, b_over_c, index):
    """Consistency ratio of three judgements, by the closed form for three factors."""
    cycle = (a_over_b * b_over_c / a_over_c) ** (1 / 3)
    return ((1 + cycle + 1 / cycle) - 3) / 2 / index


_GIANT = ((10, 6, 3, 5), (7, 9, 8, 6, 5))
_STEADY = ((7, 8, 9, 8), (2, 3, 2, 4, 1))


def _mean(ratings, low=1, width=9):
    return sum((rating - low) / width for rating in ratings) / len(ratings)


EXERCISES = {
    "8.1": Exercise(
        solution=lambda: {"Bo", "Ed"},
        misreadings=(
            (
                lambda: {"Ann", "Bo", "Cy", "Ed"},
                "That is without the band. From 45 to 55 a customer keeps the side held before.",
            ),
            (
                lambda: {"Ann", "Cy"},
                "Those two are inside the band, so they keep their side.",
            ),
            (
                lambda: {"Bo"},
                "One falls out of the band below. Does nobody leave it above?",
            ),
            (
                lambda: {"Ed"},
                "One leaves the band above. Does nobody fall out of it below?",
            ),
        ),
        hint="Only who is below 45 or above 55, on the other side than before, changes cell.",
    ),
    "8.2": Exercise(
        solution=lambda: _with_newcomer(_B),
        misreadings=(
            (
                lambda: _score(_B, (120, 150, 0.9, 0.8, 0.9)),
                "That is B's score among four. Put the fifth customer into the table.",
            ),
            (
                lambda: _with_newcomer(_A),
                "That is A's score. The question is about B.",
            ),
            (
                lambda: _with_newcomer(_E),
                "That is the newcomer's own score. The question is about B.",
            ),
            (
                lambda: 2,
                "That is a place. Give the score.",
            ),
        ),
        hint="The best profit to come is now 600, the worst still 15. Scale B again, weigh, add.",
    ),
    "8.3": Exercise(
        solution=lambda: _consistency(1 / 3, 5, 7, 0.52),
        misreadings=(
            (
                lambda: _consistency(1 / 3, 5, 7, 0.58),
                "That is by the table of 1980. Say random_index='saaty-later'.",
            ),
            (
                lambda: _consistency(3, 5, 7, 0.52),
                "The first judgement is upside down: a over b is 1/3.",
            ),
            (
                lambda: 1 + sum((1 / 3 * 7 / 5) ** (k / 3) for k in (-1, 1)),
                "That is the largest eigenvalue. The ratio is consistency_ratio.",
            ),
        ),
        hint="Give ahp_weights the three pairs and the random index, then read consistency_ratio.",
        within=0.01,
    ),
    "8.4": Exercise(
        solution=lambda: [_mean(merits) - _mean(risks) for merits, risks in (_GIANT, _STEADY)],
        misreadings=(
            (
                lambda: [_mean(merits) for merits, _ in (_GIANT, _STEADY)],
                "Those are the merits. Take the mean of the risks off.",
            ),
            (
                lambda: [
                    _mean(merits, 0, 10) - _mean(risks, 0, 10)
                    for merits, risks in (_GIANT, _STEADY)
                ],
                "The scale starts at 1: a rating r becomes (r - 1) / 9, not r / 10.",
            ),
            (
                lambda: [
                    _mean(merits, 0, 1) - _mean(risks, 0, 1) for merits, risks in (_GIANT, _STEADY)
                ],
                "Those are differences of ratings. Put each rating between 0 and 1 first.",
            ),
            (
                lambda: [
                    4 * _mean(merits) - 5 * _mean(risks) for merits, risks in (_GIANT, _STEADY)
                ],
                "Those are sums. There are more risks than merits, so take means.",
            ),
        ),
        hint="Per customer: mean of (r - 1) / 9 over the merits, less the same over the risks.",
    ),
}
