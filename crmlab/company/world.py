"""The knobs of the simulated world, its fixed facts and its calendar."""

import datetime
from dataclasses import dataclass, fields

import numpy as np

SEGMENTS = ("commuter", "connoisseur", "saver")
KINDS = ("member", "subscriber", "wholesale")
REGIONS = ("north", "east", "south", "west")
START = np.datetime64("2024-01-01")
WEEKS_PER_MONTH = 365.25 / 12 / 7
TYPICAL_SATISFACTION = 7.0
CRISIS_HALF_LIFE = 13.0  # weeks

# knob: (lowest value, highest value); the limits themselves are allowed
_LIMITS = {
    "churn_rate": (0.001, 0.9),
    "churn_shape": (0.05, 1000),
    "satisfaction_effect": (-3, 3),
    "purchase_rate": (0.01, 20),
    "rate_shape": (0.05, 1000),
    "regularity": (0.2, 100),
    "seasonality": (0, 0.9),
    "price_spread": (0, 0.3),
    "price_elasticity": (0, 5),
    "elasticity_relief": (-1, 1),
    "expectation_effect": (-2, 2),
    "told_satisfied": (0, 50),
    "told_dissatisfied": (0, 50),
    "recovery_satisfaction": (-5, 5),
    "recovery_repurchase": (-5, 5),
    "referral_share": (0, 0.9),
    "referral_quality": (0.1, 10),
    "retention_effect": (0, 1),
    "retention_cost": (0.01, 1000),
    "crisis_size": (0, 0.99),
    "wait_mean": (1, 30),
    "wait_shape": (0.2, 1000),
    "balk_rate": (0, 0.05),
}


@dataclass(frozen=True, kw_only=True)
class World:
    """The claims of the trade as knobs: turn one, simulate again, and see what follows.

    Parameters
    ----------
    churn_rate : float
        Rate at which members leave, per month, for one of average loyalty at a satisfaction of
        7. Subscribers' mean chance of ending at a monthly renewal is a quarter of it, accounts
        leave at an eighth. Default 0.33.
    churn_shape : float
        How alike customers are in their tendency to leave: the shape of the gamma distribution
        of members' rates; 0.7 times it is the first parameter of the beta distribution of
        subscribers' monthly chances. Small is unlike. Default 0.7.
    satisfaction_effect : float
        Fall in the logarithm of the leaving rate per point of satisfaction. Among subscribers it
        decides who leaves rather than how many. Default 0.8.
    purchase_rate : float
        Members' mean purchases per week while active, at list price. Default 0.3.
    rate_shape : float
        Shape of the gamma distribution of members' purchase rates. Small means rates far apart
        and so concentrated sales. Default 0.85.
    regularity : float
        Erlang shape k of the time between a member's purchases: 1 is a Poisson buyer, larger is
        more regular. Default 1.
    seasonality : float
        Swing of purchases around the year's mean, as a share; the peak is in mid-December.
        Default 0.15.
    price_spread : float
        Regional price test: each quarter one region pays list price times 1 + spread, one pays
        1 - spread, two pay list price. Default 0.05.
    price_elasticity : float
        Fall in purchases, in per cent, per 1 % price, at a satisfaction of 7. Default 1.2.
    elasticity_relief : float
        Fall of that elasticity per point of satisfaction; it never leaves 0 to 6. Default 0.15.
    expectation_effect : float
        Points of satisfaction that one point more of expectation adds directly, beside its
        effect through disconfirmation. Default 0.1.
    told_satisfied, told_dissatisfied : float
        People told about Lantern in a year by a very satisfied (9 or more) and by a dissatisfied
        customer (3 or less); in between (6) it is one person. Defaults 2.5 and 4.
    recovery_satisfaction : float
        Points of satisfaction a well handled complaint leaves the customer above one who never
        had a problem, for a year. Default 0.4.
    recovery_repurchase : float
        The same for the tendency to stay, counted in points of satisfaction. Default 0.
    referral_share : float
        Share of members and subscribers won by referral. Default 0.22.
    referral_quality : float
        How many times slower referred customers leave. Default 1.15.
    retention_effect : float
        Largest share by which retention spending can cut a member's leaving rate. Default 0.3.
    retention_cost : float
        USD per member and month that buys 63 % of that cut. Default 2.
    crisis_date : str
        ISO date, inside the window, on which a crisis hits. Default "2025-03-15".
    crisis_size : float
        Share of members' and wholesale purchases lost at once; half of the loss is made good
        every 13 weeks. Default 0, no crisis.
    wait_mean : float
        Minutes that members wait in a cafe on average, before the queues grow. Default 8.
    wait_shape : float
        Shape of the gamma distribution of waits around their mean at that hour: the standard
        deviation is the mean over its square root. Default 4.
    balk_rate : float
        Rate at which a longer promise sends arrivals away, per minute: the share that stays is
        exp(-balk_rate x promised). Default 0.012.

    Raises
    ------
    ValueError
        If a knob is not a number, lies outside its limits, or the date is not a date.

    Examples
    --------
    >>> World(churn_rate=0.1).churn_rate
    0.1
    """

    churn_rate: float = 0.33
    churn_shape: float = 0.7
    satisfaction_effect: float = 0.8
    purchase_rate: float = 0.3
    rate_shape: float = 0.85
    regularity: float = 1.0
    seasonality: float = 0.15
    price_spread: float = 0.05
    price_elasticity: float = 1.2
    elasticity_relief: float = 0.15
    expectation_effect: float = 0.1
    told_satisfied: float = 2.5
    told_dissatisfied: float = 4.0
    recovery_satisfaction: float = 0.4
    recovery_repurchase: float = 0.0
    referral_share: float = 0.22
    referral_quality: float = 1.15
    retention_effect: float = 0.3
    retention_cost: float = 2.0
    crisis_date: str = "2025-03-15"
    crisis_size: float = 0.0
    wait_mean: float = 8.0
    wait_shape: float = 4.0
    balk_rate: float = 0.012

    def __post_init__(self):
        for knob in fields(self):
            value = getattr(self, knob.name)
            if knob.name == "crisis_date":
                _check_date(value)
                continue
            low, high = _LIMITS[knob.name]
            number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
            if not number or not low <= value <= high:
                raise ValueError(
                    f"World.{knob.name} must be a number from {low} to {high}, got {value!r}"
                )


def parse_date(text):
    """Read an ISO date."""
    return np.datetime64(datetime.date.fromisoformat(text))


def _check_date(value):
    try:
        parse_date(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"World.crisis_date must be an ISO date such as '2025-03-15', got {value!r}"
        ) from None


@dataclass(frozen=True)
class Calendar:
    """Days counted from the start; the truth goes on for twelve months after the window."""

    months: int

    @property
    def end(self):
        """Days in the window."""
        return self.day_of_month(self.months)

    @property
    def horizon(self):
        """Days in the window and the twelve months after it."""
        return self.day_of_month(self.months + 12)

    @property
    def change(self):
        """Day on which service really changes: new staff training, and longer queues."""
        return self.day_of_month(round(self.months * 14 / 24))

    @property
    def weeks(self):
        """Edges of the weeks, in days."""
        return np.arange(0, self.horizon + 7, 7)

    def day_of_month(self, month):
        """Day on which a month starts, counted from the first month."""
        first = START.astype("M8[M]") + np.timedelta64(month, "M")
        return int((first.astype("M8[D]") - START).astype(int))

    def anniversary(self, days, months):
        """Days that lie whole months after the given ones, on the last of a month if need be."""
        day = START + np.floor(days).astype("m8[D]")
        month = day.astype("M8[M]")
        target = month + np.asarray(months).astype("m8[M]")
        first, following = (
            start.astype("M8[D]") for start in (target, target + np.timedelta64(1, "M"))
        )
        last = (following - first).astype(int) - 1
        place = np.minimum((day - month.astype("M8[D]")).astype(int), last)
        return ((first - START).astype(int) + place).astype(float)

    def wave(self, number):
        """First day of a survey wave: the second 2 months before the end, the first a year ago."""
        return self.day_of_month(self.months - 2 - 12 * (2 - number)) + 3


def dates(days):
    """Turn days since the start (fractions dropped, NaN and infinity to empty) into dates."""
    days = np.asarray(days, dtype=float)
    known = np.isfinite(days)
    result = START + np.floor(np.where(known, days, 0)).astype("m8[D]")
    result[~known] = np.datetime64("NaT", "D")
    return result.astype("M8[us]")


def level(matrix, rows, days):
    """Read a customer-by-week matrix at the given days."""
    weeks = np.clip(np.asarray(days, dtype=float) // 7, 0, matrix.shape[1] - 1)
    return matrix[rows, weeks.astype(int)]


class Clock:
    """A clock for each customer that runs as fast as that customer's weekly rate.

    Parameters
    ----------
    weekly : array of shape (customers, weeks)
        Rates per week, all above 0.
    """

    def __init__(self, weekly):
        count, weeks = weekly.shape
        self.total = np.zeros((count, weeks + 1))
        np.cumsum(weekly, axis=1, out=self.total[:, 1:])

    def read(self, rows, days):
        """Time on the customers' clocks at the given days."""
        weeks = np.minimum(days / 7, self.total.shape[1] - 1)
        before = np.minimum(weeks.astype(int), self.total.shape[1] - 2)
        low, high = self.total[rows, before], self.total[rows, before + 1]
        return low + (weeks - before) * (high - low)

    def when(self, rows, times):
        """Days at which the customers' clocks show the given times; infinite if they never do."""
        count, edges = self.total.shape
        last = self.total[:, -1]
        lift = np.cumsum(last + 1.0) - last
        days = np.tile(7.0 * np.arange(edges), count)
        found = np.interp(times + lift[rows], (self.total + lift[:, None]).ravel(), days)
        return np.where(times > last[rows], np.inf, found)
