# %% [markdown]
# # 32 Repeat buying
#
# > "She used to come every week. Now there are two months of nothing. Do we ring her?"
#
# A subscriber who leaves has to say so, but a cafe's customer just stays away. Where customers can
# leave without a word, we speak of a **non-contractual setting**. There a customer who has gone and
# a customer who waits look the same: both are silent. This lesson turns a silence into a
# probability, tests it, and ends with the week in which to ring.
#
# **You can then** tell customers who have probably gone from customers who wait; forecast
# purchases from a list of sales; test the forecast on purchases that it has not seen; say after how
# many silent weeks to ring.
#
# **You need** three numbers from lesson 00. `frequency` is the number of days on which a customer
# came back, so it is 0 for somebody who bought once. `recency` is the time from her first purchase
# to her last one. `T` is the time from her first purchase to today. Both are in weeks here.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, coin and clock 8, three customers 10, forecast 9,
# own customers 4, truth 3, decision 9, own data 1. If late, cut exercise 32.2, then the truth.
#
# Ask for a shop that each of them has not visited for two months. "Are you still its customer?"
# Expect a pause: even the customer is not sure. Keep the shops on the board for the end.

# %% [markdown]
# ## The data
#
# `DATA` decides whose customers we look at. Lantern Coffee is a company that we made up, and CDNOW
# is a real one, an online shop whose customers bought their first CD there in early 1997.
# (`P(alive)` is explained below.)

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
CALL_BELOW = 0.5  # we ring when P(alive) falls to this
REGULAR = 10  # repeat purchases that make a regular customer
WEEKS = 8  # how long we wait for the effect of a call
EFFECT = 0.20  # share of those who would stay away whom a call brings back: a guess

# %%
import math

import pandas as pd

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("32-repeat-buying")
log = rb.free_buyers(db)
summary = rb.summarise(log, until=db.until, refunds="net")
summary[["frequency", "recency", "T"]].head(3).round(1)

# %% [markdown]
# Such a table, with one row per customer, is called a **purchase summary**. `free_buyers` leaves
# out customers with a contract, because they cannot just stay away. A refund is no purchase; it is
# taken off what the customer spent on that day (`refunds="net"`).

# %% [markdown]
# ## A coin and a clock
#
# Imagine that each customer has a clock and a coin. Ana's clock rings at random, once in ten weeks
# on average. When it rings, she buys. Each time she has come back, she tosses her coin. The coin
# says *leave* one time in five. Then she never comes again, and she tells nobody.
#
# Ana came back once, ten weeks ago, and has been silent since. There are two possible reasons:
#
# - The coin said *leave*, with a chance of 0.2. After that the silence was certain.
# - The coin said *stay*, with a chance of 0.8, and the clock has not rung yet. A clock that rings
#   once in ten weeks stays quiet for ten weeks with a chance of $e^{-10/10} = 0.37$.
#
# We multiply the chances of each reason. Then we divide the second reason by both together.

# %%
left = 0.2 * 1
stayed = 0.8 * math.exp(-10 / 10)
round(stayed / (left + stayed), 2)

# %% [markdown]
# So the chance that Ana is still a customer is 0.60. We call it **P(alive)**: the chance that a
# customer has not left, given what we saw of her. It is not the chance that she buys next week.

# %% [markdown] tags=["instructor"]
# Draw the two branches on the board before the exercise. Expect "e to the minus one, so 37 %". That
# is the chance of silence if she stayed, not the chance of having stayed. Then ask: "Ten more
# silent weeks. What becomes of the 0.60?" Let them guess before they compute: it is 0.35.

# %% [markdown]
# **Exercise 32.1** Emil's clock rings once in five weeks, and his coin says *leave* one time in
# four. He came back ten weeks ago, and has been silent since. What is his P(alive)?

# %% tags=["exercise"]
# solution
emil_stayed = 0.75 * math.exp(-10 / 5)
answer = emil_stayed / (0.25 + emil_stayed)
check("32.1", answer)

# %% [markdown]
# ## Three customers
#
# In a shop nobody sees a clock or a coin. We see only the summary. Here are three customers who
# first bought 40 weeks ago. This Ana is not the one with the coin. Which of them do you think are
# still there?

# %%
names = ["Ana", "Ben", "Chen"]
three = pd.DataFrame({"frequency": [2, 0, 10], "recency": [30, 0, 20], "T": 40}, index=names)
three

# %% [markdown]
# The **BG/NBD model** supposes that every customer has a clock and a coin of her own. Four numbers
# describe them. `r` and `alpha` say how often the clocks ring: on average `r / alpha` times a week.
# `a` and `b` say how often the coins say *leave*: on average in `a / (a + b)` of the tosses. Nobody
# knows the clock and the coin of one customer. So the model computes P(alive) for every clock and
# coin, and takes the mean. Clocks and coins that fit her purchases well count most. The numbers in
# the next cell were published for the online shop CDNOW (Fader, Hardie and Lee 2005).

# %% [markdown] tags=["instructor"]
# "Which of the three is surely gone, and which is surely there?" Vote before the cell. Nobody names
# Ben as surely there. Let them find out why the model does: his coin was never tossed.

# %%
published = rb.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
three.assign(p_alive=published.p_alive(three)["estimate"]).round(2)

# %% [markdown]
# Chen came back ten times in twenty weeks and has been silent for twenty. For a customer who came
# so often this is a long silence, so he has almost surely gone. Ana's silence is shorter, and she
# came seldom, so she is probably still there.
#
# Ben has P(alive) = 1, although he bought only once. In this model nobody tosses a coin before she
# has come back, so Ben cannot have left. Two other models change this. In the **MBG/NBD model** the
# coin is tossed after the first purchase too. In the **Pareto/NBD model** there is no coin, and a
# customer may leave on any day.

# %% [markdown]
# **Exercise 32.2** Dana bought twice on 3 March 2025, once on 17 March, and twice on 5 May. We look
# until 2 June. What are her `[frequency, recency, T]`, in weeks?

# %% tags=["exercise"]
# solution
dates = pd.to_datetime(["2025-03-03"] * 2 + ["2025-03-17"] + ["2025-05-05"] * 2)
dana = rb.summarise(pd.DataFrame({"customer_id": "Dana", "date": dates}), until="2025-06-02")
answer = dana[["frequency", "recency", "T"]].iloc[0].tolist()
check("32.2", answer)

# %% [markdown]
# ## Does the forecast hold?
#
# A forecast is tested on purchases that it has not seen. We fit two models to the first 39 weeks of
# CDNOW, the **calibration period**. The next 39 weeks are the **holdout period**. For these weeks
# we compare the **expected purchases**, the mean number that a model foresees, with the number that
# came. `rb.split` makes a summary of both periods, which we call `both`: `frequency`, `recency` and
# `T` up to the end of calibration, and what came in the holdout.

# %%
cdnow = crm.load("cdnow").transactions
both = rb.split(cdnow, calibration_end="1997-09-30", until="1998-06-30", refunds="net")
bgnbd, pareto = rb.BGNBD.fit(both), rb.ParetoNBD.fit(both)
rb.holdout_totals(both, bgnbd, pareto).round()

# %% [markdown]
# Both models expected too few: about an eighth is missing. `low` and `high` are the ends of a 95 %
# range. The range has two causes. **Parameter uncertainty** means that the numbers of the model
# were estimated from a sample. **Customer's luck** means that a customer buys sometimes more and
# sometimes less than her own mean.
#
# `held` says whether the number that came lies inside the range. It lies above the range of BG/NBD,
# and inside the range of Pareto/NBD, which is wider. So do not publish this total without a
# warning.

# %% [markdown] tags=["instructor"]
# "Would you publish the total?" Let two people argue. Before the exercise: "Which model will be
# nearer for people who never came back, the one where they are all alive?" Most say no. The answer
# surprises them: a bad story can be the better forecast.

# %% [markdown]
# **Exercise 32.3** Take the CDNOW customers who had not come back by 30 September 1997: their
# frequency in `both` is 0. How many purchases did Pareto/NBD expect of them in the holdout, and how
# many came? Give `[expected, came]`. (`rb.holdout_totals` takes a part of `both`, too.) Then look
# at BG/NBD and write one sentence: which of the two would you trust for these customers, and why?

# %% tags=["exercise"]
# solution
never_back = both[both["frequency"] == 0]
answer = rb.holdout_totals(never_back, pareto)[["estimate", "came"]]
check("32.3", answer)

# %% [markdown]
# ## Which model for our customers?
#
# The last third of the time is the holdout. We fit three models to the first two thirds. The
# **Akaike information criterion**, `aic`, compares models of the same data: the smaller, the
# better. The column `behind` is the distance to the best model, and a distance below 2 says little.
# In the cell, `normalize` removes the hours, so that a day is left.

# %% [markdown] tags=["instructor"]
# "Whose one-time buyers are like Ben, yours or CDNOW's?" Let them say which of the three models
# they would bet on before the table of `aic` is shown.

# %%
first_day = log["date"].min()
two_thirds = (first_day + (db.until - first_day) * 2 / 3).normalize()
ours = rb.split(log, calibration_end=two_thirds, until=db.until, refunds="net")
fits = [rb.BGNBD.fit(ours), rb.MBGNBD.fit(ours), rb.ParetoNBD.fit(ours)]
rb.compare(*fits)[["aic", "behind"]].round(1)

# %% [markdown]
# The best model stands first. Being best does not mean that its forecast holds, so we test it.

# %%
rb.holdout_totals(ours, *fits).round()

# %% [markdown]
# Where the column `held` is `False`, do not trust the total. All three models suppose that a clock
# never becomes faster or slower. For the week of a call we need P(alive) and not the total, so we
# test P(alive) next.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Is P(alive) right? Lantern is made up, so its table `truth` knows who has left: `left_on` is the
# day, and it is empty for those who are still customers. We fit the three models again, now to all
# of the data. `type(fit)` is the kind of a model, for example `rb.BGNBD`. For each model, `alive`
# holds the P(alive) of all customers. The figure groups the customers by this chance, and shows for
# each group the share who are really still there.

# %% [markdown] tags=["instructor", "needs-truth"]
# Before the figure: "Which of the three lies lowest on the right?" It is BG/NBD. Ask how its Bens
# pull the point at 100 % down.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    still_here = db.truth.set_index("customer_id")["left_on"].reindex(summary.index).isna()
    models = [type(fit).fit(summary) for fit in fits]
    alive = {one.title: one.p_alive(summary)["estimate"] for one in models}
    rb.plot_calibration({name: rb.calibration(p, still_here) for name, p in alive.items()});

# %% [markdown] tags=["needs-truth"]
# Take all customers to whom a model gave a chance of 70 %. If seven in ten of them are still there,
# it is a **calibrated chance**, and the point lies on the dotted line. Pareto/NBD stays close to
# the line. MBG/NBD lies above it for most groups: its chances are too low. The last point of BG/NBD
# lies far below it: fewer than half of these customers are still there. All one-time buyers are
# among them, because like Ben they get P(alive) = 1. So test a model on your one-time buyers alone,
# as in exercise 32.3.

# %% [markdown]
# ## In which week do we ring?
#
# A silence must be measured in the customer's own rhythm. Take three customers who came for 24
# weeks: one every week, one every second week, one every fourth week. After how much silence has
# P(alive) fallen to `CALL_BELOW`? This length of silence is a customer's *limit*. We take the kind
# of model whose `aic` is smallest, and fit it to all of the data.

# %% [markdown] tags=["instructor"]
# "When would you ring the weekly customer: after two weeks, five, eight?" Collect guesses before
# the table. Ask too: "Your daily newspaper reader has not come for 19 weeks. Is she ill?" Then the
# question of the first minute: "And she, after two months?" Let them read it off the figure. Return
# to the shops on the board.

# %%
model = type(rb.best_of(*fits)).fit(summary)
limits = rb.silence_limits(model, every=[1, 2, 4], during=24, below=CALL_BELOW)
limits.table.round(1)

# %% [markdown]
# The column `estimate` is this silence in weeks, with its 95 % interval. The figure shows how
# P(alive) falls.

# %%
limits.plot();

# %% [markdown]
# Each point is a week in which to ring. The slower the rhythm, the longer we may wait. Compare the
# three curves at week 5. The customer who used to come most often has the smallest P(alive). This
# is called the **increasing-frequency paradox**.
#
# The customer of our first line came every week, and has been silent for two months, almost nine
# weeks. On her curve P(alive) is then close to 0. A call would almost surely reach somebody who has
# left, so a card is enough.
#
# Which of our regulars are near the limit today? A regular has come back at least `REGULAR` times.
# We take those whose P(alive) is at most 0.3 away from `CALL_BELOW`. (If nobody is, as in a short
# list of sales, we take all who ever came back.) How many of these customers will come in the next
# `WEEKS` weeks without a call? `rb.luck` makes the forecast, and its range holds the customer's
# luck.

# %%
p_alive = model.p_alive(summary)["estimate"]
near = p_alive.between(CALL_BELOW - 0.3, CALL_BELOW + 0.3) & (summary["frequency"] >= REGULAR)
called = summary[near] if near.any() else summary[summary["frequency"] > 0]
ahead = rb.luck(model, called, periods=WEEKS)
coming = ahead.buyers()
coming["customers"] = len(called)
coming.round(1)

# %% [markdown]
# Of these customers, `estimate` will come without a call, and probably between `low` and `high`. A
# call helps only if more come than these. No list of sales says how many more, so we need a trial:
# draw half of the customers by lot, ring them, and compare the two halves. `trial` says how many
# customers both halves need, so that four trials in five show the effect. Only those who would stay
# away can come because of a call. `away` is their share, and we guess that a call brings back the
# share `EFFECT` of them. We also try three times this share.

# %%
away = 1 - coming["estimate"] / coming["customers"]
needed = pd.Series({"customers today": coming["customers"]})
needed[f"needed if {EFFECT:.0%} of those away come"] = ahead.trial(EFFECT * away)
needed[f"needed if {3 * EFFECT:.0%} of those away come"] = ahead.trial(3 * EFFECT * away)
needed.astype(int)

# %% [markdown]
# A large effect needs far fewer customers than a small one.
#
# The order is therefore: each week, list the regulars who are near their limit and on no earlier
# list. Ring half of them, chosen by lot. When the lists together have as many customers as the
# third row says, compare the shares of the two halves who came. If the 95 % interval of the
# difference lies above zero, ring everybody from then on. If not, go on with new lists until they
# have as many as the second row says. A smaller trial often misses an effect of only `EFFECT`. If
# the model is right, we know the week of the call well, because the intervals of the limits are
# narrow.

# %% [markdown]
# ## With your own data
#
# One row per purchase is enough:
#
# ```python
# DATA = "sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - Measure silence in the customer's own rhythm; ring at the limit, not months later.
# - P(alive) of one-time buyers depends on the model, so test it on them alone.
# - Test every forecast on a holdout; the best model of three may still miss the total.
# - Whether a call helps is not in the list of sales; draw by lot whom to ring, and compare.

# %% [markdown]
# ## Terms
#
# <!-- terms: non-contractual setting; purchase summary; P(alive); BG/NBD model; MBG/NBD model; Pareto/NBD model; expected purchases; increasing-frequency paradox; calibration period; holdout period; parameter uncertainty; customer's luck; Akaike information criterion; calibrated chance -->

# %% [markdown]
# ## References
#
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way.
#   *Marketing Science* 24(2), 275-284.
