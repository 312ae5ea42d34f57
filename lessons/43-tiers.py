# %% [markdown]
# # 43 Tiers
#
# > "Who gets what, and what does it cost us?"
#
# Nobody can serve all customers best. Lantern has two people who visit accounts, a telephone and a
# web page. The manager asks which customers should get which of them.
#
# **You can then** cut customers into tiers by a rule that you can state; say what each tier costs
# and why; tell what an action must achieve to pay; follow who moves up and down.
#
# **You need** a little pandas, and one idea of lesson 42: if we measure the best of one period again
# in the next, they fall on average, because part of what made them best was luck.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 9, pyramid 9, costs 9, plan 9, moves 3, truth 2, decision 5.
#
# If you are late, cut the exercise on time and space, then the truth.
#
# Ask: "Name three key customers of yours." Then ask: "By what rule?" Write the rules on the board.
# Expect turnover, size of the firm, and how long they have been with us. Keep the rules there; you
# come back to them after the costs.

# %% [markdown]
# ## The data
#
# We use Lantern Coffee, a roaster that we made up, or your own purchases.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
COSTS = (10, 3, 0.5)  # of the three actions below, per customer and period
EXPENSIVE = "workplace"  # the channel to leave: visits at the customer's workplace
CHEAP = "phone"  # the channel to use instead
MOVED = 0.5  # share of the expensive contacts that move
AGAIN = 1 / 3  # share of the moved contacts that need an expensive one after all
KEPT = (0.2, 0.3, 0.4, 0.5)  # shares of those who would leave that a named person might keep

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import tiers
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("43-tiers")
transactions = db.transactions

# %% [markdown]
# ## Five customers by hand
#
# Five customers bring a profit of 60, 25, 8, 5 and 2. We want three **tiers**, which are groups by
# value. Put the best customer first. For each customer, add up the profit of those before her, as a
# share of all profit. Here is the rule:
#
# - If the share before her is below 80 %, she is a **key customer**.
# - If it is 80 % or more, but below 95 %, she is an **ordinary customer**.
# - If it is 95 % or more, she is a **small customer**.
#
# `shift` moves the running total down by one row, so that each row shows those before. `pd.cut` gives
# each share its tier. With `right=False` a share of exactly 80 % belongs to the tier below.

# %%
five = pd.Series([60, 25, 8, 5, 2])
before = five.cumsum().shift(fill_value=0) / five.sum()
tier = pd.cut(before, [0, 0.80, 0.95, 1], right=False, labels=["key", "ordinary", "small"])
assert tiers.pyramid(five).tier.tolist() == tier.tolist()
pd.DataFrame({"profit": five, "before": before, "tier": tier})

# %% [markdown]
# Two key customers bring 85 % of the profit. The package has the same rule, and the `assert` says that
# both agree. The package also keeps customers who bring the same together: all of them get the
# better tier.

# %% [markdown] tags=["instructor"]
# Let them do 43.1 on paper. Expect 3: "80 % is reached." Ask what they would tell the fourth
# customer, who brings as much as the third.

# %% [markdown]
# **Exercise 43.1** Seven customers bring 50, 20, 10, 10, 5, 3 and 2. How many of them are key
# customers?

# %% tags=["exercise"]
# solution
seven = tiers.pyramid([50, 20, 10, 10, 5, 3, 2])
answer = seven.table.loc["key", "customers"]
check("43.1", answer)

# %% [markdown] tags=["instructor"]
# Before the figure ask: "How few customers bring 80 % of the profit here?" Take three guesses. The
# figure of lesson 42 helps those who remember it.

# %% [markdown]
# ## The pyramid
#
# Now we cut all customers, by profit and not by sales. `customer_profit` takes the **contribution**,
# which is what is left of the sales after the cost of the goods, and subtracts the cost of our
# contacts with the customer. A refund is taken off. Where data have no column `margin`, the
# contribution is the share `MARGIN` of sales. We also cut the data in the middle: the second half is
# "now", and the first half is "then".

# %%
first = transactions["date"].min()
middle = first + (db.until - first) / 2
profit_then = tiers.customer_profit(db, margin=MARGIN, until=middle)
profit_now = tiers.customer_profit(db, margin=MARGIN, after=middle)
past, now = tiers.pyramid(profit_then), tiers.pyramid(profit_now)
now.plot();

# %% [markdown]
# This is the **customer pyramid** (Zeithaml, Rust and Lemon 2001), drawn as **twin pyramids**.
# The left bars show how many customers are in each tier. The right bars show how much value they
# bring, which is profit here. The right side follows from our rule. The finding is on the left:
# it shows how many customers bring 80 % of the profit. A customer who costs more than she brings
# comes last, in the small tier.
#
# A small customer is not a bad customer. She may have joined only last month.

# %% [markdown]
# **Exercise 43.2** CDNOW sold music on the web. Add up what each customer of
# `crm.load("cdnow").transactions` spent, and cut them by the same rule. What share of the customers
# is key? Then write one sentence that tells a manager how many customers bring most of the sales.

# %% tags=["exercise"]
# solution
music = crm.load("cdnow").transactions.groupby("customer_id")["amount"].sum()
answer = tiers.pyramid(music).table.loc["key", "share_of_customers"]
check("43.2", answer)

# %% [markdown] tags=["instructor", "needs-contacts"]
# Ask before the next cell: "Which tier costs us most per customer?" Expect "key, of course". Then
# ask: "And which comes second?" Expect "ordinary". Let the table answer.

# %% [markdown] tags=["needs-contacts"]
# ## What does each tier cost?
#
# The **cost to serve** is what contacts with a customer cost: visits, calls, letters. We divide the
# cost of each tier by all its customers, also those whom we never contacted. The column `mode`
# names the channel of a contact; `xs` takes only the rows `all`, which add up the channels.

# %% tags=["needs-contacts"]
recent = db.contacts[db.contacts["date"] > middle]
served = tiers.cost_to_serve(recent, now)
served.xs("all", level="mode").round(2)

# %% [markdown] tags=["needs-contacts"]
# Read `estimate`, the cost per customer, with its interval. At Lantern a small customer costs
# about twice as much as an ordinary one. The two intervals overlap, so the difference may be
# chance. Still, a manager would expect a small customer to cost much less. The next table counts
# the contacts with small customers by kind and channel.

# %% tags=["needs-contacts", "needs-customers"]
people = db.customers[["customer_id", "kind"]].fillna("unknown")
tier_now = recent["customer_id"].map(now.tier)
small = recent[tier_now == "small"].merge(people, on="customer_id")
pd.crosstab(small["kind"], small["mode"])

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# The expensive channels are `visit` and `workplace`, where we meet the customer in person. All
# these contacts went to wholesale accounts. Why are these accounts small? Look at those in the
# channel `EXPENSIVE`, one by one. `customer_profit(transactions)` sees no contacts, so it gives the
# contribution. The column `if contacts were free` is the tier by the contribution alone.

# %% tags=["needs-contacts", "needs-customers"]
contribution = tiers.customer_profit(transactions, margin=MARGIN, after=middle)
accounts = pd.DataFrame({"contribution": contribution, "profit": profit_now})
accounts["if contacts were free"] = tiers.pyramid(contribution).tier
visited = small.loc[small["mode"] == EXPENSIVE, "customer_id"].unique()
accounts.loc[visited].sort_values("profit").round()

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# The difference between contribution and profit is what our contacts cost. At Lantern all these
# accounts would be key customers by their contribution alone. They are small **because** our
# contacts with them cost so much. So the order "spend less on small customers" would be wrong for
# the many members whom nobody visits. It is right for these few accounts.
#
# The manager could move some of the visits to the telephone, which is called a **channel shift**. It
# is not free: some calls do not solve the problem, and we must visit after all. `MOVED` is the share
# of visits that move, and `AGAIN` is the share of these that need a visit after all. Both are guesses.

# %% tags=["needs-contacts", "needs-customers"]
shift = tiers.shift_channel(served, source=EXPENSIVE, target=CHEAP, share=MOVED, again=AGAIN)
saving = shift.loc["small", "saving"]
pd.Series({"saving": saving, "share": saving / accounts.loc[visited, "contribution"].sum()}).round(2)

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# `saving` is the money that the shift would have saved in the second half. `share` is the saving as
# a share of the contribution of these accounts. The shift pays only if we do not lose more than
# this share of their business. Both numbers rest on guesses, so they have no interval. The shift can
# be taken back.

# %% [markdown] tags=["instructor", "needs-contacts"]
# Go back to the rules on the board. "Turnover" would have put these accounts on top. Ask which
# number would have told us, and who in the company sees it. Usually nobody sees both the sales
# and the diary of the people who visit.

# %% [markdown] tags=["instructor"]
# For 43.3 expect A as well: "there the queue is shorter." Ask whether A changes when or where. Then
# take a vote on the plan: which of the three actions will pay first?

# %% [markdown]
# ## Who gets what
#
# A **service level** is what a tier may expect: who answers, how fast, where. A customer with the
# lower level should not have to watch others get more. So keep the levels apart **in time** (large
# orders are taken until noon, small ones only the day before) or **in space** (accounts have a
# counter of their own).
#
# **Exercise 43.3** Which of these keep the service levels apart in time? Answer with a set of letters.
#
# - A: Account holders have a door and a counter at the side of the building.
# - B: Questions by mail are answered within an hour for key customers, and by tomorrow for others.
# - C: Free tastings for members are on Tuesday afternoon, when the cafes are empty.
# - D: Key customers have a web page of their own with another telephone number.

# %% tags=["exercise"]
# solution
answer = {"B", "C"}
check("43.3", answer)

# %% [markdown]
# When does an action pay? Say that a stamp card costs 3 per customer, and that a customer for
# whom it works brings 60 more. Then it must work for 3 of 60 customers, or 5 % of all who get it.
# This share is the **break-even response**: cost divided by gain.
#
# Our plan has one action for each tier. A key customer gets a named person, whom she can always
# call. If this keeps a customer who would have left, we gain the mean profit of a key customer.
# The stamp card may lift an ordinary customer to key. A web page (self-service) may lift a small one
# to ordinary. Then we gain the difference between the means of the two tiers.

# %%
mean = now["mean"]
gain = [mean["key"], mean["key"] - mean["ordinary"], mean["ordinary"] - mean["small"]]
action = ["named person", "stamp card", "self-service"]
actions = pd.DataFrame({"tier": now.table.index, "action": action, "cost": COSTS, "gain": gain})
tiers.tier_plan(now, actions).drop(columns=["customers", "break_even_lift"]).round(3)

# %% [markdown]
# `total_cost` is what the action costs for the whole tier, and `break_even_response` is the share
# of customers for whom it must work. A small share looks easy. But we do not know yet how many
# customers would leave or rise at all. So we look at the moves.

# %% [markdown] tags=["instructor"]
# Vote before the figure: "Of a hundred key customers of the first half, how many are still key in
# the second?" Most say 80 or 90.

# %% [markdown]
# ## Does the pyramid hold?
#
# We compare the two halves. "Lost" means: no purchase and no contact in the second half. The shares of
# each tier that stay, rise, fall or are lost form a table, the **migration matrix**. The figure shows
# it as bands, and a wide band is many customers.

# %%
moves = tiers.migration(past, now)
moves.plot();

# %% [markdown]
# The bands that start at `key` show that many key customers fell or were lost. This does not prove
# that we served them badly. Lesson 42 tells us to expect it: some were key by luck, and others rose
# by luck in their place. So a tier describes a customer in one period only.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know next year's purchases. We cut next year's buyers into tiers, by
# what they will spend. Where do next year's key customers stand today? Guess how many stand in the
# small tier.

# %% [markdown] tags=["instructor", "needs-truth"]
# Take guesses first. Most say "none, or nearly none". Then ask what it would have cost to send the
# small ones away.

# %% tags=["needs-truth"]
ahead = db.truth.set_index("customer_id")["spend_next_12_months"]
best = tiers.pyramid(ahead[ahead > 0])
found = tiers.migration(now, best).counts["key"]
pd.DataFrame({"customers": found, "share": (found / found.sum()).round(2)})

# %% [markdown] tags=["needs-truth"]
# Each row is a tier of today. Some of next year's key customers are in the small tier today. They
# are few of all the small customers in the pyramid. But if we had sent the small customers away, we
# would have lost these too. Ending the relationship with customers who cost more than they bring is
# called **culling**. Try a cheaper channel or a higher price first. Other customers who see the
# culling may leave too (Haenlein and Kaplan 2010).

# %% [markdown]
# ## Decide
#
# Should every key customer get a named person? `lost` is the share of key customers who were lost,
# with its interval. `must keep` is the share of **these** whom the named person must keep, so that
# the gain covers the cost. It is the break-even response divided by `lost`.

# %%
lost = moves.table.loc[("key", "lost"), ["estimate", "low", "high"]]
pd.DataFrame({"lost": lost, "must keep": COSTS[0] / (mean["key"] * lost)}).astype(float).round(2)

# %% [markdown]
# The plan above said that the named person must work for a small share of **all** key customers.
# But only those who would leave can be kept, so `must keep` is several times larger. If fewer leave
# (row `low`), more of them must be kept. The mean profit counts as known here.
#
# Can a named person keep so many? Only a trial can tell. We choose one half of the key customers by
# lot, and give them a named person. A period later we compare the shares of lost customers. `KEPT`
# lists what might happen. `trial_size` takes the effect and the standard deviation. For a share *p*
# the standard deviation is the root of *p* (1 - *p*).

# %%
p = lost["estimate"]
trial = pd.DataFrame({"kept": KEPT})
trial["gain per customer"] = trial["kept"] * p * mean["key"] - COSTS[0]
trial["needed"] = [trial_size(share * p, np.sqrt(p * (1 - p))) for share in KEPT]
trial["we have"] = now.table.loc["key", "customers"] // 2
trial.round(2)

# %% [markdown]
# `needed` is how many customers each group must have, so that the trial finds a real effect four
# times in five. A row is worth a trial if its gain is above zero and `needed` is at most `we have`.
#
# **The order.** Do not give every key customer a named person yet. What share of those who would
# leave do you expect to keep? Look for this share in the column `kept`. If its row is worth a
# trial, make the trial. If it is not, save the money. Send nobody away. A lower cost, or more
# customers who leave, would change the order.

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# Also talk with the visited accounts, and move the share `MOVED` of their visits to the telephone.
# Visit an account again if it starts to buy less.

# %% [markdown] tags=["instructor"]
# "You may keep one line of the plan. Which?" Let two disagree. Ask each of them for the number that
# would change their mind. Usually it is the share kept, and sometimes it is the cost.

# %% [markdown]
# ## With your own data
#
# A file of sales is enough. With a column `margin` and a table `contacts`, sales become profit.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - Cut by profit, with a rule that you can state, and keep equal customers together.
# - Ask why a customer is small. Some are small because we visit them.
# - An action can keep only those who would leave. Count them before you pay for all.
# - A tier belongs to a period and not to a person.

# %% [markdown]
# ## Terms
#
# <!-- terms: customer pyramid; key customer; ordinary customer; small customer; twin pyramids; cost to serve; channel shift; service level; break-even response; migration matrix; culling -->

# %% [markdown]
# ## References
#
# - Haenlein, M. and Kaplan, A. M. (2010). An empirical analysis of attitudinal and behavioral
#   reactions toward the abandonment of unprofitable customer relationships. *Journal of
#   Relationship Marketing* 9, 200-228.
# - Zeithaml, V. A., Rust, R. T. and Lemon, K. N. (2001). The customer pyramid. *California
#   Management Review* 43(4), 118-142.
