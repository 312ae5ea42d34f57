"""The one list of lessons: what each is called, teaches, needs, and where its functions live.

The README table, the course plan, `CustomerDatabase.require`, `crmlab.check`, the lazy modules of the package, the
build and the tests read this list. To add a lesson is to add one line here, one script in
``lessons/``, one file of exercises in ``crmlab/check/`` and the module it teaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Needs: TypeAlias = Mapping[str, tuple[str, ...]]

PARTS = {
    "0": "The customer base",
    "1": "What a customer gains and pays",
    "2": "Is she satisfied",
    "3": "What is she worth",
    "4": "Who matters",
    "5": "Running the relationship",
    "6": "When it goes wrong",
    "7": "Evidence",
}


@dataclass(frozen=True)
class Lesson:
    """One lesson of the course.

    Attributes
    ----------
    number : str
        Two digits.
    name : str
        Words joined by hyphens.
    part : str
        A key of `PARTS`.
    module : str
        The room whose functions it teaches.
    minutes : int
        How long it takes, exercises included.
    outcome : str
        What a reader can do afterwards, a phrase.
    needs : mapping of str to tuple of str
        Tables and columns it cannot do without.
    after : tuple of str
        Numbers of the lessons whose ideas it uses.
    months : int
        Months that its transactions must span at least.
    waves : int
        Waves that its survey must have.
    rated : tuple of str
        Sides, perceived or expected, of which its survey must rate at least one element.
    """

    number: str
    name: str
    part: str
    module: str
    minutes: int
    outcome: str
    needs: Needs = field(default_factory=dict)
    after: tuple[str, ...] = ()
    months: int = 0
    waves: int = 0
    rated: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Number and name, as its files are called: ``00-customer-base``."""
        return f"{self.number}-{self.name}"

    @property
    def exercises(self) -> str:
        """The file in ``crmlab/check`` that holds its exercises."""
        return self.name.replace("-", "_")


_PURCHASES: Needs = {"transactions": ("customer_id", "date", "amount")}
_OFFERS: Needs = {
    "offers": (
        *("segment", "offer", "benefit_unit", "cost_unit"),
        *("product_value", "service_value", "personnel_value", "image_value"),
        *("monetary_cost", "time_cost", "psychic_cost", "physical_cost"),
    )
}
_ANSWERS: Needs = {"survey": ("satisfaction",)}
_WAVES: Needs = {
    "survey": (
        *("respondent_id", "customer_id", "wave", "satisfaction"),
        *("versus_expectation", "versus_ideal", "recommend"),
    )
}
_CONTRACTS: Needs = {"subscriptions": ("customer_id", "started", "ended", "monthly_price")}
_WAITS: Needs = {"waits": ("date", "promised", "waited")}
_KANO: Needs = {"kano": ("respondent_id", "feature", "functional", "dysfunctional")}

# fmt: off
LESSONS: tuple[Lesson, ...] = (
    Lesson("00", "customer-base", "0", "database", 50, "read a customer database, theirs or ours; cohorts, repeat rate, the two meanings of recency", _PURCHASES),
    Lesson("10", "delivered-value", "1", "delivered_value", 50, "weigh what a customer gains against what she pays, and say who will buy, who will not, and at which price", _OFFERS),
    Lesson("11", "value-and-price", "1", "delivered_value", 50, "compare costs of ownership, say what an advantage is worth in money, and read a value map", _OFFERS, ("10",)),
    Lesson("12", "willingness-to-pay", "1", "pricing", 48, "say what a benefit is worth in money, from ratings and from choices, and how sure that is", {"conjoint": ("respondent_id", "segment", "price", "rating")}, ("11",)),
    Lesson("13", "price-sensitivity", "1", "pricing", 48, "find how far a price can go, by asking and by testing, and say which answer to believe", {"price_survey": ("too_cheap", "cheap", "expensive", "too_expensive", "max_price", "intent_cheap", "intent_expensive")}, ("11",)),
    Lesson("14", "fees-and-terms", "1", "pricing", 49, "say who pays a fee, who changes and who leaves, what a club must achieve, and what terms of payment cost", _PURCHASES, ("13",)),
    Lesson("20", "expectations", "2", "satisfaction", 50, "compare what customers perceive with what they expected, and know what a difference hides", _ANSWERS, rated=("perceived", "expected")),
    Lesson("21", "promises", "2", "satisfaction", 48, "choose which waiting time to promise, from the waits you measure", _WAITS),
    Lesson("22", "satisfaction-index", "2", "satisfaction", 47, "build an index of satisfaction, compare two waves, and say what it hides and who was asked", _WAVES, ("20",), waves=2),
    Lesson("23", "six-measures", "2", "satisfaction", 49, "measure satisfaction in six ways, with denominators and intervals, and see who did not answer", {"survey": ("customer_id", "wave", "satisfaction", "aware", "attitude", "first_named", "had_problem")}, ("22",), waves=2),
    Lesson("24", "key-drivers", "2", "drivers", 46, "find what moves satisfaction and what to mend first, and say how sure that is", _ANSWERS, ("20",), rated=("perceived",)),
    Lesson("25", "kano", "2", "drivers", 47, "tell what customers must have from what surprises them, and set priorities", _KANO, ("24",)),
    Lesson("30", "lifetime-value", "3", "lifetime_value", 48, "value a relationship in today's money, from retention, margin and time", _CONTRACTS),
    Lesson("31", "retention", "3", "lifetime_value", 48, "say what a customer may cost, from contracts that end and contracts that run on", _CONTRACTS, ("30",)),
    Lesson("32", "repeat-buying", "3", "repeat_buying", 49, "tell customers who have gone from customers who wait, and test the forecast", _PURCHASES, ("00",)),
    Lesson("33", "customer-forecast", "3", "repeat_buying", 48, "value each customer's future purchases, choose whom to call, and keep the forecast fresh", _PURCHASES, ("32",), months=9),
    Lesson("34", "keep-or-win", "3", "lifetime_value", 46, "divide a budget between keeping customers and winning new ones, and say what a customer brings besides money", _CONTRACTS, ("31",)),
    Lesson("40", "value-matrix", "4", "scoring", 50, "place customers by today's and tomorrow's profit, and follow their moves", _PURCHASES, ("33",), months=6),
    Lesson("41", "customer-score", "4", "scoring", 50, "make one score of several factors, and say which ranks depend on the weights", _PURCHASES, ("40",), months=6),
    Lesson("42", "concentration", "4", "tiers", 50, "measure how much hangs on how few customers, over which window", _PURCHASES),
    Lesson("43", "tiers", "4", "tiers", 50, "cut customers into tiers, cost what each tier gets, and follow who moves", _PURCHASES, ("42",)),
    Lesson("44", "segments", "4", "segments", 50, "group customers by what they do and need, and find others like them", _PURCHASES, ("00",)),
    Lesson("50", "credit", "5", "alerts", 50, "say what customers owe, what of it will not be paid, and which new accounts should get credit", {"invoices": ("invoice_id", "customer_id", "date", "due", "amount"), "payments": ("customer_id", "date", "amount")}, ("41",)),
    Lesson("51", "early-warnings", "5", "alerts", 50, "build alarms for lost customers and missed plans, and say which alarm is worth having", _PURCHASES, ("32",), months=12),
    Lesson("52", "customer-data", "5", "database", 48, "find customers who stand in the address book twice, and say what must be known, what may be kept and what may leave the house", {"address_book": ("record_id", "name", "postcode", "born", "last_heard")}, ("00",)),
    Lesson("53", "contact", "5", "delivery", 50, "choose by which door to meet a customer, and say what finding customers costs", {"leads": ("method", "cost", "won")}, ("43",)),
    Lesson("54", "push-and-pull", "5", "delivery", 50, "decide what to make before it is sold and what after, and how much", {"cups": ("date", "region", "baked", "sold", "asked_in_vain")}),
    Lesson("60", "customer-states", "6", "recovery", 50, "say where each customer stands, how states change, and what the next step costs", _PURCHASES, ("32",), months=6),
    Lesson("61", "complaints", "6", "recovery", 49, "say what complaints tell, what silence hides, and whether a complaint that was handled well makes a better customer", {"complaints": ("customer_id", "opened", "first_reply", "closed", "outcome"), "transactions": ("customer_id", "date", "amount")}, ("23",)),
    Lesson("62", "win-back", "6", "recovery", 50, "say which lost customers return, what an offer adds, what a second life is worth, and whom not to call", {"win_back": ("customer_id", "lost", "reason", "first_margin", "bad_debt", "offer", "offered", "offer_cost", "returned", "left_again", "gift", "margin")}, ("31",)),
    Lesson("70", "does-it-pay", "7", "evidence", 50, "plan a fair trial, read it with its interval, and say whom to treat", {"customers": ("customer_id", "joined", "segment", "retention_spend"), "transactions": ("customer_id", "date", "amount", "margin")}, ("22", "30")),
    Lesson("71", "claims", "7", "evidence", 50, "turn a saying into a test, see that the test can say yes and no, and say what a crisis cost", _PURCHASES, ("22", "30")),
    Lesson("72", "board-report", "7", "evidence", 48, "turn your own data into one page for a board, with what would change each decision", _PURCHASES, ("33", "42", "43")),
)
# fmt: on

ROUTES: dict[str, tuple[str, ...]] = {
    "A day for managers": ("00", "10", "20", "22", "30", "42", "43"),
    "Two days for analysts": (
        *("00", "22", "24", "30", "31", "32"),
        *("33", "40", "41", "42", "43", "44"),
    ),
    "A term for students": tuple(lesson.number for lesson in LESSONS),
}


def lesson(title: str) -> Lesson:
    """Look a lesson up by its number or its title.

    Raises
    ------
    ValueError
        There is no such lesson.
    """
    for one in LESSONS:
        if title in (one.number, one.title):
            return one
    known = ", ".join(one.title for one in LESSONS)
    raise ValueError(f"no lesson {title!r} here; there are {known}")
