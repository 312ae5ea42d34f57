# %% [markdown]
# # 61 Complaints
#
# > "We had fewer complaints this year, and those we had we answered well. They say that such customers
# > love us more than before. Should I pay for a faster complaints desk?"
#
# What does a complaint tell, and what does it not tell? We ask it for Lantern Coffee, a firm that we
# made up.
#
# **You can then** say what silence hides, how long complaints take, and whether a complaint that was
# handled well makes a better customer.
#
# **You need** a little pandas: `groupby`, `merge`, a boolean mask. From lesson 23 we use the **voiced
# share**: the share of those with a problem who tell the company.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, tip 13, time 10, paradox 13, decision 8.
#
# Ask: "Who had a problem with a shop this month? Who told the shop?" Count both. The share of hands is
# the voiced share of the room. If late, leave out the causes and exercise 61.3.

# %% [markdown]
# ## The data
#
# The table `complaints` has one row for each complaint: when it was `opened`, when we sent the
# `first_reply`, when it was `closed`, and its `outcome`, which is how it ended.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
BACK = {"silent": 0.37, "settled": 0.70}  # share who buy again: a published study
BACK_QUICK = {"silent": 0.37, "quick": 0.95}  # the same if complaints are settled quickly
HORIZON = 90  # days in which we look for the next purchase
LIKE = ["kind", "segment"]  # columns of customers in which compared ones are equal
QUICK = 1  # days until the first reply that we call quick
KEPT = 40  # dollars that a customer who buys again brings
SMALLEST = 0.05  # change of a share that would matter
SMALLEST_POINTS = 0.4  # change of satisfaction that would matter

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import recovery as rec
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("61-complaints")
complaints, purchases = db["complaints"], db.transactions
day = purchases["date"].max()
complaints[["customer_id", "opened", "first_reply", "closed", "cause", "outcome"]].tail(3)

# %% [markdown]
# What are the complaints about?

# %%
rec.complaint_causes(complaints).plot();

# %% [markdown]
# The title names the causes that make half of all complaints. The line on each bar is the 95 % interval
# of its share. Where two lines overlap, the order of the two causes may change next year.
#
# ## Who does not complain?
#
# First by hand. A firm has 10,000 customers. 10 % of them meet a problem: 1,000 customers. Of these only
# 2 % complain: 20 customers. A study in the United States asked people with a problem whether they would
# buy again. Of those who kept silent 37 % would, and of those whose complaint was settled 70 %.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "How many of 1,000 are lost, and how many of the lost do we know by name?"
# Most guess a few hundred, and think that half of them complained.

# %%
hand = pd.DataFrame(index=["settled", "silent"])
hand["customers"] = [20, 980]
hand["returning"] = [0.70, 0.37]
hand["lost"] = hand["customers"] * (1 - hand["returning"])
hand

# %%
few = rec.silent_damage(10_000, problem=0.10, voiced=0.02, returning=BACK)
few.plot();

# %% [markdown]
# Together 623 customers are lost, and the firm knows only 6 of them. What is lost among those who say
# nothing is the **silent damage**. In the figure it lies below the water, like the larger part of an
# iceberg.
#
# Now the firm asks for complaints, so that 20 % of those with a problem complain. In a third case it also
# settles them quickly. In the study 95 % of such customers would buy again.

# %%
more = rec.silent_damage(10_000, problem=0.10, voiced=0.20, returning=BACK)
quick = rec.silent_damage(10_000, problem=0.10, voiced=0.20, returning=BACK_QUICK)
pd.Series({"2 % complain": few.lost, "20 % complain": more.lost, "and quick": quick.lost}).round(1)

# %% [markdown]
# With ten times as many complaints the firm loses fewer customers. So fewer complaints are not good
# news by themselves.
#
# How sure is this? The arithmetic is sure, but every share is an **assumption**: a number that we put in
# and did not measure. The 37 % matter most, because most customers are silent. And the study compared
# people who chose to complain with people who chose not to. Perhaps those who complain like the firm more.
#
# **Exercise 61.1** A firm has 4,000 customers, and 5 % of them meet a problem. Of these 10 % complain. Of
# the silent 40 % buy again, of those who complained 80 %. How many customers are lost? Do it on paper.

# %% tags=["exercise"]
# solution
asked = rec.silent_damage(
    4_000, problem=0.05, voiced=0.10, returning={"silent": 0.40, "told": 0.80}
)
answer = asked.lost
check("61.1", answer)

# %% [markdown] tags=["needs-survey"]
# Lantern can measure its voiced share. The survey asks: did you have a problem in the past year?
# `problem_answers` looks up whether the same customer complained in that year.

# %% tags=["needs-survey"]
answers = rec.problem_answers(db["survey"], complaints)
answers["group"].value_counts()

# %% [markdown] tags=["needs-survey"]
# The row `silent` counts answers of customers who had a problem and did not complain. The groups
# `put right`, `apology` and `refused` complained, and say how it ended. In `open` it had not ended yet.

# %% tags=["needs-survey"]
answers.voiced[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-survey"]
# This is the voiced share with its 95 % interval. It may still be too high: a person who does not
# complain may not answer a survey either.

# %% [markdown]
# ## How long does it take?
#
# A complaint is **open** as long as it is not closed. We look at four complaints on the same evening.
# Three were closed after 2, 6 and 10 days. One was made 4 days ago and is still open.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "What is the mean time to close?" Expect 6, from the three closed ones. Ask
# what the open one will do to it. It has already waited 4 days, so it cannot be a quick one.

# %%
steps = pd.DataFrame({"day": [2, 6, 10], "at_risk": [4, 2, 1], "closed": [1, 1, 1]})
steps["stays_open"] = 1 - steps["closed"] / steps["at_risk"]
steps["share_open"] = steps["stays_open"].cumprod()
steps["share_closed"] = 1 - steps["share_open"]
steps

# %% [markdown]
# A complaint is **at risk** on a day if it is open and we are still watching it. On day 2 four are at
# risk, and one of them is closed. So three quarters stay open. On day 6 only two are at risk, because we
# could watch the open one for only 4 days. One of the two is closed. So half of the three quarters stay
# open: 0.375. This product is the **Kaplan-Meier estimate**. An open complaint counts for as long as we
# could watch it. The package does the same.

# %%
four = pd.DataFrame({"customer_id": ["Ann", "Bo", "Cy", "Di"]})
four["opened"] = ["2025-03-01", "2025-03-01", "2025-03-01", "2025-03-27"]
four["closed"] = ["2025-03-03", "2025-03-07", "2025-03-11", None]
rec.handling_time(four, "closed", until="2025-03-31").table["share"]

# %% [markdown]
# Both agree. Now all complaints of Lantern.

# %%
times = rec.handling_time(complaints, "closed", until=day)
times.plot();

# %% [markdown]
# The title gives the **median time**: the day by which half are closed, with its 95 % interval. The line goes
# up fast in the first days and slowly later. So there are two kinds of complaints: some are solved at
# once, and the others take weeks. One mean would hide that.
#
# **Exercise 61.2** Take `crm.load("lantern")` and look on 31 March 2025. Which share of complaints was
# closed within 14 days? The method `within(14)` of the result tells it. Write one sentence about it to
# the manager, with the interval.

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
in_march = rec.handling_time(lantern["complaints"], "closed", until="2025-03-31")
answer = in_march.within(14)["estimate"]
check("61.2", answer)

# %% [markdown]
# ## Are they better customers?
#
# Some say: a customer whose problem was solved well is better than one who never had a problem. This
# saying is called the **recovery paradox**. We ask twice: is she more satisfied, and does she buy more?

# %% [markdown] tags=["instructor", "needs-survey"]
# Ask before the figure: "Which group will be the most satisfied?" Collect votes for `put right` and for
# `no problem`. Ask also where the silent will be.

# %% [markdown] tags=["needs-survey"]
# Satisfaction first. We compare each answer only with answers from customers without a problem who are
# equal in `LIKE` and in the wave of the survey. To compare only equal ones is called **matching**. A
# **matched difference** is the mean of a group minus the mean of those who are equal.

# %% tags=["needs-survey"]
felt, like = answers.table, ["wave"]

# %% tags=["needs-survey", "needs-customers"]
known = db["customers"].columns.intersection(LIKE).to_list()
felt = felt.merge(db["customers"][["customer_id", *known]], on="customer_id")
like = ["wave", *known]

# %% tags=["needs-survey"]
satisfied = rec.matched_difference(felt, "satisfaction", against="no problem", like=like)
satisfied.plot();

# %% [markdown] tags=["needs-survey"]
# The last two cells before the figure only prepare the columns. Each point is a matched difference in
# points of satisfaction, with its 95 % interval and the number of answers. The vertical line is 0: as
# satisfied as customers without a problem. Where the interval of `put right` lies right of 0, these
# customers are more satisfied. Now look at the silent. Nobody at the desk has ever heard of them.
#
# Next, do they buy? Here is the simplest table: of each group, the share who bought in the last days.

# %% [markdown]
# Who bought something in the last `HORIZON` days of the data?

# %%
last = purchases.groupby("customer_id")["date"].max()
active = (day - last).dt.days <= HORIZON
ended = complaints.drop_duplicates("customer_id").set_index("customer_id")["outcome"]
group = ended.fillna("open").reindex(active.index).fillna("no complaint")
active.groupby(group).agg(["mean", "size"]).round(2)

# %% [markdown]
# The column `mean` is the share who bought, and `size` the number of customers. Those who complained buy
# far more often than those who did not, even where we refused. That cannot be the effect of a refusal.
# Who buys often and for years has many chances to meet a problem. Who left after one coffee has none.
#
# So we compare days, not customers. Who complains is still a customer on that day. A fair other day is one
# on which a customer without a complaint was there as well: a day of purchase. `complaint_moments` makes
# one row for each customer's first complaint, and one for each such day of purchase.

# %%
moments = rec.complaint_moments(complaints, purchases, horizon=HORIZON, refunds="net")
moments.table.head(3)

# %% [markdown]
# The column `so_far` says how often she had bought up to this day, and `again` whether she bought in the
# days after it. A refund is no purchase. We match the days on `so_far` and on `LIKE`.

# %%
rows, like = moments.table, ["so_far"]

# %% tags=["needs-customers"]
known = db["customers"].columns.intersection(LIKE).to_list()
rows = rows.merge(db["customers"][["customer_id", *known]], on="customer_id")
like = ["so_far", *known]

# %%
bought = rec.matched_difference(rows, "again", against="no complaint", like=like)
bought.plot();

# %% [markdown]
# Now each point is a difference of shares: 0.05 means 5 more of 100 who bought again. At Lantern the
# large difference of the table has gone. The interval of `put right` holds 0, so our data show no gain
# in purchases. It is also narrow, so a large gain is not possible.
#
# Lantern is one firm. De Matos and others put many studies together and found the same: more
# satisfaction, but no more purchases.
#
# **Exercise 61.3** Five subscribers and five members complained. Four of these subscribers and two of
# these members bought again. Of those who did not complain, 80 % of the subscribers and 20 % of the
# members did. What is the matched difference? Do it on paper.

# %% tags=["exercise"]
# solution
answer = (5 * (0.80 - 0.80) + 5 * (0.40 - 0.20)) / 10
check("61.3", answer)

# %% [markdown] tags=["needs-truth"]
# ### The truth, opened
#
# We made Lantern, so we know what a solved complaint does there: first to satisfaction, in points, and
# then to the wish to stay.

# %% tags=["needs-truth"]
world = crm.company.World()
world.recovery_satisfaction, world.recovery_repurchase

# %% [markdown] tags=["needs-truth"]
# Both intervals of `put right` hold their true number. And the silence? The table of truth counts the
# problems of each customer. Of those who had one, which share complained?

# %% tags=["needs-truth"]
met = db["truth"].loc[db["truth"]["problems"] > 0, "customer_id"]
round(met.isin(complaints["customer_id"]).mean(), 2)

# %% [markdown] tags=["needs-truth", "needs-survey"]
# The interval of the survey lies above this share. The survey heard too few of the silent, as we feared.

# %% [markdown]
# ## The decision
#
# Should we pay for faster replies? We call a reply quick if it comes within `QUICK` days, and count how
# these complaints ended.

# %% [markdown] tags=["instructor"]
# Ask before the table: "Why might quick replies and good endings go together?" Expect "because quick
# replies please". Ask for another reason: an easy case is both quick to answer and easy to put right.

# %%
replies = rows.dropna(subset=["reply_days"]).copy()
replies["ended"] = replies["group"]
replies["group"] = np.where(replies["reply_days"] <= QUICK, "quick", "slow")
pd.crosstab(replies["group"], replies["ended"])

# %% [markdown]
# Most quick replies stand in the column `put right`. So quick and slow differ in more than speed. We
# compare them twice: all of them, and only those that ended in the same way.

# %%
all_of_them = rec.matched_difference(replies, "again", against="slow").table
same_end = rec.matched_difference(replies, "again", against="slow", like=["ended"]).table
found = pd.concat([all_of_them, same_end]).set_axis(["all", "same ending"])
found[["estimate", "low", "high", "cases"]].round(3)

# %% [markdown]
# Each row is the share who bought again after a quick reply, minus the share after a slow one. The next
# cell turns it into dollars: it multiplies by `KEPT`.

# %%
worth = (KEPT * found[["estimate", "low", "high"]]).round(2)
worth

# %% [markdown]
# This is what a quick reply would be worth for each complaint, if speed were the only difference. Both
# intervals hold 0, and they leave room for a gain and for a loss. Nobody chose by lot which complaint
# was answered quickly. So even a clear difference would not prove that speed helps.
#
# A trial would: draw by lot which complaints go to the fast desk. How many complaints must be in each
# half, so that 80 of 100 such trials show the smallest change that matters?

# %%
share = replies["again"].mean()
to_buy = trial_size(SMALLEST, sd=np.sqrt(share * (1 - share)))
a_year = len(complaints) / ((day - complaints["opened"].min()).days / 365.25)
pd.Series({"each half, to see purchases": to_buy, "complaints in a year": round(a_year)})

# %% tags=["needs-survey"]
to_please = trial_size(SMALLEST_POINTS, sd=answers["satisfaction"].std())
f"each half, to see {SMALLEST_POINTS} points of satisfaction: {to_please}"

# %% [markdown]
# Both halves together are twice the first number. Divide that by the complaints in a year, and you have
# the years of the trial. To see purchases Lantern would wait for years. A question on satisfaction, asked
# two weeks after closing, needs fewer complaints.
#
# So we do three things. We do not pay for a faster desk yet. We make a trial with that question. And
# every survey asks "Did you have a problem, and did you tell us?", because the silent are where the
# figures fall most. We would change our mind if the trial shows the gain, or if a purchase is worth much
# more than `KEPT`.
#
# ## With your own data
#
# Save `complaints.csv` and `transactions.csv` in one folder, with the columns that we used. With
# `customers.csv` and `survey.csv` you get the other parts. Write `DATA = "my_folder"`.

# %% [markdown]
# ## Take away
#
# - Most of those with a problem say nothing. Ask for complaints, and do not celebrate silence.
# - Count an open complaint for as long as you could watch it.
# - Who complains buys more because she was there. Compare days on which both were there.
# - Ask twice: more satisfied does not mean that she buys more.

# %% [markdown]
# ## Terms
#
# <!-- terms: silent damage; assumption; open complaint; at risk; Kaplan-Meier estimate; median time; recovery paradox; matching; matched difference -->

# %% [markdown]
# ## References
#
# The shares of 37, 70 and 95 % are those that the Washington Post gave in 1984 from the studies of TARP.
#
# - De Matos, C. A., Henrique, J. L. & Rossi, C. A. V. (2007). Service recovery paradox: a meta-analysis.
#   *Journal of Service Research*, 10(1), 60-77.
# - Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations. *Journal of
#   the American Statistical Association*, 53(282), 457-481.
# - TARP (Technical Assistance Research Programs). Consumer complaint handling in America, studies for the
#   White House Office of Consumer Affairs.
