"""One page for a board: its numbers found another way, on files of every kind, in two languages."""

import csv
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import satisfaction as sat
from crmlab.company import simulate
from crmlab.evidence import board_report
from crmlab.evidence.board import printing, wording
from crmlab.evidence.board.facts import Fact, Ledger, Windows
from crmlab.evidence.board.words import Words, three_digits

ROOT = Path(__file__).resolve().parent.parent
KEPT = ["customer_id", "date", "amount"]
Z = stats.norm.ppf(0.975)


@pytest.fixture(scope="module")
def tables():
    return simulate(seed=5, customers=400)


@pytest.fixture(scope="module")
def bases(tables):
    """Databases of every kind, by name."""
    log = tables["transactions"]
    lines = pd.DataFrame(
        {
            "InvoiceNo": log["order_id"],
            "InvoiceDate": log["date"].dt.strftime("%d.%m.%Y 09:12"),
            "Quantity": np.where(log["amount"] < 0, -2, 2),
            "UnitPrice": (log["amount"].abs() / 2).round(2),
            "CustomerID": log["customer_id"].where(np.arange(len(log)) % 20 > 0, "0"),
        }
    )
    names = {"customer_id": "客户", "date": "日期", "amount": "金额"}
    chinese = log[KEPT].rename(columns=names)
    chinese["客户"] = "张" + chinese["客户"]
    messy = log[KEPT].astype({"date": str, "amount": str})
    messy.loc[[3, 40], "date"] = "2025-02-31"
    messy.loc[[5, 60, 61], "customer_id"] = ""
    messy.loc[7, "amount"] = "nine"
    first = log[log["amount"] > 0].sort_values("date").groupby("customer_id").head(1)[KEPT]
    some = log[KEPT].head(300)
    later = some["date"] + pd.Timedelta(days=2)
    back = some.assign(amount=-3 * some["amount"].abs(), date=later)
    alone = log.loc[log["customer_id"] == log["customer_id"].mode()[0], KEPT]
    days = list(pd.date_range("2024-01-01", periods=600))
    same = pd.DataFrame({"customer_id": [f"k{i % 200}" for i in range(600)], "date": days})
    given = {
        "margin": log[[*KEPT, "margin"]],
        "three months": log.loc[log["date"] >= "2025-10-01", KEPT],
        "six weeks": log.loc[log["date"] >= "2025-11-20", KEPT],
        "one purchase each": first,
        "few customers": log.loc[log["customer_id"] < "C0012", KEPT],
        "single customer": alone,
        "refunds larger than sales": pd.concat([some, back]),
        "one day": log[KEPT].head(40).assign(date="2025-03-01"),
        "all the same": same.assign(amount=10.0),
        "all free": log[KEPT].assign(amount=0.0),
    }
    made = {name: crm.load(frame) for name, frame in given.items()}
    made["line items"] = crm.load(
        lines,
        columns={"Quantity * UnitPrice": "amount", "CustomerID": "customer_id",
                 "InvoiceDate": "date", "InvoiceNo": "order_id"},
        guests=["0"],
        dayfirst=True,
    )  # fmt: skip
    made["Chinese"] = crm.load(chinese, columns={v: k for k, v in names.items()})
    made["messy"] = crm.load(messy, bad_rows="set aside")
    made["whole company"] = crm.load(tables)
    made["lantern"], made["cdnow"] = crm.load("lantern"), crm.load("cdnow")
    return made


KINDS = [
    *("margin", "three months", "six weeks", "one purchase each", "few customers"),
    *("single customer", "refunds larger than sales", "one day", "all the same", "all free"),
    *("line items", "Chinese", "messy", "whole company", "lantern", "cdnow"),
]


@pytest.fixture(scope="module")
def pages(bases):
    """A report of each database in English; made once."""
    made = {}

    def page(kind, language="en"):
        if kind not in made:
            made[kind] = board_report(bases[kind])
        return in_language(made[kind], language)

    return page


def in_language(report, language):
    """The same findings said in another language."""
    from dataclasses import replace

    return report if language == report.language else replace(report, language=language)


class Text(HTMLParser):
    """What a reader sees of a page."""

    def __init__(self):
        super().__init__()
        self.said, self.tags, self.hidden = [], [], False

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.hidden = tag in ("style", "title")

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        if not self.hidden:
            self.said.append(data)


def text(report):
    parser = Text()
    parser.feed(report.html())
    return " ".join(parser.said)


def numbers(said):
    """Every number of a text, days taken out, sorted."""
    said = re.sub(r"\d{4}年\d+月\d+日", " ", said)
    said = re.sub(r"\d+ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}", " ", said)
    return sorted(re.findall(r"[−+]?\d+(?:,\d{3})*(?:\.\d+)?", said))


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_has_unit_window_denominator_and_interval(pages, kind):
    report = pages(kind)
    table = report.table
    assert not table.index.duplicated().any()
    assert np.isfinite(table["estimate"]).all()
    ranged = table["basis"].isin(["estimated", "lowest to highest model"])
    assert (table["low"].notna() == ranged).all()
    assert (table["high"].notna() == ranged).all()
    told = table[ranged]
    assert (told["low"] <= told["estimate"]).all()
    assert (told["estimate"] <= told["high"]).all()
    assert (told["denominator"] != "").all()
    assert (table["unit"] != "").all()
    assert table["window"].str.match(r"\d+ \w+ \d{4} to \d+ \w+ \d{4}").all()
    assert set(table.columns) == {
        *("part", "number", "estimate", "low", "high", "unit", "window", "denominator", "basis")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_tell_the_same_numbers(pages, kind):
    english, chinese = pages(kind), pages(kind, "zh")
    for name, said in english.sentences.items():
        for one, other in zip(said, chinese.sentences[name], strict=True):
            assert numbers(one) == numbers(other), (one, other)
    for one, other in zip(
        english.decisions.to_numpy().ravel(), chinese.decisions.to_numpy().ravel(), strict=True
    ):
        assert numbers(one) == numbers(other), (one, other)
    assert len(english.decisions) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_stands_alone_and_names_nobody(bases, pages, kind, language):
    report = pages(kind, language)
    whole = report.html()
    parser = Text()
    parser.feed(whole)
    tags = {tag for tag, _ in parser.tags}
    assert tags & {"script", "link", "img", "iframe", "object", "form", "a"} == set()
    assert "://" not in whole
    assert "url(" not in whole
    assert "@import" not in whole
    assert "default-src 'none'" in whole
    assert whole.count("{") == whole.count("}")
    said = text(report)
    assert not re.search(r"\{|\}|nan|None|inf\b", said)
    ids = set(bases[kind].transactions["customer_id"])
    words = set(re.findall(r"\w+", said))
    assert not {one for one in ids if not one.isdigit()} & words
    if kind == "cdnow":
        assert not {one for one in ids if one.startswith("0")} & words


def test_the_chinese_page_is_chinese_and_uses_the_terms(pages):
    with open(ROOT / "data" / "terms.csv", encoding="utf-8", newline="") as file:
        terms = {row["term"]: row["chinese"] for row in csv.DictReader(file)}
    said = text(pages("lantern", "zh"))
    names = ["window", "refund", "key customer", "ordinary customer", "small customer"]
    names += ["Gini coefficient", "cost to serve", "satisfaction index", "net promoter score"]
    names += ["complaint rate", "confidence interval", "tier", "contribution"]
    names += ["BG/NBD model", "MBG/NBD model", "Pareto/NBD model"]
    for name in names:
        assert terms[name] in said, name
    assert terms["top share"].partition("（")[0] in said
    assert terms["rejected row"] in text(pages("messy", "zh"))
    left = re.sub(r"BG/NBD|Pareto/NBD|lantern", "", said)
    assert re.findall(r"[A-Za-z]{2,}", left) == []


def test_every_sentence_has_two_languages_with_the_same_places():
    pairs = {**wording.SENTENCES, **wording.PAGE, **wording.TILES, **wording.CAPTIONS}
    for key, both in wording.DECISIONS.items():
        pairs |= {f"{key} do": both[0], f"{key} change": both[1]}
    pairs["reserve"] = wording.RESERVE
    for key, (english, chinese) in pairs.items():
        if key == "month":
            continue
        places = [sorted(re.findall(r"\{[^}]+\}", one)) for one in (english, chinese)]
        assert places[0] == places[1], key
        if key not in ("of", "to"):
            assert re.search(r"[\u4e00-\u9fff]", chinese), key
        assert not re.search(r"[\u4e00-\u9fff]", english), key
    for key, (english, chinese) in {**wording.SENTENCES, **wording.CAPTIONS}.items():
        assert english.endswith("."), key
        assert chinese.endswith("。"), key


@pytest.fixture(scope="module")
def lantern():
    return crm.load("lantern").tables


def purchase_days(log):
    """One row per customer and day that ends above zero, or has no refund."""
    days = log.groupby(["customer_id", "date"])["amount"].agg(["sum", "min"]).reset_index()
    return days[(days["min"] >= 0) | (days["sum"] > 1e-9)]


def test_customers_and_sales_counted_again(pages, lantern):
    table, log = pages("lantern").table["estimate"], lantern["transactions"]
    days = purchase_days(log)
    counts = days.groupby("customer_id").size()
    late = days[days["date"] >= "2025-01-01"]
    assert table["customers.all"] == len(counts)
    assert table["purchases.all"] == len(days)
    assert table["customers.again"] == pytest.approx((counts > 1).mean())
    assert table["customers.now"] == late["customer_id"].nunique()
    firsts = days.groupby("customer_id")["date"].min()
    assert table["customers.new"] == (firsts >= "2025-01-01").sum()
    assert table["sales.now"] == pytest.approx(log.loc[log["date"].dt.year == 2025, "amount"].sum())
    assert table["sales.before"] == pytest.approx(
        log.loc[log["date"].dt.year == 2024, "amount"].sum()
    )
    refunds = log.loc[log["amount"] < 0, "amount"]
    assert table["out.refund_rows"] == len(refunds)
    assert table["out.refund_money"] == pytest.approx(-refunds.sum())
    early = set(days.loc[days["date"] < "2025-01-01", "customer_id"])
    back = early & set(late["customer_id"])
    assert table["returned.share"] == pytest.approx(len(back) / len(early))
    assert table["gone.customers"] == len(early - back)


def test_concentration_computed_again(pages, lantern):
    table, log = pages("lantern").table, lantern["transactions"]
    spent = log[log["date"].dt.year == 2025].groupby("customer_id")["amount"].sum()
    spent = spent[spent > 1e-9].sort_values(ascending=False)
    count = int(np.ceil(len(spent) / 5))
    share = spent.head(count).sum() / spent.sum()
    assert table.loc["top.share", "estimate"] == pytest.approx(share)
    assert table.loc["rest.share", "estimate"] == pytest.approx(1 - share)
    assert table.loc["top.customers", "estimate"] == count
    fifths = [table.loc[f"fifth.{place}", "estimate"] for place in range(1, 6)]
    assert fifths[0] == pytest.approx(share)
    assert sum(fifths) == pytest.approx(1)
    assert fifths == sorted(fifths, reverse=True)
    gaps = np.abs(np.subtract.outer(spent.to_numpy(), spent.to_numpy())).mean()
    assert table.loc["top.gini", "estimate"] == pytest.approx(gaps / 2 / spent.mean())
    assert table.loc["top.share", "denominator"] == f"{len(spent):,} customers"
    assert table.loc["top.share", "window"] == "1 Jan 2025 to 31 Dec 2025"


def test_worth_computed_again(pages):
    report, db = pages("lantern"), crm.load("lantern")
    log = rb.free_buyers(db)
    summary = rb.summarise(log, until="2025-12-31", refunds="net")
    kept = log["margin"].sum() / log["amount"].sum()
    spend = rb.GammaGamma.fit(summary).expected_spend(summary)["estimate"]
    totals = {}
    for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD):
        model = kind.fit(summary)
        bought = model.expected_purchases(summary, periods=365.25 / 7)["estimate"]
        totals[kind.__name__] = (kept * bought * spend).sum(), model.aic
    for name, (total, _) in totals.items():
        assert report.table.loc[f"worth.{name}", "estimate"] == pytest.approx(total, rel=1e-6)
    best = min(totals, key=lambda name: totals[name][1])
    assert report.table.loc["worth.total", "estimate"] == pytest.approx(totals[best][0], rel=1e-6)
    assert report.ledger.best == best
    middle = [total for total, _ in totals.values()]
    apart = max(middle) / min(middle) - 1
    assert report.table.loc["worth.apart", "estimate"] == pytest.approx(apart, rel=1e-6)
    lows = report.table.loc[[f"worth.{name}" for name in totals], "low"]
    assert report.table.loc["plan.low", "estimate"] == lows.min()
    assert report.table.loc["worth.kept", "estimate"] == pytest.approx(kept)
    alive = [kind.fit(summary).p_alive(summary)["estimate"].sum()
             for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD)]  # fmt: skip
    row = report.table.loc["customers.alive"]
    assert [row["low"], row["high"]] == pytest.approx([min(alive), max(alive)])


def test_the_test_of_the_forecast_done_again(pages, lantern):
    report, db = pages("lantern"), crm.load("lantern")
    end = pd.Timestamp("2024-01-01") + (pd.Timestamp("2025-12-31") - pd.Timestamp("2024-01-01")) * (
        2 / 3
    )
    end = end.normalize()
    log = rb.free_buyers(db)
    days = purchase_days(log)
    known = set(days.loc[days["date"] <= end, "customer_id"])
    came = days[(days["date"] > end) & days["customer_id"].isin(known)]
    assert report.table.loc["check.came", "estimate"] == len(came)
    expected = report.table.loc["check.expected", "estimate"]
    off = abs(len(came) / expected - 1)
    assert report.table.loc["check.off", "estimate"] == pytest.approx(off)
    assert len(came) < report.table.loc["check.expected", "low"]
    assert any("fewer, which is outside the range" in one for one in report.sentences["worth"])
    left = report.table.loc["plan.left", "estimate"]
    assert left == pytest.approx(report.table.loc["plan.low", "estimate"] * len(came) / expected)
    first = report.decisions["do"].iloc[0]
    assert first.endswith(
        "Keep 8.3\xa0% of it in reserve, since so much less came in the test. That leaves 53,300."
    )


def test_tiers_and_their_costs_computed_again(pages, lantern):
    table, log = pages("lantern").table["estimate"], lantern["transactions"]
    contacts = lantern["contacts"]
    now = log[log["date"].dt.year == 2025].groupby("customer_id")["margin"].sum()
    met = contacts[contacts["date"].dt.year == 2025].groupby("customer_id")["cost"].sum()
    profit = now.sub(met, fill_value=0).sort_values(ascending=False)
    before = (profit.cumsum().shift(fill_value=0) / profit.sum()).cummax()
    tier = pd.cut(before, [-1, 0.8, 0.95, 9], right=False, labels=["key", "ordinary", "small"])
    for name in ("key", "ordinary", "small"):
        mine = tier.index[tier == name]
        assert table[f"{name}.customers"] == pytest.approx(len(mine), abs=3)  # ties move up
        assert table[f"{name}.value"] == pytest.approx(profit[mine].sum(), rel=0.01)
        cost = met.reindex(mine, fill_value=0).mean()
        assert table[f"{name}.cost"] == pytest.approx(cost, rel=0.02)
    assert sum(table[f"{n}.share"] for n in ("key", "ordinary", "small")) == pytest.approx(1)
    assert sum(table[f"{n}.heads"] for n in ("key", "ordinary", "small")) == pytest.approx(1)


def test_what_customers_said_counted_again(pages, lantern):
    table, survey = pages("lantern").table, lantern["survey"]
    items = ["satisfaction", "versus_expectation", "versus_ideal"]
    last = survey[survey["wave"] == 2]
    score = sat.net_promoter_score(last.loc[last["satisfaction"].notna(), "recommend"].dropna())
    assert table.loc["satisfaction.nps", "estimate"] == pytest.approx(score["estimate"])
    enough = survey[(survey[items].notna().sum(axis=1) >= 2) & survey["satisfaction"].notna()]
    points = 100 * (enough[items].mean(axis=1) - 1) / 9
    mean = points[enough["wave"] == 2].mean()
    assert table.loc["satisfaction.index", "estimate"] == pytest.approx(mean)
    each = points.groupby([enough["customer_id"], enough["wave"]]).mean().unstack().dropna()
    gains = each[2] - each[1]
    assert table.loc["satisfaction.change", "estimate"] == pytest.approx(gains.mean())
    skew = stats.skew(gains, bias=False) / np.sqrt(len(gains))  # Hall's cubic, turned round
    end = np.cbrt(1 + skew * (stats.t.ppf(0.025, len(gains) - 1) - skew / 6)) - 1
    high = gains.mean() - 3 * end / skew * gains.std() / np.sqrt(len(gains))
    assert table.loc["satisfaction.change", "high"] == pytest.approx(high)
    made = lantern["complaints"]
    made = made[made["opened"].dt.year == 2025]
    bought = purchase_days(lantern["transactions"])
    bought = bought[bought["date"].dt.year == 2025]
    assert table.loc["complaints.now", "estimate"] == len(made)
    rate = 1000 * len(made) / len(bought)
    assert table.loc["complaint_rate.now", "estimate"] == pytest.approx(rate)
    assert table.loc["complaints.open", "estimate"] == made["closed"].isna().sum()


def test_the_interval_of_a_difference_holds_the_truth_as_often_as_it_says():
    """Two windows of the same shop, whose true difference is 0: 95 % of the intervals hold it."""
    rng, held, tried = np.random.default_rng(3), 0, 300
    for _ in range(tried):
        many = rng.poisson(120)
        day = pd.to_datetime("2025-01-01") + pd.to_timedelta(rng.integers(0, 60, many), unit="D")
        log = pd.DataFrame({"customer_id": rng.integers(0, 10**9, many).astype(str), "date": day})
        ends = pd.DataFrame({"customer_id": ["first", "last"],
                             "date": pd.to_datetime(["2025-01-01", "2025-03-01"])})  # fmt: skip
        log = pd.concat([log, ends]).assign(amount=lambda d: rng.gamma(2, 10, len(d)))
        found = Ledger()
        from crmlab.evidence.board import buying

        buying.change(buying.Sales.of(crm.load(log), None, given=False), found)
        fact = found["sales.change"]
        held += fact.low <= 0 <= fact.high
    assert 0.91 < held / tried < 0.985


def test_the_difference_by_hand():
    rows = [(f"c{n}", "2025-01-10", 10.0) for n in range(30)]
    rows += [(f"c{n}", "2025-02-10", 10.0) for n in range(15)] + [("d", "2025-02-28", 40.0)]
    rows += [("c0", "2025-01-01", 0.0)]
    report = board_report(crm.load(pd.DataFrame(rows, columns=KEPT)))
    assert report.windows.months == 1
    row = report.table.loc["sales.change"]
    assert row["estimate"] == 150 + 40 - 300
    reach = Z * np.sqrt(15 * 100 + 1600)
    assert [row["low"], row["high"]] == pytest.approx([-110 - reach, -110 + reach])
    assert report.table.loc["buyers.change", "estimate"] == 16 - 30
    assert report.table.loc["returned.share", "estimate"] == 0.5
    assert "change.chance" not in report.ledger.parts["change"].says
    even = [("e", "2025-02-27", 110.0)]
    level = board_report(crm.load(pd.DataFrame(rows + even, columns=KEPT)))
    assert level.table.loc["sales.change", "estimate"] == 0
    assert "That range holds 0, so the difference may be chance." in level.sentences["change"]


SAID = {
    "six weeks": [
        "the record is shorter than nine months. It will be long enough on 20 Aug 2026",
        "the record is shorter than two months, so two windows cannot be compared",
        "Make no plan for the next year from these data",
        "there is no survey with at least ten answers",
    ],
    "three months": ["shorter than nine months", "in the month before", "different seasons"],
    "few customers": ["fewer than 30", "With so few customers it has no interval"],
    "single customer": ["1 customer bought at least once", "here they are 1 of 1 customer"],
    "one purchase each": ["here they are 0 of 400 customers", "0.0\xa0% of all have bought"],
    "refunds larger than sales": [
        "Find the reason for the refunds first: of 82 customers, 82 got back more",
        "Customers who got back more than they paid: 82",
        "Sales were −",
    ],
    "all the same": ["the models cannot be fitted", "The Gini coefficient is 0.00"],
    "all free": ["Rows with the amount 0: 3,", "sales above 0 in the window are 0, fewer"],
    "messy": [
        "Rows of the sales record that could not be read and are left out: 6.",
        "rows among them with an unknown amount: 1.",
    ],
    "line items": ["left out: ", "are expected to spend"],
    "margin": ["This is contribution", "margin less the known costs of contacts"],
    "lantern": [
        "4,000 customers bought at least once",
        "Customers with a contract or an account are not in the forecast",
        "which fits these purchases best. 3 models that read the same purchases disagree",
        "Find out which small customers cost so much",
        "Fewer than 3,340 or more than 3,720 purchases of these customers until 1 Apr 2026",
        "The lower end of its range is 67.5",
        "54.9\xa0% are key now (50.9\xa0% to 58.8\xa0%), and 27.3\xa0% were not seen at all",
        "between 965 and 1,860 of 2,907 customers",
        "Give up no group of customers: the four smaller fifths bring 29.9\xa0%",
    ],
    "cdnow": ["These are sales, not profit", "which is within the range", "Draw by lot 100"],
}


@pytest.mark.parametrize("kind", SAID)
def test_what_the_page_says(pages, kind):
    said = text(pages(kind))
    for one in SAID[kind]:
        assert one in said, one


def test_few_customers_of_whom_a_few_hold_most_have_ranges_that_are_too_narrow(pages):
    told = "about nine of ten hold the truth, not nineteen of twenty"
    assert told in text(pages("three months"))
    assert told not in text(pages("lantern"))


NEVER = {
    "six weeks": ["expected to spend", "BG/NBD", "Net promoter", "What has changed The"],
    "three months": ["expected to spend", "BG/NBD"],
    "few customers": ["largest fifth", "key customers", "expected to spend", "95 % interval of"],
    "refunds larger than sales": ["largest fifth", "key customers"],
    "margin": ["These are sales, not profit", "Put the margin"],
    "cdnow": ["contribution", "satisfaction index", "complaints came", "cost us"],
}


@pytest.mark.parametrize("kind", NEVER)
def test_what_the_data_do_not_allow_is_not_said(pages, kind):
    said = text(pages(kind))
    for one in NEVER[kind]:
        assert one not in said, one


def test_what_was_left_out_in_rows_and_money(tables):
    log = tables["transactions"][KEPT].astype({"date": str})
    log.loc[[3, 40], "date"] = "2025-02-31"
    report = board_report(crm.load(log, bad_rows="set aside"))
    assert report.table.loc["out.rows", "estimate"] == 2
    assert report.table.loc["out.money", "estimate"] == pytest.approx(
        log.loc[[3, 40], "amount"].sum()
    )
    assert report.table.loc["out.unknown", "estimate"] == 0
    assert report.table.loc["rows.all", "estimate"] == len(log) - 2


def regular(extra=()):
    """Forty customers who pay 10 each month of a year, and rows of one more."""
    days = pd.date_range("2025-01-05", periods=12, freq="30D")
    rows = [(f"c{n}", day, 10.0) for n in range(40) for day in days]
    return pd.DataFrame([*rows, *extra], columns=KEPT)


@pytest.mark.parametrize(
    ("day", "amount", "window", "key"),
    [
        ("2025-11-30", 1_000.0, "now", "out.row_now"),
        ("2025-01-20", 5_000.0, "all", "out.row_all"),
        ("2025-11-30", 6_000.0, "now", "out.row_now"),
        ("2025-11-30", 500.0, None, None),
    ],
)
def test_a_row_that_outweighs_all_others_is_to_be_checked_first(day, amount, window, key):
    report = board_report(crm.load(regular([("c7", pd.Timestamp(day), amount)])))
    assert report.windows.months == 3
    said = report.ledger.parts["left_out"].says
    if window is None:
        assert "row.share" not in report.table.index
        assert not any(one.startswith("out.row") for one in said)
        assert "Check one row" not in report.decisions["do"].iloc[0]
        return
    inside = {"now": 4, "all": 12}[window] * 400.0 + amount
    row = report.table.loc["row.share"]
    assert row["estimate"] == pytest.approx(amount / inside)
    assert report.table.loc["row.money", "estimate"] == amount
    assert row["window"] == report.words.window(window)
    assert key in said
    assert report.decisions["do"].iloc[0].startswith("Check one row of the sales record before")
    assert not {"decide.top", "decide.rest"} & set(report.ledger.decisions)


@pytest.mark.parametrize(("times", "share"), [(1, None), (3, 0.125), (6, 0.25)])
def test_large_refunds_are_weighed_and_asked_about(times, share):
    """Each of twenty customers sends back some of what she bought, a day later."""
    log = regular()
    back = log[log["customer_id"].isin([f"c{n}" for n in range(20)])]
    back = back.groupby("customer_id").head(times).assign(amount=-10.0)
    back["date"] += pd.Timedelta(days=1)
    report = board_report(crm.load(pd.concat([log, back])))
    asked = report.decisions["do"].str.startswith("Find out why so much comes back").any()
    assert asked == bool(share and share >= 0.25)
    if share is None:
        assert "out.refund_share" not in report.table.index
        return
    assert report.table.loc["out.refund_share", "estimate"] == pytest.approx(20 * times / 480)
    assert "out.refund_share" in report.ledger.parts["left_out"].says


def test_a_stated_margin_is_called_an_assumption(bases):
    plain, kept = board_report(bases["cdnow"]), board_report(bases["cdnow"], margin=0.3)
    assert kept.table.loc["margin.share", "basis"] == "assumed"
    assert kept.table.loc["worth.total", "estimate"] == pytest.approx(
        0.3 * plain.table.loc["worth.total", "estimate"]
    )
    assert board_report(bases["margin"], margin=0.9).table.loc["margin.share", "basis"] == "counted"
    assert "contribution" in text(kept)


@pytest.mark.parametrize(
    ("currency", "shown"), [("$", "$71,300"), ("EUR", "71,300\xa0EUR"), ("", " 71,300 ")]
)
def test_currency(bases, currency, shown):
    assert shown in text(board_report(bases["cdnow"], currency=currency))


def test_marks_of_html_in_names_are_text():
    log = pd.DataFrame({"customer_id": ["a"], "date": ["2025-01-01"], "amount": [1.0]})
    db = crm.load(log)
    db.title = "<script>x</script> {customers.all}"
    whole = board_report(db, currency="<b>").html()
    assert "<script" not in whole
    assert "&lt;script&gt;x&lt;/script&gt; {customers.all}" in whole
    assert "&lt;b&gt;" in whole


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"margin": 30}, "margin is 30"),
        ({"margin": "much"}, "margin is 'much'"),
        ({"language": "de"}, "language is 'de'"),
        ({"currency": 3}, "currency is 3"),
    ],
)
def test_wrong_words_are_refused(bases, call, said):
    with pytest.raises(ValueError, match=said):
        board_report(bases["six weeks"], **call)


def test_what_is_no_record_of_sales_is_refused(tables):
    with pytest.raises(crm.database.MissingTableError, match="transactions"):
        board_report(crm.load({"survey": tables["survey"]}))
    log = pd.DataFrame({"customer_id": ["a"], "date": ["2025-01-01"], "amount": [-1.0]})
    with pytest.raises(ValueError, match="refunds only"):
        board_report(crm.load(log))
    with pytest.raises(ValueError, match="amount"):
        board_report(crm.load(log[["customer_id", "date"]]))


def test_row_order_changes_nothing(tables):
    log = tables["transactions"][KEPT]
    mixed = log.sample(frac=1, random_state=1)
    one, other = (board_report(crm.load(frame)) for frame in (log, mixed))
    assert one.html().replace("frames", "") == other.html().replace("frames", "")


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2024-01-01", "2025-12-31", 12),
        ("2024-01-13", "2025-12-31", 12),
        ("2024-01-14", "2025-12-31", 6),
        ("2025-10-01", "2025-12-31", 1),
        ("2025-11-02", "2025-12-31", 1),
        ("2025-11-03", "2025-12-31", 0),
    ],
)
def test_the_window_is_the_longest_that_fits_twice(first, last, months):
    windows = Windows.of(pd.Series(pd.to_datetime([first, last])))
    assert windows.months == months
    begin, end = windows.spans["now"]
    assert end == pd.Timestamp(last)
    if months:
        assert windows.spans["before"][1] == begin - pd.Timedelta(days=1)
        assert begin + pd.DateOffset(months=months) == end + pd.Timedelta(days=1)


def test_numbers_in_words():
    days = Windows.of(pd.Series(pd.to_datetime(["2025-01-01", "2025-12-31"])))
    words = Words(Ledger(), days, "en", "$")
    assert words.value(Fact("a", 1, "customers", "all")) == "1 customer"
    assert words.value(Fact("a", 1234.6, "money", "all")) == "$1,235"
    assert words.value(Fact("a", -12.345, "money", "all")) == "−$12.35"
    assert words.value(Fact("a", 1234.6, "money", "all", basis="estimated")) == "$1,230"
    assert words.value(Fact("a", 15.47, "money", "all", basis="estimated")) == "$15.50"
    assert words.value(Fact("a", 31.6, "rounded", "all", basis="derived")) == "$31.60"
    assert words.value(Fact("x.change", -48.9, "customers", "all", basis="estimated")) == (
        "−49 customers"
    )
    assert words.value(Fact("a", 0.0449, "share", "all")) == "4.5\xa0%"
    change = Fact("x.change", 0.4, "points", "all", None, -0.04, 1.2, "estimated")
    assert words.value(change) == "+0.4 points"
    assert words.interval(change) == "0.0 to +1.2"
    assert three_digits(999.6) == "1,000"
    assert Words(Ledger(), days, "zh", "").value(Fact("a", 2, "customers", "all")) == "2位客户"


def test_parts_as_text_and_as_numbers(pages):
    report = pages("cdnow")
    assert list(report.numbers("worth").index[:2]) == ["worth.total", "worth.mean"]
    assert set(report.table["part"]) <= set(report.ledger.parts) | {"decisions"}
    assert report.part("change").startswith("Sales were 42,867 from 1 Jan 1998")
    assert max(map(len, report.part("worth").splitlines())) <= 99
    assert report.part("complaints") == report.part("absent")
    assert "Complaints: there is no table" in report.part("complaints")
    assert report.numbers("complaints").empty
    assert "   What would change it: Fewer than 476" in report.part("decisions")
    assert pages("lantern").part("absent") == "Nothing."
    with pytest.raises(ValueError, match="name is 'money'"):
        report.part("money")


@pytest.mark.parametrize(("kind", "rows"), [("cdnow", 3), ("six weeks", 0), ("all the same", 0)])
def test_the_figure(pages, kind, rows):
    ax = pages(kind).plot()
    assert ax.get_title("left") == pages(kind).headline
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == rows
    if rows:
        table = pages(kind).table
        assert ax.get_title("left") == "The highest model is 4.8\xa0% above the lowest"
        for name, dot, label in zip(
            ("BGNBD", "MBGNBD", "ParetoNBD"), dots, ax.get_yticklabels(), strict=True
        ):
            row = table.loc[f"worth.{name}"]
            assert dot.get_xdata()[0] == row["estimate"]
            assert label.get_text() == row["number"]
        ends = [line.get_xdata().tolist() for line in ax.lines if line.get_marker() == "None"]
        models = [f"worth.{name}" for name in ("BGNBD", "MBGNBD", "ParetoNBD")]
        assert ends == table.loc[models, ["low", "high"]].to_numpy().tolist()
        assert ax.get_xlabel() == "sales of the next 12 months"
    else:
        assert "forecast of the next 12 months" in ax.get_title("left")


def shapes(report, part):
    """Texts, rectangles, lines and circles of the figure of one part, in the order drawn."""
    whole = report.html()
    section = whole[whole.index(f'<section class="part {part}">') :]
    svg = section[section.index("<svg") : section.index("</svg>")]
    found = {}
    for tag in ("text", "rect", "line", "circle"):
        found[tag] = [dict(re.findall(r'([\w-]+)="([^"]*)"', one))
                      for one in re.findall(rf"<{tag} ([^>]*)>", svg)]  # fmt: skip
    found["said"] = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    return found


def test_bars_are_as_long_as_their_shares(pages):
    table, found = pages("cdnow").table, shapes(pages("cdnow"), "concentration")
    shares = table.loc[[f"fifth.{place}" for place in range(1, 6)], "estimate"].to_numpy()
    long = np.array([float(one["width"]) for one in found["rect"]])
    assert long / long[0] == pytest.approx(shares / shares[0], abs=0.002)
    assert found["said"][:2] == ["largest fifth", f"{100 * shares[0]:.1f}\xa0%"]
    assert found["said"][-2] == "smallest fifth"
    assert sorted(float(one["y"]) for one in found["rect"]) == [
        float(one["y"]) for one in found["rect"]
    ]


def test_twin_bars_show_customers_left_and_what_they_bring_right(pages):
    table, found = pages("cdnow").table["estimate"], shapes(pages("cdnow"), "tiers")
    heads, held = found["rect"][::2], found["rect"][1::2]
    for bars, name in ((heads, "heads"), (held, "share")):
        long = np.array([float(one["width"]) for one in bars])
        shares = np.array([table[f"{tier}.{name}"] for tier in ("key", "ordinary", "small")])
        assert long / long[0] == pytest.approx(shares / shares[0], abs=0.01)
    ends = [float(one["x"]) + float(one["width"]) for one in heads]
    assert max(ends) - min(ends) < 0.2
    assert max(ends) < min(float(one["x"]) for one in held)
    assert found["said"][:3] == ["key customers", "43.3\xa0%", "80.1\xa0%"]


def test_dots_lie_in_their_lines_at_their_place(pages):
    table, found = pages("cdnow").table, shapes(pages("cdnow"), "worth")
    rows = table.loc[["worth.BGNBD", "worth.MBGNBD", "worth.ParetoNBD"]]
    drawn = [[float(line["x1"]), float(dot["cx"]), float(line["x2"])]
             for line, dot in zip(found["line"], found["circle"], strict=True)]  # fmt: skip
    real = rows[["low", "estimate", "high"]].to_numpy()
    place = (real - real.min()) / (real.max() - real.min())
    drawn = np.array(drawn)
    assert (drawn - drawn.min()) / (drawn.max() - drawn.min()) == pytest.approx(place, abs=0.003)
    assert found["said"] == [
        *("BG/NBD model", "72,300", "MBG/NBD model", "71,300", "Pareto/NBD model", "74,700")
    ]


def test_tiles_decisions_and_rows_of_the_page(pages):
    whole = pages("lantern").html().replace("\xa0", " ")
    tiles = re.findall(r'<div class="tile"><b>(.*?)</b><span>(.*?)</span>(.*?)</div>', whole)
    assert [tile[0] for tile in tiles] == ["2,843 customers", "379,313", "70.1 %", "59,900"]
    assert tiles[2][1:] == ("of sales from the largest fifth", "<span>67.5 % to 75.0 %</span>")
    assert tiles[3][1] == "contribution expected from 2,907 customers in the next 12 months"
    assert re.search(
        r"<td>sales from the largest fifth</td><td class=.n.>70.1 %</td><td class=.n.>67.5 % to "
        r"75.0 %</td><td>now</td><td>2,838 customers</td>",
        whole,
    )
    assert re.search(
        r"<td>refunds</td><td class=\"n\">547 rows</td><td class=\"n\">counted</td>", whole
    )
    assert "now 1 Jan 2025 to 31 Dec 2025; " in whole
    moved = re.search(r'<div class="moved">.*?</div>', whole)[0]
    cells = re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", moved)
    assert cells[:4] == ["", "before", "now", "difference"]
    assert cells[4:8] == ["sales", "225,853", "379,313", "+153,000 (+119,000 to +187,000)"]
    assert whole.count("What would change it: ") == 3
    order = [whole.index(f'class="part {name}"') for name in
             ("customers", "concentration", "worth", "tiers", "satisfaction", "complaints",
              "change", "left_out")]  # fmt: skip
    assert order == sorted(order)


def test_each_figure_has_one_sentence(pages):
    for kind in KINDS:
        captions = re.findall(r"<figcaption>(.*?)</figcaption>", pages(kind).html())
        assert len(captions) == pages(kind).html().count("<svg")
        assert all(one.count(".") == 1 and one.endswith(".") for one in captions)


def test_save(bases, tmp_path):
    report = board_report(bases["six weeks"])
    made = report.save(tmp_path / "page.html")
    assert made.read_text(encoding="utf-8") == report.html()
    with pytest.raises(ValueError, match=r"must end in \.html or \.pdf"):
        report.save(tmp_path / "page.docx")


def test_without_a_browser_the_pdf_is_refused_in_words(bases, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "browser", lambda: None)
    with pytest.raises(ValueError, match="no Chromium, Chrome or Edge is found here"):
        board_report(bases["six weeks"]).save(tmp_path / "page.pdf")
    assert (tmp_path / "page.html").exists()


@pytest.mark.skipif(printing.browser() is None, reason="no Chromium here")
@pytest.mark.parametrize(("kind", "most"), [("lantern", 2), ("messy", 2), ("six weeks", 1)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_has_one_or_two_sheets_of_a4(pages, tmp_path, kind, most, language):
    made = pages(kind, language).save(tmp_path / "page.pdf")
    found = made.read_bytes()
    assert len(re.findall(rb"/Type /Page\b", found)) <= most
    wide, high = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", found).groups())
    assert [wide, high] == pytest.approx([595, 842], abs=1)


def run(*words, folder, **options):
    command = [sys.executable, str(ROOT / "lessons" / "report.py"), *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", **options
    )


def test_the_command(tables, tmp_path):
    names = {"customer_id": "客户", "date": "日期", "amount": "金额"}
    log = tables["transactions"][KEPT].rename(columns=names)
    log.loc[log["日期"] >= "2025-11-20"].to_csv(tmp_path / "销售.csv", index=False)
    words = ["--data", "销售.csv", "--columns", "客户=customer_id,日期=date,金额=amount"]
    done = run(*words, "--language", "zh", "--currency", "元", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    made = Path(done.stdout.strip())
    assert made == tmp_path / "销售-board-zh.html"
    assert "不足九个月" in made.read_text(encoding="utf-8")
    again = run(*words, "--language", "zh", folder=tmp_path)
    assert Path(again.stdout.strip()).name == "销售-board-zh-2.html"
    bare = run(*words, "--pdf", folder=tmp_path, env={**os.environ, "PATH": str(tmp_path)})
    if not any(map(os.path.exists, printing.PLACES)):
        assert bare.returncode == 1
        assert "The page is written; no PDF: no Chromium" in bare.stderr


def test_the_command_stops_in_one_sentence(tmp_path):
    (tmp_path / "bad.csv").write_text("who,when\na,2025-01-01\n", encoding="utf-8")
    done = run("--data", "bad.csv", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("The report stopped: ")
    assert "Traceback" not in done.stderr
    assert "There is no file or folder" in run("--data", "none.csv", folder=tmp_path).stderr


def test_unknown_names_are_no_holes(pages):
    """Every sentence that may be said can be filled in from what its part found."""
    for kind in KINDS:
        report = pages(kind)
        for said in (*chain(*report.sentences.values()), report.source, *report.notes):
            assert "{" not in said
            assert said[0] == said[0].upper()
