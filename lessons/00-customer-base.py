# %% [markdown]
# # 00 The customer base
#
# > "How many customers do we have?"
#
# Ask that in a company and you get three numbers: everyone in the file, everyone who bought this
# year, everyone who will buy again. All three are meant to come out of the same table. This
# lesson reads that table and finds out which of the three it can support.
#
# **You can then** load a customer database, yours or ours, and say what is missing from it; tell
# the two meanings of recency apart; compute a repeat rate that does not punish your newest
# customers; say which customers your data can speak about.
#
# **You need** Python with a little pandas: `groupby`, boolean masks.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Ask the question before you show anything. Write the first three answers on the board, with the
# definition behind each. Come back to them in the last section.
#
# 50 minutes: database 8, three customers 12, purchases 8, cohorts 11, concentration 3, two of the
# three numbers 2, truth and decision 6. If late, cut the concentration section.

# %% [markdown]
# ## What is in the database?
#
# `DATA` decides what the lesson runs on. `"lantern"` is Lantern Coffee, a roaster we made up: it
# has cafes, a bean subscription and wholesale accounts, and since we simulated it we know the
# truth about every customer. `"cdnow"` is real: people who bought their first CD from an online
# shop in early 1997. Run the lesson with the first, then change the word and run it again.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}

# %%
import crmlab as crm
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("00-customer-base")
db.describe()

# %% [markdown]
# Read such a page slowly. Refunds are rows too. So are zero amounts. Nothing was dropped in
# silence. What counts as a purchase is for you to say, and we say it once, here: a refund does
# not; a zero amount does, since a voucher is still a visit.

# %%
transactions = db.transactions
until = db.until
purchases = transactions[transactions["amount"] >= 0]
f"{len(transactions):,} rows, {len(purchases):,} of them purchases"

# %% [markdown] tags=["instructor"]
# "Should a refund count as a purchase?" Most say no at once. Then ask: "And the purchase it
# undoes?" Both answers can be defended. What cannot be defended is not having decided.

# %% [markdown]
# ## Three customers by hand
#
# Three customers, eight purchases, and a year that ends on 31 December. Work out the table on
# paper before you go on: for each, how many days lie between the first and the last purchase,
# and how many between the last purchase and the end of the year?

# %%
import pandas as pd

bought_on = {
    "Ana": ["2025-01-10", "2025-03-10", "2025-06-20", "2025-12-20"],
    "Ben": ["2025-01-15"],
    "Chen": ["2025-11-01", "2025-11-01", "2025-12-01"],
}
log = pd.Series(bought_on).explode().rename_axis("customer_id").reset_index(name="date")
log["date"] = pd.to_datetime(log["date"])
year_end = pd.Timestamp("2025-12-31")

# %%
visits = log.drop_duplicates().groupby("customer_id")["date"].agg(["min", "max", "count"])
by_hand = pd.DataFrame({"frequency": visits["count"] - 1})
by_hand["recency"] = (visits["max"] - visits["min"]).dt.days
by_hand["T"] = (year_end - visits["min"]).dt.days
by_hand["days_since_last"] = (year_end - visits["max"]).dt.days
by_hand

# %% [markdown]
# Two of these columns are called recency, by different people. In a mailing department it is
# `days_since_last`: small is good. In the models that forecast purchases it is her **age at the
# last purchase**, where age counts from the first: large is good, if `T`, her age today, is not
# much larger. Swap the two and the best customers come out worst. In this course `recency` is
# always the age.

# %%
crm.database.plot_recency(log, until=year_end);

# %% [markdown]
# Ben's line is all silence. Chen's is short because Chen is new. In the table, `frequency` counts
# **repeat** purchases, so a one-time buyer has 0. And Chen bought twice on 1 November, which counts
# once: the models ask on how many days she came back.

# %% [markdown] tags=["instructor"]
# Ask: "Which of the three would you ring?" Expect "Ben". Ask what speaks for Chen, and what we
# would need to know about Ana. No answer is wrong yet.

# %% [markdown]
# The same table comes from one function, which will do it for ten million rows too.

# %%
from crmlab import repeat_buying as rb

summary = rb.summarise(log, until=year_end, unit="day").table
columns = ["frequency", "recency", "T"]
assert (summary[columns] == by_hand[columns]).all(axis=None)

# %% [markdown]
# **Exercise 0.1** Dana bought on 3 March and on 9 May 2025. The observation ends on 31 May. What
# is her recency, in days, as the models use the word?

# %% tags=["exercise"]
# solution
answer = (pd.Timestamp("2025-05-09") - pd.Timestamp("2025-03-03")).days
check("0.1", answer)

# %% [markdown]
# ## How often do they come?
#
# One row a day and customer, then count.

# %%
days = purchases.drop_duplicates(["customer_id", "date"])
counts = days.groupby("customer_id").size()
counts.describe().round(1)

# %%
crm.database.purchase_counts(purchases).plot();

# %% [markdown]
# Look at the first bar: customers who came on one day only. In most customer bases it is the
# tallest, and the mean hides it. The share of all others is called the repeat rate.

# %%
repeat_rate = (counts > 1).mean()
f"{repeat_rate:.1%} of {len(counts):,} customers bought on a second day"

# %% [markdown]
# **Exercise 0.2** In the 1/10 sample of CDNOW, `crm.load("cdnow")`, how many purchases are left
# when all purchases of a customer on one day count as one?

# %% tags=["exercise"]
# solution
cdnow = crm.load("cdnow").transactions
answer = len(cdnow.drop_duplicates(["customer_id", "date"]))
check("0.2", answer)

# %% [markdown]
# ## Why the newest customers look worst
#
# Split the customers by the month of their first purchase and compute the same rate for each
# month. Guess before you run it: which month comes last?

# %%
first = days.groupby("customer_id")["date"].min()
repeated_so_far = (counts > 1).groupby(first.dt.strftime("%Y-%m")).mean()
repeated_so_far.tail(3)

# %% [markdown]
# Where newcomers arrive until the end, as at Lantern, the last month looks like a collapse. Nothing
# has happened: someone who joined last week has had a week to come back, someone who joined two
# years ago two years. (CDNOW's newcomers all came early; there no month falls off.) A fair rate
# gives each customer the same time, here 90 days, and leaves out those who have not had it yet.

# %%
cohorts = crm.database.cohorts(purchases, until=until, within=90)
assert (cohorts["repeated_so_far"] - repeated_so_far).abs().max() < 1e-12
cohorts.table.tail(5)

# %%
cohorts.plot();

# %% [markdown]
# `at_risk` is the denominator: customers of that month whose 90 days are over. Where it is 0 there
# is no rate, and no point in the figure. The whiskers are 95 % Wilson intervals; with few
# customers at risk they are wide, and a month that seems to stand out often does not. They assume
# that customers decide independently; a family with two cards breaks that.

# %% [markdown] tags=["instructor"]
# Before the figure: "Lantern's newest month has a third of the oldest month's repeat rate. What do
# you tell the board?" Let them propose reasons: worse channels, a competitor, the price rise. Then show
# the 90-day line. The usual relief is followed by a good question: why 90? Let them try 30 and
# 180 and see which months drop out.

# %% [markdown]
# **Exercise 0.3** In October 200 customers bought for the first time. For 150 of them 90 days have
# passed; 45 of these came back within 90 days. Of the other 50, 5 have come back already. What is
# the 90-day repeat rate?

# %% tags=["exercise"]
# solution
answer = 45 / 150
check("0.3", answer)

# %% [markdown]
# ## On how few does the revenue hang?
#
# A first look; lesson 09 does it properly. Line the customers up by what they spent, refunds taken
# off, and see what the top fifth of them brought in.

# %%
spent = transactions.groupby("customer_id")["amount"].sum().sort_values()
top_fifth = spent.tail(len(spent) // 5)
f"The top fifth brought in {top_fifth.sum() / spent.sum():.0%} of the revenue"

# %% [markdown]
# ## Two of the three numbers
#
# One query answers the first two, "this year" being the last twelve months; `db.sql` sees every
# table of the database.

# %%
db.sql("""
    select count(distinct customer_id) as in_the_file,
           count(distinct customer_id) filter (
               date > (select max(date) - interval 1 year from transactions)
           ) as bought_this_year
    from transactions
    where amount >= 0
""")

# %% [markdown]
# The third, who will buy again, stands in no column. A customer who has left says nothing, and so
# does one who is merely waiting.

# %% [markdown]
# ## The truth, opened
#
# No real company has this table. Lantern's customers were simulated, so we know who had quietly
# left by the end. Compare with a common rule, which calls a customer lost after 90 silent days.

# %%
if "truth" in db.tables:
    gone = db.truth.set_index("customer_id")["left_on"].notna().rename("has left")
    silent = ((until - days.groupby("customer_id")["date"].max()).dt.days > 90).rename("silent")
    verdicts = pd.crosstab(silent, gone.reindex(silent.index), normalize="index")
    display(verdicts.round(2))

# %% [markdown]
# Each row adds up to one. At Lantern the rule gets many right, and both kinds of error remain:
# silent customers who are still there, and recent ones who will never be seen again. How long a
# silence must be to mean something depends on how often that customer used to come. Lesson 07
# turns that sentence into a number.

# %% [markdown]
# ## Which customers can we say anything about?
#
# Sort everyone into three groups: those who came back; those who did not, though they had 90 days;
# and those who have not had 90 days yet. About the last group nobody can say anything yet.

# %%
def standing(within):
    age = (until - first).dt.days
    groups = pd.Series("too early to tell", index=counts.index)
    groups[age >= within] = "did not come back"
    groups[counts > 1] = "came back"
    order = ["came back", "did not come back", "too early to tell"]
    return groups.value_counts().reindex(order, fill_value=0).rename(f"{within} days")


pd.concat([standing(90), standing(180)], axis=1)

# %% [markdown]
# Report all three groups, and make no rate of the first two: newcomers who came back fast are in,
# the others not yet. If the usual gap between two purchases is longer than 90 days, use the longer
# window: whoever moves from the second group to the third had been judged too soon.

# %% [markdown] tags=["instructor"]
# Return to the board. Which of the three definitions did the room argue for? Ask each side what
# decision hangs on the number; a budget for reminders needs a different count from an annual
# report.

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
# error lists them; mend them, or add `"bad_rows": "set aside"` to go on without them. They are
# then in `db.rejected`, each with its reason.

# %% [markdown]
# ## Take away
#
# - Decide what counts as a purchase, once, and write it down.
# - Ask which recency is meant.
# - Give every cohort the same time before you compare it.
# - A customer base has no column for who will come back.

# %% [markdown]
# ## Terms
#
# <!-- terms: customer base; transaction; refund; cohort; frequency; recency; customer age;
# days since last purchase; repeat rate; right-censoring -->

# %% [markdown]
# ## References
#
# - Fader, P. S. and Hardie, B. G. S. (2009). Probability models for customer-base analysis.
#   *Journal of Interactive Marketing* 23(1), 61-69.
# - Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: an
#   alternative to the Pareto/NBD model. *Marketing Science* 24(2), 275-284.
