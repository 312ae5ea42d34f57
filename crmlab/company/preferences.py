"""What members would pay for: 18 rated cards, 12 choices, and the answers as a form stores them."""

import numpy as np
import pandas as pd

from .world import SEGMENTS

LEVELS = {
    "coffee": ("house", "single origin"),
    "seat": ("bench", "chair", "sofa"),
    "wait": (2, 5, 8),
    "cup": ("paper", "porcelain", "souvenir"),
    "price": (3.0, 4.0, 5.0),
}
# Taguchi's L18, first five columns: each pair of levels of two attributes stands on as many cards.
_CARDS = (
    *("11111", "11222", "11333", "12112", "12223", "12331", "13121", "13232", "13313"),
    *("21133", "21211", "21322", "22123", "22231", "22312", "23132", "23213", "23321"),
)
# Each level as often as the others, no alternative better in everything than one beside it.
_SETS = (
    *(("13213", "22123", "11331"), ("11223", "12331", "23112"), ("12131", "23321", "21213")),
    *(("22223", "13111", "21332"), ("22223", "21211", "13322"), ("23133", "11222", "22311")),
    *(("11223", "22111", "13332"), ("23331", "12212", "11122"), ("22133", "21312", "13121")),
    *(("12233", "23333", "21121"), ("12212", "21132", "13312"), ("11212", "22321", "13133")),
)
# What one step adds to the answer, in points of the ten: a level against the first, one minute,
# one USD.
_STEPS = ("single origin", "chair", "sofa", "minute", "porcelain", "souvenir", "USD")
PART_WORTHS = {
    "commuter": (0.5, 0.1, 0.3, -0.24, 0.4, 1.2, -0.8),
    "connoisseur": (1.6, 0.4, 0.8, -0.08, 0.7, 1.2, -0.6),
    "saver": (0.2, 0.3, 0.5, -0.08, 0.3, 1.1, -1.2),
}
_ATTRIBUTE_OF = ("coffee", "seat", "seat", "wait", "cup", "cup", "price")
_OWN_SPREAD = (0.25, 0.15, 0.15, 0.03, 0.15, 0.25, 0.15)
_PER_SEGMENT = 100
_MIDDLE, _GENEROSITY, _NOISE = 5.5, 0.7, 1.2
_NONE = -0.2  # the worth of buying nothing, against an average card
_SKIPPED = 0.01
QUESTION = "How likely would you order this cup? 1 = certainly not, 10 = certainly"


def cards_table():
    """Make the 18 cards that everybody rates.

    Returns
    -------
    pandas.DataFrame
        ``card`` and its five attributes.
    """
    table = _levels(_CARDS)
    table.insert(0, "card", pd.Series([f"Card {n}" for n in range(1, 19)], dtype="str"))
    return table


def make_respondents(rng, segments, each=_PER_SEGMENT):
    """Draw who answers, and what each step is worth to them.

    Parameters
    ----------
    rng : numpy.random.Generator
    segments : array of str, shape (members,)
    each : int
        Respondents per segment, fewer where it has fewer members.

    Returns
    -------
    pandas.DataFrame
        In order of row: ``row`` (place in ``segments``), ``segment``, and one column per step.
    """
    rows = [np.flatnonzero(np.asarray(segments) == segment) for segment in SEGMENTS]
    chosen = np.sort(np.concatenate([rng.permutation(one)[:each] for one in rows]))
    segment = pd.Series(np.asarray(segments)[chosen], dtype="str")
    mean = np.array([PART_WORTHS[name] for name in segment]).reshape(-1, len(_STEPS))
    own = mean + np.array(_OWN_SPREAD) * rng.standard_normal(mean.shape)
    table = pd.DataFrame(own, columns=list(_STEPS))
    table.insert(0, "row", chosen)
    table.insert(1, "segment", segment)
    return table


def conjoint_table(rng, respondents, ids):
    """Make the ratings: one row per respondent and card, a few cards skipped.

    Parameters
    ----------
    rng : numpy.random.Generator
    respondents : pandas.DataFrame
        From `make_respondents`.
    ids : array of str
        Ids of the customers, by row.

    Returns
    -------
    pandas.DataFrame
    """
    cards, count = cards_table(), len(respondents)
    likes = respondents[list(_STEPS)].to_numpy() @ _steps(cards).T
    typical = _MIDDLE - _averages(respondents)
    own = typical + _GENEROSITY * rng.standard_normal(count)
    heard = own[:, None] + likes + _NOISE * rng.standard_normal(likes.shape)
    rating = np.clip(np.round(heard), 1, 10)
    rating[rng.random(rating.shape) < _SKIPPED] = np.nan
    table = cards.iloc[np.tile(np.arange(len(cards)), count)].reset_index(drop=True)
    _name(table, respondents, len(cards))
    who = np.repeat(np.asarray(ids, dtype=object)[respondents["row"]], len(cards))
    table.insert(1, "customer_id", pd.Series(who, dtype="str"))
    table["rating"] = rating.ravel()
    return table


def choices_table(rng, respondents):
    """Make the choices: one row per respondent, set and alternative, the last one to buy nothing.

    Parameters
    ----------
    rng : numpy.random.Generator
    respondents : pandas.DataFrame
        From `make_respondents`.

    Returns
    -------
    pandas.DataFrame
    """
    offered, count = _levels([code for one in _SETS for code in one]), len(respondents)
    sets, width = len(_SETS), len(_SETS[0])
    likes = respondents[list(_STEPS)].to_numpy() @ _steps(offered).T
    nothing = _averages(respondents) + _NONE
    nothing = np.broadcast_to(nothing[:, None, None], (count, sets, 1))
    utility = np.concatenate([likes.reshape(count, sets, width), nothing], axis=2)
    utility = utility + rng.gumbel(size=utility.shape)
    chosen = utility.argmax(axis=2)[..., None] == np.arange(width + 1)
    place = np.arange(sets * width).reshape(sets, width)
    place = np.hstack([place, np.full((sets, 1), sets * width)]).ravel()
    offered.loc[len(offered)] = np.nan
    table = offered.iloc[np.tile(place, count)].reset_index(drop=True)
    names = [*map(str, range(1, width + 1)), "none"]
    table.insert(0, "set", np.tile(np.repeat(np.arange(1, sets + 1), width + 1), count))
    table.insert(1, "alternative", pd.Series(names * (sets * count), dtype="str"))
    _name(table, respondents, sets * (width + 1))
    table["chosen"] = chosen.ravel().astype(int)
    return table


def part_worths_table(respondents):
    """Make the truth: what each step adds on average, by segment and among all who answered.

    Parameters
    ----------
    respondents : pandas.DataFrame
        From `make_respondents`.

    Returns
    -------
    pandas.DataFrame
        ``segment``, ``attribute``, ``level``, ``part_worth`` in points, ``worth`` in USD.
    """
    means = dict(PART_WORTHS)
    each = [PART_WORTHS[name] for name in respondents["segment"]]
    means["all"] = tuple(np.mean(each, axis=0)) if each else means["saver"]
    parts = [
        pd.DataFrame(
            {
                "segment": pd.Series([segment] * len(_STEPS), dtype="str"),
                "attribute": pd.Series(_ATTRIBUTE_OF, dtype="str"),
                "level": pd.Series([*_STEPS[:3], "+1", *_STEPS[4:6], "+1"], dtype="str"),
                "part_worth": mean,
                "worth": np.array(mean) / -mean[-1],
            }
        )
        for segment, mean in means.items()
    ]
    return pd.concat(parts, ignore_index=True)


def form_table(ratings):
    """Write ratings as an online form exports them: a row per answer, a column per card.

    Parameters
    ----------
    ratings : pandas.DataFrame
        From `conjoint_table`.

    Returns
    -------
    pandas.DataFrame
        ``Timestamp``, the answers under long headers, and which guest answered.
    """
    wide = ratings.pivot(index="respondent_id", columns="card", values="rating")
    cards = cards_table()
    seconds = np.cumsum(140 + 997 * np.arange(len(wide)) % 3_571)
    moment = np.datetime64("2025-12-01T08:00:00") + seconds.astype("m8[s]")
    form = pd.DataFrame({"Timestamp": pd.Series(moment).dt.strftime("%m/%d/%Y %H:%M:%S")})
    form["What brings you to Lantern most often?"] = (
        ratings.groupby("respondent_id")["segment"].first().map(_REASONS).to_numpy()
    )
    for card in cards.itertuples():
        said = f"{card.coffee} coffee, {card.seat}, {card.wait:.0f} min wait, {card.cup} cup"
        header = f"{QUESTION} [{card.card}: {said}, ${card.price:.2f}]"
        answers = wide[card.card].to_numpy()
        form[header] = np.where(np.isnan(answers), "", np.char.mod("%.0f", np.nan_to_num(answers)))
    return form


_REASONS = {
    "commuter": "It is on my way",
    "connoisseur": "The coffee itself",
    "saver": "A fair price",
}


def _levels(codes):
    """A table of attributes from codes such as "11223", one digit per attribute."""
    kinds = {"wait": float, "price": float}
    return pd.DataFrame(
        {
            name: pd.Series(
                [LEVELS[name][int(c[i]) - 1] for c in codes], dtype=kinds.get(name, str)
            )
            for i, name in enumerate(LEVELS)
        }
    )


def _steps(table):
    """How many of each step a card holds."""
    columns = [
        *(table[name] == level for name, level in zip(_ATTRIBUTE_OF[:3], _STEPS[:3], strict=True)),
        table["wait"],
        *(table["cup"] == level for level in _STEPS[4:6]),
        table["price"],
    ]
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


def _averages(respondents):
    """Worth of an average card to each respondent's segment, in points."""
    mean = _steps(cards_table()).mean(axis=0)
    worth = {segment: float(mean @ np.array(steps)) for segment, steps in PART_WORTHS.items()}
    return np.array([worth[segment] for segment in respondents["segment"]])


def _name(table, respondents, rows_each):
    """Put who answered before the answers."""
    who = np.char.mod("J%03d", np.arange(1, len(respondents) + 1))
    table.insert(0, "respondent_id", pd.Series(np.repeat(who, rows_each), dtype="str"))
    segment = respondents["segment"].to_numpy(object)
    table.insert(1, "segment", pd.Series(np.repeat(segment, rows_each), dtype="str"))
