"""One module for each package; each function prepares a work and says what it came to."""


def loaded(log):
    """What two packages must agree on when they have read a log of purchases."""
    return {
        "rows": len(log),
        "customers": int(log["customer_id"].nunique()),
        "days": int(log["date"].nunique()),
        "money": float(log["amount"].sum()),
    }


def totals(table, days=1):
    """Sums of a summary, its times turned into days; what two packages must agree on."""
    sums = {
        "customers": len(table),
        "frequency": float(table["frequency"].sum()),
        "recency": float(table["recency"].sum()) * days,
        "T": float(table["T"].sum()) * days,
    }
    if "monetary_value" in table:
        sums["money"] = float((table["monetary_value"] * table["frequency"]).sum())
    return sums


ACCOUNT = ["age", "days_late", "equity_ratio", "limit_use", "quick_ratio", "sector"]
SCALE = {"points": 600, "odds": 50, "double": 20}


def silences(table):
    """What two packages must agree on when they have scored silences."""
    days, chance = table["silence"], table["chance"]
    known = int(chance.notna().sum())
    return {"customers": len(table), "days": float(days.sum()), "known": known,
            "chance": float(chance.sum())}  # fmt: skip


def discrimination(folder):
    """What scores of new accounts come to: the chance that a failed one scores lower."""
    import pandas as pd

    failed = pd.read_parquet(folder / "new.parquet")["failed"].to_numpy() == 1
    bad, good = int(failed.sum()), int((~failed).sum())

    def area(points):
        rank = pd.Series(points).rank(ascending=False).to_numpy()
        return {"AUC": float((rank[failed].sum() - bad * (bad + 1) / 2) / (bad * good))}

    return area
