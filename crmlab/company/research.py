"""Market research: two survey waves, the Kano questions, and what each offer is worth."""

import numpy as np
import pandas as pd

from crmlab.database.columns import ELEMENTS

from .feelings import satisfaction_at, tellings
from .people import pick
from .world import TYPICAL_SATISFACTION, dates

RIVALS = ("Quick Cup", "Old Mill", "Bean Barn")
_STRANGER_AWARE = 0.6
_ANSWERS = ("satisfaction", "versus_expectation", "versus_ideal", "recommend", "told")
_SURVEY_COLUMNS = (
    *("respondent_id", "customer_id", "wave", "date"),
    *(f"{element}_{side}" for element in ELEMENTS for side in ("expected", "perceived")),
    *_ANSWERS,
    *("had_problem", "aware", "attitude", "first_named"),
)
_RIVAL_SHARE = (0.42, 0.25, 0.33)

# type of feature: must-be, one-dimensional, attractive, indifferent, reverse
_KANO = {
    "right order": (0.66, 0.22, 0.03, 0.08, 0.01),
    "clean tables": (0.58, 0.27, 0.04, 0.10, 0.01),
    "short queue": (0.18, 0.60, 0.12, 0.09, 0.01),
    "fair price": (0.22, 0.58, 0.10, 0.09, 0.01),
    "free tasting": (0.03, 0.12, 0.62, 0.20, 0.03),
    "greeted by name": (0.03, 0.10, 0.52, 0.25, 0.10),
    "printed sleeve": (0.03, 0.05, 0.10, 0.76, 0.06),
    "posted music list": (0.01, 0.03, 0.08, 0.78, 0.10),
}
# answers 1 like, 2 must-be, 3 neutral, 4 live with, 5 dislike: (functional, dysfunctional)
_KANO_ANSWERS = np.array(
    [
        [(2, 5), (3, 5), (2, 5), (4, 5)],
        [(1, 5), (1, 5), (1, 5), (1, 5)],
        [(1, 3), (1, 4), (1, 3), (1, 2)],
        [(3, 3), (3, 4), (2, 3), (2, 4)],
        [(4, 1), (5, 2), (3, 1), (5, 3)],
    ]
)
_KANO_QUESTIONABLE = np.array([(1, 1), (5, 5)])

_UNIT = "USD per month"
_OFFERS = (
    # segment, offer, product service personnel image, monetary time psychic physical
    ("commuter", "Lantern", 34, 14, 8, 5, 33, 12, 2, 3),
    ("commuter", "Quick Cup", 29, 18, 4, 3, 24, 4, 2, 2),
    ("commuter", "Old Mill", 36, 8, 7, 5, 36, 15, 3, 5),
    ("commuter", "Bean Barn", 20, 8, 2, 1, 14, 9, 4, 6),
    ("connoisseur", "Lantern", 68, 18, 16, 10, 58, 14, 3, 5),
    ("connoisseur", "Quick Cup", 26, 14, 3, 2, 25, 5, 6, 3),
    ("connoisseur", "Old Mill", 50, 9, 8, 8, 32, 9, 3, 4),
    ("connoisseur", "Bean Barn", 18, 8, 2, 1, 15, 7, 6, 5),
    ("saver", "Lantern", 24, 8, 5, 3, 33, 7, 2, 3),
    ("saver", "Quick Cup", 20, 8, 3, 2, 25, 4, 3, 3),
    ("saver", "Old Mill", 22, 5, 4, 3, 34, 8, 3, 4),
    ("saver", "Bean Barn", 18, 6, 2, 1, 14, 6, 3, 3),
)


def choose(rng, weight, number):
    """Draw rows without repeating one, in proportion to their weights; zero is never drawn."""
    key = rng.exponential(size=len(weight)) / np.maximum(weight, 1e-300)
    number = min(number, int((weight > 0).sum()))
    return np.sort(np.argsort(key, kind="stable")[:number])


def survey_table(asking, answering, lives):
    """Make the survey: two waves of customers and of people who are not customers.

    Parameters
    ----------
    asking, answering : numpy.random.Generator
        For who is asked and when, and for what customers answer.
    lives : Lives

    Returns
    -------
    pandas.DataFrame
    """
    count = len(lives.people)
    asked, waves = np.zeros(count, dtype=bool), []
    for wave in (1, 2):
        day = lives.calendar.wave(wave)
        weight = np.exp(0.25 * (satisfaction_at(lives.feelings, np.arange(count), day) - 7))
        weight = weight * np.where(lives.left <= day, 0.3, 1.0) * np.where(asked, 4.0, 1.0)
        rows = choose(asking, weight * (lives.people["day"].to_numpy() + 30 < day), count // 5)
        asked[rows] = True
        when = day + np.floor(21 * asking.random(len(rows)))
        customers = _customer_answers(answering, lives, rows, when)
        strangers = _stranger_answers(asking, count // 10)
        strangers["date"] = dates(day + np.floor(21 * asking.random(len(strangers))))
        waves += [customers.assign(wave=wave), strangers.assign(wave=wave)]
    table = pd.concat(waves, ignore_index=True)
    table = table.sort_values(["wave", "date"], kind="stable", ignore_index=True)
    number = np.char.mod("R%04d", np.arange(1, len(table) + 1))
    table.insert(0, "respondent_id", pd.Series(number, dtype="str"))
    return table[list(_SURVEY_COLUMNS)]


def _scale(values, low, high):
    return np.clip(np.round(values), low, high)


def _customer_answers(rng, lives, rows, when):
    feelings = lives.feelings
    truth = satisfaction_at(feelings, rows, when)
    later = (when >= lives.calendar.change)[:, None]
    perceived = np.where(later, feelings.changed[rows], feelings.perceived[rows])
    expected = feelings.expected[rows]
    disconfirmed = (feelings.weights[rows] * (perceived - expected)).sum(axis=1)
    noise = rng.standard_normal((5, len(rows)))
    answers = {}
    for place, element in enumerate(ELEMENTS):
        for side, score in (("expected", expected), ("perceived", perceived)):
            heard = score[:, place] + 0.4 * rng.standard_normal(len(rows))
            answers[f"{element}_{side}"] = _scale(heard, 1, 10)
    answers["satisfaction"] = _scale(truth + 0.5 * noise[0], 1, 10)
    answers["versus_expectation"] = _scale(5.8 + 1.1 * disconfirmed + 0.6 * noise[1], 1, 10)
    answers["versus_ideal"] = _scale(truth - 0.9 + 0.8 * noise[2], 1, 10)
    answers["recommend"] = _scale(7.7 + 1.15 * (truth - 7) + noise[3], 0, 10)
    told = tellings(truth, lives.world) * rng.gamma(1.5, 1 / 1.5, len(rows))
    answers["told"] = rng.poisson(told).astype(float)
    silent = np.minimum(0.045 * np.exp(-0.35 * (truth - TYPICAL_SATISFACTION)), 0.3)
    for column in answers:
        answers[column][rng.random(len(rows)) < silent] = np.nan
    rival = pick(rng, len(rows), RIVALS, _RIVAL_SHARE)
    ours = rng.random(len(rows)) < 1 / (1 + np.exp(-0.6 - 0.5 * (truth - 7)))
    return pd.DataFrame(answers).assign(
        customer_id=pd.Series(lives.ids[rows], dtype="str"),
        date=dates(when),
        had_problem=_had_problem(lives.problems, rows, when, len(lives.people)),
        aware=1,
        attitude=_scale(3.3 + 0.6 * (truth - 7) + 0.5 * noise[4], 1, 5),
        first_named=pd.Series(np.where(ours, "Lantern", rival), dtype="str"),
    )


def _had_problem(problems, rows, when, count):
    asked = np.full(count, np.nan)
    asked[rows] = when
    met = asked[problems["who"]]
    recent = (problems["day"] < met) & (problems["day"] >= met - 365)
    flag = np.zeros(count)
    flag[problems["who"][recent]] = 1
    return flag[rows]


def _stranger_answers(rng, number):
    aware = rng.random(number) < _STRANGER_AWARE
    answers = {"aware": aware.astype(int)}
    for place, element in enumerate(ELEMENTS):
        heard = 7.0 - 0.1 * place + 1.2 * rng.standard_normal(number)
        heard[rng.random(number) < 0.08] = np.nan
        answers[f"{element}_expected"] = np.where(aware, _scale(heard, 1, 10), np.nan)
        answers[f"{element}_perceived"] = np.nan
    answers.update(dict.fromkeys((*_ANSWERS, "had_problem"), np.nan))
    opinion = _scale(3.2 + 0.9 * rng.standard_normal(number), 1, 5)
    answers["attitude"] = np.where(aware, opinion, np.nan)
    brand = np.where(rng.random(number) < 0.12 * aware, "Lantern", "")
    rival = pick(rng, number, (*RIVALS, None), (*np.multiply(_RIVAL_SHARE, 0.94), 0.06))
    answers["first_named"] = pd.Series(np.where(brand == "", rival, brand), dtype="str")
    answers["customer_id"] = pd.Series([None] * number, dtype="str")
    return pd.DataFrame(answers)


def kano_table(rng, number):
    """Make the Kano answers: one row per respondent and feature.

    Parameters
    ----------
    rng : numpy.random.Generator
    number : int
        Respondents.

    Returns
    -------
    pandas.DataFrame
    """
    tables = []
    for feature, shares in _KANO.items():
        kind = pick(rng, number, range(5), shares).astype(int)
        answers = _KANO_ANSWERS[kind, rng.integers(4, size=number)]
        confused = rng.random(number) < 0.025
        questionable = _KANO_QUESTIONABLE[rng.integers(2, size=number)]
        answers = np.where(confused[:, None], questionable, answers)
        respondent = pd.Series(np.char.mod("K%03d", np.arange(1, number + 1)), dtype="str")
        tables.append(
            pd.DataFrame(
                {
                    "respondent_id": respondent,
                    "feature": pd.Series([feature] * number, dtype="str"),
                    "functional": answers[:, 0],
                    "dysfunctional": answers[:, 1],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def offers_table():
    """Make the offers table: what Lantern and its rivals are worth to each segment, per month.

    Returns
    -------
    pandas.DataFrame
        One row per segment and offer, benefits and costs in USD per month.
    """
    names = ["product_value", "service_value", "personnel_value", "image_value"]
    names += ["monetary_cost", "time_cost", "psychic_cost", "physical_cost"]
    table = pd.DataFrame(_OFFERS, columns=["segment", "offer", *names])
    table = table.astype({"segment": "str", "offer": "str", **dict.fromkeys(names, float)})
    table.insert(2, "benefit_unit", pd.Series([_UNIT] * len(table), dtype="str"))
    table.insert(3, "cost_unit", table["benefit_unit"])
    return table
