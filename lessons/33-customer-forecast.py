# %% [markdown]
# # 33 Customer forecast
#
# > "Next month two people can ring customers all day. Whom do they ring, and when do they stop?"
#
# A list of names is not enough for an answer. We need to know what each customer is going to bring,
# what a call costs, and what a call adds. The first can be forecast, the second is in the books, and
# the third is a guess until somebody tests it, so this lesson keeps the three apart.
#
# **You can then** forecast what each customer will spend and what that is worth; test a ranking of
# customers; say how many calls pay, and how large a trial must be; keep the forecast fresh.
#
# **You need** from lesson 32 the purchase summary (`frequency`, `recency`, `T`) and the idea that
# a model, fitted to it, gives the expected purchases of each customer. It is tested on a **holdout
# period**, weeks that the fit has not seen.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 1, spend 12, value 10, ranking 4, calls 8, trial 4, fresh 6, truth 1,
# decision 2. If late, cut the truth, then the exercise on two groups.
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
MARGIN = 0.57  # what is left of a dollar of sales before fixed costs; Lantern's, put in yours
RATE = 0.15  # discount rate a year
COST = 3  # of one call
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
# For Ben we have nothing but the mean of all customers, while for Chen we have nine purchases. Ana's
# single 80 may be luck, so the best guess for her lies between 35 and 80. We pull a customer's own mean
# towards the mean of all, and the fewer purchases it rests on, the harder we pull. This is called
# **shrinkage**.
#
# The **Gamma-Gamma model** says how hard to pull. Of its three numbers, `p` says how steady the
# purchases of one customer are, and `q` and `v` say how customers differ. Here they are those of CDNOW
# (Fader, Hardie and Lee 2005).

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
three.assign(weight=weight, next_purchase=by_hand).round(2)

# %% [markdown]
# The column `weight` is the weight of a customer's own mean, which is 0 for Ben and nearly 1 for Chen.
# Ana gets about two thirds of the way from 35 to her 80. The next cell prints nothing, because the package agrees.

# %%
published = rb.GammaGamma(p=p, q=q, v=v)
assert (published.expected_spend(three)["estimate"] - by_hand).abs().max() < 1e-9

# %% [markdown] tags=["instructor"]
# Before exercise 33.1, ask for the product of the two means only: "Six purchases of 25 make 150.
# Who objects?"

# %% [markdown]
# The model assumes **independence of spend and frequency**: how much a customer spends at a time
# tells nothing about how often she comes. Only then may we multiply the two forecasts. The exercise
# shows how wrong the product can be where that fails.
#
# **Exercise 33.1** Half of the customers are offices, which come ten times a year and pay 40 each
# time. The other half are people, who come twice and pay 10. What do you get for the mean customer
# if you multiply mean purchases by mean spend, and what does the mean customer bring in truth? Give
# `[multiplied, truth]`.

# %% tags=["exercise"]
# solution
multiplied = (10 + 2) / 2 * (40 + 10) / 2
answer = [multiplied, (10 * 40 + 2 * 10) / 2]
check("33.1", answer)

# %% [markdown]
# Does our data allow it? A correlation near 0 means that we may go on. Above 0.3 the package warns you,
# and then the groups should be fitted apart.

# %%
f"correlation {summary['frequency'].corr(summary['monetary_value']):.2f}"

# %% [markdown]
# ## What is each customer worth?
#
# The value of a customer is her expected purchases, times her expected spend, times the margin, with
# each purchase discounted to today. As in lesson 32, we take the model of purchases with the smallest `aic`.

# %%
fits = [kind.fit(summary) for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD)]
buying, spending = rb.best_of(*fits), rb.GammaGamma.fit(summary)
worth = rb.lifetime_value(buying, spending, summary, margin=MARGIN, annual_rate=RATE, years=1)
worth.table.nlargest(3, "estimate").round(1)

# %% [markdown]
# These three customers are worth most over the next year. `low` and `high` hold the doubt about the
# parameters only. All three columns are margin, not revenue. The discount rate is per year although the
# model counts in weeks; the package converts it.
#
# Without `years=1` we would get the **residual value**, the value of all purchases that are still to
# come. It leaves out what she has bought already. Is there residual value in customers who never came
# back?

# %% [markdown] tags=["instructor"]
# Collect guesses for the silent before the exercise; most say zero. Afterwards tell them what Fader,
# Hardie and Lee found for the whole cohort of 23,570: the 12,054 who never came back were worth about
# 4.40 dollars each, 53,000 together. "What would you spend on one of them?" And: "So which model is
# right about them?" Nobody knows for all time. BG/NBD keeps every one of them alive, and so says
# about twice as much.

# %% [markdown]
# **Exercise 33.2** Take `crm.load("cdnow")` until 1998-06-30. Fit `rb.ParetoNBD` and `rb.GammaGamma`
# to all of its customers. What are those who never came back worth together, over all of the
# future, at a margin of 0.30 and 15 % a year? Do it again with `rb.BGNBD` and write one sentence that
# gives your manager the range per silent customer.

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
# third of the data, value each customer with what was known then, and rank the customers three
# ways: by value, by what they had spent so far, and by how lately they had come.

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
# value comes nearest to it. At CDNOW the intervals overlap widely; then do not claim that one order is
# better than another.

# %% [markdown]
# ## How many calls?
#
# A call costs `COST`, and we **assume** that it adds the share `LIFT` to what the customer brings in
# the next year. What comes on top of what would have come anyway is the **effect of a call**. So a call
# pays where `LIFT` times the customer's value is more than `COST`.
#
# **Exercise 33.3** Five customers will *spend* 20, 60, 80, 120 and 300 next year, and 40 % of that is
# margin. A call costs 3 and adds a tenth. How many of the five should be called?

# %% tags=["exercise"]
# solution
answer = sum(0.10 * 0.40 * spent > 3 for spent in [20, 60, 80, 120, 300])
check("33.3", answer)

# %%
plan = rb.contact_plan(worth, lift=LIFT, cost=COST)
plan.plot();

# %% [markdown]
# The curve adds up the net gain, the most valuable customer first. It climbs steeply, flattens, and
# falls after the point. Near the point the curve is flat, so some calls more or fewer hardly matter.
#
# Now let us see which of our numbers the plan hangs on. First we halve the lift. Then we make a common
# mistake and take revenue for margin.

# %%
half = rb.contact_plan(worth, lift=LIFT / 2, cost=COST)
revenue = rb.lifetime_value(buying, spending, summary, margin=1, annual_rate=RATE, years=1)
mistaken = rb.contact_plan(revenue, lift=LIFT, cost=COST)
cases = {"as assumed": plan, "half the lift": half, "revenue for margin": mistaken}
pd.DataFrame({name: case.totals for name, case in cases.items()}).T.round()

# %% [markdown]
# `net_low` and `net_high` hold the doubt about the parameters, and it is small. The doubt about the
# lift is far greater: at half the lift, fewer calls pay, and they bring much less. The mistake in the
# last row buys more calls than pay, with a gain that exists on paper only.
#
# The lift at which the calls on the list just pay for themselves is called the **break-even effect**.

# %%
plan.break_even.round(4)

# %% [markdown] tags=["instructor"]
# "Why not call those with the lowest P(alive)?" Because nobody is there. "Why not stop at the top ten?"
# Because the eleventh call pays too. "And how do we know that a call adds a tenth?" Nobody does.
# Let them propose how to find out before you go on. Insist on the coin.

# %% [markdown]
# ## How large must the trial be?
#
# What a call adds stands in no list of sales. Toss a coin for each name on the list, ring one half,
# and compare both halves. Customers differ a lot, so small groups show nothing. But we may compare what
# each brings *beyond her forecast*, which differs less. The holdout tells us by how much.

# %% [markdown] tags=["instructor"]
# "How many names does a trial need to show a tenth?" Most say a hundred. Write the guesses down, and
# compare them with the table after the next one.

# %%
listed = rb.contact_plan(value, lift=LIFT, cost=COST).ids
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
# A lift that is twice as large needs a quarter of the customers. Compare the numbers with half of the
# list. Where the list is shorter, a trial of one year cannot show a lift of `LIFT`; it can only show,
# or rule out, a larger one.

# %% [markdown]
# ## How is a forecast kept fresh?
#
# A forecast ages, so from time to time the model is fitted again to newer data, which is called a
# **refit**. How often is it needed? We look back over the last `QUARTERS` quarters of thirteen weeks. At
# the start of each we fit the model to what was known, and compare its forecast with what came.

# %%
ends = [db.until - pd.Timedelta(weeks=13 * back) for back in range(QUARTERS, 0, -1)]
again = rb.refits(type(buying), log, ends=ends, periods=13, refunds="net")
old, new = (m.expected_purchases(summary, periods=13).total() for m in (again.models[-4], buying))
pd.DataFrame({"learnt a year ago": old, "learnt now": new}).round()

# %% [markdown]
# Both columns forecast the next thirteen weeks of today's customers, with today's summary. At Lantern
# they differ little, although the parameters of the first are a year old. Parameters describe all
# customers together, and these change slowly, unless the first fit had few weeks to learn from. One customer's P(alive) changes with every visit. So score the
# customers every week with the same parameters, and refit once a quarter.

# %% [markdown] tags=["instructor"]
# Before the figure: "We refit every quarter. Will the forecast now hold every quarter?" Expect yes.
# A refit mends parameters; it does not mend what the model leaves out. Then: "In which month do your
# own data end?"

# %%
again.plot();

# %% [markdown]
# A black point outside its blue bar is a quarter in which the forecast did not hold.

# %%
again.table[["estimate", "low", "high", "came", "ratio", "top_fifth"]].round(2)

# %% [markdown]
# The column `ratio` is what came, divided by the forecast, and it has a pattern. Both of Lantern's
# autumns came out above the forecast and its spring below, and no refit mends that. Such a rise and fall that
# returns each year is called **season**, and the models do not know it. The column `top_fifth` is the
# share of the purchases made by the fifth that was ranked first. It hardly suffers, so the order may
# still be used.
#
# A simple repair is to multiply by the `ratio` of the same quarter a year ago, which stands four rows up,
# at `iloc[-4]`. One year is a thin basis, so say that you did it.

# %%
next_quarter = rb.luck(buying, summary, periods=13).total()
a_year_ago = again.table["ratio"].iloc[-4]
pd.DataFrame({"forecast": next_quarter, "repaired": next_quarter * a_year_ago}).round()

# %% [markdown]
# These rules keep a forecast fresh:
#
# - Fit customers together who buy alike, and leave contracts out.
# - Score each week, refit each quarter, and store each model with `model.save("2026-01.json")`.
# - Stop trusting the total when what came lies outside the range twice on the same side.
# - Stop trusting the order when `top_fifth` falls.

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
# If we guessed the lift well, the plan brings nearly what it promised. If the lift is only half of
# it, the same calls bring far less. The guess weighs more than all doubt about the forecast.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask: "Where does the plan's promise come from, the model or the guess?" Point at the two rows: the
# forecast cost us little, the guess would cost us most of the gain.

# %% [markdown]
# ## Whom do we call, and how many?
#
# The names come from the forecast, and their order has been tested. Their number comes from `COST` and
# from a guess, `LIFT`. One half of the list is left alone, which is the price of knowing. The smallest
# lift that shows goes with a square root, since twice the lift needs a quarter of the customers.

# %%
called = len(plan.ids) // 2
shown = LIFT * (sizes[0] / called) ** 0.5
least = plan.break_even
pd.Series({"calls, by lot": called, "lift that pays": least["high"], "lift that shows": shown}).round(3)

# %% [markdown]
# So call this number of customers from `plan.ids`, chosen by lot, and compare both halves after a year.
# "Lift that pays" is the upper end of the break-even effect; "lift that shows" is the smallest that this
# trial shows four times in five. If it shows, call the whole list next year. If it does not, the lift is
# probably smaller, and may still pay; so toss the coin again and add both years up. A dearer call, or a
# `top_fifth` that falls, would change the list.

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
# Put in your own `MARGIN` and `COST`. The ranking is then tested on your own last third, and the
# forecasts on your last quarters. With less than two years of data make `QUARTERS` 4.

# %% [markdown]
# ## Take away
#
# - Pull a customer's own mean towards everyone's, the harder the fewer purchases it rests on.
# - Call where the effect times the value is more than the cost, and count in margin.
# - The forecast says who will buy; only a trial says whom a call changes.
# - Score each week, refit each quarter, and look each time at what came.

# %% [markdown]
# ## Terms
#
# <!-- terms: monetary value; shrinkage; Gamma-Gamma model; independence of spend and frequency; residual value; effect of a call; break-even effect; refit; season; holdout period -->

# %% [markdown]
# ## References
#
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: using iso-value curves for
#   customer base analysis. *Journal of Marketing Research* 42(4), 415-430.
