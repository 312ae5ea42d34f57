"""Numbers as the literature prints them, and ours, computed when asked.

`PAPERS` is also what the page of reproduced numbers of the site is made from.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab import alerts, delivered_value, delivery, drivers, satisfaction
from crmlab import lifetime_value as ltv
from crmlab import repeat_buying as rb
from crmlab.evidence import trial_size
from crmlab.intervals import kaplan_meier, wilson

DATA = Path(__file__).parents[1] / "data" / "cdnow"


@dataclass(frozen=True)
class Paper:
    """A source, what it prints (as it prints it, by quantity), and the way to ours."""

    source: str
    about: str
    lesson: str
    printed: dict[str, str]
    ours: Callable[[], object]


@functools.cache
def logs():
    """The log of all customers of CDNOW, and of the papers' sample."""
    log = pd.read_csv(DATA / "transactions.csv", dtype={"customer_id": str}, parse_dates=["date"])
    customers = pd.read_csv(DATA / "customers.csv", dtype=str)
    chosen = customers.loc[customers["sample_id"].notna(), "customer_id"]
    return log, log[log["customer_id"].isin(chosen)]


@functools.cache
def calibrated():
    return rb.split(logs()[1], calibration_end="1997-09-30", until="1998-06-30")


def fitted(kind):
    model = kind.fit(calibrated())
    return [*model.theta, model.fitted.log_likelihood]


def sample_counts():
    both = calibrated()
    again = both[both["frequency"] > 0]
    counts = [len(both), len(again), both["frequency"].sum(), both["frequency_holdout"].sum()]
    return [*counts, again["monetary_value"].mean()]


def one_customer():
    model = rb.BGNBD(0.242595, 4.413602, 0.792922, 2.425907)
    customer = {"frequency": 2, "recency": 30.43, "T": 38.86}
    new = model.expected_purchases_new([1, 32])["estimate"]
    return [*new, model.expected_purchases(customer, periods=39)["estimate"].iloc[0]]


def zero_cell():
    log, sample = logs()
    seen, everybody = (rb.summarise(one, until="1998-06-30") for one in (sample, log))
    rate = 1.15 ** (365.25 / 364) - 1  # ln(1.15) / 52 a week
    models = rb.ParetoNBD.fit(seen), rb.GammaGamma.fit(seen)
    never = everybody[everybody["frequency"] == 0]
    value = rb.lifetime_value(*models, never, margin=0.3, annual_rate=rate)
    return [len(never), value["estimate"].mean()]


# Gifts by 11,104 donors of 1995, by number and last gift in 1996-2001.
DONORS = [3464, 1091, 277, 129, 78, 119, 129, 613, 255, 155, 173, 234, 322, 181, 225, 357]
DONORS += [240, 284, 512, 335, 728, 1203]


def donations():
    cells = [(0, 0)] + [(x, last) for x in range(1, 7) for last in range(x, 7)]
    table = pd.DataFrame(cells, columns=["frequency", "recency"]).assign(T=6, customers=DONORS)
    model = rb.BGBB.fit(table, unit="year")
    gifts = model.expected_purchases(table, periods=5)["estimate"].iloc[[0, 1, -1]]
    return [*model.theta, model.fitted.log_likelihood, *gifts]


def renewals():
    counts = [1000, 631, 468, 382, 326, 289, 262, 241]
    long = rb.ShiftedBetaGeometric.fit(counts, unit="year")
    short = rb.ShiftedBetaGeometric.fit(counts[:5], unit="year")
    later = 100 * long.survival(12).loc[8:, "estimate"]
    return [*short.theta, short.fitted.log_likelihood, *later.iloc[[0, -1]]]


def mailing():
    chances = [0.3, 0.2, 0.15, 0.05]
    stay = np.column_stack([chances, np.diag([1 - p for p in chances])])
    moves = np.vstack([stay, np.eye(5)[4]])
    value = ltv.markov_value(moves, [36, -4, -4, -4, 0], rate=0.20, first="start", periods=5)
    return value.to_numpy()[:4]


def remissions():
    times = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    return kaplan_meier(times, ended, [6, 7, 10, 13, 16, 22, 23])[0]


def kano():
    rows = {"spell checker": (52.7, 22.6, 8.3, 2.5, 1.5, 12.4)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list("MOARQI"))
    found = drivers.kano(table).coefficients["estimate"].unstack()
    return found.loc["spell checker", ["satisfaction", "dissatisfaction"]]


def provision():
    buckets = ["not due", "1-30", "31-60", "61-90", "over 90"]
    reached = pd.Series([100_000, 50_000, 23_000, 8_000, 2_000], buckets)
    balances = pd.Series([300_000, 140_000, 60_000, 23_000, 5_000], buckets)
    return [alerts.expected_loss(balances, alerts.loss_rates(reached, lost=2_000)).total]


def caterpillar():
    better = {"durability": 7_000, "reliability": 6_000, "service": 5_000, "warranty": 2_000}
    worth = delivered_value.economic_value(90_000, better, unit="USD")
    return [worth.value, worth.surplus(100_000)]


PAPERS = [
    Paper(
        "Fader, Hardie & Lee (2005), Marketing Science 24(2)",
        "the sample of CDNOW",
        "32-repeat-buying",
        {
            "customers": "2357",
            "who bought again in 39 weeks": "946",
            "repeat purchases in 39 weeks": "2457",
            "repeat purchases in the next 39": "1882",
            "mean spend of a repeat purchase, USD": "35.08",
        },
        sample_counts,
    ),
    Paper(
        "Fader, Hardie & Lee (2005), Marketing Science 24(2)",
        "BG/NBD model of CDNOW",
        "32-repeat-buying",
        {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426", "log likelihood": "-9582.4"},
        lambda: fitted(rb.BGNBD),
    ),
    Paper(
        "Fader, Hardie & Lee (2005), Marketing Science 24(2)",
        "Pareto/NBD model of CDNOW",
        "32-repeat-buying",
        {
            "r": "0.553",
            "alpha": "10.578",
            "s": "0.606",
            "beta": "11.669",
            "log likelihood": "-9595.0",
        },
        lambda: fitted(rb.ParetoNBD),
    ),
    Paper(
        "Fader, Hardie & Lee (2005), the authors' spreadsheet",
        "purchases expected by BG/NBD",
        "32-repeat-buying",
        {
            "of a new customer in 1 week": "0.0532",
            "of a new customer in 32 weeks": "1.0437",
            "of one with 2 purchases in 39 weeks": "1.226",
        },
        one_customer,
    ),
    Paper(
        "Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)",
        "gamma-gamma model of spend",
        "33-customer-forecast",
        {"p": "6.25", "q": "3.74", "v": "15.44"},
        lambda: rb.GammaGamma.fit(calibrated()).theta,
    ),
    Paper(
        "Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4)",
        "CDNOW customers who never came back",
        "33-customer-forecast",
        {"customers": "12054", "mean value, USD": "4.40"},
        zero_cell,
    ),
    Paper(
        "Fader, Hardie & Shang (2010), Marketing Science 29(6)",
        "BG/BB model of donors",
        "32-repeat-buying",
        {
            "alpha": "1.204",
            "beta": "0.750",
            "gamma": "0.657",
            "delta": "2.783",
            "log likelihood": "-33225.6",
            "gifts in five years after none": "0.07",
            "after one in 1996": "0.09",
            "after six": "3.75",
        },
        donations,
    ),
    Paper(
        "Fader & Hardie (2007), Journal of Interactive Marketing 21(1)",
        "renewals, regular segment",
        "31-retention",
        {
            "alpha": "0.764",
            "beta": "1.296",
            "log likelihood": "-1401.56",
            "percent left after 8 renewals": "22.0",
            "percent left after 12 renewals": "17.0",
        },
        renewals,
    ),
    Paper(
        "Gupta & Lehmann (2003), Journal of Interactive Marketing 17(1)",
        "margin multiple at 12 %",
        "30-lifetime-value",
        {"retention 60 %": "1.15", "70 %": "1.67", "80 %": "2.50", "90 %": "4.09"},
        lambda: ltv.margin_multiple([0.6, 0.7, 0.8, 0.9], rate=0.12, first="end"),
    ),
    Paper(
        "Pfeifer & Carraway (2000), Journal of Interactive Marketing 14(2)",
        "value by recency of the last purchase",
        "34-keep-or-win",
        {"1 period": "50.115", "2 periods": "4.220", "3 periods": "0.592", "4 periods": "-1.980"},
        mailing,
    ),
    Paper(
        "Newcombe (1998), Statistics in Medicine 17",
        "Wilson's interval of 81 in 263",
        "22-satisfaction-index",
        {"low": "0.2553", "high": "0.3662"},
        lambda: wilson(81, 263),
    ),
    Paper(
        "Freireich et al. (1963), as textbooks print it",
        "Kaplan-Meier curve of 21 patients",
        "61-complaints",
        dict(
            zip(
                [f"left after {week} weeks" for week in (6, 7, 10, 13, 16, 22, 23)],
                ["0.857", "0.807", "0.753", "0.690", "0.627", "0.538", "0.448"],
                strict=True,
            )
        ),
        remissions,
    ),
    Paper(
        "Hillier & Lieberman, Introduction to Operations Research",
        "waiting in the county hospital, hours",
        "21-promises",
        {"one doctor": "0.667", "two doctors": "0.042"},
        lambda: [satisfaction.queue_wait(2, 1 / 3, servers=n) for n in (1, 2)],
    ),
    Paper(
        "Agile Software Development, answers about a spell checker",
        "Kano coefficients",
        "25-kano",
        {"satisfaction": "0.3219", "dissatisfaction": "-0.7844"},
        kano,
    ),
    Paper(
        "Kotler & Keller (2012), Marketing Management, 14th ed.",
        "a Caterpillar tractor, USD",
        "11-value-and-price",
        {"worth": "110000", "left at a price of 100,000": "10000"},
        caterpillar,
    ),
    Paper(
        "Chen, Drezner, Ryan & Simchi-Levi (2000), Management Science 46(3)",
        "bullwhip, average of 5 periods",
        "54-push-and-pull",
        {"lead time 1": "1.48", "lead time 2": "2.12", "lead time 3": "2.92"},
        lambda: [delivery.bullwhip(one, window=5).table.loc[1, "shared"] for one in (1, 2, 3)],
    ),
    Paper(
        "Siddiqi (2006), Credit Risk Scorecards",
        "scale of a score: 600 at odds of 50, 20 to double",
        "50-credit",
        {"factor": "28.8539", "offset": "487.123"},
        lambda: alerts.points_scale(points=600, odds=50, double=20),
    ),
    Paper(
        "IFRScommunity, simplified approach of IFRS 9",
        "provision matrix",
        "50-credit",
        {"expected loss": "27567"},
        provision,
    ),
    Paper(
        "Cohen (1992), Psychological Bulletin 112(1)",
        "size of a group at power 0.80",
        "70-does-it-pay",
        {"medium effect": "64", "large effect": "26"},
        lambda: [trial_size(effect, sd=1) for effect in (0.5, 0.8)],
    ),
]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda one: f"{one.source[:20]}: {one.about}")
def test_ours_is_what_is_printed(paper):
    """Rounded as it is printed; half a unit of the last digit decides, and rounding itself."""
    ours = np.asarray(paper.ours(), dtype=float)
    assert len(ours) == len(paper.printed)
    for (name, printed), value in zip(paper.printed.items(), ours, strict=True):
        digits = len(printed.partition(".")[2])
        assert abs(value - float(printed)) <= 0.5 * 10.0**-digits * (1 + 1e-9), name
