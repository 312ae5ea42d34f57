# %% [markdown]
# # 71 What is true of what they say?
#
# > "Everybody knows it: to win a customer costs five times as much as to keep one. So why do we still
# > advertise?"
#
# Managers hear many sentences of this kind. Each has a number, and few have a source. This lesson
# makes such sentences into tests, for the made-up company Lantern Coffee and for your own data.
#
# **You can then** turn a saying into a number that can be tested; check that the test can say yes and
# no; measure what a crisis cost; say why three examples prove nothing.
#
# **You need** pandas, and two ideas of earlier lessons. A **confidence interval** is a range that
# holds the true value in 95 of 100 such samples (lesson 22). **Retention** is the share of customers
# who stay for another year (lesson 30).
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 3, data 2, by hand 11, two sayings 8, worlds 5, all twenty 9, crisis 6, firms 2,
# decision 2. If late, leave out the five hundred firms.
#
# Ask: "Which numbers about customers have you heard in a meeting?" Write them down. At the end, ask
# which of them has a denominator.

# %% [markdown]
# ## The data

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
SAYING = "K08"  # the saying that we look at closely
CUSTOMERS = 2000  # customers in each world that we make
CRISIS = "2025-03-03"  # a Monday: the first week of the crisis in the made-up world
SIZE = 0.8  # share of the purchases that is lost at once
WEEKS = 26  # weeks after it that we look at
CARE = 0.0  # what care for customers adds to a firm's chance to survive

# %%
import pandas as pd

import crmlab as crm
from crmlab import evidence
from crmlab import lifetime_value as lv
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("71-claims")
pd.set_option("display.max_colwidth", None)  # show whole sentences
evidence.sayings()[["saying"]].head(8)

# %% [markdown]
# The package holds twenty sayings, `K01` to `K20`. Here are the first eight.

# %% [markdown]
# ## A saying becomes a test
#
# "A fifth of the customers bring four fifths of the sales." Take the five customers of a small shop.
# A fifth of five customers is one customer.

# %% [markdown] tags=["instructor"]
# Ask before the cell: "What must be said before this sentence can be false?" Expect: of whom, in which
# time. Add: how far from 80 % it may be.

# %%
spent = pd.Series({"Ann": 50, "Bo": 20, "Cy": 15, "Di": 10, "Ed": 5})
f"{spent.max() / spent.sum():.2f}"

# %% [markdown]
# Ann brings half of the sales. So the saying fails in this shop, if we count these five customers. But
# the result would change if we also counted people who bought nothing, or looked at another month. A
# sentence can be tested only if it says four things:
#
# 1. a **statistic**, which is one number that is computed from data: here the share of the sales;
# 2. a **denominator**, which is what we divide by: here the sales of one year to all who bought in it;
# 3. a **range**, which holds the values for which the saying is true: here 0.8 or more;
# 4. an interval, because our customers are only a sample.
#
# The range says what would show the saying false. A saying without a range cannot be false, so it
# says nothing.
#
# The **verdict** compares the interval with the range. The saying *holds* if the whole interval lies in
# the range. It *fails* if the whole interval lies outside. Otherwise it is *open*: the data allow both.

# %%
close = evidence.test_claims(db, [SAYING])
close.table[["said", "estimate", "low", "high", "verdict"]].round(2)

# %% [markdown]
# The column `said` is the range. The estimate comes with its interval from `low` to `high`, and then
# comes the verdict. An open verdict is no half yes: it asks for more data.
#
# **Exercise 71.1** A saying is true if a number is at least 5. Three firms measure it: 4 to 7, 5.5 to 9,
# and 2 to 4.5 are their intervals. In how many of the three firms is the verdict *open*?

# %% tags=["exercise"]
# solution
answer = 1
check("71.1", answer)

# %% [markdown]
# ## Two sayings that cannot both be true
#
# Some sayings can be tested without any data. Two of them are often quoted together. The first one
# comes from Reichheld and Sasser, who computed it for the branches of one bank:
#
# - five points more retention bring 85 % more profit;
# - five points less retention cost 25 % of the profit.
#
# A customer who stays with the retention r brings 1 / (1 - r) yearly margins on average. So with a
# retention of 0.80 she brings 5, and with 0.85 she brings 6.7. That is a third more.

# %% [markdown] tags=["instructor"]
# Ask: "Can five points mean the same gain for a firm that keeps half of its customers and for one that
# keeps nine of ten?" Many say yes. The next cell shows the retention that each saying needs.

# %%
pair = pd.DataFrame({"change": [5, -5], "lift": [0.85, -0.25]}, index=["gain", "loss"])
pair["unit"] = "pp"
lv.compare_claims(pair, rate=0, first="start").round(3)

# %% [markdown]
# In the code, `lift` is the change of profit that is said, and `pp` stands for percentage points. In the
# output, the column `retention` says from which retention the change must start. The gain of 85 % needs
# 0.891, and the loss of 25 % needs 0.85. No firm has both at once, so the two sayings contradict each
# other. The columns `gain` and `loss` say what each change brings from that retention. In the second
# row, where the loss is 25 %, five more points bring 50 %, not 85 %.
#
# **Exercise 71.2** A firm keeps 0.75 of its customers each year. By which share does the value of a
# customer grow if retention rises to 0.80? Write it as a share, such as 0.1, and use 1 / (1 - r).

# %% tags=["exercise"]
# solution
answer = (1 / (1 - 0.80)) / (1 / (1 - 0.75)) - 1
check("71.2", answer)

# %% [markdown]
# ## A test must be able to say yes and no
#
# A scale that always shows 70 kilograms is no scale. In the same way, a test that says "fails" to every
# firm tells nothing about our firm. So we try each test in two **worlds**. A world is a company that we
# simulate, so we know the truth. In the first world the saying is true, and in the second one it is
# false.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Where must the first two intervals lie if the test is any good?" The first in
# the green area, the second outside it. Only then is the third one worth a look.

# %%
worlds = evidence.claim_worlds(SAYING, db, customers=CUSTOMERS)
worlds.plot();

# %% [markdown]
# The green area is the range in which the saying is true. Each line is an interval, and its point is the
# estimate. The two grey lines belong to the worlds, and the title gives all verdicts. The test said yes
# where the saying is true, and no where it is false. Therefore we may believe its verdict on the blue
# line, which is our data. We tried all twenty tests in this way. The verdicts are kept in the file
# `benchmarks/claims.csv`. Some tests need very many customers before they say yes each time.
#
# The worlds teach something else. A range such as "more than 0" can hardly ever be shown false: if
# nothing is there, an interval around 0 reaches above 0. Ask instead for the smallest effect that is
# worth having. For complaints (`K17`), the range begins at 0.05, or 5 more of 100 who buy again.
#
# ## All twenty sayings

# %% [markdown] tags=["instructor"]
# Ask before the table: "Which of your sayings will hold?" Most people expect that some hold fully.
# Let them find the rows without a number, and ask what data these would need.

# %%
tests = evidence.test_claims(db)
tests.table[["saying", "said", "estimate", "low", "high", "verdict"]].round(2)

# %% [markdown]
# What each row measures stands in the column `statistic` of the same table.
#
# A row without numbers says that the saying cannot be tested with these data. That is an honest answer,
# not a failure. The next cell says why.

# %%
why = tests.table.loc[tests["why"] != "", "why"]
why.to_frame().head(8)

# %% [markdown]
# Each sentence names what is missing. How many verdicts are there of each kind?

# %%
tests.caption

# %% [markdown]
# Of twenty intervals, one misses the truth by chance on average. So a single verdict needs a second
# data set. And a verdict is about one firm: at another one the saying may hold. The source of each
# saying, as far as it is known, stands in the column `source` of `evidence.sayings()`.
#
# **Exercise 71.3** Take the purchases of a shop for CDs: `crm.load("cdnow")`. Test `K08` with
# `evidence.test_claims`. What share of the sales of the last year came from the largest fifth?
# Write one sentence about it to the manager.

# %% tags=["exercise"]
# solution
shop = crm.load("cdnow")
answer = evidence.test_claims(shop, ["K08"])["estimate"]["K08"]
check("71.3", answer)

# %% [markdown]
# ## What did a crisis cost?
#
# "After the bad batch we lost half of our sales." We look at sales before and after a day. We make a
# world of Lantern in which a crisis comes, so we know what it cost. A **before-and-after test** draws a
# straight line through the weeks before the day, and carries this line on. The loss is the gap between
# this line and what was sold.
#
# The function `crisis_sales` makes Lantern twice, once with the crisis and once without. It returns the
# sales of each week in dollars, in the columns `crisis` and `no crisis`.

# %%
sales = evidence.crisis_sales(CRISIS, SIZE, weeks=WEEKS)
weekly = sales["crisis"].rename("dollars")
cost = evidence.interrupted_series(weekly, CRISIS)
cost.plot();

# %% [markdown]
# The points are weeks. The broken line is the old trend, and the shaded area is its interval. The title
# gives the loss over these weeks, in dollars, with its interval.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "The line fell on that day. Did the crisis do it?" The data cannot know of a
# holiday or a rival in the same week. Here the other world knows.

# %%
calm = evidence.interrupted_series(sales["no crisis"], CRISIS)
both = pd.concat({"crisis": cost.table, "no crisis": calm.table})
both.round(0)

# %% [markdown]
# - `level` is the jump on the day, in dollars a week.
# - `slope` says by how many dollars more (or less) the sales grow from week to week than before.
# - `loss` is what is missing in all these weeks together.
#
# Look at the interval of `level` under `no crisis`. It holds 0, so this test can say no, too. We also
# know the true loss, because we have both worlds. It is the difference of their sales.

# %%
after = sales[CRISIS:]
f"{(after['no crisis'] - after['crisis']).sum():,.0f} dollars"

# %% [markdown]
# Compare it with the interval of the loss in the title of the figure. That interval is wide, because a
# line that is carried on for many weeks is uncertain. The test also assumes something that it cannot
# check: without the crisis, the old trend would have gone on.
#
# ## Three firms prove nothing
#
# A book describes three firms that survived a crisis. All three cared for their customers. Does care
# keep a firm alive? We make 500 firms. By our choice, care adds `CARE` to the chance to survive.

# %%
firms = evidence.firms(500, effect=CARE, seed=71)
alive = firms[firms["survived"]]
picked = alive[alive["cares"]].head(3)
picked

# %% [markdown]
# Such a book can always be written: there are many survivors who care. To look only at those who
# survived is the **survivors' fallacy**. The dead firms are missing, and nobody asked them.

# %%
firms.groupby("cares")["survived"].agg(["mean", "size"]).round(2)

# %% [markdown]
# `mean` is the share that survived, and `size` is the number of firms, the dead ones too. This is the
# comparison that the book leaves out. The next cell adds the interval.

# %%
care = evidence.test_claims({"firms": firms}, ["K12"])
care.table[["said", "estimate", "low", "high", "verdict"]].round(2)

# %% [markdown]
# The estimate is the share of the caring firms that survived, less that of the others. The saying that
# care keeps firms alive is `K12`, and its range begins at 0.1. With all 500 firms the test can give a
# verdict. With three picked ones it could not.
#
# ## What do we tell the manager?

# %%
one = close.table.loc[SAYING]
f"{SAYING} {one['verdict']}: {one['low']:.2f} to {one['high']:.2f}; said: {one['said']}"

# %% [markdown]
# Plan with our own number and its interval, not with the saying. Do not move a budget because of a
# saying that failed, is open or cannot be tested. A second year of data, in which the whole interval
# lies in the range, would change this. For a saying about an action, only a fair trial decides. A fair
# trial is one in which a lot decides who is treated (lesson 70).

# %% [markdown]
# ## With your own data
#
# A file of purchases with `customer_id`, `date` and `amount` is enough to begin. Set `DATA` to it:
#
# ```python
# DATA = "my_sales.csv"
# ```
#
# Then read the column `why` first. It names the tables that would test more sayings. The part on the
# crisis stays with the made-up world. For your own crisis, give `interrupted_series` your weekly sales
# and the day: it needs eight weeks before and four weeks after.

# %% [markdown]
# ## Take away
#
# - A saying becomes a test when it has a statistic, a denominator, a range and an interval.
# - A test must say yes in a world where the saying is true, and no where it is false.
# - Before and after a crisis are compared with the old trend, not with the last good week.
# - Survivors alone prove nothing: count the dead.

# %% [markdown]
# ## Terms
#
# <!-- terms: statistic; denominator; range; verdict; world; before-and-after test; survivors' fallacy -->

# %% [markdown]
# ## References
#
# - Reichheld, F. F. and Sasser, W. E. (1990). Zero defections: Quality comes to services. *Harvard
#   Business Review* 68(5), 105-111.
