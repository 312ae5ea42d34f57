# %% [markdown]
# # 60 Customer states
#
# > "Where does each of our customers stand today, and when must we act?"
#
# Some customers are new, some come often, and some have not been seen for months. A manager wants to
# know how many there are of each kind, and how long a lost customer can still be expected back.
#
# **You can then** give every customer exactly one state on any day; count how customers move between
# states; test the assumption behind such counts; compare what it costs to win a customer by
# different channels.
#
# **You need** pandas, and one idea from lesson 32: customers without a contract leave without
# telling, so we see only their silence.
#
# **Minutes**: 46

# %% [markdown] tags=["instructor"]
# Clock: opening 3, states 11, moves 11, returns 9, loyal 3, funnel 4, decision 4, own data 1. If
# late, cut exercise 60.3, then the long run.
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
# The order is called the **precedence** of the rules. Here are three customers on 30 June, with 90
# silent days.

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
# her visits. A customer who left yesterday is still "active". So the number of silent days is a
# choice, and it must be said with each count.
#
# Now all customers, at the end of each month.

# %%
months = pd.date_range(log["date"].min(), db.until, freq="ME")
states = recovery.customer_states(log, days=months, silent=SILENT, refunds="net")
states.counts.tail(3)

# %% [markdown]
# `refunds="net"` is the rule for refunds from above. The four numbers of each day add up to all
# customers in the data. The next figure shows all months.

# %%
states.plot();

# %% [markdown]
# The height of a bar is the number of customers who have bought at least once. Lost customers
# remain in the customer file, so this number never falls.
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
# We look at the last two months. Where do the customers go who were new, active or lost in the
# first one? A table of these shares is called a **transition matrix**. We make it first with pandas.

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
# The row `active` shows in the column `lost` which share of the active customers is lost one month
# later. The row `lost` shows in the column `active` which share of the lost is back. Here is the
# 95 % interval of this second share. It treats all moves as moves of different customers.

# %%
f"{moves.low.loc['lost', 'active']:.1%} to {moves.high.loc['lost', 'active']:.1%}"

# %% [markdown]
# ## What the moves lead to
#
# How long does it take until a lost customer is back? Suppose that each month the same share of 0.1
# returns. Then it takes 1 / 0.1 = 10 months in the mean. This is the
# **expected time to the first return**. The assumption behind it is called the
# **Markov assumption**: the chance to move depends only on the state of today, not on how long a customer has been in it.
#
# The function `steps_to` finds this time for each state. Here is a small matrix with the share 0.1.

# %%
names = ["new", "active", "lost"]
small = pd.DataFrame([[0.7, 0.3, 0], [0, 0.8, 0.2], [0, 0.1, 0.9]], names, names)
recovery.steps_to(small, "active").round(2)

# %% [markdown]
# The row `lost` is the 10 months from above. A new customer needs 1 / 0.3 = 3.33 months to become
# active. Now we take the matrix of our own customers, with 95 % intervals.

# %% [markdown] tags=["instructor"]
# Before the cell: "A lost customer: after how many months is she back, in the mean?" Guesses are
# between two and six months. The answer is far larger. Do not explain it yet: the next section
# shows that the number should not be believed.

# %%
moves.steps_to("active").round(1)

# %% [markdown]
# The mean of the row `new` includes customers who become lost and return later. The row `lost` is a
# long time. We can believe it only if the Markov assumption holds, and we can test that.
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
# ten. In the next table, `lost_for` counts the month ends in a row at which a customer was lost.
# `at_risk` counts these customers, and `returned` counts those of them who bought in the month after.

# %%
returns = states.returns()
returns.table.head(8).round(3)

# %% [markdown]
# The column `estimate` is `returned` divided by `at_risk`. The figure shows all months.

# %%
returns.plot();

# %% [markdown]
# Each point is a share with its 95 % interval. The dashed line is the share over all months
# together, which is about the share in the matrix. The intervals of the first months lie above the
# line, and most later ones lie below it. So the Markov assumption does not hold here. The share in
# the matrix is too low for customers who have just become lost. It is too high for customers who have
# been lost for long. Therefore we do not use the expected time.
#
# A possible reason is that "lost" mixes two kinds of customers. Some only wait, and the others have
# left. The longer the silence, the more of the silent have left.
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
# **Loyalty** is used for several things. A customer has been here for long (tenure), she buys
# often, or she recommends us. We take the customers who answered a survey. `dropna`
# leaves out answers with a gap, and `drop_duplicates` keeps one answer of each customer.

# %% tags=["needs-survey"]
asked = db["survey"].dropna(subset=["customer_id", "recommend"]).drop_duplicates("customer_id")
bought = log.groupby("customer_id")["date"].agg(["min", "count"])
loyal = asked.set_index("customer_id")[["recommend"]].join(bought, how="inner")
loyal["tenure"] = (db.until - loyal["min"]).dt.days
loyal[["tenure", "count", "recommend"]].rank().corr().round(2)

# %% [markdown] tags=["needs-survey"]
# `count` is the number of purchases. `rank` keeps only the order of the customers. A correlation of 1
# means the same order, and 0 means no connection. The 95 % interval of a small correlation reaches
# about 2 / sqrt(customers) to each side.

# %% tags=["needs-survey"]
f"{len(loyal):,} customers: {2 / len(loyal) ** 0.5:.2f} to each side"

# %% [markdown] tags=["needs-survey"]
# Even with this interval, all three correlations are far from 1. So a list of "loyal customers"
# depends on the sense that we choose, and we must say which one it is.

# %% [markdown] tags=["needs-funnel"]
# ## Before the first purchase: the funnel
#
# A **funnel** counts people on their way to the first purchase. It starts with the target customers
# who are reached. Some of them become interested. Some of the interested try the product, and some of
# those who try are won as customers. We count them for each
# **acquisition channel**, which is the way by which people hear of us.

# %% [markdown] tags=["instructor", "needs-funnel"]
# Ask before the table: "Which of our channels is the best?" Collect answers, and write down what each
# of them counts: reach, cost, or how long the customers stay.

# %% tags=["needs-funnel"]
way = recovery.funnel(db["funnel"], steps=["reached", "interested", "tried", "won"], by="channel")
way.cost.round(2)

# %% [markdown] tags=["needs-funnel"]
# The column `estimate` is the money spent (`cost`), divided by the customers won. It is the
# **acquisition cost** of a customer, with its 95 % interval. The cheapest channel is not
# automatically the best, because the table does not show how long its customers stay. It also shows
# an average. What one *more* customer would cost is another number.

# %% [markdown] tags=["instructor"]
# Ask before the decision: "How long would you wait for a lost customer?" Then let them find the
# month in the figure of the returns at which the intervals fall below 2 %.

# %% [markdown]
# ## Decide
#
# We wait for a lost customer as long as a share of at least `WORTH_A_CALL` returns in a month. We
# take the upper end of the interval, so that we do not give up too early.

# %%
gone = returns.table[returns["high"] < WORTH_A_CALL]
gone.head(1).round(3)

# %% [markdown]
# `lost_for` is now the first month at which even the upper end lies below `WORTH_A_CALL`. From this
# month on we do not wait any longer, so a call must come before. (If the table is empty, the data
# are too few to say it.)
#
# Would a call bring back more of those who have just become lost? These data cannot say it. A trial
# would draw half of the customers at random, call that half, and compare the shares who return.
# `trial_size` says how many customers each half needs. If a call raises the share by `EFFECT`, a
# trial of this size finds it four times out of five. The value `sd` is the standard deviation (the
# spread) of a yes-or-no answer.

# %%
from crmlab.evidence import trial_size

share = returns["estimate"].iloc[0]
one_half = trial_size(EFFECT, sd=(share * (1 - share)) ** 0.5)
just_lost = (states.table[after] == "lost") & (states.table[before] != "lost")
f"{one_half:,} in each half; {just_lost.sum():,} became lost in the last month"

# %% [markdown]
# Divide the customers of both halves by those who became lost in the last month. This is about the
# number of months that the trial must run.
#
# What would change this decision? Another choice of `SILENT` changes all shares. A company whose
# customers come once a year must choose a much longer silence.
#
# ## With your own data
#
# One row per purchase is enough. The sections on the survey and the funnel are left out if you do
# not have those tables.
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
# - The acquisition cost is an average. It does not say what the next customer costs.

# %% [markdown]
# ## Terms
#
# <!-- terms: potential customer; target customer; non-customer; state; precedence; transition matrix; expected time to the first return; Markov assumption; loyalty; funnel; acquisition channel; acquisition cost -->

# %% [markdown]
# ## References
#
# - Kemeny, J. G., & Snell, J. L. (1960). *Finite Markov Chains*. Van Nostrand.
