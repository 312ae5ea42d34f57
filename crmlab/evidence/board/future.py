"""What today's customers will bring in the next twelve months, and by how much models differ."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import crmlab as crm
from crmlab.evidence.board.buying import LEAST, Sales
from crmlab.evidence.board.facts import Ledger, Picture

MODELS = ("BGNBD", "MBGNBD", "ParetoNBD")
LEAST_MONTHS = 9  # of record before a year is forecast
WEEKS = 13


@dataclass(frozen=True)
class Fits:
    """The models that could be fitted, the best one, and the model of spending."""

    summary: Any
    models: dict[str, Any]
    best: str
    spending: Any


def worth(sales: Sales, ledger: Ledger) -> None:
    """Value of the next twelve months by three models, or the reason why there is none."""
    months = sales.windows.until - pd.DateOffset(months=LEAST_MONTHS)
    if sales.windows.first > months + pd.Timedelta(days=LEAST_MONTHS):
        ledger.absent.append("absent.worth.short")
        return
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            free = crm.repeat_buying.free_buyers(sales.db)
            fits = _fits(free, sales, ledger)
        except ValueError:  # every customer has a contract, or only refunds are left
            ledger.absent.append("absent.worth.bound")
            return
        if fits is None:
            return
        kept = _kept(free, sales, ledger)
        _value(fits, kept, ledger)
        _bound(free, sales, ledger)
        _past(free, kept, sales, ledger)
        _coming(fits, ledger)
        _check(free, fits, sales, ledger)
    if any(one.category is crm.repeat_buying.SpendWarning for one in heard):
        ledger.part("worth", "worth.correlated")


def _fits(free: pd.DataFrame, sales: Sales, ledger: Ledger) -> Fits | None:
    rb = crm.repeat_buying
    summary = rb.summarise(free, until=sales.windows.until, refunds="net")
    returned = int((summary["frequency"] > 0).sum())
    if returned < LEAST:
        ledger.count("worth.returned", returned, "customers", "all", (len(summary), "customers"))
        ledger.absent.append("absent.worth.few")
        return None
    models = {name: model for name in MODELS if (model := _fit(getattr(rb, name), summary))}
    spending = _fit(rb.GammaGamma, summary)
    if not models or spending is None or spending.q <= 1:
        ledger.absent.append("absent.worth.fit")
        return None
    best = min(models, key=lambda name: models[name].aic)
    return Fits(summary, models, best, spending)


def _fit(kind: Any, summary: Any) -> Any:
    """A fitted model, or None where the data do not settle its parameters."""
    try:
        model = kind.fit(summary)
    except (ValueError, crm.repeat_buying.FitError):
        return None
    return model if model.fitted.converged else None


def _kept(free: pd.DataFrame, sales: Sales, ledger: Ledger) -> float | None:
    """Share of these customers' sales that is contribution; None where the page speaks of sales."""
    if sales.margin is None:
        return None
    kept, given = sales.margin, margin_share(free)
    if given is not None:
        kept = given
    if given is None:
        ledger.given("worth.kept", kept, "share", "all")
    else:
        ledger.count("worth.kept", kept, "share", "all")
    return kept


def margin_share(log: pd.DataFrame) -> float | None:
    """Contribution by sales in the rows that tell it; None where it is no share of them."""
    if "margin" not in log:
        return None
    told = log[log["margin"].notna() & log["amount"].notna()]
    sold = float(told["amount"].sum())
    share = float(told["margin"].sum()) / sold if sold > 0 else 0.0
    return share if 0 < share <= 1 else None


def _value(fits: Fits, kept: float | None, ledger: Ledger) -> None:
    base, part = (len(fits.summary), "customers"), ledger.part("worth")
    totals, alive, ledger.best = {}, {}, fits.best
    for name, model in fits.models.items():
        value = crm.repeat_buying.lifetime_value(
            model, fits.spending, fits.summary, margin=kept or 1.0, annual_rate=0.0, years=1
        )
        totals[name] = value.total()
        alive[name] = float(np.asarray(model.p_alive(fits.summary)["estimate"]).sum())
    ledger.estimate("worth.total", totals[fits.best], "money", "next", base)
    mean = totals[fits.best] / len(fits.summary)
    ledger.estimate("worth.mean", mean, "money", "next", base)
    for name, total in totals.items():
        ledger.estimate(f"worth.{name}", total, "money", "next", base)
    part.says.append("worth.sales" if kept is None else "worth.margin")
    ledger.derived("plan.low", min(one["low"] for one in totals.values()), "rounded", "next", base)
    if len(totals) > 1:
        middle = [one["estimate"] for one in totals.values()]
        apart = max(middle) / min(middle) - 1
        ledger.derived("worth.apart", apart, "share", "next", (len(totals), "models"))
        part.says.append("worth.apart")
        found = {"estimate": alive[fits.best], "low": min(alive.values())}
        found["high"] = max(alive.values())
        ledger.estimate("customers.alive", found, "customers", "all", base, "models")
        ledger.part("customers", "customers.alive")
    dots = tuple((f"worth.{name}", f"worth.{name}") for name in totals)
    part.picture = Picture("dots", dots)


def _past(free: pd.DataFrame, kept: float | None, sales: Sales, ledger: Ledger) -> None:
    """What customers of this kind brought in the last twelve months."""
    windows = sales.windows
    if windows.first > windows.spans["year"][0] + pd.Timedelta(days=12):
        return
    inside = free[windows.inside(free["date"], "year")]
    many = (inside["customer_id"].nunique(), "customers")
    ledger.count("worth.past", (kept or 1.0) * inside["amount"].sum(), "money", "year", many)
    ledger.part("worth", "worth.past")


def _coming(fits: Fits, ledger: Ledger) -> None:
    """Purchases of the next thirteen weeks, chance included: what would show the plan wrong."""
    try:
        luck = crm.repeat_buying.luck(fits.models[fits.best], fits.summary, periods=WEEKS)
    except ValueError:  # somebody may buy more often than can be added up
        return
    base = (len(fits.summary), "customers")
    ledger.estimate("coming.purchases", luck.total(), "purchases", "quarter", base)


def _check(free: pd.DataFrame, fits: Fits, sales: Sales, ledger: Ledger) -> None:
    """The same forecast made when two thirds of the time had passed, beside what came."""
    rb, windows = crm.repeat_buying, sales.windows
    try:
        both = rb.split(free, calibration_end=windows.two_thirds, until=windows.until,
                        refunds="net")  # fmt: skip
        model = _fit(type(fits.models[fits.best]), both)
        told = None if model is None else rb.holdout_totals(both, model).iloc[0]
    except ValueError:
        told = None
    if told is None:
        ledger.absent.append("absent.check")
        return
    base = (len(both), "customers")
    ledger.estimate("check.expected", told, "purchases", "check", base)
    ledger.count("check.came", told["came"], "purchases", "check", base)
    if told["held"]:
        ledger.part("worth", "worth.held")
        return
    off = told["came"] / told["estimate"] - 1
    ledger.derived("check.off", abs(off), "share", "check", base)
    if off < 0:
        every = (len(fits.summary), "customers")
        left = ledger.value("plan.low") * (1 + off)
        ledger.derived("plan.left", left, "rounded", "next", every)
    ledger.part("worth", "worth.fewer" if off < 0 else "worth.more")


def _bound(free: pd.DataFrame, sales: Sales, ledger: Ledger) -> None:
    """Customers whom the models do not describe, and what they brought."""
    away = sales.rows[~sales.rows["customer_id"].isin(free["customer_id"])]
    if len(away):
        inside = away[sales.windows.inside(away["date"], "now")]
        ledger.count("out.bound", away["customer_id"].nunique(), "customers", "all")
        ledger.count("out.bound_money", inside["amount"].sum(), "money", "now")
        ledger.part("worth", "out.bound")
