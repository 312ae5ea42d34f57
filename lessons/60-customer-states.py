# %% [markdown]
# # 60 Customer states
#
# > "Where does each of our customers stand today, and when must we act?"
#
# Some customers are new, some come often, and some have not been seen for months. A manager wants to
# know how many there are of each kind, how fast they move between the kinds, and how long a lost
# customer can still be expected back.
#
# **You can then** give every customer exactly one state on any day; count how customers move from
# state to state; say what those moves lead to, and test the assumption behind it; compare what it
# costs to win a customer by different channels.
#
# **You need** pandas, and one idea from lesson 32: customers without a contract leave without
# telling, so we see only their silence.
#
# **Minutes**: 46

# %% [markdown] tags=["instructor"]
# Clock: opening 3, states 10, moves 12, returns 8, funnel 7, decision 4, own data 2. If late, cut
# exercise 60.3, then the long run.
#
# Ask first: "How many customers do you have?" Most give the number in the customer file. Then ask:
# "And how many of them will buy again?" Nobody knows. This gap is the topic of the lesson.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a company that we made up. We take its customers without a contract. A refund is
# no purchase; it is taken off the spending of its day.

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
# Before the first purchase there are two questions. Is the person interested in us? Are we
# interested in the person? Here are six people. 1 means yes.

# %%
people = pd.DataFrame(index=["Ana", "Ben", "Cleo", "Dora", "Emil", "Finn"])
people["likes_us"] = [1, 1, 0, 0, 1, 0]
people["we_like"] = [1, 0, 1, 0, 1, 1]
pd.crosstab(people["likes_us"], people["we_like"])

# %% [markdown]
# Each cell of the table counts people. Two people like us, and we like them too: they are the first
# to be invited. A **potential customer** likes us, and we have not yet chosen her, as Ben. A
# **target customer** is one we want, and who does not know or like us yet, as Cleo and Finn. Money
# spent on Cleo must create interest. Money spent on Ben must first answer whether we want him. With
# Dora nothing happens, and she is a **non-customer**.
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
# The order is called the **precedence** of the rules. Without it, a customer could fit two rules,
# and the states would not add up to the number of customers. Here are three customers on 30 June.

# %% [markdown] tags=["instructor"]
# Let everybody write down the three states before the cell runs. The usual error is Ben: his first
# purchase is his last one, so rules 2 and 3 seem to compete. Ask which rule is asked first.

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
# `np.select` takes the first rule that is true, and "active" if none is. Ana bought two weeks ago,
# and she is no newcomer, so she is active. Ben has been silent since February, so he is lost. Cleo
# came first in May, so she is new.
#
# "Lost" is our word for a long silence. It is not a fact. A customer who comes twice a year is
# "lost" between two of her visits, and a customer who left yesterday is still "active". So the
# number of silent days is a choice, and it must be said with each count.
#
# Now all customers, at the end of each month.

# %%
months = pd.date_range(log["date"].min(), db.until, freq="ME")
states = recovery.customer_states(log, days=months, silent=SILENT, refunds="net")
states.counts.tail(3)

# %% [markdown]
# Each row is a day. Its four numbers add up to all customers in the data, because each of them has
# exactly one state. The next figure shows all months.

# %%
states.plot();

# %% [markdown]
# The height of a bar is the number of customers who have bought at least once. Lost customers
# remain in the customer file, so the file always grows. The customers who still buy are the two
# lower parts, and their number can stand still while the file grows.
#
# **Exercise 60.1** Today is 30 September 2025, and a customer is lost after 60 silent days. Gia
# bought first on 5 August and last on 20 September. Hugo bought first in 2023 and last on 1 August.
# Iris bought once, on 10 July. Give the three states as a list, such as `["new", "new", "lost"]`.

# %% tags=["exercise"]
# solution
answer = ["new", "active", "lost"]
check("60.1", answer)

# %% [markdown]
# ## How customers move
#
# We look at two neighbouring months. Where do the customers go who were new, active or lost in the
# first one? A table of these shares is called a **transition matrix**. We make it first with pandas
# for the last two months.

# %%
before, after = months[-2], months[-1]
two = states.table[[before, after]]
two = two[two[before] != "not yet"]
pd.crosstab(two[before], two[after], normalize="index").round(3)

# %% [markdown]
# Each row adds up to 1, which is what `normalize="index"` does. One month is little, so the package
# counts the moves of all months together. (Who has not come yet is left out.)

# %%
moves = states.moves()
moves.table.round(3)

# %% [markdown]
# Read the row of the active customers: each month, this share of them becomes lost. Read the row of
# the lost customers: this share of them is active one month later. How sure are these shares? The
# tables `low` and `high` have the ends of their 95 % intervals.

# %%
lost_to_active = pd.Series({"estimate": moves.table.loc["lost", "active"]})
lost_to_active["low"] = moves.low.loc["lost", "active"]
lost_to_active["high"] = moves.high.loc["lost", "active"]
lost_to_active.round(4)

# %% [markdown]
# The interval is narrow, because it comes from many moves. However, it treats each month of a
# customer as a new customer.
#
# ## What the moves lead to
#
# How long does it take until a lost customer is back? If each month the same share of 0.3 returns,
# it takes 1 / 0.3 = 3.33 months in the mean. This is the **expected time to the first return**. The
# assumption behind it is called the **Markov assumption**: the chance to move depends only on the
# state of today, not on how long a customer has been in it.
#
# With several states the answer is the solution of a few equations. The function `steps_to` solves
# them. Here is a small matrix in which 30 % of the prospects buy each month.

# %%
names = ["prospect", "active", "lost"]
small = pd.DataFrame([[0.7, 0.3, 0], [0, 0.8, 0.2], [0, 0.1, 0.9]], names, names)
recovery.steps_to(small, "active").round(2)

# %% [markdown]
# The 3.33 months are there. A lost customer needs 1 / 0.1 = 10 months. Now the matrix of our own
# customers, with a 95 % interval. The interval comes from drawing the customers again at random, a
# thousand times: it shows how much the answer depends on which customers we happened to have.

# %% [markdown] tags=["instructor"]
# Before the cell: "A lost customer: after how many months is she back, in the mean?" Guesses are
# between two and six months. The answer is far larger. Do not explain it yet: the next section
# shows that the number should not be believed.

# %%
moves.steps_to("active").round(1)

# %% [markdown]
# The row `lost` is a very long time. It would say: wait, they come back after some years. Should we
# believe it? Only if the Markov assumption holds, and we can test that.
#
# **Exercise 60.2** Another shop counts its moves. Each month 12 % of its active customers become
# lost, and 4 % of its lost customers become active. Nobody is new. Which share of its customers is
# active in the long run? Use `recovery.long_run`, or think: in the long run as many customers leave
# as return.

# %% tags=["exercise"]
# solution
shop = pd.DataFrame([[0.88, 0.12], [0.04, 0.96]], ["active", "lost"], ["active", "lost"])
answer = recovery.long_run(shop)["active"]
check("60.2", answer)

# %% [markdown]
# ## Does it matter how long she has been lost?
#
# If the Markov assumption holds, the share who return is the same after one month lost and after
# ten. `returns` counts both. `at_risk` are the customers who have been lost for so many months, and
# `returned` are those of them who bought in the month after.

# %%
returns = states.returns()
returns.table.head(8).round(3)

# %% [markdown]
# Customers who were already lost on the first day of the table are left out, because nobody saw
# when their silence began. The figure shows all months.

# %%
returns.plot();

# %% [markdown]
# Each point is a share with its 95 % interval. The dashed line is the share over all months
# together, which is what the transition matrix uses. The shares are not the same. The intervals of
# the first months lie above the line, and later ones lie below it. So the Markov assumption does
# not hold here, and the expected time of the last section is wrong for both: too long for customers
# who have just become lost, and too short for those who have been lost for long.
#
# Why? "Lost" mixes two kinds of customers. Some only wait, and they come back within a
# few months. The others have left. The longer the silence, the more of the silent have left.

# %% [markdown] tags=["needs-survey"]
# ## Loyal in which sense?
#
# **Loyalty** is used for several things: a customer has been here for long (tenure), she buys
# often, or she recommends us. Are the same customers loyal in every sense? Here are customers
# who answered a survey. We take ranks, so that a few very large values do not decide. A correlation
# of 1 means the same order, and 0 means no connection.

# %% tags=["needs-survey"]
asked = db["survey"].dropna(subset=["customer_id", "recommend"]).drop_duplicates("customer_id")
bought = log.groupby("customer_id")["date"].agg(["min", "count"])
loyal = asked.set_index("customer_id")[["recommend"]].join(bought, how="inner")
loyal["tenure"] = (db.until - loyal["min"]).dt.days
loyal[["tenure", "count", "recommend"]].rank().corr().round(2)

# %% [markdown] tags=["needs-survey"]
# How exact are these numbers? The 95 % interval of a small correlation reaches about
# 2 / sqrt(customers) to each side.

# %% tags=["needs-survey"]
round(2 / len(loyal) ** 0.5, 2)

# %% [markdown] tags=["needs-survey"]
# With these intervals, all three correlations are close to 0 and far from 1. So a list of "loyal
# customers" depends on the sense that we choose, and we must say which one it is.

# %% [markdown] tags=["needs-funnel"]
# ## Before the first purchase: the funnel
#
# A **funnel** counts people on their way to the first purchase. Of all who are reached, some are
# interested. Some of these try the product, and some of these are won. The table has one row per
# month and **acquisition channel**, which is the way by which people hear of us.

# %% [markdown] tags=["instructor", "needs-funnel"]
# Ask before the table: "Which of our channels is the best?" Collect answers, and write down what each
# of them counts: reach, cost, or how long the customers stay.

# %% tags=["needs-funnel"]
way = recovery.funnel(db["funnel"], steps=["reached", "interested", "tried", "won"], by="channel")
way.cost.round(2)

# %% [markdown] tags=["needs-funnel"]
# The column `estimate` is the money spent, divided by the customers won. It is the
# **acquisition cost** of a customer. The interval from `low` to `high` comes from the number won, which could
# have been a little different by chance.

# %% tags=["needs-funnel"]
way.plot();

# %% [markdown] tags=["needs-funnel"]
# The cheapest channel is not automatically the best. Its customers may leave sooner, and the
# figure does not show how long they stay. It also shows an average. What one *more* customer would
# cost by this channel is another number, and it is usually higher.
#
# Where do we lose people? The table of the funnel has the share who go on from each step.

# %% tags=["needs-funnel"]
way["estimate"].unstack().round(3)

# %% [markdown] tags=["instructor"]
# Ask before the decision: "How long would you wait for a lost customer?" Then let them find the
# month in the figure of the returns at which the intervals fall below 2 %.

# %% [markdown]
# **Exercise 60.3** Load the data set "cdnow" with `crm.load("cdnow")`. Find the states at the end of
# each month from January 1997 to June 1998, with 90 silent days. Which share of the customers who
# have been lost for one month returns in the next month? Then write a sentence: is it larger or
# smaller than after six months?

# %% tags=["exercise"]
# solution
discs = crm.load("cdnow").transactions
ends = pd.date_range("1997-01-31", "1998-06-30", freq="ME")
answer = recovery.customer_states(discs, days=ends, silent=90).returns()["estimate"][1]
check("60.3", answer)

# %% [markdown]
# ## Decide
#
# Up to when is a lost customer worth waiting for? We say: as long as the share who return by
# themselves in a month is above `WORTH_A_CALL`. We take the upper end of the interval, so that we do
# not give up too early.

# %%
gone = returns.table[returns["high"] < WORTH_A_CALL]
gone.head(1).round(3)

# %% [markdown]
# The number on the left is the first number of months lost at which even the upper end lies below
# `WORTH_A_CALL`. From then on we do not wait any longer: the customer gets one last offer, or
# nothing. (If the table is empty, the data are too few to say it.)
#
# Would a call bring back more of those who have just become lost? These data cannot say it,
# since nobody was called by lot. A trial would draw half of them at random, call that half, and
# compare the shares who return. `trial_size` says how many customers each half needs, so that four
# of five such trials show a rise by `EFFECT`. The formula after `sd=` is the standard deviation of
# a share.

# %%
from crmlab.evidence import trial_size

share = returns["estimate"].iloc[0]
one_half = trial_size(EFFECT, sd=(share * (1 - share)) ** 0.5)
f"{one_half:,} in each half; {states.counts['lost'].iloc[-1]:,} are lost today"

# %% [markdown]
# What would change the order? Another choice of `SILENT` moves the line between active and lost,
# and all shares with it. A company whose customers come once a year must choose a much longer
# silence.
#
# ## With your own data
#
# One row per purchase is enough. The sections on the survey and the funnel need those tables, and
# they are left out if you have none.
#
# ```python
# DATA = "sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - Give each customer one state a day, by rules in a fixed order, and say the silence you chose.
# - A transition matrix shows how customers move; what it leads to holds only if the time already
#   spent in a state does not matter.
# - Test that: the share who return usually falls with each month of silence.
# - The acquisition cost is an average; it says nothing of the next one.

# %% [markdown]
# ## Terms
#
# <!-- terms: potential customer; target customer; non-customer; state; precedence; transition matrix; expected time to the first return; Markov assumption; loyalty; funnel; acquisition channel; acquisition cost -->

# %% [markdown]
# ## References
#
# - Kemeny, J. G., & Snell, J. L. (1960). *Finite Markov Chains*. Van Nostrand.
