# %% [markdown]
# # 61 Complaints
#
# > "We had fewer complaints this year, and we answered them well. My staff say that these customers
# > now like us better than before. Should I pay for a faster complaints desk?"
#
# We look at Lantern Coffee, a firm that we made up.
#
# **You can then** say what a firm loses among customers who do not complain, how long complaints
# take, and whether a complaint that was handled well makes a better customer.
#
# **You need** a little pandas: `groupby` and a boolean mask. From lesson 23 we use two ideas. The
# voiced share is the share of those with a problem who tell the company. A 95 % interval runs from `low`
# to `high`: of 100 intervals made in this way, about 95 hold the true number.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, silence 8, time 10, paradox 17, decision 9.
#
# Ask: "Who had a problem with a shop this month? Who told the shop?" Count both. The share of hands is
# the voiced share of the room. If late, leave out the truth.

# %% [markdown]
# ## The data
#
# The table `complaints` has one row for each complaint: when it was `opened`, when we sent the
# `first_reply`, and when it was `closed`. The column `outcome` says how it ended. At Lantern the problem
# was put right, or the customer only got an apology, or we refused to do anything.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
BACK = {"silent": 0.37, "settled": 0.70}  # share who buy again, from a published study
BACK_QUICK = {"silent": 0.37, "quick": 0.95}  # the same if complaints are settled quickly
HORIZON = 90  # days in which we look for the next purchase
LIKE = ["kind", "segment"]  # columns of customers in which compared ones are equal
QUICK = None  # days until the first reply that we call quick; None = the median of all
KEPT = 40  # dollars that we gain if a customer buys again
DESK = 2  # dollars that a faster desk costs for each complaint

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
until = purchases["date"].max()
complaints[["customer_id", "opened", "first_reply", "closed", "outcome"]].tail(3)

# %% [markdown]
# `until` is the last day of the data.
#
# ## Who does not complain?
#
# First by hand. A firm has 10,000 customers, and 1,000 of them have a problem. Only 2 % of these
# complain: 20 customers. The other 980 keep silent. In a study in the United States, 70 % of those whose
# complaint was settled would buy again. So 30 % are lost, which is 6 of our 20. Of the silent only 37 %
# would buy again, so 63 % are lost, which is 617 of our 980. The package computes and draws this.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "How many of 1,000 are lost, and how many of the lost do we know by name?"
# Cover the text. Most guess a few hundred, and think that half of them complained.

# %%
few = rec.silent_damage(10_000, problem=0.10, voiced=0.02, returning=BACK)
few.plot();

# %% [markdown]
# The firm knows only 6 of those it loses. What is lost among customers who say nothing is the **silent
# damage**, here the part `lost` of the lower bar.
#
# Now the firm asks for complaints, and 20 % of those with a problem complain. In a third case it
# also settles these complaints quickly, and then 95 % buy again.

# %%
more = rec.silent_damage(10_000, problem=0.10, voiced=0.20, returning=BACK)
quick = rec.silent_damage(10_000, problem=0.10, voiced=0.20, returning=BACK_QUICK)
pd.Series({"2 % complain": few.lost, "20 % complain": more.lost, "and quick": quick.lost}).round(1)

# %% [markdown]
# With ten times as many complaints, this firm loses fewer customers. So fewer complaints alone are
# not good news. But every share here is an **assumption**: a number that we put in and did not
# measure. And customers who complain may be more loyal from the start. Then the true gain is
# smaller.

# %% [markdown] tags=["needs-survey"]
# A survey can measure the voiced share. Lantern asks customers each year whether they had a problem.
# `problem_answers` looks up whether the same customer complained in that year.

# %% tags=["needs-survey"]
answers = rec.problem_answers(db["survey"], complaints)
answers["group"].value_counts()

# %% [markdown] tags=["needs-survey"]
# Each row counts answers. The customers in the row `silent` had a problem and did not complain.
# Those in the last four rows complained, and the name says how it ended, or that it is still open.
# The voiced share divides the answers of all who complained by all answers with a problem.

# %% tags=["needs-survey"]
answers.voiced[["numerator", "denominator", "customers", "estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-survey"]
# Some customers answered in two years, so there are fewer `customers` than answers, and the interval
# is wider. The true share may still be lower, because silent customers may not answer surveys
# either.

# %% [markdown]
# ## How long does it take?
#
# An **open complaint** is one that is not closed on the day on which we look. Today we look at four
# complaints. Three were closed, after 2, 6 and 10 days. The fourth was made 4 days ago and is still open.

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
# A complaint is **at risk** on a day if it is still open and we still watch it. On day 2 all four are
# at risk. One is closed, so three quarters stay open. On day 6 only two are at risk, because we watched
# the fourth complaint for 4 days only. One of the two is closed, so one half stays open.
#
# `cumprod` multiplies each number by all numbers before it: three quarters times one half is 0.375.
# So the share that is open is 0.375, and the rest, 0.625, is closed. Such a product is called the
# **Kaplan-Meier estimate**. It counts an open complaint for as many days as we watched it.
# `handling_time` computes it for all our complaints. It needs the column with the end, here
# `closed`, and the day on which we look.

# %%
times = rec.handling_time(complaints, "closed", until=until)
times.plot();

# %% [markdown]
# The line shows the share that is closed by each day, and the band is its 95 % interval. The title
# gives the **median time**, the day by which half are closed, and its interval. At Lantern many
# complaints are closed in a few days, and some take weeks.
#
# **Exercise 61.1** Take `crm.load("lantern")` and look on 31 March 2025, which is the argument `until`.
# Which share of complaints was closed within 14 days? The method `within(14)` of the result tells it.
# Write one sentence about it to the manager, with the interval.

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
# saying is called the **recovery paradox**. We test it twice. Is she more satisfied? Does she buy more?
#
# To compare only customers who are equal in some columns is called **matching**.
# Three customers had a problem that was put right. Ann and Bea are subscribers, and give 9 and 7 points.
# Subscribers without a problem give 8 on average, so the differences are 1 and -1. Cem is a member and
# gives 6 points. Members without a problem give 5 on average, so his difference is 1. The mean of the
# three differences, 1/3 of a point, is the **matched difference**.

# %% [markdown] tags=["instructor", "needs-survey"]
# Ask before the figure: "Which group will be the most satisfied?" Collect votes for `put right` and for
# `no problem`. Ask also where the silent will be.

# %% [markdown] tags=["needs-survey"]
# We begin with satisfaction, which Lantern asks on a scale from 1 to 10. We match on the columns in
# `LIKE` and on `wave`, the year of the survey. `with_customers` adds the columns in `LIKE` to the
# answers. `alike` keeps the names of the columns that are really there.

# %% tags=["needs-survey"]
felt = rec.with_customers(answers.table, db, LIKE)
alike = [name for name in ["wave", *LIKE] if name in felt]
satisfied = rec.matched_difference(felt, "satisfaction", against="no problem", like=alike)
satisfied.plot();

# %% [markdown] tags=["needs-survey"]
# Each point is a matched difference in points of satisfaction, and the line is its 95 % interval.
# The number in brackets counts the answers that gave points. At Lantern the customers whose problem
# was put right are a little more satisfied than those without a problem, but their interval begins
# just above 0. The silent are much less satisfied.

# %% [markdown] tags=["instructor"]
# Ask before the next table: "Whom do you expect to buy more, those who complained or the others?" Expect
# votes for both. Keep the votes: the table gives an answer, and the cells after it take it back.

# %% [markdown]
# Now the second question: do they buy more? `active` says whether a customer bought in the last
# `HORIZON` days of the data.

# %%
last = purchases.groupby("customer_id")["date"].max()
active = (until - last).dt.days <= HORIZON
complained = last.index.isin(complaints["customer_id"])
active.groupby(complained).agg(["mean", "size"]).round(2)

# %% [markdown]
# The row `True` holds those who complained. `mean` is the share who bought, and `size` is the number of
# customers. At Lantern a larger share bought among those who complained. But there is another possible
# reason: a customer who buys often has many chances to meet a problem.
#
# So we compare days instead of customers. On the day of a complaint or of a purchase, a person is
# surely still a customer. `complaint_moments` makes one row for each customer's first complaint. It
# also makes rows of the group `no complaint`. Each of these is a day on which somebody bought who
# had not complained so far. From each day we look `HORIZON` days ahead, so days near the end of the
# data are left out. A refund is no purchase (`refunds="net"`).

# %%
moments = rec.complaint_moments(complaints, purchases, horizon=HORIZON, refunds="net")
moments.table.head(3)

# %% [markdown]
# `group` says how the complaint ended. `so_far` says on how many days she had bought by then.
# `again` says whether she bought in the next `HORIZON` days. `reply_days` are the days until our
# first reply. We match on `so_far` and on `LIKE`.

# %%
days = rec.with_customers(moments.table, db, LIKE)
alike_days = [name for name in ["so_far", *LIKE] if name in days]
bought = rec.matched_difference(days, "again", against="no complaint", like=alike_days)
bought.table[["cases", "estimate", "low", "high"]].round(2)

# %% [markdown]
# `cases` are the first complaints that were compared. `estimate` is a difference of shares: 0.05
# means that 5 more of 100 bought again. At Lantern the interval of `put right` holds 0. So the data
# do not show that these customers buy more. But they do not rule out a gain as large as `high`. De
# Matos and others (2007) put many studies together. They found more satisfaction, but no clear rise
# in the wish to buy again.
#
# **Exercise 61.2** Five subscribers and five members complained. Four of these subscribers and two of
# these members bought again. Of those who did not complain, 80 % of the subscribers and 20 % of the
# members bought again. What is the matched difference of those who complained? Do it on paper.

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
# We made Lantern, so we know what a problem that was put right changes there: satisfaction, in points,
# and the wish to stay.

# %% tags=["needs-truth"]
world = crm.company.World()
pd.Series({"satisfaction": world.recovery_satisfaction, "staying": world.recovery_repurchase})

# %% [markdown] tags=["needs-truth"]
# At Lantern our interval of satisfaction holds the true number. The wish to stay does not change, and
# our interval of purchases holds 0.

# %% [markdown]
# ## The decision
#
# A reply is quick if it does not take longer than `QUICK` days. If `QUICK` is `None`, we take the
# median of all replies. We count quick and slow replies by how the complaint ended. A day of
# purchase has no reply, so `dropna` leaves it out.

# %% [markdown] tags=["instructor"]
# Ask before the table: "Why might quick replies and good endings go together?" Expect "because quick
# replies please". Ask for another reason: an easy case is both quick to answer and easy to put right.

# %%
replies = days.dropna(subset=["reply_days"]).rename(columns={"group": "ended"})
limit = replies["reply_days"].median() if QUICK is None else QUICK
replies["group"] = np.where(replies["reply_days"] <= limit, "quick", "slow")
pd.crosstab(replies["group"], replies["ended"])

# %% [markdown]
# At Lantern most quick replies stand in the column `put right`, and most slow ones do not. Perhaps speed
# helps. Or easy problems are both answered quickly and put right. This table cannot tell.
#
# We compare quick with slow replies, matched as before. `speed` holds the share who bought again
# after a quick reply minus the share after a slow one. We multiply it by `KEPT`, the dollars that we
# gain if a customer buys again. This gives what one quick reply is worth, in dollars. The row `cost`
# is `DESK`, what it costs to make one reply quick. `KEPT` and `DESK` are assumptions.

# %%
speed = rec.matched_difference(replies, "again", against="slow", like=alike_days).table
worth = KEPT * speed.loc["quick", ["estimate", "low", "high"]]
worth["cost"] = DESK
worth.round(2)

# %% [markdown]
# A quick reply seems to pay only if `low` lies above `cost`. At Lantern `cost` lies between `low`
# and `high`, so we do not know. And easy problems may make quick replies look better than they are.

# %% [markdown]
# A trial can tell. Chance decides which complaints get a quick reply. So the halves differ by luck
# only. A quick reply pays if the share who buy again rises by more than `DESK / KEPT`. This is the
# `gain` in the first row, and the second row is for twice as much. `trial_size` says how many
# complaints each half needs. Then 80 of 100 such trials show a gain that is there. `sd` is the
# standard deviation, which is $\sqrt{p(1-p)}$ for a share $p$. `share` counts two more of each kind,
# so that `sd` is never 0.

# %%
share = (replies["again"].sum() + 2) / (len(replies) + 4)
a_year = len(complaints) / ((until - complaints["opened"].min()).days / 365.25)  # complaints
trial = pd.DataFrame({"gain": [DESK / KEPT, 2 * DESK / KEPT]})
trial["each_half"] = [trial_size(gain, sd=np.sqrt(share * (1 - share))) for gain in trial["gain"]]
trial["years"] = 2 * trial["each_half"] / a_year
trial.round(2)

# %% [markdown]
# This is the answer to Lantern's manager. Your staff may be right that these customers are more
# satisfied, but we do not see that they buy more. Do not pay for a faster desk yet, because a quick
# reply may bring less than it costs. Begin the trial, and count purchases. The gain in the first row
# takes too many years, so plan for the second row. This trial may miss a smaller gain. Pay if the
# interval of the trial, in dollars, lies above the cost. Fewer complaints alone are not good news.
# So ask in each survey who had a problem, and who told us.
#
# ## With your own data
#
# Save `complaints.csv` and `transactions.csv` in one folder, with the columns that we used. With
# `customers.csv` and `survey.csv` you get the other parts. Write `DATA = "my_folder"`. In `LIKE` write
# columns that describe a customer before her problem, such as her segment.

# %% [markdown]
# ## Take away
#
# - Many customers with a problem say nothing. Ask for complaints, and do not be glad about silence.
# - Count an open complaint for the days on which you watched it.
# - Who buys more has more to complain about. Compare days on which both were still customers.
# - More satisfied does not mean that she buys more.

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
