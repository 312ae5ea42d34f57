# %% [markdown]
# # 32 Repeat buying
#
# > "She used to come every week. Now there are two months of nothing. Do we ring her?"
#
# A subscriber who leaves has to say so, but a cafe's customer just stays away. Where customers can
# leave without a word, we speak of a **non-contractual setting**. In it, a customer who has gone looks
# the same as one who is waiting, because both are silent. This lesson turns a silence into a
# probability, tests it, and ends with the week in which to ring.
#
# **You can then** tell customers who have probably gone from customers who wait; forecast
# purchases from a list of sales; test the forecast on purchases that it has not seen; say after how
# many silent weeks to ring.
#
# **You need** three numbers from lesson 00. `frequency` counts the days on which a customer came
# back, so it is 0 for somebody who bought once. A customer's age is the time since her first
# purchase, here in weeks. `recency` is her age at the last purchase, and `T` is her age today.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 1, data 2, coin and clock 7, three customers 10, forecast 9,
# own customers 4, truth 5, decision 11, own data 1. If late, cut exercise 32.2, then the truth.
#
# Ask for a shop that each of them has not visited for two months. "Are you still its customer?"
# Expect a pause: even the customer is not sure. Keep the shops on the board for the end.

# %% [markdown]
# ## The data
#
# `DATA` decides whose customers we look at. Lantern Coffee is a company that we made up, and CDNOW
# is a real one, an online shop whose customers bought their first CD there in early 1997.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
CALL_BELOW = 0.5  # we ring when P(alive) falls to this
REGULAR = 10  # repeat purchases that make a regular customer
WEEKS = 8  # how long we wait for the effect of a call
EFFECT = 0.10  # share of the called who come only because of the call: a guess

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
# Such a table, with one row per customer, is called a **purchase summary**. `free_buyers` leaves out
# customers with a contract, because they cannot just stay away. A refund is no purchase; it is taken
# off the spending of its day (`refunds="net"`).

# %% [markdown]
# ## A coin and a clock
#
# Imagine that each customer has a clock and a coin. Ana's clock rings at random, once in ten weeks
# on average, and whenever it rings, she buys. After each repeat purchase she tosses her coin. One
# time in five it says *leave*; then she never comes back, and she tells nobody.
#
# Ana's last repeat purchase was ten weeks ago. There are two possible reasons for her silence:
#
# - The coin said *leave*, with a chance of 0.2, and after that the silence was certain.
# - The coin said *stay*, with a chance of 0.8, and the clock has not rung yet. A clock that rings
#   once in ten weeks stays quiet for ten weeks with a chance of $e^{-10/10} = 0.37$, and for
#   twenty weeks with $e^{-20/10} = 0.14$.

# %%
left = 0.2 * 1
stayed = 0.8 * math.exp(-10 / 10)
round(stayed / (left + stayed), 2)

# %% [markdown]
# So the chance that Ana is still a customer is 0.60. We call it **P(alive)**, the chance that a
# customer has not left, given what we saw of her. It is not the chance that she buys next week.

# %% [markdown] tags=["instructor"]
# Draw the two branches on the board before the exercise. Expect "e to the minus one, so 37 %". That
# is the chance of silence if she stayed, not the chance of having stayed. Then ask: "Ten more
# silent weeks. What becomes of the 0.60?" Let them guess before they compute: it is 0.35.

# %% [markdown]
# **Exercise 32.1** Emil's clock rings once in five weeks, and his coin says *leave* one time in
# four. What is his P(alive), now that ten weeks have passed since his last repeat purchase?

# %% tags=["exercise"]
# solution
emil_stayed = 0.75 * math.exp(-10 / 5)
answer = emil_stayed / (0.25 + emil_stayed)
check("32.1", answer)

# %% [markdown]
# ## Three customers
#
# In a shop nobody sees a clock or a coin; we see only the summary. Here are three customers who
# first bought 40 weeks ago. Ana has again been silent for ten weeks, but now we do not know her
# clock and her coin. Which of the three do you think are still there?

# %%
names = ["Ana", "Ben", "Chen"]
three = pd.DataFrame({"frequency": [2, 0, 10], "recency": [30, 0, 20], "T": 40}, index=names)
three

# %% [markdown]
# The **BG/NBD model** says how clocks and coins differ between customers, and it needs four numbers
# for that. Two of them, `r` and `alpha`, describe the clocks: on average they ring `r / alpha` times a
# week. The other two, `a` and `b`, describe the coins: on average they say *leave* in `a / (a + b)` of
# the tosses. The values in the next cell, and the formulas of `coin` and `silence`, are published
# (Fader, Hardie and Lee 2005); the values are those of CDNOW.

# %% [markdown] tags=["instructor"]
# "Which of the three is surely gone, and which is surely there?" Vote before the cell. Nobody names Ben
# as surely there. Let them find out why the model does: his coin was never tossed.

# %%
r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
bought = three["frequency"]
coin = (a / (b + bought - 1)).where(bought > 0, 0)
silence = ((alpha + three["T"]) / (alpha + three["recency"])) ** (r + bought)
by_hand = 1 / (1 + coin * silence)
published = rb.BGNBD(r=r, alpha=alpha, a=a, b=b, unit="week")
pd.DataFrame({"by_hand": by_hand, "package": published.p_alive(three)["estimate"]}).round(3)

# %% [markdown]
# The package and our formula agree. The formula compares the two reasons for the silence. `coin` is
# the chance that the last toss said *leave*, divided by the chance that it said *stay*. (`.where`
# puts 0 for those who never came back, since they never tossed.) `silence` is 1, the chance of the
# silence if she left, divided by its chance if she stayed. Multiplied, they say how many times more
# likely *gone* is than *still there*. If that is 3, P(alive) is 1 / (1 + 3).
#
# Chen bought ten times in twenty weeks and has been silent for twenty, so he has almost surely gone.
# Ben has P(alive) = 1, although he bought only once. This does not make him loyal: in this model the
# coin is tossed after *repeat* purchases only, so his was never tossed. Two other models mend that.
# In the **MBG/NBD model** the coin is tossed after the first purchase too. In the **Pareto/NBD
# model** there is no coin, and a customer may leave on any day.

# %% [markdown]
# **Exercise 32.2** Dana bought twice on 3 March 2025, once on 17 March, and twice on 5 May. We look
# until 2 June. Work out by hand, or with the package, `[frequency, recency, T]` in weeks.

# %% tags=["exercise"]
# solution
dates = pd.to_datetime(["2025-03-03"] * 2 + ["2025-03-17"] + ["2025-05-05"] * 2)
dana = rb.summarise(pd.DataFrame({"customer_id": "Dana", "date": dates}), until="2025-06-02")
answer = dana[["frequency", "recency", "T"]].iloc[0].tolist()
check("32.2", answer)

# %% [markdown]
# ## Does the forecast hold?
#
# A forecast is tested on purchases that it has not seen. We fit two models to CDNOW's first 39 weeks,
# the **calibration period**. The next 39 weeks are the **holdout period**. For these weeks we compare
# the **expected purchases**, the mean number that a model foresees, with what came. Before you run the
# cell, guess whether the models will be right to within a tenth.

# %%
cdnow = crm.load("cdnow").transactions
both = rb.split(cdnow, calibration_end="1997-09-30", until="1998-06-30", refunds="net")
bgnbd, pareto = rb.BGNBD.fit(both), rb.ParetoNBD.fit(both)
rb.holdout_totals(both, bgnbd, pareto).round()

# %% [markdown]
# Both models expected about an eighth too few. `low` and `high` are the ends of a 95 % range, which
# is wide for two reasons. The first is **parameter uncertainty**: the four numbers were estimated from
# a sample. The second is **customer's luck**: even a customer whose clock we knew would not buy
# exactly her mean. `held` says whether what came lies inside the range. For BG/NBD it lies above it,
# and for Pareto/NBD inside, because that range is wider.
#
# So do not publish this total without a warning.

# %% [markdown] tags=["instructor"]
# "Would you publish the total?" Let two people argue. Before the exercise: "Which model will be
# nearer for people who never came back, the one where they are all alive?" Most say no. The answer
# surprises them: a bad story can be the better forecast.

# %% [markdown]
# **Exercise 32.3** Take only the CDNOW customers who had not come back by 30 September 1997, that
# is, whose frequency in `both` is 0. How many purchases did Pareto/NBD expect of them in the
# holdout, and how many came? Give `[expected, came]`. Then do the same for BG/NBD and write one
# sentence: which of the two would you trust for CDNOW's one-time buyers, and why?
# (`rb.holdout_totals` takes a part of `both`, too.)

# %% tags=["exercise"]
# solution
never_back = both[both["frequency"] == 0]
answer = rb.holdout_totals(never_back, pareto)[["estimate", "came"]]
check("32.3", answer)

# %% [markdown]
# ## Which model for our customers?
#
# Now we turn to your `DATA`, whose last third is the holdout. The **Akaike information criterion**,
# `aic`, compares models of the same data: the smaller, the better, and a distance below 2 says
# little.

# %% [markdown] tags=["instructor"]
# "Whose one-time buyers are like Ben, yours or CDNOW's?" Let them say which of the three models they
# would bet on before the table of `aic` is shown.

# %%
first_day = log["date"].min()
two_thirds = (first_day + (db.until - first_day) * 2 / 3).normalize()
ours = rb.split(log, calibration_end=two_thirds, until=db.until, refunds="net")
kinds = [rb.BGNBD, rb.MBGNBD, rb.ParetoNBD]
fits = [kind.fit(ours) for kind in kinds]
rb.compare(*fits)[["aic", "behind"]].round(1)

# %% [markdown]
# The best model stands first. Being best does not mean that its forecast holds, so we test it.

# %%
rb.holdout_totals(ours, *fits).round()

# %% [markdown]
# Read the column `held`. Where it is `False`, do not trust the total. All three models keep each clock
# at one speed for ever; season, prices and a new competitor are not in them. We need no total to
# choose a week for a call; we need P(alive).

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Is P(alive) right? Lantern is made up, so we know who has left: `left_on` is the day, and it is
# empty for those who are still customers. The next table is about one-time buyers only: the mean
# P(alive) that each model gives them, and the share that stayed in truth.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    still_here = db.truth.set_index("customer_id").reindex(summary.index)["left_on"].isna()
    alive = {kind.title: kind.fit(summary).p_alive(summary)["estimate"] for kind in kinds}
    once = pd.DataFrame(alive).assign(truth=still_here)[summary["frequency"] == 0]
    display(once.mean().round(2).rename(f"of {len(once)} one-time buyers"))

# %% [markdown] tags=["needs-truth"]
# Most one-time buyers have gone, but BG/NBD keeps them all, since they are like Ben. Pareto/NBD
# comes nearest to the truth. Compare this with exercise 32.3. So test a forecast on the one-time
# buyers alone, whatever your shop sells. The next figure takes all customers, and groups them by
# the chance that a model gave them.

# %% [markdown] tags=["instructor", "needs-truth"]
# Before the figure: "Which of the three lies lowest on the right?" It is BG/NBD. Ask how its Bens
# pull the point at 100 % down.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    rb.plot_calibration({name: rb.calibration(p, still_here) for name, p in alive.items()});

# %% [markdown] tags=["needs-truth"]
# On the dotted line, 70 % means that seven in ten are still there, which makes it a **calibrated
# chance**. A point below the line means that too many were believed to be there. So it is with the last
# point of BG/NBD, which holds all one-time buyers. Pareto/NBD stays close to the line.

# %% [markdown]
# ## In which week do we ring?
#
# A silence must be measured in the customer's own rhythm. Take customers who came for half a year,
# every week, every second or every fourth week. After how much silence has P(alive) fallen to
# `CALL_BELOW`? We take the model whose `aic` is smallest, fitted once more to all of the data.
# `type(...)` gives the kind of that model.

# %% [markdown] tags=["instructor"]
# "When would you ring the weekly customer: after two weeks, five, eight?" Collect guesses before
# the table. Ask too: "Your daily newspaper reader has not come for 19 weeks. Is she ill?" Then the
# question of the first minute: "And she, after two months?" Let them read it off the figure before
# you run the cell below it. Return to the shops on the board.

# %%
model = type(rb.best_of(*fits)).fit(summary)
limits = rb.silence_limits(model, every=[1, 2, 4], below=CALL_BELOW)
limits.table.round(1)

# %% [markdown]
# The column `estimate` is that silence in weeks, with its 95 % interval.

# %%
limits.plot();

# %% [markdown]
# Each point is a week in which to ring. The slower the rhythm, the longer we may wait. After the
# same silence, the customer who bought more before is less likely to be there. This is called the
# **increasing-frequency paradox**. And the customer of our first line, who came every week and has
# been silent for two months, or 8.7 weeks?

# %%
her = pd.DataFrame({"frequency": [26], "recency": 26, "T": 26 + 8.7})
model.p_alive(her).round(3)

# %% [markdown]
# If this chance is small, send her a card instead, because a call would almost surely reach
# somebody who has left. The time for the call was at her limit, weeks ago. So which of our regulars
# are near the limit today? We take those whose P(alive) is at most 0.3 from `CALL_BELOW`. How many
# of them will come in the next `WEEKS` weeks if nobody rings? Where no regular is near the limit, as
# in a short list of sales, we take all who ever came back.

# %%
p_alive = model.p_alive(summary)["estimate"]
near = p_alive.between(CALL_BELOW - 0.3, CALL_BELOW + 0.3) & (summary["frequency"] >= REGULAR)
names = summary[near] if near.any() else summary[summary["frequency"] > 0]
coming = rb.luck(model, names, periods=WEEKS).buyers()
coming["names"] = len(names)
coming.round(1)

# %% [markdown]
# Of these names, about `estimate` will come without a call, and probably between `low` and `high`. A
# call is good only for those who come in addition, and no list of sales says how many they are. A trial
# says it: toss a coin for each name, ring one half, and compare the two halves. `trial_size` says how
# many names each half needs, so that the trial shows the effect in four cases out of five. It needs the
# standard deviation; for a share this is the square root of share times (1 - share).

# %%
from crmlab.evidence import trial_size

share = coming["estimate"] / coming["names"]
effects = [EFFECT, 2 * EFFECT, 3 * EFFECT]
halves = [trial_size(effect, sd=math.sqrt(share * (1 - share))) for effect in effects]
pd.Series(halves, index=pd.Index(effects, name="effect"), name="names in each half")

# %% [markdown]
# So ring half of today's names, chosen by lot. Add the new names of each week in the same way, until
# each half has the number of the table. Count the new names for a month before you say when this will
# be. If it would take years, test for a larger effect, which needs fewer names.
#
# The week to ring is well known, since the intervals of the limits are narrow. The effect is a guess.

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
# The section on our customers then tests the forecast on your own last third.

# %% [markdown]
# ## Take away
#
# - Measure silence in the customer's own rhythm; ring at the limit, not months later.
# - P(alive) of one-time buyers depends on the model, so test it on them alone.
# - Test every forecast on a holdout; the best model of three may still miss the total.
# - Whether a call helps is not in the list of sales; let a coin decide whom to ring, and compare.

# %% [markdown]
# ## Terms
#
# <!-- terms: non-contractual setting; purchase summary; P(alive); BG/NBD model; MBG/NBD model; Pareto/NBD model; expected purchases; increasing-frequency paradox; calibration period; holdout period; parameter uncertainty; customer's luck; Akaike information criterion; calibrated chance -->

# %% [markdown]
# ## References
#
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way.
#   *Marketing Science* 24(2), 275-284.
