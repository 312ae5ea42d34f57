# %% [markdown]
# # 00 The customer base
#
# > "How many customers do we have?"
#
# Ask that in a company and you get three numbers: everyone in the file, everyone who bought this
# year, and everyone who will buy again. All three are computed from the same table. In this lesson
# we read that table and find out which of the three it can support.
#
# **You can then** load a customer database, yours or ours; tell the two meanings of recency apart;
# compute a repeat rate that is fair to your newest customers, with its interval.
#
# **You need** Python with a little pandas: `groupby` and boolean masks.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, database 6, by hand 10, how often 2, newest customers 18, three numbers 2, truth
# 4, decision 6.
#
# Ask the question before you show anything. Write the first three answers on the board, with the
# definition behind each, and come back to them in the last section. If late, leave exercise 0.2 for
# home.

# %% [markdown]
# ## What is in the database?
#
# A **customer base** is all the customers that a firm has on record. `DATA` names the data that the
# lesson reads. `"lantern"` is Lantern Coffee, a roaster that we made up, with cafes, a bean
# subscription and wholesale accounts. Since we simulated it, we know the truth about every
# customer. `"cdnow"` is real and holds a tenth of the people who bought their first CD from an
# online shop in early 1997. Run the lesson with the first, then change the word and run it again.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
WITHIN = 90  # days that each new customer gets to come back
SILENT = 90  # days without a purchase after which a common rule calls a customer lost
EFFECT = 0.05  # smallest rise of the repeat rate that a trial should not miss

# %%
import pandas as pd

import crmlab as crm
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("00-customer-base")
db.describe()

# %% [markdown]
# For each table this overview says how many rows it has and which days it covers. You need not read
# it all: this lesson uses only the table `transactions`. (`db.require` stops if that table is
# missing.) Each row of `transactions` is one **transaction**, which says who paid, when, and how
# much. Some rows may be a **refund**, money given back, with an amount below 0. "Set aside" counts
# the rows that could not be read. "Ready" names the lessons whose tables are all there.
#
# What counts as a purchase is for you to say. We say it once, for the whole course: a refund is no
# purchase; it is taken off what the customer spent on that day. Several transactions of a customer
# on one day count as one visit.

# %%
days = crm.database.visit_days(db, refunds="net")
f"{len(db.transactions):,} transactions make {len(days):,} days with a purchase"

# %% [markdown]
# The table `days` has one row for each customer and each day on which she bought, and
# `refunds="net"` is the rule about refunds. In the overview, the line "same customer, same day"
# counts all days with a transaction. That number may be larger than ours, because on some days a
# customer got back at least as much as she paid. We use `days` in all that follows.

# %% [markdown] tags=["instructor"]
# "Should a refund count as a purchase?" Most say no at once. Then ask: "And the purchase it
# undoes?" Both answers can be defended. What cannot be defended is not having decided.

# %% [markdown]
# ## Three customers by hand
#
# Here are three customers with eight purchases. We watch them until 31 December. This is the
# **observation end**: a later purchase would not be seen. Write down for each customer how many
# days lie between the first and the last purchase, and how many between the last purchase and the
# observation end.

# %%
log = pd.DataFrame({"customer_id": ["Ana"] * 4 + ["Ben"] + ["Chen"] * 3})
ana = ["2025-01-10", "2025-03-10", "2025-06-20", "2025-12-20"]
ben, chen = ["2025-01-15"], ["2025-11-01", "2025-11-01", "2025-12-01"]
log["date"] = pd.to_datetime(ana + ben + chen)
year_end = pd.Timestamp("2025-12-31")
crm.database.plot_recency(log, until=year_end);

# %% [markdown]
# Each dot is a day with a purchase, and the dashed line is the observation end. The blue line runs
# from a customer's first purchase to the last, and its length in days is called recency (defined
# below). The orange line shows the silence since then. Ben bought once, so his line is all silence,
# and Chen's line is short because Chen is new.

# %% [markdown] tags=["instructor"]
# Ask: "Which of the three would you ring?" Expect "Ben". Ask what speaks for Chen, and what we
# would need to know about Ana. No answer is wrong yet. Let everybody finish the numbers on paper
# before the next cell.

# %%
visits = log.drop_duplicates().groupby("customer_id")["date"].agg(["min", "max", "count"])
by_hand = pd.DataFrame({"frequency": visits["count"] - 1})
by_hand["recency"] = (visits["max"] - visits["min"]).dt.days
by_hand["T"] = (year_end - visits["min"]).dt.days
by_hand["days_since_last"] = (year_end - visits["max"]).dt.days
by_hand

# %% [markdown]
# **Frequency** counts the purchases after the first one, so a customer who bought once has 0. Chen
# bought twice on 1 November, and `drop_duplicates` made that one visit.
#
# `T` is the **customer age**: the days from the first purchase to the observation end. **Recency**
# is the customer's age at the last purchase. Ana's was 344 days when she last bought, and it is 355
# days now. A recency close to `T` is a good sign, because she bought a short time ago.
#
# In direct mail the word means something else. There, recency is the number of **days since last
# purchase**, and a small number is good. If we mixed up the two, the best customers would look like
# the worst. So in this course `recency` is always the age, and the other one is called
# `days_since_last`.
#
# The same table comes from one function, `summarise`.

# %%
from crmlab import repeat_buying as rb

columns = ["frequency", "recency", "T"]
summary = rb.summarise(log, until=year_end, unit="day")
assert (summary.table[columns] == by_hand[columns]).all(axis=None)

# %% [markdown]
# The cell prints nothing: the function and our table by hand agree in every number (this is what
# `all(axis=None)` asks).
#
# **Exercise 0.1** Dana bought on 3 March and on 9 May 2025. The observation ends on 31 May. What is
# her recency in days, as this course uses the word?

# %% tags=["exercise"]
# solution
answer = (pd.Timestamp("2025-05-09") - pd.Timestamp("2025-03-03")).days
check("0.1", answer)

# %% [markdown]
# ## How often do they come?
#
# Now we take all customers of the database and count the days of each one.

# %% [markdown] tags=["instructor"]
# Ask: "How many times does the usual customer come?" Most answer with a mean. Ask them to draw the
# bars for 1, 2, 3 and more days before you show the figure.

# %%
counts = days.groupby("customer_id").size()
crm.database.purchase_counts(days).plot();

# %% [markdown]
# The orange bar holds the customers who came on one day only, and the last bar holds all who came
# often. A mean would hide both. The blue bars together hold the customers who have bought again.
# Their share of all customers is `(counts > 1).mean()`. Many reports give this share, and we shall
# see what is wrong with it.

# %% [markdown] tags=["instructor"]
# Before the next cell ask: "Each month's new customers, oldest month to newest: how will their
# repeat rate run?" Let people draw the curve in the air. Then ask what they would tell the board if
# the newest month had a third of the oldest month's rate.

# %% [markdown]
# ## Why the newest customers look worst
#
# Let us compute that share for each **cohort**, which is the group of customers whose first
# purchase falls in the same month. Guess before you run it: in which of the last three cohorts is
# the share lowest?

# %%
first = days.groupby("customer_id")["date"].min()
repeated_so_far = (counts > 1).groupby(first.dt.strftime("%Y-%m")).mean()
repeated_so_far.tail(3)

# %% [markdown]
# At Lantern the share of the last cohort is far lower. This alone does not mean that its customers
# are worse. Somebody who joined last week has had a week to come back, and somebody who joined two
# years ago has had two years. This is called **right-censoring**: the observation ends before the
# customer has had her full time.
#
# A fair **repeat rate** gives every customer the same time, here `WITHIN` days, and counts who
# bought again within it. A customer who has not had that time yet is not counted at all, even if
# she has come back already.

# %%
cohorts = crm.database.cohorts(days, until=db.until, within=WITHIN)
assert (cohorts["repeated_so_far"] - repeated_so_far).abs().max() < 1e-12
cohorts.table.tail(5)

# %% [markdown]
# The result `cohorts` gives a column by its name, and `cohorts.table` is the whole table. The
# column `repeated_so_far` is the one that we had, and the `assert` says so by printing nothing.
# `at_risk` is the fair denominator: it counts the customers of the cohort who have had their full
# time. Where it is 0 there is no rate. `estimate` is the fair repeat rate, and `low` and `high` are
# the ends of its 95 % interval, the range that the counts leave plausible (Wilson's formula). With
# few customers chance plays a large part, so the interval is wide.

# %%
cohorts.plot();

# %% [markdown]
# The dotted grey line is the share so far, and the blue line is the fair rate with its intervals.
# Only the blue line compares the cohorts fairly. The last blue point may rest on few customers, and
# then its interval is wide. Such a month may look special only by chance. At Lantern the grey line
# falls at the end, and the blue line does not. The intervals assume that each customer decides
# alone, which is not so for a family with two cards.
#
# All cohorts together give one number, with its denominator and its interval.

# %%
cohorts.caption

# %% [markdown]
# This is the sentence for the report. It says nothing about customers who joined too late to be
# counted, and nothing about who comes back after more than `WITHIN` days.
#
# **Exercise 0.2** Load the real customers with `crm.load("cdnow")`. What is their repeat rate
# within 180 days, all cohorts together? Call `crm.database.cohorts` as above; the `answer` is the
# number in `.overall["estimate"]` of its result. Then write one sentence that gives the rate with
# its interval, and says which customers it counts.

# %% tags=["exercise"]
# solution
cdnow = crm.load("cdnow")
answer = crm.database.cohorts(cdnow, until=cdnow.until, within=180).overall["estimate"]
check("0.2", answer)

# %% [markdown]
# **Exercise 0.3** In October 200 customers bought for the first time. For 150 of them 90 days have
# passed, and 45 of these came back within 90 days. Of the other 50, 5 have come back already. What
# is the 90-day repeat rate?

# %% tags=["exercise"]
# solution
answer = 45 / 150
check("0.3", answer)

# %% [markdown]
# ## Two of the three numbers
#
# Back to the question of the opening. The first two numbers are counts, where "this year" means the
# twelve months before the observation end.

# %% [markdown] tags=["instructor"]
# Ask which of the two counts should stand in an annual report, and which one a budget for reminders
# needs. There is no right answer without the decision that hangs on it.

# %%
year_ago = db.until - pd.DateOffset(years=1)
this_year = days[days["date"] > year_ago]
everyone, active = days["customer_id"].nunique(), this_year["customer_id"].nunique()
pd.Series({"in the file": everyone, "bought this year": active})

# %% [markdown]
# The third number, who will buy again, is in no column of the table. A customer who has left does
# not say so, and one who is only waiting is just as silent.

# %% [markdown] tags=["needs-truth", "instructor"]
# Before the truth ask: "Of the customers who have been silent for 90 days, how many are gone for
# good?" Collect guesses in per cent. Then ask the same about those who bought last month.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern's customers were simulated, so we know which of them had left by the end. A real company
# does not know this, because most customers leave without a word. A common rule calls a customer
# lost after `SILENT` days without a purchase, and now we can see how often it is right.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    verdict = pd.DataFrame({"last": days.groupby("customer_id")["date"].max()})
    verdict["silent"] = (db.until - verdict["last"]).dt.days > SILENT
    verdict["has_left"] = db.truth.set_index("customer_id")["left_on"].notna()
    display(verdict.groupby("silent")["has_left"].agg(["size", "mean"]).round(2))

# %% [markdown] tags=["needs-truth"]
# The column `size` counts the customers, and `mean` is the share of them who have left. A perfect
# rule would show 0 and 1. At Lantern both kinds of error remain: silent customers who are still
# there, and recent ones who will never be seen again. How long a silence must be to mean something
# depends on how often that customer used to come. Lesson 32 computes this from each customer's own
# purchases.

# %% [markdown]
# ## What to answer, and what to try
#
# Who will buy again is not known, but we can say who has. We also say for how many it is too early
# to tell: they have bought once, and have not had `WITHIN` days yet. The next cell writes the whole
# answer.

# %%
age = (db.until - first).dt.days
early = ((counts == 1) & (age < WITHIN)).sum()
print(f"{everyone:,} customers are in the file, and {active:,} of them bought this year.")
print(cohorts.caption)
print(f"For {early:,} customers it is too early to tell.")

# %% [markdown]
# So when somebody asks how many customers we have, give this answer: two counts, and a rate with
# its interval. It promises nothing about those for whom it is too early to tell.
#
# Would a reminder bring more new customers back? Split new customers at random into two groups, and
# send it to one of them. `trial_size` says how many customers each group needs. Suppose that the
# reminder raises the repeat rate by `EFFECT`. Then four of five trials with so many customers show
# the rise. We use 0.5, the largest standard deviation that a yes-or-no answer can have.

# %%
from crmlab.evidence import trial_size

size = trial_size(EFFECT, sd=0.5)
newcomers = cohorts["customers"].tail(3).mean()
waiting = 2 * size / newcomers
f"{size:,} customers in each group; they join within {waiting:.0f} months"

# %% [markdown]
# After so many months enough new customers have joined for both groups, if they arrive as in the
# last three cohorts. After `WITHIN` more days you can compare the two repeat rates, with the
# interval of their difference. If that is too long, try a bolder reminder: a trial that looks for
# an effect twice as large needs only a quarter of the customers. Fix `WITHIN` before the trial
# begins, since another choice would change both rates.

# %% [markdown] tags=["instructor"]
# Return to the board. Which of the three definitions did the room argue for? Ask each side what
# decision hangs on the number; a budget for reminders needs another count than an annual report.

# %% [markdown]
# ## With your own data
#
# Put your file beside this notebook, and change the parameters cell:
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```
#
# Add `"dayfirst": True` if 03/04/2025 means 3 April in your file. If some rows cannot be read, the
# error lists them. Mend them, or add `"bad_rows": "set aside"` to go on without them; they are then
# in `db.rejected`, each with its reason.

# %% [markdown]
# ## Take away
#
# - Decide what counts as a purchase, once, and write it down.
# - Ask which recency is meant, the age at the last purchase or the silence since then.
# - Give every cohort the same time before you compare it.
# - A customer base has no column for who will come back.

# %% [markdown]
# ## Terms
#
# <!-- terms: customer base; transaction; refund; observation end; frequency; recency; customer age; days since last purchase; repeat rate; cohort; right-censoring -->

# %% [markdown]
# ## References
#
# Frequency, recency and age are used as by Fader, Hardie and Lee; the interval is Wilson's.
#
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: an
#   alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275-284.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
#   *Journal of the American Statistical Association* 22, 209-212.
