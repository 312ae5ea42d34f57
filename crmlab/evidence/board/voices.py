"""What customers said: satisfaction where it was asked, complaints where they were kept."""

from __future__ import annotations

import pandas as pd

import crmlab as crm
from crmlab.evidence.board.buying import Sales
from crmlab.evidence.board.facts import Ledger

ITEMS = ("satisfaction", "versus_expectation", "versus_ideal")
LEAST_ANSWERS = 10


def satisfaction(sales: Sales, ledger: Ledger) -> None:
    """Index and net promoter score of the last wave, and the change among the same people."""
    survey = sales.db.tables.get("survey")
    items = [name for name in ITEMS if survey is not None and name in survey]
    if survey is None or "satisfaction" not in items:
        ledger.absent.append("absent.satisfaction")
        return
    waves = survey["wave"] if "wave" in survey else pd.Series(1, index=survey.index)
    asked = survey[survey["satisfaction"].notna()]
    last = asked[waves[asked.index] == waves[asked.index].max()]
    if len(last) < LEAST_ANSWERS:
        ledger.absent.append("absent.satisfaction")
        return
    index = crm.satisfaction.index_0_100(last[items], scale=(1, 10))
    ledger.estimate("satisfaction.index", index, "points", "survey", (index["n"], "answers"))
    ledger.part("satisfaction", "satisfaction.index")
    recommend = last["recommend"].dropna() if "recommend" in last else pd.Series(dtype=float)
    if len(recommend) >= LEAST_ANSWERS:
        score = crm.satisfaction.net_promoter_score(recommend)
        ledger.estimate("satisfaction.nps", score, "points", "survey", (score["n"], "answers"))
        ledger.part("satisfaction", "satisfaction.nps")
    _panel(asked, waves, items, ledger)


def _panel(asked: pd.DataFrame, waves: pd.Series, items: list[str], ledger: Ledger) -> None:
    """The same people compared with themselves, in the last two waves."""
    numbers = sorted(waves[asked.index].dropna().unique())
    if "customer_id" not in asked or len(numbers) < 2:
        return
    points = 100 * (asked[items].mean(axis=1) - 1) / 9
    enough = asked[items].notna().mean(axis=1) >= 2 / 3 - 1e-9
    scores = pd.DataFrame(
        {"customer_id": asked["customer_id"], "wave": waves[asked.index], "points": points}
    )
    panel = scores[enough].pivot_table("points", "customer_id", "wave")
    if not set(numbers[-2:]) <= set(panel.columns):
        return
    gains = (panel[numbers[-1]] - panel[numbers[-2]]).dropna()
    if len(gains) < LEAST_ANSWERS:
        return
    found = crm.satisfaction.mean(gains)
    ledger.estimate("satisfaction.change", found, "points", "surveys", (len(gains), "customers"))
    ledger.part("satisfaction", "satisfaction.change")


def complaints(sales: Sales, ledger: Ledger) -> None:
    """Complaints per thousand purchases, now and before, and how many are open."""
    made = sales.db.tables.get("complaints")
    if made is None or made.empty:
        ledger.absent.append("absent.complaints")
        return
    for window in ("now", "before") if sales.windows.months else ("now",):
        opened = made[sales.windows.inside(made["opened"], window)]
        bought = sales.days[sales.windows.inside(sales.days["date"], window)]
        if bought.empty:
            continue
        rate = crm.satisfaction.complaint_rate(opened, bought)
        base = (len(bought), "purchases")
        ledger.count(f"complaints.{window}", len(opened), "complaints", window)
        ledger.estimate(f"complaint_rate.{window}", rate, "per_thousand", window, base)
    if "complaints.now" not in ledger:
        return
    ledger.part("complaints", "complaints.now")
    if "complaints.before" in ledger:
        ledger.part("complaints", "complaints.before")
    now = made[sales.windows.inside(made["opened"], "now")]
    if "closed" in made and len(now):
        open_now = int(now["closed"].isna().sum())
        ledger.count("complaints.open", open_now, "complaints", "now", (len(now), "complaints"))
        ledger.part("complaints", "complaints.open")
