"""Who stands in the address book: three lists put together, with people and firms twice.

Every name is made of invented parts, every e-mail address lies in a domain that is reserved for
examples, and no telephone number exists.
"""

import dataclasses

import numpy as np
import pandas as pd

from .handwriting import miswritten, without_marks
from .names import (
    EMAIL_HOSTS,
    FAMILY_NAMES,
    FIRM_NAMES,
    FIRM_WORDS,
    FIRST_NAMES,
    LEGAL_FORMS,
    OCCUPATIONS,
    REMARKS,
    SECTORS,
    STREETS,
)
from .world import START, dates

PERSONS = 1500  # at most, drawn by lot
_HOUSEHOLD = 0.16  # chance that two neighbours on the list live together
_NAMESAKE = 0.12  # of them, parent and child of one name, if their ages allow
_RECORDS = (0.80, 0.165, 0.035)  # share of customers with one, two, three records
# share of records that lack a cell, by list
_LACKS = {
    "club form": {"street": 0.12, "email": 0.38, "phone": 0.22, "born": 0.30},
    "web shop": {"street": 0.0, "email": 0.0, "phone": 0.45, "born": 0.55},
    "account list": {"street": 0.02, "email": 0.20, "phone": 0.05, "born": 1.0},
}
_TOLD = {"occupation": 0.22, "household_size": 0.10, "interests": 0.06, "remark": 0.09}
_NO_ANSWER = ("none", "-", "unknown", "?")  # what staff type where a form wants something
# what differs in a second record, and how often
_DIFFERS = {"name": 0.42, "street": 0.30, "moved": 0.12, "email": 0.35, "phone": 0.18, "born": 0.06}
_NEW_FAMILY_NAME = 0.04


@dataclasses.dataclass
class Entry:
    """What is true of one customer when a record is written."""

    first: str
    family: str
    street: str
    number: int
    postcode: int
    email: str
    phone: str
    born: np.datetime64 | None
    firm: str = ""
    form: str = ""


def address_book(rng, customers, transactions):
    """Make the address book and the truth about it.

    Parameters
    ----------
    rng : numpy.random.Generator
    customers, transactions : pandas.DataFrame
        The public tables.

    Returns
    -------
    book, truth : pandas.DataFrame
        One row per record, in an order that tells nothing.
    """
    listed = _listed(rng, customers)
    homes = _homes(rng, listed)
    taken: set[str] = set()
    entries = [_entry(rng, row, homes, taken) for row in listed.itertuples()]
    last = transactions[transactions["amount"] > 0].groupby("customer_id")["date"].max()
    rows = []
    for row, entry in zip(listed.itertuples(), entries, strict=True):
        until = (last[row.customer_id].to_datetime64() - START).astype("m8[D]").astype(int)
        since = (row.joined.to_datetime64() - START).astype("m8[D]").astype(int)
        count = 1 + rng.choice(3, p=_RECORDS)
        for place in range(count):
            seen = until if place == 0 else rng.integers(since, until + 1)
            rows.append(_record(rng, row, entry, again=place > 0) | {"last_heard": float(seen)})
            rows[-1] |= {"customer_id": row.customer_id, "household_id": homes[row.Index].name}
    return _tables(rng, rows)


@dataclasses.dataclass
class Home:
    """A household: whoever shares it has its address, its family name and often its telephone."""

    name: str
    family: str
    street: str
    number: int
    phone: str
    first: str = ""


def _listed(rng, customers):
    """The customers on the lists: all accounts, and persons drawn by lot."""
    person = (customers["kind"] != "wholesale").to_numpy()
    places = np.flatnonzero(person)
    drawn = np.sort(rng.choice(places, size=min(PERSONS, len(places)), replace=False))
    kept = np.sort(np.concatenate([drawn, np.flatnonzero(~person)]))
    return customers.iloc[kept].reset_index(drop=True)


def _homes(rng, listed):
    """The household of each customer; some neighbours of one postcode share theirs."""
    homes = [_home(rng, f"H{place + 1:04d}") for place in range(len(listed))]
    person = listed["kind"].to_numpy() != "wholesale"
    postcode, year = listed["postcode"].to_numpy(), listed["birth_year"].to_numpy(dtype=float)
    order = rng.permutation(np.flatnonzero(person))
    order = order[np.argsort(postcode[order], kind="stable")]
    place = 0
    while place < len(order) - 1:
        one, other = order[place], order[place + 1]
        together = postcode[one] == postcode[other] and rng.random() < _HOUSEHOLD
        if together:
            homes[other] = dataclasses.replace(homes[one])
            apart = abs(year[one] - year[other])
            if apart >= 18 and rng.random() < _NAMESAKE:
                homes[one].first = homes[other].first = str(rng.choice(FIRST_NAMES))
            if rng.random() < 0.5:
                homes[other].phone = _phone(rng)
        place += 2 if together else 1
    return homes


def _home(rng, name):
    return Home(
        name=name,
        family=_popular(rng, FAMILY_NAMES),
        street=str(rng.choice(STREETS)),
        number=int(rng.integers(1, 160)),
        phone=_phone(rng),
    )


def _phone(rng):
    return f"{rng.integers(10, 100)}-{rng.integers(100, 1000)}-{rng.integers(100, 1000)}"


def _popular(rng, names):
    """One of the names, the first ones more often."""
    share = 1 / (np.arange(len(names)) + 12.0)
    return str(rng.choice(names, p=share / share.sum()))


def _entry(rng, row, homes, taken):
    """What is true of a customer; nobody else has her e-mail address."""
    home = homes[row.Index]
    if row.kind == "wholesale":
        firm, form = _firm(rng), str(rng.choice(list(LEGAL_FORMS)))
        where = without_marks(firm).replace(" ", "").lower()
        first, email = _popular(rng, FIRST_NAMES), f"office@{where}.{rng.choice(EMAIL_HOSTS)}"
        born = None
    else:
        firm = form = ""
        first = home.first or _popular(rng, FIRST_NAMES)
        tail = rng.integers(1, 100)
        local = f"{first}.{home.family}".lower() + (str(tail) if tail > 60 else "")
        email = f"{without_marks(local)}@{rng.choice(EMAIL_HOSTS)}"
        day = int(rng.integers(365))
        born = np.datetime64(f"{int(row.birth_year)}-01-01") + np.timedelta64(day, "D")
    while email in taken:
        email = f"{email.split('@')[0]}{rng.integers(2, 100)}@{email.split('@')[1]}"
    taken.add(email)
    return Entry(
        first, home.family, home.street, home.number, row.postcode, email, home.phone, born,
        firm, form,
    )  # fmt: skip


def _firm(rng):
    return f"{rng.choice(FIRM_WORDS)} {rng.choice(FIRM_NAMES)}"


def _record(rng, row, entry, *, again):
    """Write one customer down once more, as a list would."""
    firm = bool(entry.firm)
    source = "account list" if firm else str(rng.choice(["club form", "web shop"]))
    entry = _changed(rng, row, entry) if again else entry
    name = f"{entry.firm} {entry.form}" if firm else f"{entry.first} {entry.family}"
    careless = _DIFFERS if again else {key: share / 8 for key, share in _DIFFERS.items()}
    street = f"{entry.number} {entry.street}"
    if rng.random() < careless["name"]:
        name = _other_name(rng, entry) if rng.random() < 0.55 else miswritten(rng, name)
    if rng.random() < careless["street"]:
        street = _other_street(rng, street)
    born = entry.born
    if born is not None and rng.random() < careless["born"]:
        born = born + np.timedelta64(int(rng.choice([-9, -1, 1, 9, 30])), "D")
    phone = entry.phone if rng.random() < 0.7 else _other_phone(rng, entry.phone)
    written = {"street": street, "email": entry.email, "phone": phone, "born": born}
    for name_of, share in _LACKS[source].items():
        if rng.random() < share:
            empty = rng.random() < 0.85 or name_of == "born"
            written[name_of] = None if empty else str(rng.choice(_NO_ANSWER))
    told = {"source": source, "kind": "company" if firm else "person", "name": name}
    return told | {"postcode": entry.postcode} | written | _more(rng, entry, source)


def _changed(rng, row, entry):
    """The same customer at another time: moved, with another e-mail address or family name."""
    entry = dataclasses.replace(entry)
    if rng.random() < _DIFFERS["moved"]:
        entry.street, entry.number = str(rng.choice(STREETS)), int(rng.integers(1, 160))
        entry.postcode = int(row.postcode // 10_000 * 10_000 + 10 * rng.integers(1, 60))
    if rng.random() < _DIFFERS["email"]:
        person = without_marks(entry.family).lower() + str(rng.integers(1, 1000))
        local = f"orders-{entry.firm.split()[0].lower()}" if entry.firm else person
        entry.email = f"{local}@mail.{rng.choice(EMAIL_HOSTS)}"
    if rng.random() < _DIFFERS["phone"]:
        entry.phone = _phone(rng)
    if not entry.firm and rng.random() < _NEW_FAMILY_NAME:
        entry.family = _popular(rng, FAMILY_NAMES)
    return entry


def _other_name(rng, entry):
    """The same name in another fashion."""
    if entry.firm:
        form = LEGAL_FORMS[entry.form]
        return str(
            rng.choice([f"{entry.firm} {form}", entry.firm, f"The {entry.firm}",
                        f"{entry.firm} {entry.form}".upper(), f"{entry.firm.split()[0]} & Co."])
        )  # fmt: skip
    first, family = entry.first, entry.family
    fashions = (
        f"{family}, {first}",
        f"{first} {family}".upper(),
        f"{first[0]}. {family}",
        without_marks(f"{first} {family}"),
        f"Ms {first} {family}" if first[-1] in "ae" else f"Mr {first} {family}",
    )
    return str(rng.choice(fashions))


def _other_street(rng, street):
    number, _, rest = street.partition(" ")
    short = rest.replace("Street", "St").replace("Road", "Rd").replace("Lane", "Ln")
    fashions = (
        f"{number} {short}", f"{rest} {number}", f"{number} {short}.".upper(),
        miswritten(rng, street),
    )  # fmt: skip
    return str(rng.choice(fashions))


def _other_phone(rng, phone):
    digits = phone.replace("-", " ")
    return str(rng.choice([digits, f"({phone[:2]}) {phone[3:]}", f"0{phone}"]))


def _more(rng, entry, source):
    """What few forms tell: of a person her work, family, interests; of a firm whom to ask."""
    told = {name: rng.random() < share for name, share in _TOLD.items()}
    person = not entry.firm
    remark = person and source == "club form" and told["remark"]
    contact = f"{entry.first} {entry.family}"
    return {
        "occupation": str(rng.choice(OCCUPATIONS)) if person and told["occupation"] else None,
        "household_size": float(rng.integers(1, 6)) if person and told["household_size"] else None,
        "interests": str(rng.choice(SECTORS)) if person and told["interests"] else None,
        "remark": str(rng.choice(REMARKS)) if remark else None,
        "contact_name": None if person or rng.random() < 0.35 else contact,
    }


def _tables(rng, rows):
    both = pd.DataFrame(rows).iloc[rng.permutation(len(rows))].reset_index(drop=True)
    number = np.char.mod("N%04d", np.arange(1, len(both) + 1))
    both.insert(0, "record_id", pd.Series(number, dtype="str"))
    both["born"] = both["born"].astype("M8[us]")
    both["last_heard"] = dates(both["last_heard"].to_numpy(dtype=float))
    both["household_size"] = both["household_size"].astype(float)
    texts = [name for name in both if both[name].dtype == object]
    both = both.astype(dict.fromkeys(texts, "str"))
    truth = ["record_id", "customer_id", "household_id"]
    return both.drop(columns=truth[1:]), both[truth]
