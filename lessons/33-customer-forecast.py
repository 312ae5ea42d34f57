# %% [markdown]
# # 33 Customer forecast
#
# > "Next month two people can ring customers all day. Whom do they ring, and when do they stop?"
#
# A list of names is not enough for an answer. We need to know what each customer is going to bring,
# what a call costs, and what a call adds. What a customer brings can be forecast. What a call costs
# is known. What a call adds is a guess until somebody tests it.
#
# **You can then** forecast what each customer will spend and what that is worth; test a ranking of
# customers; say how many calls pay, and how large a trial must be; keep the forecast fresh.
#
# **You need** from lesson 32 the purchase summary (`frequency`, `recency`, `T`) and the idea that
# a model, fitted to it, gives the expected purchases of each customer. It is tested on a **holdout
# period**, weeks that the fit has not seen. Of several models we take the one with the smallest `aic`,
# the one that describes the purchases best.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 1, data 3, spend 9, value 9, ranking 4, calls 8, trial 4, fresh 6, truth 2,
# decision 3, own data 1. If late, cut the truth, then the exercise on two groups.
#
# Ask first: "You may ring ten customers of yours. Which ten?" Expect "the largest" and "those who
# might leave". Write both on the board; neither is the answer.

# %% [markdown]
# ## The data
#
# As in lesson 32, customers with a contract are left out, and a refund is no purchase; it is taken
# off the spending of its day.

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
# missing for somebody who bought once, since she has no repeat purchase yet.

# %% [markdown]
# ## How much, when they come?
#
# Ana came back once and spent 80. Chen came back nine times and spent 80 on average, and Ben never
# came back. In their shop a purchase brings 35 on average. How much will each of them spend next time?
#
# For Ben we have only the mean of all customers. For Chen we have nine purchases. Ana's single 80 may
# be luck, so the best guess for her lies between 35 and 80. We pull a customer's own mean towards the
# mean of all, and the fewer purchases it rests on, the harder we pull. This is called **shrinkage**.
#
# The **Gamma-Gamma model** says how hard to pull. Of its three numbers, `p` says how steady the
# purchases of one customer are, and `q` and `v` say how customers differ. The formulas of
# `everyone` and `weight`, and the three values, are published (Fader, Hardie and Lee 2005).

# %% [markdown] tags=["instructor"]
# Before the cell: "Ana: nearer to 80 or nearer to 35?" Most say 35, because one
# purchase is so little. But purchases of one CDNOW customer are rather alike, so one says much.

# %%
names = ["Ben", "Ana", "Chen"]
three = pd.DataFrame({"frequency": [0, 1, 9], "monetary_value": [None, 80.0, 80.0]}, index=names)
p, q, v = 6.25, 3.74, 15.44
everyone = p * v / (q - 1)
weight = p * three["frequency"] / (p * three["frequency"] + q - 1)
by_hand = weight * three["monetary_value"].fillna(0) + (1 - weight) * everyone
package = rb.GammaGamma(p=p, q=q, v=v).expected_spend(three)["estimate"]
three.assign(weight=weight, by_hand=by_hand, package=package).round(2)

# %% [markdown]
# The column `weight` is the weight of a customer's own mean. Ana gets seven tenths of the way from
# 35 to her 80. The package agrees with our formula.

# %% [markdown] tags=["instructor"]
# Before exercise 33.1, ask for the product of the two means only: "Six purchases of 25 make 150.
# Who objects?"

# %% [markdown]
# The model assumes **independence of spend and frequency**: how much a customer spends at a time
# tells nothing about how often she comes. Only then may we multiply the two forecasts. In the
# shop of the exercise it does not hold.
#
# **Exercise 33.1** Half of the customers are offices, which come ten times a year and pay 40 each
# time. The other half are people, who come twice and pay 10 each time. Take the mean of the two
# numbers of purchases, and the mean of 40 and 10, and multiply. What does the mean customer bring in
# truth? Give `[multiplied, truth]`.

# %% tags=["exercise"]
# solution
multiplied = (10 + 2) / 2 * (40 + 10) / 2
answer = [multiplied, (10 * 40 + 2 * 10) / 2]
check("33.1", answer)

# %% [markdown]
# Does our data allow it? `GammaGamma.fit` in the next cell warns you if the correlation of spend and
# frequency is above 0.3 or below -0.3. Then fit a model to each group of
# customers. If no warning stands there, we may multiply.

# %% [markdown]
# ## What is each customer worth?
#
# The value of a customer is her expected purchases, times her expected spend, times the margin. A later
# purchase counts less: it is divided by 1 + `RATE` for each year until then. `rb.best_of` takes the
# model of purchases with the smallest `aic`.

# %%
fits = [kind.fit(summary) for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD)]
buying, spending = rb.best_of(*fits), rb.GammaGamma.fit(summary)
worth = rb.lifetime_value(buying, spending, summary, margin=MARGIN, annual_rate=RATE, years=1)
worth.table.nlargest(3, "estimate").round(1)

# %% [markdown]
# These three customers are worth most over the next year. `low` and `high` are the ends of a 95 %
# interval, which knows one doubt only: the parameters of the models come from a sample. What one
# customer really brings will differ more. All three columns are margin, not revenue.
#
# Without `years=1` we would get the **residual value**, the value of all purchases that are still
# to come. Is there residual value in customers who never came back?

# %% [markdown] tags=["instructor"]
# Collect guesses for the silent before the exercise; most say zero. Afterwards tell them what Fader,
# Hardie and Lee found for the whole cohort of 23,570: the 12,054 who never came back were worth about
# 4.40 dollars each, 53,000 together. "What would you spend on one of them?" And: "So which model is
# right about them?" Nobody knows for all time. BG/NBD keeps every one of them alive, and so says
# about twice as much.

# %% [markdown]
# **Exercise 33.2** Summarise `crm.load("cdnow")` until 1998-06-30 with `rb.summarise`. Fit
# `rb.ParetoNBD` and `rb.GammaGamma` to all of its customers. What are those who never came back
# worth together, over all of the future, at a margin of 0.30 and 15 % a year? (`.total()` of a
# value adds up the customers.) Give the `estimate`. Do it again with `rb.BGNBD` and write one
# sentence that gives your manager the range per silent customer.

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
# Before we spend money on an order of customers, we test it. We go back to the end of the second
# third of the data, and value each customer with what was known then. We rank the customers in
# three ways: by value, by spending so far, and by how lately they had come. `type(buying)` is the
# kind of model that we chose; here it is fitted to the first two thirds only.

# %%
first_day = log["date"].min()
two_thirds = (first_day + (db.until - first_day) * 2 / 3).normalize()
both = rb.split(log, calibration_end=two_thirds, until=db.until, refunds="net")
then, amounts = type(buying).fit(both), rb.GammaGamma.fit(both)
value = rb.lifetime_value(then, amounts, both, margin=MARGIN, annual_rate=RATE, years=1)["estimate"]
silent = both["T"] - both["recency"]
scores = pd.DataFrame({"value": value, "spent so far": both["amount"], "latest": -silent})

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which order finds more of what came afterwards: money so far, or the last
# visit?" Most say money. Money so far counts those who have gone.

# %% [markdown]
# The first fifth of each ranking brought a share of the sales that came afterwards. Before you run the
# cell, guess this share for each of the three.

# %%
rb.ranked_share(scores, both["spend_holdout"], top=0.2).round(2)

# %% [markdown]
# `hindsight` is the best that anybody could have done, knowing the future. At Lantern the order by
# value comes nearest to it. Where the intervals of two orders overlap widely, do not claim that one is
# better than the other.

# %% [markdown]
# ## How many calls?
#
# A call costs `COST`, and we **assume** that it adds the share `LIFT` to what the customer brings in
# the next year. What she brings because of the call, and would not have brought without it, is the
# **effect of a call**. A call pays where `LIFT` times the customer's value is more than `COST`.
#
# **Exercise 33.3** Five customers will *spend* 20, 60, 80, 120 and 300 next year, and 40 % of that is
# margin. A call costs 3 and adds a tenth. How many of the five should be called?

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
# The curve adds up the gain less the cost, the most valuable customer first. Near the point the
# curve is flat, so some calls more or fewer hardly matter.
#
# How much does the plan depend on the guess? We halve the lift.

# %%
half = rb.contact_plan(worth, lift=LIFT / 2, cost=COST)
pd.DataFrame({"as assumed": plan.totals, "half the lift": half.totals}).T.round()

# %% [markdown]
# `gain` is what the calls add, and `net` is gain less cost. `net_low` and `net_high` are close to each
# other, since the parameters are well known. The lift is not known: at half of it, fewer calls pay,
# and they bring much less.

# %% [markdown] tags=["instructor"]
# "Why not call those with the lowest P(alive)?" Because nobody is there. "Why not stop at the top ten?"
# Because the eleventh call pays too. "And how do we know that a call adds a tenth?" Nobody does.
# Let them propose how to find out before you go on. Insist on the coin.

# %% [markdown]
# ## How large must the trial be?
#
# What a call adds stands in no list of sales. Toss a coin for each name on the list, ring one half,
# and compare both halves. Customers differ a lot, so small groups show nothing. We compare what
# each brings *beyond her forecast*, which differs less. The holdout says by how much.

# %% [markdown] tags=["instructor"]
# "How many names does a trial need to show a tenth?" Most say a hundred. Write the guesses down, and
# compare them with the table after the next one.

# %%
listed = rb.contact_plan(value, lift=LIFT, cost=COST).ids
listed = listed if len(listed) > 1 else value.index  # a list of nobody: take everybody
weeks = both["T_holdout"].iloc[0]
brought = MARGIN * both["spend_holdout"][listed] * 52 / weeks
spread = pd.Series({"brought": brought.std(), "beyond forecast": (brought - value[listed]).std()})
spread.round(1)

# %% [markdown]
# Both are standard deviations of what a customer brings, scaled to a year. The second is smaller, so it
# needs a smaller trial. `trial_size` says how many customers each half needs to show a lift four times
# in five.

# %%
from crmlab.evidence import trial_size

lifts = [LIFT, 1.5 * LIFT, 2.5 * LIFT]
sizes = [trial_size(lift * brought.mean(), sd=spread["beyond forecast"]) for lift in lifts]
pd.Series(sizes, index=pd.Index(lifts, name="lift")).rename("customers in each half")

# %% [markdown]
# Twice the lift needs a quarter of the customers. Compare the first number with half of the calls
# in the plan. If the half is smaller, a trial of one year can only show a lift larger than `LIFT`.

# %% [markdown]
# ## How is a forecast kept fresh?
#
# A forecast ages, so from time to time the model is fitted again to newer data, which is called a
# **refit**. We look back over the last `QUARTERS` quarters of thirteen weeks. At the start of each
# we fit the model to what was known, and compare its forecast with what came. First we compare the
# fit of four quarters ago, `models[-4:][0]`, with the fit of today. Where your data are shorter, only the
# quarters after the first half year are tested, and the oldest fit is compared.

# %%
ends = [db.until - pd.Timedelta(weeks=13 * back) for back in range(QUARTERS, 0, -1)]
ends = [end for end in ends if end >= first_day + pd.Timedelta(weeks=26)]
again = rb.refits(type(buying), log, ends=ends, periods=13, refunds="net")
old = again.models[-4:][0].expected_purchases(summary, periods=13).total()
new = buying.expected_purchases(summary, periods=13).total()
pd.DataFrame({"learnt a year ago": old, "learnt now": new}).round()

# %% [markdown]
# Both columns forecast the next thirteen weeks of today's customers, with today's summary. At
# Lantern they differ little. Parameters describe all customers together, and these change slowly.
# The summary of one customer changes with every visit. So give the model a new summary every week.
# A refit each quarter is often enough here, and it shows how the last forecast did.

# %% [markdown] tags=["instructor"]
# Before the figure: "We refit every quarter. Will the forecast now hold every quarter?" Expect yes.
# A refit mends parameters; it does not mend what the model leaves out. Then: "In which month do your
# own data end?"

# %%
again.plot();

# %% [markdown]
# A black point outside its blue bar, a 95 % range, is a quarter in which the forecast did not hold.

# %%
again.table[["came", "estimate", "ratio", "top_fifth"]].round(2)

# %% [markdown]
# The column `ratio` is what came, divided by the forecast, and it has a pattern. Both of Lantern's
# autumns came out above the forecast and its spring below, and no refit mends that. Such a rise and
# fall that returns each year is called **season**, and the models do not know it. The column
# `top_fifth` is the share of the purchases made by the fifth that was ranked first. At Lantern it
# does not fall, so the order may still be used.
#
# Stop trusting the order when `top_fifth` falls, and the total when two quarters in a row lie
# outside their ranges on the same side.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# For Lantern we know what comes in the next year. What would the calls of the plan have brought, if a
# call adds `LIFT`, and if it adds half of it?

# %% tags=["needs-truth"]
if "truth" in db.tables:
    comes = db.truth.set_index("customer_id")["spend_next_12_months"]
    gains = {lift: (lift * MARGIN * comes[plan.ids] - COST).sum() for lift in (LIFT, LIFT / 2)}
    display(pd.Series(gains).rename_axis("true lift").rename("net of the plan").round())

# %% [markdown] tags=["needs-truth"]
# If we guessed the lift well, the plan brings most of what it promised. It is a little less than
# `net_low` all the same, because the interval knows the doubt about the parameters only. If the lift is
# only half of it, the same calls bring far less. The guess weighs most.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask: "Where does the plan's promise come from, the model or the guess?" Point at the two rows: the
# forecast cost us little, the guess would cost us most of the gain.

# %% [markdown]
# ## Whom do we call, and how many?
#
# The names come from the forecast, and their number from `COST` and a guess, `LIFT`. So we ring one
# half of the list, and leave the other half alone to compare. Two lifts decide what this trial can
# tell. The lift at which the calls on the list just pay for themselves is called the **break-even
# effect**. The other is the smallest lift that the trial shows four times in five. Twice the lift
# needs a quarter of the customers, so we find this lift with a square root.

# %%
called = len(plan.ids) // 2
shown = LIFT * (sizes[0] / called) ** 0.5 if called else float("nan")
least = plan.break_even
pd.Series({"calls, by lot": called, "lift that pays": least["high"], "lift that shows": shown}).round(3)

# %% [markdown]
# So call this number of customers from `plan.ids`, chosen by lot, and compare both halves after a
# year. "Lift that pays" is the upper end of the break-even effect. If an effect shows, call the
# whole list next year. If none shows, the calls may still pay, because a lift between the two
# numbers pays and may not show. Then toss the coin again, and add both years up. Make a new list
# when the cost of a call rises, or when `top_fifth` falls.

# %% [markdown] tags=["instructor"]
# "Who would rather call all of them?" Let one person defend it: half of the gain is lost this year.
# Then let another defend the coin: without it, next year's list rests on the same guess. With it, the
# room knows one thing more each year.

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
# Put in your own `MARGIN` and `COST`. With less than two years of data make `QUARTERS` 4.

# %% [markdown]
# ## Take away
#
# - Pull a customer's own mean towards everyone's, the harder the fewer purchases it rests on.
# - Call where the effect times the value is more than the cost, and count in margin.
# - The forecast says who will buy; only a trial says whom a call changes.
# - Make a new summary each week, refit each quarter, and look each time at what came.

# %% [markdown]
# ## Terms
#
# <!-- terms: monetary value; shrinkage; Gamma-Gamma model; independence of spend and frequency; residual value; effect of a call; break-even effect; refit; season; holdout period -->

# %% [markdown]
# ## References
#
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: using iso-value curves for
#   customer base analysis. *Journal of Marketing Research* 42(4), 415-430.
