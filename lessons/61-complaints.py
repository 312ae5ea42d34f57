# %% [markdown]
# # 61 Complaints
#
# > "We had fewer complaints this year, and we answered them well. They say that such customers love us
# > more than before. Should I pay for a faster complaints desk?"
#
# What does a complaint tell, and what does it not tell? We ask it for Lantern Coffee, a firm that we
# made up.
#
# **You can then** say what silence hides, how long complaints take, and whether a complaint that was
# handled well makes a better customer.
#
# **You need** a little pandas: `groupby`, `merge`, a boolean mask. From lesson 23 we use the voiced share:
# the share of those with a problem who tell the company.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 2, silence 9, time 12, paradox 15, decision 8.
#
# Ask: "Who had a problem with a shop this month? Who told the shop?" Count both. The share of hands is
# the voiced share of the room. If late, leave out the truth.

# %% [markdown]
# ## The data
#
# The table `complaints` has one row for each complaint: when it was `opened`, when we sent the
# `first_reply`, when it was `closed`, and its `outcome`, which is how it ended.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
BACK = {"silent": 0.37, "settled": 0.70}  # share who buy again, from a published study
BACK_QUICK = {"silent": 0.37, "quick": 0.95}  # the same if complaints are settled quickly
HORIZON = 90  # days in which we look for the next purchase
LIKE = ["kind", "segment"]  # columns of customers in which compared ones are equal
QUICK = None  # days until the first reply that we call quick; None = the median of all
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
complaints, purchases = db["complaints"].sort_values("opened"), db.transactions
day = purchases["date"].max()
complaints[["customer_id", "opened", "first_reply", "closed", "outcome"]].tail(3)

# %% [markdown]
# ## Who does not complain?
#
# First by hand. A firm has 10,000 customers, and 10 % of them meet a problem: 1,000 customers. Only 2 % of
# these complain: 20 customers. In a study in the United States 37 % of those who kept silent would buy
# again, and 70 % of those whose complaint was settled.

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
# The package draws what we computed. Together 623 customers are lost, and the firm knows the names of
# only 6. What is lost among those who say nothing is the **silent damage**. It lies in the lower bar, like
# the part of an iceberg below the water.
#
# Now the firm asks for complaints, and 20 % of those with a problem complain. In a third case it also
# settles them quickly, and then 95 % buy again.

# %%
more = rec.silent_damage(10_000, problem=0.10, voiced=0.20, returning=BACK)
quick = rec.silent_damage(10_000, problem=0.10, voiced=0.20, returning=BACK_QUICK)
pd.Series({"2 % complain": few.lost, "20 % complain": more.lost, "and quick": quick.lost}).round(1)

# %% [markdown]
# With ten times as many complaints the firm loses fewer customers. So fewer complaints alone are not good
# news.
#
# How sure is this? Every share in it is an **assumption**: a number that we put in and did not measure. The
# 37 % matter most, because most are silent. And perhaps those who complain like the firm more, and would
# have come back anyway.

# %% [markdown] tags=["needs-survey"]
# With a survey we can measure the voiced share. Lantern's survey asks: did you have a problem in the past year?
# `problem_answers` looks up whether the same customer complained in that year.

# %% tags=["needs-survey"]
answers = rec.problem_answers(db["survey"], complaints)
answers["group"].value_counts()

# %% [markdown] tags=["needs-survey"]
# The row `silent` counts customers who had a problem and did not complain. In the rows below it they did
# complain, and the name of the row says how it ended. In the row `open` it had not ended yet.

# %% tags=["needs-survey"]
answers.voiced[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-survey"]
# This is the voiced share with its 95 % interval, which says how far chance alone may have moved it. The
# share may still be too high: a person who does not complain may not answer a survey either.

# %% [markdown]
# ## How long does it take?
#
# An **open complaint** is one that is not closed on the day on which we look. Today we look at four
# complaints. Three were closed after 2, 6 and 10 days. One was made 4 days ago and is still open.

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
# The function `cumprod` multiplies each number by all numbers before it.
#
# A complaint is **at risk** on a day if it was not closed before and we are still watching it. On day 2
# four are at risk. One of them is closed, so three quarters stay open. On day 6 only two are at risk,
# because we could watch the open one for only 4 days. One of these two is closed, so one half stays open.
# Half of three quarters is 0.375, in the column `share_open`.
#
# This product is called the **Kaplan-Meier estimate**. It counts an open complaint for as long as we could
# watch it. The package does the same.

# %%
four = pd.DataFrame({"customer_id": ["Ann", "Bo", "Cy", "Di"]})
four["opened"] = ["2025-03-01", "2025-03-01", "2025-03-01", "2025-03-27"]
four["closed"] = ["2025-03-03", "2025-03-07", "2025-03-11", None]
rec.handling_time(four, "closed", until="2025-03-31").table["share"]

# %% [markdown]
# Both agree; the name `all` says that there is one group. Now all complaints of our data.

# %%
times = rec.handling_time(complaints, "closed", until=day)
times.plot();

# %% [markdown]
# The title gives the **median time**, the day by which half are closed, with its 95 % interval. At Lantern
# the line rises fast in the first days and slowly later. Many complaints are closed in a few days, and
# some take weeks. One mean would hide that.
#
# **Exercise 61.1** Take `crm.load("lantern")` and look on 31 March 2025. Which share of complaints was
# closed within 14 days? The method `within(14)` of the result tells it. Write one sentence about it to
# the manager, with the interval.

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
in_march = rec.handling_time(lantern["complaints"], "closed", until="2025-03-31")
answer = in_march.within(14)["estimate"]
check("61.1", answer)

# %% [markdown]
# ## Are they better customers?
#
# Some say: a customer whose problem was solved well is better than one who never had a problem. This
# saying is called the **recovery paradox**. We ask twice: is she more satisfied, and does she buy more?

# %% [markdown] tags=["instructor", "needs-survey"]
# Ask before the figure: "Which group will be the most satisfied?" Collect votes for `put right` and for
# `no problem`. Ask also where the silent will be.

# %% [markdown] tags=["needs-survey"]
# Satisfaction first. We compare each answer with answers of customers who had no problem, but only with
# those that are equal in some columns: the columns in `LIKE`, and `wave`, the round of the survey. To
# compare only equal ones is called **matching**. The mean of a group minus the mean of those who are equal
# is a **matched difference**. `with_customers` adds the columns of `LIKE` to the answers, and
# `intersection` keeps the names that the table has.

# %% tags=["needs-survey"]
felt = rec.with_customers(answers.table, db, LIKE)
alike = felt.columns.intersection(["wave", *LIKE]).to_list()
satisfied = rec.matched_difference(felt, "satisfaction", against="no problem", like=alike)
satisfied.plot();

# %% [markdown] tags=["needs-survey"]
# Each point is a matched difference in points of satisfaction, with its 95 % interval. A group at the
# vertical line is as satisfied as those without a problem. The title names the groups whose whole interval
# lies on one side of it. At Lantern customers whose problem was put right are a little more satisfied. The
# silent are much less satisfied, and the complaints desk never hears of them.

# %% [markdown] tags=["instructor"]
# Ask before the next table: "Whom do you expect to buy more, those who complained or the others?" Expect
# votes for both. Keep the votes: the table gives an answer, and the cells after it take it back.

# %% [markdown]
# Now the second question: do they buy more? Here is a simple table. It groups all customers by the outcome
# of their first complaint, and asks who bought in the last `HORIZON` days of the data. With `how="left"`
# the `merge` keeps all customers, and `fillna` names those who never complained.

# %%
last = purchases.groupby("customer_id")["date"].max().reset_index()
last["active"] = (day - last["date"]).dt.days <= HORIZON
first = complaints.drop_duplicates("customer_id").fillna({"outcome": "open"})
everyone = last.merge(first[["customer_id", "outcome"]], how="left", on="customer_id")
everyone["outcome"] = everyone["outcome"].fillna("no complaint")
everyone.groupby("outcome")["active"].agg(["mean", "size"]).round(2)

# %% [markdown]
# The column `mean` is the share who bought, and `size` the number of customers. At Lantern far more bought
# of those whose problem was put right than of those who never complained. But more of the refused bought
# too, although they are few, and a refusal should not please anybody. There is another reason. A customer
# who buys often and for a long time has many chances to meet a problem. One who came once had one chance.
#
# So we compare days instead of customers. Who complains today is surely still a customer today. We compare
# the day of a complaint with days on which others were surely still customers: their days of purchase.
# `complaint_moments` makes one row for each customer's first complaint. It also makes one row for each day
# of purchase of customers who had not complained by then.

# %%
moments = rec.complaint_moments(complaints, purchases, horizon=HORIZON, refunds="net")
moments.table.head(3)

# %% [markdown]
# The column `so_far` says on how many days she had bought by then. `again` says whether she bought in the
# next `HORIZON` days; a refund is no purchase. `reply_days` are the days until our first reply. We match
# on `so_far` and on `LIKE`.

# %%
days = rec.with_customers(moments.table, db, LIKE)
alike_days = days.columns.intersection(["so_far", *LIKE]).to_list()
bought = rec.matched_difference(days, "again", against="no complaint", like=alike_days)
bought.table[["estimate", "low", "high", "cases"]].round(2)

# %% [markdown]
# Each row is a difference of shares with its 95 % interval: 0.05 means that 5 more of 100 bought again. At
# Lantern the large difference of the simple table has gone. The interval of `put right` holds 0, so the
# data show no gain in purchases. Its upper end, `high`, says how large a gain could still be.
#
# Lantern is one firm. De Matos and others (2007) put many studies together. They found more satisfaction,
# but no clear gain in purchases.
#
# **Exercise 61.2** Five subscribers and five members complained. Four of these subscribers and two of
# these members bought again. Of those who did not complain, 80 % of the subscribers and 20 % of the
# members did. What is the matched difference of those who complained? Do it on paper.

# %% tags=["exercise"]
# solution
answer = (5 * (0.80 - 0.80) + 5 * (0.40 - 0.20)) / 10
check("61.2", answer)

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask before the next cell: "In the world that we made, what did a solved complaint do to satisfaction, and
# what to staying?" Let them use the two intervals for their guess.

# %% [markdown] tags=["needs-truth"]
# ### The truth, opened
#
# We made Lantern, so we know what a solved complaint does there, in points of satisfaction. The second
# number is what it does to the wish to stay.

# %% tags=["needs-truth"]
world = crm.company.World()
pd.Series({"satisfaction": world.recovery_satisfaction, "staying": world.recovery_repurchase})

# %% [markdown] tags=["needs-truth"]
# Our two intervals of `put right` hold what is true: more satisfaction, and nothing for staying. And the
# silent? The table of truth counts the problems of each customer.

# %% tags=["needs-truth"]
met = db["truth"].loc[db["truth"]["problems"] > 0, "customer_id"]
told = met.isin(complaints["customer_id"])
f"{told.mean():.2f} of {len(met)} customers with a problem complained"

# %% [markdown] tags=["needs-truth", "needs-survey"]
# The whole interval of the survey lies above this share. So the survey heard too few of the silent, as we
# feared.

# %% [markdown]
# ## The decision
#
# Should we pay for faster replies? We call a reply quick if it does not take longer than `QUICK` days.
# Without a number in `QUICK` we take the median of all replies.

# %% [markdown] tags=["instructor"]
# Ask before the table: "Why might quick replies and good endings go together?" Expect "because quick
# replies please". Ask for another reason: an easy case is both quick to answer and easy to put right.

# %%
replies = days.dropna(subset=["reply_days"]).copy()
limit = replies["reply_days"].median() if QUICK is None else QUICK
replies["ended"] = replies["group"]
replies["group"] = np.where(replies["reply_days"] <= limit, "quick", "slow")
pd.crosstab(replies["group"], replies["ended"])

# %% [markdown]
# At Lantern most quick replies stand in the column `put right`, and most slow ones do not. So quick and
# slow differ in more than speed. We compare them twice: first all, and then only those that ended in the same way.

# %%
all_replies = rec.matched_difference(replies, "again", against="slow").table
same_end = rec.matched_difference(replies, "again", against="slow", like=["ended"]).table
found = pd.concat([all_replies, same_end]).set_axis(["all", "same ending"])
found[["estimate", "low", "high"]].round(2)

# %% [markdown]
# Each row is the share who bought again after a quick reply, minus the share after a slow one. We assume
# that a customer who buys again brings `KEPT` dollars. The next cell gives the worth of a quick reply, in
# dollars for each complaint.

# %%
(KEPT * found[["estimate", "low", "high"]]).round(2)

# %% [markdown]
# At Lantern both intervals hold 0, so a quick reply may be worth something or nothing. And nobody chose by
# lot which complaint was answered quickly. So even a clear difference would not prove that speed helps.
#
# A trial would: draw by lot which complaints go to a fast desk. How many complaints must be in each half,
# so that 80 of 100 such trials show a change of `SMALLEST` in the share who buy again? `trial_size` needs
# the standard deviation `sd`, which for a share $p$ is $\sqrt{p(1-p)}$. `a_year` counts the complaints of
# one year, so we also see how many years the trial lasts.

# %%
share = days["again"].mean()
each_half = trial_size(SMALLEST, sd=np.sqrt(share * (1 - share)))
a_year = len(complaints) / ((day - complaints["opened"].min()).days / 365.25)
f"purchases: {each_half} in each half, {2 * each_half / a_year:.1f} years"

# %% [markdown] tags=["needs-survey"]
# We could ask for satisfaction instead, two weeks after closing. Here we want to see `SMALLEST_POINTS`.

# %% tags=["needs-survey"]
half_asked = trial_size(SMALLEST_POINTS, sd=answers["satisfaction"].std())
f"satisfaction: {half_asked} in each half, {2 * half_asked / a_year:.1f} years"

# %% [markdown]
# So the answer to Lantern's manager has three parts. Do not pay for a faster desk yet, because we do not know
# that it brings anything. Make the trial, with the outcome that needs fewer years. And ask in every survey
# "Did you have a problem, and did you tell us?", because complaints do not show the silent. We would
# change our mind if the trial shows a gain, or if `KEPT` is so high that even a small gain pays.
#
# ## With your own data
#
# Save `complaints.csv` and `transactions.csv` in one folder, with the columns that we used. With
# `customers.csv` and `survey.csv` you get the other parts. Write `DATA = "my_folder"`, and in `LIKE` the
# columns of your customers that were so before anything went wrong.

# %% [markdown]
# ## Take away
#
# - Many customers with a problem say nothing. Ask for complaints, and do not celebrate silence.
# - Count an open complaint for as long as you could watch it.
# - Who buys more has more to complain about. Compare days on which both customers were there.
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
