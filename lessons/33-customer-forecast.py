# %% [markdown]
# # 33 Customer forecast
#
# > "Next month two people can call customers all day. Whom do they call, and when do they stop?"
#
# What each customer will bring can be forecast. What a call costs is known. What a call adds is a
# guess until somebody tests it.
#
# **You can then** forecast what each customer is worth; test a ranking of customers; say how many
# calls pay, and how large a trial must be; keep the forecast fresh.
#
# **You need** from lesson 32 the purchase summary (`frequency`, `recency`, `T`). A model that is
# fitted to it gives the expected purchases of each customer; the model with the smallest `aic` is
# the best. It is tested on a **holdout period**: weeks that the fit has not seen.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 1, data 3, spend 9, value 8, ranking 4, calls 11, fresh 3, truth 2,
# decision 6, own data 1. If late, cut the truth, then the exercise on two groups.
#
# Ask first: "You may call ten customers of yours. Which ten?" Expect "the largest" and "those who
# might leave". Write both on the board; neither is the answer.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a company that we made up. Customers with a contract are left out. A refund is
# no purchase; it is taken off the spending of its day. `db.require` stops the lesson if a table is
# missing, and `db.until` is the last day of the data.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
MARGIN = 0.57  # Lantern's margin: what is left of a dollar of sales, before fixed costs
RATE = 0.15  # discount rate: a dollar in a year is worth 1 / 1.15 dollars today
COST = 3  # what one call costs
LIFT = 0.10  # share that a call adds to the customer's next year: a guess
QUARTERS = 5  # how many quarters back the forecasts are tested

# %%
import pandas as pd

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("33-customer-forecast")
log = rb.free_buyers(db)
summary = rb.summarise(log, until=db.until, refunds="net")
summary[["frequency", "monetary_value"]].head(3).round(2)

# %% [markdown]
# The new column is **monetary value**, the mean amount of a customer's *repeat* purchases. It is
# missing for somebody who bought once.

# %% [markdown]
# ## How much does a customer spend?
#
# Ana came back once and spent 80. Chen came back nine times and spent 80 on average. Ben never came
# back. All customers of their shop together spend 35 on average. What will each spend next time?
#
# For Ben we have only the mean of all. Ana's single 80 may be luck, so the best guess for her lies
# between 35 and 80. We move a customer's own mean towards the mean of all. The fewer purchases a
# customer has made, the further we move it. This is called **shrinkage**.
#
# The **Gamma-Gamma model** says how far. It has three numbers: `p` says how alike the purchases of
# one customer are, and `q` and `v` say how much customers differ from each other. The values in the
# next cell were published (Fader, Hardie and Lee 2005).

# %% [markdown] tags=["instructor"]
# Before the cell: "Ana: nearer to 80 or nearer to 35?" Most say 35, because one
# purchase is so little. But purchases of one CDNOW customer are rather alike, so one says much.

# %%
names = ["Ben", "Ana", "Chen"]
three = pd.DataFrame({"frequency": [0, 1, 9], "monetary_value": [None, 80.0, 80.0]}, index=names)
model = rb.GammaGamma(p=6.25, q=3.74, v=15.44)
three.assign(next_time=model.expected_spend(three)["estimate"]).round(1)

# %% [markdown]
# Ben gets the mean of all. Ana's 80 is moved towards it, by about a third of the distance. Chen's
# 80 is hardly moved.

# %% [markdown] tags=["instructor"]
# Before exercise 33.1, ask for the product of the two means only: "Six purchases of 25 make 150.
# Who objects?"

# %% [markdown]
# To know what a customer brings, we multiply how often she comes by how much she spends. The model
# assumes **independence of spend and frequency**: customers who come often spend neither more nor
# less at a time than the others.
#
# **Exercise 33.1** Half of the customers of a shop are offices, which come ten times a year and pay
# 40 each time. The others are people, who come twice and pay 10 each time. Find the mean of 10 and
# 2 purchases, and the mean of 40 and 10 dollars, and multiply them. Then find what a customer
# really brings in a year, on average. Give `[multiplied, really]`.

# %% tags=["exercise"]
# solution
multiplied = (10 + 2) / 2 * (40 + 10) / 2
answer = [multiplied, (10 * 40 + 2 * 10) / 2]
check("33.1", answer)

# %% [markdown]
# ## What is each customer worth?
#
# The value of a customer is her expected purchases, times her expected spend, times the margin. A
# later purchase counts less: it is divided by 1 + `RATE` for each year of waiting. `rb.best_of`
# takes the model of purchases with the smallest `aic`. `GammaGamma.fit` prints a warning if the
# correlation of spend and frequency is above 0.3 or below -0.3. `years=1` looks one year ahead.

# %%
fits = [rb.BGNBD.fit(summary), rb.MBGNBD.fit(summary), rb.ParetoNBD.fit(summary)]
buying, spending = rb.best_of(*fits), rb.GammaGamma.fit(summary)
worth = rb.lifetime_value(buying, spending, summary, margin=MARGIN, annual_rate=RATE, years=1)
worth.table.nlargest(3, "estimate").round(1)

# %% [markdown]
# These three customers are worth most over the next year, in margin. At Lantern no warning came, so
# we may multiply. `low` and `high` are the ends of a 95 % interval of the mean. One customer may
# bring much more or less.
#
# Without `years=1` we get the **residual value**, the value of all purchases that are still to
# come.

# %% [markdown] tags=["instructor"]
# Collect guesses for the silent before the exercise; most say zero. Afterwards tell them what
# Fader, Hardie and Lee found for the whole cohort of 23,570: the 12,054 who never came back were
# worth about 4.40 dollars each, 53,000 together. "What would you spend on one of them?" And: "So
# which model is right about them?" Nobody knows for all time. BG/NBD keeps every one of them alive,
# and so says about twice as much.

# %% [markdown]
# **Exercise 33.2** CDNOW sold music on the web. Give `crm.load("cdnow")` to `rb.summarise`, with
# `until="1998-06-30"`. Fit `rb.ParetoNBD` and `rb.GammaGamma` to all customers. Then give
# `rb.lifetime_value` only the rows of those who never came back, with a margin of 0.30 and 15 % a
# year. What is their residual value, all together? (`.total()` adds up the customers.) Give the
# `estimate`. Write one sentence to your manager: should we send a card to each of them?

# %% tags=["exercise"]
# solution
cdnow = rb.summarise(crm.load("cdnow"), until="1998-06-30")
once = cdnow[cdnow["frequency"] == 0]
pareto, baskets = rb.ParetoNBD.fit(cdnow), rb.GammaGamma.fit(cdnow)
answer = rb.lifetime_value(pareto, baskets, once, margin=0.30, annual_rate=0.15).total()["estimate"]
check("33.2", answer)

# %% [markdown]
# ## Does the order hold?
#
# Before we spend money on this order, we test it. We go back to the day on which two thirds of the
# time had passed, and value each customer with what was known then. We rank the customers in three
# ways: by value, by the amount spent so far, and by the date of the last purchase, the newest
# first. `silent` is the number of weeks since that purchase. `type(buying)` is the kind of model
# that we chose, and `normalize` removes the hours from a date. The cell prints nothing.

# %%
first_day = log["date"].min()
two_thirds = (first_day + (db.until - first_day) * 2 / 3).normalize()
both = rb.split(log, calibration_end=two_thirds, until=db.until, refunds="net")
buys, amounts = type(buying).fit(both), rb.GammaGamma.fit(both)
value = rb.lifetime_value(buys, amounts, both, margin=MARGIN, annual_rate=RATE, years=1)["estimate"]
silent = both["T"] - both["recency"]
scores = pd.DataFrame({"value": value, "spent so far": both["amount"], "latest": -silent})

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which order finds more of what came afterwards: money so far, or the
# last visit?" Most say money. Money so far counts those who have gone.

# %% [markdown]
# What share of the later sales came from the first fifth of the customers in each ranking? Guess
# before you run the cell.

# %%
rb.ranked_share(scores, both["spend_holdout"], top=0.2).round(2)

# %% [markdown]
# `hindsight` is the order of somebody who knows the future. At Lantern the order by value comes
# nearest to it, and its interval lies above those of `latest` and `spent so far`.

# %% [markdown]
# ## How many calls?
#
# A call costs `COST`. The **effect of a call** is what a customer brings because of the call, and
# would not have brought without it. As a share of her value we call it the *lift*. We **assume**
# that the lift is `LIFT`. A call pays if `LIFT` times the value is more than `COST`.
#
# **Exercise 33.3** Five customers will *spend* 20, 60, 80, 120 and 300 next year, and 40 % of that
# is margin. A call costs 3 and adds a tenth. How many of the five should be called?

# %% tags=["exercise"]
# solution
answer = sum(0.10 * 0.40 * spent > 3 for spent in [20, 60, 80, 120, 300])
check("33.3", answer)

# %% [markdown]
# `contact_plan` does the same for all of our customers.

# %%
plan = rb.contact_plan(worth, lift=LIFT, cost=COST)
plan.plot();

# %% [markdown]
# The curve adds up the gain less the cost, the most valuable customer first. Near its highest point
# it is flat, so some calls more or fewer hardly matter. But the lift is a guess. We halve it.

# %%
half = rb.contact_plan(worth, lift=LIFT / 2, cost=COST)
pd.DataFrame({"as assumed": plan.totals, "half the lift": half.totals}).T.round()

# %% [markdown]
# `gain` is what the calls add, and `net` is the gain less the cost, with its 95 % interval. The
# interval is narrow because it takes the lift as known. At half the lift, fewer calls pay, and they
# bring much less. The lift at which the calls of the plan just pay for themselves is the
# **break-even effect**.

# %%
plan.break_even.round(3)

# %% [markdown] tags=["instructor"]
# "Why not call those with the lowest P(alive)?" Because nobody is there. "Why not stop at the top
# ten?" Because the eleventh call pays too. "And how do we know that a call adds a tenth?" Nobody
# does. Let them propose how to find out before you go on. Insist on drawing by lot.

# %% [markdown]
# ## How is a forecast kept fresh?
#
# Each visit changes the summary of a customer, so make a new summary every week. The numbers of the
# model change slowly. To fit the model again to newer data is called a **refit**.
#
# We look back over the last `QUARTERS` quarters of 13 weeks, or 91 days. `date_range` gives the
# days on which they start. On each of these days we fit the model to what was known, and forecast
# the purchases of the customers of that day. The first half year, 182 days, is left out: there is
# too little to learn from.

# %% [markdown] tags=["instructor"]
# Before the table: "We refit every quarter. Will the forecast now hold every quarter?" Expect yes.
# A refit mends parameters; it does not mend what the model leaves out. Then: "In which month do
# your own data end?"

# %%
starts = pd.date_range(end=db.until - pd.Timedelta(days=91), periods=QUARTERS, freq="91D")
ends = list(starts[starts >= first_day + pd.Timedelta(days=182)])
again = rb.refits(type(buying), log, ends=ends, periods=13, refunds="net")
again.table[["came", "estimate", "low", "high", "top_fifth"]].round(2)

# %% [markdown]
# `came` is the number of purchases that they made, and `low` to `high` is the 95 % range of the
# forecast. At Lantern `came` lies outside it in most quarters: above it in both autumns, which
# start in October, and below it in the spring. A rise and fall that returns each year is called
# **season**. The models do not know it, and a refit does not mend it.
#
# `top_fifth` is the share of these purchases that came from the fifth of the customers whom the
# forecast ranked first. At Lantern it does not fall. So we use the order, but do not trust the
# total.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# For Lantern we know what comes in the next year. What do the calls of the plan bring if a call
# adds `LIFT`, or only half of that?

# %% tags=["needs-truth"]
if "truth" in db.tables:
    comes = db.truth.set_index("customer_id")["spend_next_12_months"]
    gains = LIFT * MARGIN * comes[plan.ids] - COST
    at_half = LIFT / 2 * MARGIN * comes[plan.ids] - COST
    display(pd.Series({"as assumed": gains.sum(), "half the lift": at_half.sum()}).round())

# %% [markdown] tags=["needs-truth"]
# If the true lift is `LIFT`, the plan brings most of what it promised. The result lies a little
# below the interval of the plan, which leaves out the luck of the customers. If the lift is only
# half as large, the same calls bring far less. So an error in the guess costs more than the error
# of the forecast.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask: "Where does the plan's promise come from, the model or the guess?" Point at the two rows: the
# forecast cost us little, the guess would cost us most of the gain. Then: "The data end in
# December. Is next year's forecast too high or too low?"

# %% [markdown] tags=["needs-truth"]
# Does it help to tell a model the season? `Season.estimate` learns it from two full years. We fit
# BG/NBD without and with it. `rb.luck` forecasts the purchases of the next 365 days, and `total`
# adds up the customers and gives a 95 % range. `came` is the true number.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    season = rb.Season.estimate(log, until=db.until, refunds="net")
    plain, told = rb.BGNBD.fit(summary), rb.BGNBD.fit(summary, season=season)
    year = [rb.luck(one, summary, periods=365 / 7).total() for one in (plain, told)]
    totals = pd.DataFrame(year, index=["without a season", "with the season"])
    came = db.truth.set_index("customer_id")["purchases_next_12_months"]
    display(totals.assign(came=came[summary.index].sum()).round())

# %% [markdown] tags=["needs-truth"]
# The data end after an autumn with many purchases. Without a season the model takes too much of
# this for the usual rate, and what came lies below its range. With the season it lies inside. So
# season is one cause of the miss. What is left may be luck.

# %% [markdown]
# ## Whom do we call, and how many?
#
# The names come from the forecast. Their number depends on a guess, `LIFT`. So we make a trial: we
# draw one half of the list by lot, and call only this half. After a year we compare the two halves.
# How many customers does such a trial need?
#
# Customers differ a lot, and this hides a small effect. So we look only at what each brought
# *beyond her forecast*. How much does this differ between customers? We take those who would have
# been on the list on the first day of the holdout, and scale their sales in the holdout to one
# year.

# %%
listed = rb.contact_plan(value, lift=LIFT, cost=COST).ids
listed = listed if len(listed) > 1 else value.index  # a list of nobody: take everybody
brought = MARGIN * both["spend_holdout"][listed] * 52 / both["T_holdout"].iloc[0]
beyond = brought - value[listed]
spread = pd.Series({"brought": brought.std(), "beyond forecast": beyond.std()})
spread.rename(f"standard deviation among {len(listed)} customers").round(1)

# %% [markdown]
# The second standard deviation is the smaller one, so we use it. `trial_size` says how many
# customers each half needs, so that four trials out of five show a lift.

# %%
from crmlab.evidence import trial_size

sizes = pd.Series({"half of the list": len(plan.ids) // 2})
for times in [1, 2, 3]:
    lift = times * LIFT
    sizes[f"needed for a lift of {lift:.2f}"] = trial_size(lift * brought.mean(), sd=beyond.std())
sizes

# %% [markdown]
# The trial can show those lifts that need no more customers than the first row. It may miss a
# smaller lift.
#
# The order is therefore: call half of the names in `plan.ids`, chosen by lot. After a year, take
# the mean of what the customers of each half brought beyond their forecasts. The difference of the
# two means is what a call added. If its 95 % interval lies above zero, and the difference is more
# than `COST`, call the whole list next year.
#
# If the interval holds zero, the calls may still pay. Then repeat the trial, and put the years
# together. For a lift of `LIFT` this takes about as many years as the second row is times the
# first. Make a new list when the cost of a call rises, or when `top_fifth` falls.

# %% [markdown] tags=["instructor"]
# "Who would rather call all of them?" Let one person defend it: half of the gain is lost this year.
# Then let another defend the lot: without it, next year's list rests on the same guess. With it,
# the room knows one thing more each year.

# %% [markdown]
# ## With your own data
#
# One row per purchase is enough:
#
# ```python
# DATA = "sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```
#
# Put in your own `MARGIN` and `COST`.

# %% [markdown]
# ## Take away
#
# - Move a customer's own mean towards the mean of all; the fewer her purchases, the further.
# - Call where the effect times the value is more than the cost, and count in margin.
# - The forecast says who will buy; only a trial says what a call adds.
# - Make a new summary each week, refit each quarter, and look at what came.

# %% [markdown]
# ## Terms
#
# <!-- terms: monetary value; shrinkage; Gamma-Gamma model; independence of spend and frequency; residual value; effect of a call; break-even effect; refit; season; holdout period -->

# %% [markdown]
# ## References
#
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: using iso-value curves for
#   customer base analysis. *Journal of Marketing Research* 42(4), 415-430.
