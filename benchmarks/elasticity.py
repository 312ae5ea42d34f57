"""How often the interval of the price test holds the true elasticity: 200 simulated companies.

Each company is simulated anew with the standard knobs. Its elasticity is estimated from the orders
by region and month, as in lesson 13, with and without the orders on the day of joining, which no
price could move. The truth is the mean of the members' own elasticities over these orders.
``python benchmarks/elasticity.py`` writes elasticity.csv beside this file, in about ten minutes.
"""

from pathlib import Path

import pandas as pd
from tqdm.auto import tqdm

from crmlab import pricing
from crmlab.company import simulate

COMPANIES = 200


def orders_of(tables):
    """Orders of the members, with region, month and the member's own elasticity."""
    members = tables["customers"].query("kind == 'member'")
    members = members[["customer_id", "region", "joined"]]
    own = tables["truth"][["customer_id", "price_elasticity"]]
    orders = tables["transactions"].query("amount > 0")
    orders = orders.merge(members, on="customer_id").merge(own, on="customer_id")
    return orders.assign(month=orders["date"].dt.strftime("%Y-%m"))


def estimate(orders):
    """Elasticity with its interval, and the truth."""
    sales = orders.groupby(["region", "month"], as_index=False)
    sales = sales.agg(price=("price_index", "mean"), quantity=("amount", "size"))
    found = pricing.elasticity(sales, fixed=["region", "month"]).table.loc["elasticity"]
    return {**found.to_dict(), "truth": orders["price_elasticity"].mean()}


def main():
    rows = []
    for seed in tqdm(range(1, COMPANIES + 1)):
        orders = orders_of(simulate(seed=seed))
        later = orders[orders["date"] > orders["joined"]]
        for name, chosen in (("all orders", orders), ("without the first", later)):
            rows.append({"orders": name, "seed": seed, **estimate(chosen)})
    each = pd.DataFrame(rows)
    each["covered"] = (each["low"] <= each["truth"]) & (each["truth"] <= each["high"])
    each["width"] = each["high"] - each["low"]
    names = ["truth", "estimate", "width", "covered"]
    found = each.groupby("orders")[names].mean().round(3)
    found["spread"] = each.groupby("orders")["estimate"].std().round(3)
    found.assign(companies=COMPANIES).to_csv(Path(__file__).with_suffix(".csv"))


if __name__ == "__main__":
    main()
