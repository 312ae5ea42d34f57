# %% [markdown]
# # 60 Customer states
#
# > "Where does each of our customers stand today, and when must we act?"
#
# Some customers are new, some come often, and some have not been seen for months. A manager wants to
# know how many there are of each kind, and how long it makes sense to wait for a lost customer.
#
# **You can then** give every customer exactly one state on any day; count how customers move between
# states; test the assumption behind such counts; compare what it costs to win a customer by
# different channels.
#
# **You need** pandas, and one idea from lesson 32: customers without a contract leave without
# telling, so we see only their silence.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, states 12, moves 13, returns 10, loyal 4, funnel 3, decision 4, own data 1. If
# late, cut exercise 60.3, then the part on loyalty.
#
# Ask first: "How many customers do you have?" Most give the number in the customer file. Then ask:
# "And how many of them will buy again?" Nobody knows. This gap is the topic of the lesson.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a company that we made up. `free_buyers` gives the purchases of its customers
# without a contract. A refund is no purchase; it is taken off the spending of its day.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
SILENT = 90  # days without a purchase after which we call a customer lost
WORTH_A_CALL = 0.02  # share who return in a month; below it we stop waiting: a choice
EFFECT = 0.05  # rise of the share who return that a trial must not miss

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import recovery
from crmlab import repeat_buying as rb
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("60-customer-states")
log = rb.free_buyers(db)
f"{log['customer_id'].nunique():,} customers, {log['date'].min():%Y-%m-%d} to {db.until:%Y-%m-%d}"

# %% [markdown]
# ## Two interests
#
# Before the first purchase there are two questions. Is the person interested in us? Do we want
# her? The answers make three kinds of people who do not buy yet:
#
# - A **potential customer** is interested in us, and we have not yet decided whether we want her.
# - A **target customer** is a person whom we want, and who is not yet interested in us.
# - A **non-customer** is not interested in us, and we are not interested in her.
#
# If the answer to both questions is yes, a first purchase can follow.
#
# ## One state for each customer and day
#
# After the first purchase, the purchases decide. We give each customer exactly one **state** on a
# day. Four rules are asked in a fixed order, and the first rule that fits decides:
#
# 1. She has not bought up to this day: *not yet*.
# 2. Her last purchase was more than `SILENT` days ago: *lost*.
# 3. Her first purchase was at most `SILENT` days ago: *new*.
# 4. Otherwise: *active*.
#
# The order is called the **precedence** of the rules. Here are three customers on 30 June 2025,
# with `SILENT` at 90.

# %% [markdown] tags=["instructor"]
# Let everybody write down the three states before the cell runs. The usual error is Ben: his first
# purchase is his last one, so he seems to be new. Ask which rule is asked first.

# %%
three = pd.DataFrame(index=["Ana", "Ben", "Cleo"])
three["first"] = pd.to_datetime(["2025-01-10", "2025-02-01", "2025-05-20"])
three["last"] = pd.to_datetime(["2025-06-15", "2025-02-01", "2025-06-01"])
today = pd.Timestamp("2025-06-30")
lost = (today - three["last"]).dt.days > 90
new = (today - three["first"]).dt.days <= 90
three["state"] = np.select([lost, new], ["lost", "new"], "active")
three

# %% [markdown]
# `np.select` takes the first rule that is true, and "active" if none is. Ben has been silent since
# February, so he is lost. Cleo came first in May, so she is new. For Ana neither rule is true.
#
# "Lost" is our word for a long silence. A customer who comes twice a year is "lost" between two of
# her visits. So the number of silent days is a choice, and it must be said with each count.
#
# The next cell finds the states of all customers at the end of each month.

# %%
months = pd.date_range(log["date"].min(), db.until, freq="ME")
states = recovery.customer_states(log, days=months, silent=SILENT, refunds="net")
states.counts.tail(3)

# %% [markdown]
# `refunds="net"` takes a refund off the spending of its day.

# %%
states.plot();

# %% [markdown]
# A bar shows all who have bought at least once. It includes the lost, so no bar is lower than the
# one before.
#
# **Exercise 60.1** Today is 30 September 2025, and `SILENT` is 60 in all rules. Gia
# bought first on 5 August and last on 20 September. Hugo bought first in 2023 and last on 1 August.
# Iris bought once, on 10 July. Give the three states as a list, such as `["new", "new", "lost"]`.

# %% tags=["exercise"]
# solution
answer = ["new", "active", "lost"]
check("60.1", answer)

# %% [markdown]
# ## How customers move
#
# We look at the last two month ends. Take the customers who were lost at the first of them: which
# share is active at the second? We ask the same for each other pair of states. A table of these
# shares is called a **transition matrix**. We make it first with pandas.

# %%
before, after = months[-2], months[-1]
two = states.table[[before, after]]
two = two[two[before] != "not yet"]
pd.crosstab(two[before], two[after], normalize="index").round(3)

# %% [markdown]
# `states.table` has a row per customer and a column per day. With `normalize="index"`, each row of
# the result adds up to 1. One month is little, so the package now counts the moves of all months.

# %%
moves = states.moves()
moves.table.round(3)

# %% [markdown]
# In the row `active`, the column `lost` is the share of active customers who are lost one month
# later. In the row `lost`, the column `active` is the share of the lost who are back.

# %% [markdown]
# ## What the moves lead to
#
# How long does it take until a lost customer is back? Think of a die. One throw in six is a six, so
# it takes 1 / (1 / 6) = 6 throws on average until the first six. In the same way, if a share of 0.1
# returns each month, it takes 1 / 0.1 = 10 months on average. This is the
# **expected time to the first return**. The method `steps_to` computes it from the matrix (Kemeny and
# Snell 1960).

# %% [markdown] tags=["instructor"]
# Before the cell: "A lost customer: after how many months is she back, on average?" Guesses are
# between two and six months. The answer is far larger. Do not explain it yet: the next section
# shows that the number should not be believed.

# %%
moves.steps_to("active").loc[["lost"]].round(1)

# %% [markdown]
# `estimate` is 1 divided by the share of the lost who are back, so it is a number of months. `low`
# and `high` are the ends of its 95 % interval.
#
# But a die does not remember. Its chance is the same after one throw and after a hundred. The
# **Markov assumption** says that customers are like that: the chance to move depends only on the
# state of today, not on how long a customer has been in it. We believe the expected time only if
# this holds.
#
# **Exercise 60.2** Another shop counts its moves. Each month 12 % of its active customers become
# lost, and 4 % of its lost customers become active. Nobody is new. Which share of its customers is
# active in the long run? In the long run, as many customers become lost as return.

# %% tags=["exercise"]
# solution
shop = pd.DataFrame([[0.88, 0.12], [0.04, 0.96]], ["active", "lost"], ["active", "lost"])
answer = recovery.long_run(shop)["active"]
check("60.2", answer)

# %% [markdown]
# ## Does it matter how long she has been lost?
#
# If the Markov assumption holds, the share who return is the same after one month lost and after
# ten. At the first month end at which a customer is lost, `lost_for` is 1. If she is still lost one
# month later, it is 2, and so on. `at_risk` counts the customers who have been lost for that long
# and could now return. Customers who were lost twice count twice. `returned` counts those of them
# who bought in the month after.

# %%
returns = states.returns()
returns.table.head(8).round(3)

# %% [markdown]
# The column `estimate` is `returned` divided by `at_risk`. We may write `returns["estimate"]` for
# it.

# %%
returns.plot();

# %% [markdown]
# Each point is a share with its 95 % interval. The dashed line is the share of all months together.
# At Lantern the first intervals lie above the line, and most later ones lie below it. So the Markov
# assumption does not hold. For customers who have just become lost, the share of all months is too
# low, and for those who have been lost for long it is too high. Therefore we do not use the
# expected time.
#
# Perhaps some of the silent only wait, and others have left. The longer a silence lasts, the more
# likely the customer has left.
#
# **Exercise 60.3** Take the purchases `crm.load("cdnow").transactions`. Find the states at the end of
# each month from January 1997 to June 1998, with 90 silent days. Which share of the customers who
# have been lost for one month returns in the next month? Then write a sentence: is it larger or
# smaller than after six months?

# %% tags=["exercise"]
# solution
discs = crm.load("cdnow").transactions
ends = pd.date_range("1997-01-31", "1998-06-30", freq="ME")
answer = recovery.customer_states(discs, days=ends, silent=90).returns()["estimate"][1]
check("60.3", answer)

# %% [markdown] tags=["needs-survey"]
# ## Loyal in which sense?
#
# The word **loyalty** is used for several things. A loyal customer has been here for long, buys
# only from us, buys often, or recommends us. We cannot see where else she buys. Do the other three
# name the same customers? The next cell counts the purchases, and the days since the first
# (`tenure`). It prints nothing.

# %% tags=["needs-survey"]
purchases = log[log["amount"] > 0].groupby("customer_id")["date"]
senses = pd.DataFrame({"purchases": purchases.count()})
senses["tenure"] = (db.until - purchases.min()).dt.days

# %% [markdown] tags=["needs-survey"]
# Now we add from the survey whether she recommends us. `drop_duplicates` keeps her first answer.

# %% tags=["needs-survey"]
answers = db["survey"].drop_duplicates("customer_id").set_index("customer_id")
senses["recommend"] = answers["recommend"]
senses.corr(method="spearman").round(2)

# %% [markdown] tags=["needs-survey"]
# Each number compares two columns. It is 1 if both put the customers in the same order, 0 if the two
# orders have nothing in common, and -1 if they are opposite. With 100 customers the 95 % interval
# reaches about 0.2 to each side, and with more it is shorter. `senses["recommend"].count()` gives the
# number who answered. At Lantern no two columns come near 1. So a list of "loyal customers" depends on
# the sense that we choose.

# %% [markdown] tags=["needs-funnel"]
# ## Before the first purchase: the funnel
#
# A **funnel** counts people on their way to the first purchase: how many target customers are
# reached, how many of them become interested, how many of those try the product, and how many are
# won. We count them for each **acquisition channel**, the way by which people hear of us. The table
# shows only the last step; `way.table` holds all steps.

# %% [markdown] tags=["instructor", "needs-funnel"]
# Ask before the table: "Which of our channels is the best?" Collect answers, and write down what each
# of them counts: reach, cost, or how long the customers stay.

# %% tags=["needs-funnel"]
steps = ["reached", "interested", "tried", "won"]
way = recovery.funnel(db["funnel"], steps=steps, by="channel")
way.cost.round(2)

# %% [markdown] tags=["needs-funnel"]
# `cost` is the money spent on the channel, at Lantern in dollars. `estimate` is `cost` divided by
# `won`, with its 95 % interval. This is the **acquisition cost** of a customer. The cheapest
# channel need not be the best: the table does not show how long its customers stay.

# %% [markdown] tags=["instructor"]
# Ask before the decision: "How long would you wait for a lost customer?" Then let them find the
# month in the figure of the returns at which the intervals fall below 2 %.

# %% [markdown]
# ## Decide
#
# We stop waiting when too few of the lost return in a month. The limit `WORTH_A_CALL` is our choice.
# We look for the first month in which even the upper end of the interval, `high`, is below it.

# %%
stop = returns.table[returns["high"] < WORTH_A_CALL]
stop.head(1).round(3)

# %% [markdown]
# If the table is empty, the data are too few to say when to stop.
#
# Would a call bring back more of those who have just become lost? These data cannot tell, because
# nobody was called. A trial can tell: half of the customers, drawn at random, get a call, and we
# compare the shares who return. `trial_size` says how many customers each half needs to show a rise
# by `EFFECT` with a chance of 80 %. `sd` is the standard deviation, which says how much customers
# differ. For a share p it is the square root of p (1 - p).

# %%
share = returns["estimate"].iloc[0]
size = trial_size(EFFECT, sd=np.sqrt(share * (1 - share)))
newly_lost = returns["at_risk"].iloc[0] / len(months)
needs = {"in each half": size, "newly lost a month": newly_lost, "months": 2 * size / newly_lost}
pd.Series(needs).round(1)

# %% [markdown]
# `newly lost a month` is the first number in the column `at_risk`, divided by the number of months.
# `months` is how long we must wait until enough customers have become lost.
#
# **The order:** run this trial with customers who have just become lost. The table `stop` shows the
# month `lost_for` in which we stop waiting: from this month on, call nobody. This limit is a
# choice. The data show only how many return by themselves, and not what a call would do after such
# a long silence.
#
# What would change the order? A cheaper call makes `WORTH_A_CALL` smaller, so we wait longer. Another
# choice of `SILENT` changes all shares. If customers come once a year, it must be much longer.
#
# ## With your own data
#
# One row per purchase is enough. Sections whose table you do not have are left out.
#
# ```python
# DATA = "sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - Give each customer one state a day, by rules in a fixed order, and say the silence you chose.
# - The expected time from a transition matrix holds only under the Markov assumption.
# - Test this assumption: compare the shares who return after each month of silence.
# - The acquisition cost says what a customer cost, not how long she stays.

# %% [markdown]
# ## Terms
#
# <!-- terms: potential customer; target customer; non-customer; state; precedence; transition matrix; expected time to the first return; Markov assumption; loyalty; funnel; acquisition channel; acquisition cost -->

# %% [markdown]
# ## References
#
# - Kemeny, J. G., & Snell, J. L. (1960). *Finite Markov Chains*. Van Nostrand.
