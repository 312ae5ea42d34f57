"""Three decisions that follow from the numbers, each with what would change it."""

from __future__ import annotations

import math

from crmlab.evidence.board.buying import LARGE_SHARE, LEAST
from crmlab.evidence.board.facts import Ledger
from crmlab.evidence.trials import trial_size
from crmlab.intervals import normal_quantile

POINTS = 0.05  # how exactly a survey should tell a share
EFFECTS = (0.05, 0.10, 0.15, 0.20)
SPREAD = 0.5  # of a yes or no, at its largest
RULE = 0.80  # of 80/20


def decide(ledger: Ledger) -> None:
    """Choose three, the most important first."""
    if "row.share" in ledger:  # one row moves every share, so none is acted upon yet
        chosen = ["decide.row", _plan(ledger)]
    else:
        chosen = [_plan(ledger), _few(ledger)]
    for more in (_returns, _cost, _feelings, _return, _margin, _ask):
        if len(chosen) < 3 and (key := more(ledger)):
            chosen.append(key)
    ledger.decisions += chosen


def _plan(ledger: Ledger) -> str:
    if "plan.low" not in ledger:
        return "decide.wait"
    kind = "decide.plan" if "worth.kept" not in ledger else "decide.plan_margin"
    return kind if "coming.purchases" in ledger else f"{kind}_unwatched"


def _few(ledger: Ledger) -> str:
    if "out.over" in ledger and 2 * ledger.value("out.over") > ledger.value("customers.all"):
        return "decide.refunds"
    if "top.share" not in ledger:
        return "decide.names"
    return "decide.top" if ledger["top.share"].low > RULE else "decide.rest"


def _returns(ledger: Ledger) -> str | None:
    """Refunds that are a large share of what was bought."""
    if "decide.refunds" in ledger.decisions or "out.refund_share" not in ledger:
        return None
    return "decide.returns" if ledger.value("out.refund_share") >= LARGE_SHARE else None


def _cost(ledger: Ledger) -> str | None:
    """A small customer who costs more than an ordinary one."""
    if not all(f"{name}.cost" in ledger for name in ("ordinary", "small")):
        return None
    return "decide.cost" if ledger.value("small.cost") > ledger.value("ordinary.cost") else None


def _feelings(ledger: Ledger) -> str | None:
    """Satisfaction of the same people that fell."""
    if "satisfaction.change" not in ledger:
        return None
    return "decide.fell" if ledger["satisfaction.change"].high < 0 else None


def _return(ledger: Ledger) -> str | None:
    """A trial among those who stayed away, of the smallest effect for which there are enough."""
    if "gone.customers" not in ledger:
        return None
    gone = int(ledger.value("gone.customers"))
    sizes = {effect: trial_size(effect, sd=SPREAD) for effect in EFFECTS}
    enough = [effect for effect, size in sizes.items() if 2 * size <= gone]
    if not enough or gone < LEAST:
        return None
    ledger.derived("trial.effect", enough[0], "share", "before", (gone, "customers"))
    ledger.derived("trial.size", sizes[enough[0]], "customers", "before", (gone, "customers"))
    return "decide.trial"


def _margin(ledger: Ledger) -> str | None:
    return None if "margin.share" in ledger else "decide.margin"


def _ask(ledger: Ledger) -> str | None:
    if "satisfaction.index" in ledger:
        return "decide.again"
    ledger.derived(
        "ask.size", math.ceil((normal_quantile(0.95) / 2 / POINTS) ** 2), "customers", "all"
    )
    return "decide.ask"
