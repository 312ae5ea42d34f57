# %% [markdown]
# # 71 What is true of what they say?
#
# > "Everybody knows it: a fifth of our customers bring four fifths of our sales. So why do we still
# > mail the catalogue to all the others?"
#
# This lesson makes such sentences into tests. Lantern Coffee is a made-up company, so the results
# say nothing about real firms.
#
# **You can then** turn a saying into a number that can be tested; check that the test can say yes and
# no; measure what a crisis cost; say why three examples prove nothing.
#
# **You need** pandas, and two ideas of earlier lessons. A **confidence interval** is a range around
# an estimate, because our customers are only a sample (lesson 22). If we drew many samples, 95 of
# 100 such intervals would contain the true value. **Retention** is the share of customers who stay
# for another year (lesson 30).
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 2, by hand 11, retention 4, worlds 4, all twenty 14, crisis 7, firms 3,
# decision 3. If late, leave out the five hundred firms.
#
# Ask: "Which numbers about customers have you heard in a meeting?" Write them down. At the end, ask
# which of them has a denominator.

# %% [markdown]
# ## The data
#
# In the second cell, `db.require` checks that no table is missing.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
MARGIN = 0.30  # share of the sales that is left after the cost of the goods
MAIL = 3.0  # dollars a year to mail the catalogue to one customer
CUSTOMERS = 2000  # customers in each company that we simulate
CRISIS = "2025-03-03"  # a Monday: the first week of the simulated crisis
SIZE = 0.8  # share of the purchases of known customers that is lost at once
WEEKS = 26  # weeks that we look at, before the crisis and after it
CARE = 0.0  # what care for customers adds to a firm's chance to survive

# %%
import math

import pandas as pd

import crmlab as crm
from crmlab import evidence
from crmlab import lifetime_value as lv
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("71-claims")
pd.set_option("display.max_colwidth", None)  # show whole sentences
evidence.sayings().loc[["K08"], ["saying", "source"]]

# %% [markdown]
# The package has twenty sayings, `K01` to `K20`. The manager's saying is `K08`. The column `source`
# says what is known about it. In one study the share was .73 on average, not .80.
#
# ## A saying becomes a test
#
# Take the five customers of a small shop. A fifth of five customers is one customer.

# %% [markdown] tags=["instructor"]
# Ask before the cell: "What must be said before this sentence can be false?" Expect: of whom, in which
# time. Add: how far from 80 % it may be.

# %%
shop = pd.Series({"Ann": 50, "Bo": 20, "Cy": 15, "Di": 10, "Ed": 5})
f"{shop.max() / shop.sum():.2f}"

# %% [markdown]
# Ann brings half of the sales. This is less than four fifths. But the saying does not tell which
# sales it means, and next month the result may differ. A test needs four things:
#
# 1. A **statistic** is one number that is computed from data. Here it is a share of the sales.
# 2. A **denominator** is what we divide by. Here it is the sales of one year to all who bought in
#    it.
# 3. A **range** says for which values the saying is true. Here it is 0.8 or more, so its border is
#    0.8.
# 4. An interval says how far chance may have moved the statistic.
#
# The next cell computes the statistic for our data. It keeps the last year, adds up the spending of
# each customer, sorts, and takes the first fifth. A refund is no purchase: it is a negative amount,
# and the sum takes it off. Only sums above 0 count.

# %%
log = db["transactions"]
year = log[log["date"] > log["date"].max() - pd.Timedelta(days=365)]
spent = year.groupby("customer_id")["amount"].sum()
spent = spent[spent > 0].sort_values(ascending=False)
fifth = math.ceil(len(spent) / 5)  # rounded up
f"{spent.head(fifth).sum() / spent.sum():.3f}"

# %% [markdown]
# The function `test_claims` computes the same number, its interval from `low` to `high`, and a
# verdict. The column `said` is the range.

# %%
close = evidence.test_claims(db, ["K08"])
close.table[["said", "estimate", "low", "high", "verdict"]].round(3)

# %% [markdown]
# The **verdict** compares the interval with the range:
#
# - The saying *holds* if the whole interval lies inside the range.
# - It *fails* if the whole interval lies outside the range.
# - It is *open* if a part of the interval lies inside, and a part outside. Then we need more data.
#
# **Exercise 71.1** A saying is true if a number is at least 5. Three firms measure the number. Their
# intervals are 4 to 7, 5.5 to 9, and 2 to 4.5. In how many of the three firms is the verdict *open*?

# %% tags=["exercise"]
# solution
answer = 1
check("71.1", answer)

# %% [markdown]
# ## Two sayings that do not fit together
#
# Two sayings about retention are often quoted. The first comes from Reichheld and Sasser (1990):
#
# - five points more retention bring 85 % more profit;
# - five points less retention cost 25 % of the profit.
#
# We compare them by the value of one customer, which stands here for the profit. Her margin is what
# is left of her spending after the cost of the goods. Let her yearly margin and the retention r
# stay the same. Then she brings 1 / (1 - r) yearly margins on average: 5 with a retention of 0.80,
# and 6.7 with five points more, 0.85.
#
# The next cell computes at which retention each saying is right. `change` is the change of the
# retention in points (`pp`), and `lift` is the change of the profit in the saying. `rate=0` leaves
# out interest. With `first="start"` the first margin comes at once.

# %% [markdown] tags=["instructor"]
# Ask: "Can five points mean the same gain for a firm that keeps half of its customers and for one that
# keeps nine of ten?" Many say yes. The next cell shows the retention that each saying needs.

# %%
pair = pd.DataFrame({"change": [5, -5], "lift": [0.85, -0.25]}, index=["85 % more", "25 % less"])
pair["unit"] = "pp"
needed = lv.compare_claims(pair, rate=0, first="start")
needed[["retention"]].round(3)

# %% [markdown]
# The first saying is right in a firm that keeps 0.891 of its customers each year. The second is
# right in a firm that keeps 0.850. By this formula no firm fits both, so we cannot use them
# together.
#
# ## A test must be able to say yes and no
#
# Does the test say *fails* to every firm? We try it in simulated companies, where we know the
# truth. We call such a company a **world**. The function `claim_worlds` makes a world in which
# `K08` is true, and one in which it is false. It tests `K08` in both, and in our data.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Where must the first two intervals lie if the test is any good?" The first in
# the green area, the second outside it. Only then is the third one worth a look.

# %%
worlds = evidence.claim_worlds("K08", db, customers=CUSTOMERS)
worlds.plot();

# %% [markdown]
# The green area is the range. The two grey lines are the intervals in the worlds, and the blue line
# is the interval in our data. The test says yes in the world where the saying is true, and no where
# it is false.
#
# ## All twenty sayings
#
# The next cell tests all sayings. We first read what each test measures.

# %% [markdown] tags=["instructor"]
# Ask before the table: "Which of your sayings will hold?" Most people expect that some hold fully.
# Then let each group take two rows and say what the statistic leaves out.

# %%
tests = evidence.test_claims(db)
tests.table[["saying", "statistic"]]

# %% [markdown]
# In most rows the denominator stands after "/" or "share of". The next cell shows three more columns:
#
# - `range_from` tells whose range it is. "saying" means that the border is the number in the
#   saying. We read "five times" as "five or more". "break-even" is the point where something begins
#   to pay. "our choice" means that the saying names no such number, so we chose the border.
# - `interval_over` tells what was drawn by chance: customers, answers or days, for example.
# - `substitute` tells what we measure in place of what is said. It is empty if we test what is
#   said.

# %%
tests.table[["said", "range_from", "interval_over", "substitute"]]

# %% [markdown]
# If `substitute` has a text, the verdict is about what we measure, and not about the saying itself.
# In a row with "our choice", another border can give another verdict.
#
# For each saying, ten worlds were made in which it is true, and ten in which it is false. In the
# next table, `true_world` counts the true ones in which the test said *holds*. `false_world` counts
# the false ones in which it said *fails*. `verdict` is about our data.

# %%
short = ["said", "range_from", "true_world", "false_world", "estimate", "low", "high", "verdict"]
tests.table[short].round(2)

# %% [markdown]
# The two columns of worlds show that the tests can say yes and no. Where a count is below ten, the
# test did not find the truth in every world.
#
# A row without numbers cannot be tested with these data. The next cell says what is missing.

# %%
tests.table.loc[tests["why"] != "", ["why"]]

# %% [markdown]
# One warning: of twenty intervals, about one misses the truth by chance. So check a single verdict
# with a second data set.
#
# **Exercise 71.2** Take the purchases of a shop for CDs: `crm.load("cdnow")`. Test `K08` with
# `evidence.test_claims`. What share of the sales of the last year came from the largest fifth of
# its buyers? Two digits are enough. Write one sentence about it, with the interval, to the manager.

# %% tags=["exercise"]
# solution
cds = crm.load("cdnow")
answer = evidence.test_claims(cds, ["K08"])["estimate"]["K08"]
check("71.2", answer)

# %% [markdown]
# ## What did a crisis cost?
#
# "The bad batch of coffee cost us nothing, because sales came back." Here the statistic is the loss
# in dollars, and the range is at most 0. In place of a denominator, a loss needs a time: the
# `WEEKS` weeks from the start of the crisis.
#
# A **before-and-after test** draws a straight line through the weeks before the crisis, and carries
# this line on. The loss is the gap between this line and what was sold, added up over these weeks.
#
# The function `crisis_sales` simulates the weekly sales of Lantern twice, with a crisis and without
# one. `SIZE` is the share of the purchases of known customers that is lost at once. All sales fall
# less than that, because guests without a name buy as before.

# %%
sales = evidence.crisis_sales(CRISIS, SIZE, weeks=WEEKS)
weekly = sales["crisis"].rename("dollars")
cost = evidence.interrupted_series(weekly, CRISIS)
cost.plot();

# %% [markdown]
# Each point is a week, and the vertical line is the start of the crisis (the event). The blue lines
# are drawn through the weeks before it and after it. The broken line is the old trend, carried on,
# and the shaded area is its interval. The title gives the loss in dollars.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "The line fell on that day. Did the crisis do it?" The data cannot know of a
# holiday or a rival in the same week. Here the other world knows.

# %%
cost.table.round(0)

# %% [markdown]
# The row `level` is the jump in the first week, in dollars a week. The row `slope` is the growth of
# sales from one week to the next, after the crisis minus before it. The row `loss` is what is
# missing in all these weeks together. Its whole interval lies above 0, so the saying fails.
#
# In a simulation we also know the true loss. It is the sales without a crisis minus the sales with
# it.

# %%
after = sales[CRISIS:]
truth = (after["no crisis"] - after["crisis"]).sum()
loss = cost.table.loc["loss"]
f"{truth:,.0f} dollars; inside the interval: {loss['low'] <= truth <= loss['high']}"

# %% [markdown]
# `True` means that the true loss lies in the interval. The test assumes that the old trend would
# have gone on without the crisis. With real data nobody can check this.
#
# ## Three firms prove nothing
#
# A book describes three firms that survived a crisis. All three cared for their customers. Does
# care keep a firm alive? We simulate 500 firms. `CARE`, what care adds to the chance to survive, is
# set to 0, so in this world care does nothing. The next cell shows the first three firms that cared
# and survived.

# %%
firms = evidence.firms(500, effect=CARE, seed=71)
alive = firms[firms["survived"]]
alive[alive["cares"]].head(3)

# %% [markdown]
# Three caring survivors are easy to find. It is the **survivors' fallacy** to look only at those
# who survived. The next cell counts all firms.

# %%
firms.groupby("cares")["survived"].agg(["mean", "size"]).round(2)

# %% [markdown]
# `mean` is the share that survived, and `size` is the number of firms. `K12` tests the difference
# between the two shares. This time the function gets `firms` in place of `db`.

# %%
care = evidence.test_claims({"firms": firms}, ["K12"])
care.table[["said", "range_from", "estimate", "low", "high", "verdict"]].round(2)

# %% [markdown]
# The range begins at 0.1, or 10 more of 100 firms. The verdict shows that care adds less than this
# in these simulated firms.
#
# ## What do we tell the manager?
#
# The manager wants to mail the largest fifth only. The next cell looks up the answer that belongs
# to the verdict on `K08`, and shows what all others bring.

# %%
answers = {"fails": "Do not plan with this saying", "open": "Collect another year of data first"}
answers["holds"] = "The saying fits our data"
row = close.table.loc["K08"]
first = answers.get(row["verdict"], "These data cannot test the saying")
f"{first}: the others bring {1 - row['high']:.0%} to {1 - row['low']:.0%} of the sales."

# %% [markdown]
# That is a fact about sales. Perhaps the others would buy the same without the catalogue. Only a
# trial can tell: draw by chance who gets no catalogue for a year. The effect of the catalogue is
# the mean sales with it, minus the mean sales without it.
#
# Of each dollar of sales, the share `MARGIN` is left. So the catalogue pays if its effect is more
# than `MAIL / MARGIN` dollars a year. The next cell computes how many customers each group needs.
# `sd` is the standard deviation, a measure of how much the customers' spending differs.

# %%
others = spent.iloc[fifth:]
size = evidence.trial_size(MAIL / MARGIN, sd=others.std())
f"{size} customers in each of two groups; there are {len(others)} others."

# %% [markdown]
# Suppose that the catalogue does nothing, and that spending differs next year as much as last year.
# Then 80 of 100 trials of this size show that the effect lies below `MAIL / MARGIN`. So the order
# is:
#
# - Start the trial, and mail all others as before.
# - After a year, look at the interval of the effect. If the whole interval lies below `MAIL / MARGIN`,
#   stop the catalogue for the others. If not, keep it.
#
# Even a verdict *holds* would not change this order, because `K08` does not say what a catalogue does.
# Other values of `MAIL` and `MARGIN` would change the border and the size of the trial.

# %% [markdown]
# ## With your own data
#
# A file of purchases with `customer_id`, `date` and `amount` is enough to begin:
#
# ```python
# DATA = "my_sales.csv"
# ```
#
# The column `why` names the tables that would test more sayings. For your own crisis, give
# `interrupted_series` your weekly sales and the day.

# %% [markdown]
# ## Take away
#
# - A saying becomes a test when it has a statistic, a denominator, a range and an interval.
# - Say whose range it is, and what the statistic leaves out, before you say a verdict.
# - A test must be able to say yes in a true world, and no in a false one.
# - Survivors alone prove nothing: count the dead, too.

# %% [markdown]
# ## Terms
#
# <!-- terms: statistic; denominator; range; verdict; world; before-and-after test; survivors' fallacy -->

# %% [markdown]
# ## References
#
# - Reichheld, F. F. and Sasser, W. E. (1990). Zero defections: Quality comes to services. *Harvard
#   Business Review* 68(5), 105-111.
