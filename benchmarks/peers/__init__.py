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
