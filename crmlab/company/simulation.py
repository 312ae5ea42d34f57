"""Simulate the company: first the lives of its customers, then the tables they leave behind."""

import dataclasses

import numpy as np
import pandas as pd

from crmlab.database.columns import ELEMENTS

from .address_book import address_book
from .baking import cups_table
from .buying import charges, demand, price_orders, refunds, transactions_table, visits
from .credit_pool import credit_pool
from .feelings import (
    Feelings,
    make_feelings,
    make_problems,
    praise,
    satisfaction_at,
    satisfaction_by_week,
)
from .files import rounded
from .funnel import funnel_table
from .leads import leads_table
from .leaving import contract_leaving, leaving_factor, leaving_rates, quiet_leaving
from .people import add_rates, add_referrers, customers_table, make_people
from .preferences import choices_table, conjoint_table, make_respondents, part_worths_table
from .price_survey import price_survey_table
from .research import kano_table, offers_table, survey_table
from .service import complaints_table, contacts_table
from .waiting import LONGER, mean_waits, waits_table
from .wholesale import (
    accounts_table,
    invoices_table,
    make_accounts,
    payments_table,
    plans_table,
    truth_accounts,
)
from .winning_back import win_back_tables
from .world import START, Calendar, World, dates, parse_date

STANDARD_SEED = 20240101
# One stream of random numbers per mechanism. Add new ones at the end: the old ones then stay.
_STREAMS = (
    *("people", "feelings", "rates", "referrers", "problems", "leaving rates", "leaving"),
    *("contracts", "visits", "orders", "refunds", "personal", "asking", "answering"),
    *("kano", "complaints", "contacts", "waits"),
    *("conjoint", "choices", "price survey"),
    *("accounts", "credit", "invoices", "payments", "plans", "credit pool", "leads", "cups"),
    *("address book", "funnel", "win back"),
)


@dataclasses.dataclass(frozen=True)
class Lives:
    """All that happens to the customers, to the end of the twelve months after the window."""

    world: World
    calendar: Calendar
    ids: np.ndarray
    people: pd.DataFrame
    feelings: Feelings
    problems: dict
    left: np.ndarray
    orders: pd.DataFrame


def simulate(
    seed: int = STANDARD_SEED,
    *,
    customers: int = 4000,
    months: int = 24,
    world: World | None = None,
) -> dict[str, pd.DataFrame]:
    """Simulate Lantern Coffee from 1 January 2024 on, with the twelve months after as truth.

    Parameters
    ----------
    seed : int
        Same seed, same company.
    customers : int
        Customers who join in the window, 1 to 1,000,000.
    months : int
        Length of the window, 15 to 240: two survey waves a year apart must fit in.
    world : World
        The knobs; the standard world if left out.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables customers, transactions, subscriptions, survey, kano, offers, complaints, contacts,
        waits, price_survey, conjoint, choices, part_worths, accounts, invoices, payments, plans,
        leads, credit_pool, cups, address_book, funnel, win_back, and the truth in truth,
        truth_accounts, truth_pool, truth_records and truth_win_back. Money in USD.

    Raises
    ------
    ValueError
        If a number is not whole or not in its range, `world` is not a `World`, or a crisis lies
        outside the window.

    Notes
    -----
    Satisfaction = 7.4 + sum over elements of weight x (perceived - expected)
    + ``expectation_effect`` x (mean expected - its average) + noise + problems of the last year.
    The data card of the sample company describes the rest.

    Examples
    --------
    >>> tables = simulate(seed=1, customers=3)
    >>> tables["customers"]["customer_id"].to_list()
    ['C0001', 'C0002', 'C0003']
    >>> bool((tables["customers"]["joined"] >= "2024-01-01").all())
    True
    """
    world = World() if world is None else world
    _check(seed, customers, months, world)
    children = np.random.SeedSequence(int(seed)).spawn(len(_STREAMS))
    rng = dict(zip(_STREAMS, map(np.random.default_rng, children), strict=True))
    tables = _tables(rng, _live(rng, int(customers), Calendar(int(months)), world))
    return {name: rounded(name, table) for name, table in tables.items()}


def _check(seed, customers, months, world):
    if not isinstance(world, World):
        raise ValueError(f"world must be a World such as World(churn_rate=0.1), got {world!r}")
    for name, value, low, high in (
        ("seed", seed, 0, 2**128),
        ("customers", customers, 1, 1_000_000),
        ("months", months, 15, 240),
    ):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value!r}")
    crisis = (parse_date(world.crisis_date) - START).astype(int)
    if world.crisis_size > 0 and not 0 <= crisis < Calendar(int(months)).end:
        raise ValueError(
            f"World.crisis_date {world.crisis_date} is outside the window of {months} months from "
            f"{START}; choose a date inside it or set crisis_size to 0"
        )


def _live(rng, count, calendar, world):
    width = max(4, len(str(count)))
    ids = np.array([f"C{number:0{width}d}" for number in range(1, count + 1)], dtype=object)
    people = make_people(rng["people"], count, calendar, world)
    feelings = make_feelings(rng["feelings"], people, world)
    people = add_rates(rng["rates"], people, feelings.base, world)
    people = add_referrers(rng["referrers"], people, praise(feelings.base, world))
    problems = make_problems(rng["problems"], people, feelings.base, calendar)
    stated = satisfaction_by_week(feelings, problems, world.recovery_satisfaction, calendar)
    stays = satisfaction_by_week(feelings, problems, world.recovery_repurchase, calendar)
    people["leaving_rate"] = leaving_rates(rng["leaving rates"], people, feelings.base, world)
    left = _leave(rng, people, leaving_factor(people, stays, world), calendar)
    met = problems["day"] < left[problems["who"]]
    return Lives(
        world=world,
        calendar=calendar,
        ids=ids,
        people=people,
        feelings=dataclasses.replace(feelings, shift=stated),
        problems={name: values[met] for name, values in problems.items()},
        left=left,
        orders=_order(rng, people, left, calendar, world),
    )


def _leave(rng, people, factor, calendar):
    rate = people["leaving_rate"].to_numpy()
    free = (people["kind"] != "subscriber").to_numpy()
    left = np.empty(len(people))
    left[free] = quiet_leaving(rng["leaving"], people[free], rate[free], factor[free])
    bound = people[~free], rate[~free], factor[~free], calendar
    left[~free] = contract_leaving(rng["contracts"], *bound)
    return left


def _order(rng, people, left, calendar, world):
    stop = np.minimum(left, calendar.horizon)
    free = np.flatnonzero(people["kind"] != "subscriber")
    bound = np.flatnonzero(people["kind"] == "subscriber")
    buyers = people.iloc[free]
    who, day = visits(rng["visits"], buyers, stop[free], demand(buyers, calendar, world), world)
    charged, due = charges(people.iloc[bound], stop[bound], calendar)
    who, day = np.concatenate([free[who], bound[charged]]), np.concatenate([day, due])
    return price_orders(rng["orders"], people, who, day, world)


def _tables(rng, lives):
    back = refunds(rng["refunds"], lives.orders, lives.feelings.base)
    both = pd.concat([lives.orders, back], ignore_index=True)
    transactions = transactions_table(both, lives.ids, lives.calendar)
    complaints = complaints_table(rng["complaints"], lives)
    contacts = contacts_table(rng["contacts"], lives, complaints)
    lost, second_lives = win_back_tables(rng["win back"], lives, transactions, contacts)
    customers = customers_table(rng["personal"], lives.people, lives.ids)
    book, whose = address_book(rng["address book"], customers, transactions)
    return {
        "customers": customers,
        "transactions": transactions,
        "subscriptions": _subscriptions(lives),
        "survey": survey_table(rng["asking"], rng["answering"], lives),
        "kano": kano_table(rng["kano"], max(len(lives.people) // 20, 1)),
        "offers": offers_table(),
        "complaints": complaints,
        "contacts": contacts,
        "waits": waits_table(rng["waits"], lives),
        "price_survey": price_survey_table(rng["price survey"], lives),
        **_preferences(rng, lives),
        "truth": _truth(lives),
        **_wholesale(rng, lives, transactions),
        "cups": cups_table(rng["cups"], lives.calendar, lives.world),
        "address_book": book,
        "truth_records": whose,
        "funnel": funnel_table(rng["funnel"], lives.people, lives.calendar),
        "win_back": lost,
        "truth_win_back": second_lives,
    }


def _wholesale(rng, lives, transactions):
    accounts = make_accounts(rng["accounts"], lives)
    invoices = invoices_table(rng["invoices"], transactions, lives.calendar)
    pool, chances = credit_pool(rng["credit pool"])
    return {
        "accounts": accounts_table(rng["credit"], accounts, lives),
        "invoices": invoices,
        "payments": payments_table(rng["payments"], accounts, invoices, transactions, lives),
        "plans": plans_table(rng["plans"], accounts, transactions, lives),
        "leads": leads_table(rng["leads"], lives),
        "credit_pool": pool,
        "truth_accounts": truth_accounts(accounts, lives),
        "truth_pool": chances,
    }


def _preferences(rng, lives):
    members = np.flatnonzero(lives.people["kind"] == "member")
    asked = rng["conjoint"]
    respondents = make_respondents(asked, lives.people["segment"].to_numpy()[members])
    return {
        "conjoint": conjoint_table(asked, respondents, lives.ids[members]),
        "choices": choices_table(rng["choices"], respondents),
        "part_worths": part_worths_table(respondents),
    }


def _left_in_window(lives):
    return np.where(lives.left < lives.calendar.end, lives.left, np.inf)


def _subscriptions(lives):
    rows = np.flatnonzero(lives.people["kind"] == "subscriber")
    return pd.DataFrame(
        {
            "customer_id": pd.Series(lives.ids[rows], dtype="str"),
            "started": dates(lives.people["day"].to_numpy()[rows]),
            "ended": dates(_left_in_window(lives)[rows]),
            "monthly_price": lives.people["spend"].to_numpy()[rows],
        }
    )


def _truth(lives):
    people, count = lives.people, len(lives.people)
    later = lives.orders[lives.orders["day"] >= lives.calendar.end]
    seen = lives.problems["who"][lives.problems["day"] < lives.calendar.end]
    last = np.minimum(lives.left, lives.calendar.end - 1)
    table = pd.DataFrame(
        {
            "customer_id": pd.Series(lives.ids, dtype="str"),
            "purchase_rate": people["rate"],
            "leaving_rate": people["leaving_rate"],
            "left_on": dates(_left_in_window(lives)),
            "mean_spend": people["spend"],
            "price_elasticity": people["elasticity"],
            "purchases_next_12_months": np.bincount(later["who"], minlength=count),
            "spend_next_12_months": np.bincount(later["who"], later["amount"], minlength=count),
            "true_satisfaction": satisfaction_at(lives.feelings, np.arange(count), last),
            "problems": np.bincount(seen, minlength=count),
        }
    )
    for place, element in enumerate(ELEMENTS):
        table[f"weight_{element}"] = lives.feelings.weights[:, place]
    queues = (people["kind"] == "member").to_numpy()
    table["mean_wait"] = np.where(queues, mean_waits(lives.feelings, lives.world) * LONGER, np.nan)
    return table
