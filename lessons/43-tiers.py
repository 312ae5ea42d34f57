# %% [markdown]
# # 43 Tiers
#
# > "Who gets what, and what does it cost us?"
#
# Nobody can serve all customers best, and in many companies the loudest are served first. Lantern
# has two people who visit accounts, a telephone and a web page. The manager asks who should get
# which of them. This lesson cuts the customers into three groups by profit, counts what each group
# costs, and asks of every promise what must come of it to pay.
#
# **You can then** cut customers into tiers by a rule that you can state; say what each tier costs
# and why; tell what an action must achieve to pay; follow who moves up and down.
#
# **You need** a little pandas, and one idea of lesson 42: when the best of one period are measured
# again in the next, they fall on average, because part of what made them best was luck.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 10, pyramid 8, costs 10, plan 8, moves 4, truth 2, decision 4.
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
MARGIN = 0.30  # contribution as a share of sales, where the data have no margin
COSTS = (10, 3, 0.5)  # of the three actions below, per customer and period
DEAR = "workplace"  # the channel to leave
CHEAP = "phone"  # the channel to use instead
MOVED = 0.5  # share of the dear contacts that move
AGAIN = 1 / 3  # share of the moved contacts that end in a dear one after all
KEPT = (0.2, 0.3, 0.4, 0.5)  # shares of the leavers that a named person might keep

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
# value. The rule looks at the customers **before** each one in the list, the best first, and at the
# share of all profit that they bring together.
#
# - If those before have not yet reached 80 %, she is a **key customer**.
# - If they have reached 80 % but not 95 %, she is an **ordinary customer**.
# - If they have reached 95 %, she is a **small customer**.
#
# `shift` moves the running total down by one, so that each row shows those before. `pd.cut` then
# puts each share between the lines. `right=False` says that a share of exactly 80 % is over the
# line.

# %%
five = pd.Series([60, 25, 8, 5, 2])
before = five.cumsum().shift(fill_value=0) / five.sum()
tier = pd.cut(before, [0, 0.80, 0.95, 1], right=False, labels=["key", "ordinary", "small"])
pd.DataFrame({"profit": five, "before": before, "tier": tier})

# %% [markdown]
# Two key customers bring 85 % of the profit. The package has the same rule, and the next cell
# prints nothing: the two agree.

# %%
assert tiers.pyramid(five).tier.tolist() == tier.tolist()

# %% [markdown]
# Two customers who bring the same must not be treated differently. So the package keeps equal
# customers together, and they go up to the better tier.

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
# Now all customers. We want their profit and not their sales: the contribution of what they bought,
# less what our contacts with them cost. A refund is taken off. `customer_profit` adds this up.
# Where data have no margin, it takes the share `MARGIN` of sales. We cut the data in the middle:
# the second half is today, and the first half serves to see who moved.

# %%
first = transactions["date"].min()
middle = (first + (db.until - first) / 2).normalize()
profit_then = tiers.customer_profit(db, margin=MARGIN, until=middle)
profit_now = tiers.customer_profit(db, margin=MARGIN, after=middle)
past, now = tiers.pyramid(profit_then), tiers.pyramid(profit_now)
now.plot();

# %% [markdown]
# This is the **customer pyramid** (Zeithaml, Rust and Lemon 2001), drawn as **twin pyramids**. The
# left bars show how many customers are in each tier, and the right bars how much profit they bring.
# The right side is no discovery, since we cut at 80 % and 95 %. The finding is on the left: how few
# customers it takes to bring so much.
#
# A small customer is not a bad customer. Who joined last month had no time to be more.

# %% [markdown]
# **Exercise 43.2** CDNOW sold music on the web. Add up what each customer of `crm.load("cdnow")`
# spent, and cut them by the same rule. What share of the customers is key? Then write one sentence
# that tells a manager whether CDNOW hangs on few.

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
# cost of each tier by all its customers, those never contacted included.

# %% tags=["needs-contacts"]
recent = db.contacts[db.contacts["date"] > middle]
served = tiers.cost_to_serve(recent, now)
served.xs("all", level="mode").round(2)

# %% [markdown] tags=["needs-contacts"]
# Read `estimate`, the cost per customer, with its interval. At Lantern a small customer costs about
# twice as much as an ordinary one. The two intervals overlap, so the difference may be chance. Yet
# nobody would have expected that the small cost as much. Do we run after the wrong people? The
# next table shows which kinds of small customers were contacted, and how.

# %% tags=["needs-contacts", "needs-customers"]
people = db.customers.reindex(columns=["customer_id", "kind"]).fillna("unknown")
small = recent[recent["customer_id"].map(now.tier) == "small"].merge(people)
pd.crosstab(small["kind"], small["mode"])

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# Members and subscribers were only called and written to. Every dear contact went to a wholesale
# account. How can such an account be small? Look at those that we went to see, one by one.
# `customer_profit` without the table of contacts gives the margin, and `by margin` is the tier in
# which the account would be if contacts cost nothing.

# %% tags=["needs-contacts", "needs-customers"]
margin = tiers.customer_profit(transactions, margin=MARGIN, after=middle)
accounts = pd.DataFrame({"margin": margin, "profit": profit_now})
accounts["by margin"] = tiers.pyramid(margin).tier
visited = small.loc[small["mode"] == DEAR, "customer_id"].unique()
accounts.loc[visited].sort_values("profit").round()

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# The difference between margin and profit is what our contacts cost. Most of these accounts would
# be key customers by their margin alone. They are small **because** we visit them so much. So
# "spend less on the small" would be a wrong order for all the members whom nobody visits, and a
# right one for these few accounts.
#
# The manager could move some of the visits to the telephone. Such a **channel shift** is not free.
# Some calls do not settle the matter, and we must drive there after all: `AGAIN` is our guess of
# their share.

# %% tags=["needs-contacts", "needs-customers"]
shift = tiers.shift_channel(served, source=DEAR, target=CHEAP, share=MOVED, again=AGAIN)
saving = shift.loc["small", "saving"]
break_even = saving / accounts.loc[visited, "margin"].sum()
pd.Series({"saving": saving, "margin at risk": break_even}).round(2)

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# The shift saves the first number. The second says when it stops paying: if these accounts bought
# so much less that this share of their margin were lost. Below that, the shift pays. Both come from
# counting and from our guesses, so there is no interval. So few accounts are also too few for a
# trial. But the shift can be taken back, so try it and watch each account.

# %% [markdown] tags=["instructor", "needs-contacts"]
# Go back to the rules on the board. "Turnover" would have put these accounts on top. Ask which
# number would have told us, and who in the company sees it. Usually nobody sees both the margin
# and the diary of the people who visit.

# %% [markdown] tags=["instructor"]
# For 43.3 expect A as well: "there the queue is shorter." Ask whether A changes when or where. Then
# take a vote on the plan: which of the three actions will pay first?

# %% [markdown]
# ## Who gets what
#
# A **service level** is what a tier may expect: who answers, how fast, where. Levels differ best
# where customers do not see each other wait. They can be parted **in time**: large orders are
# taken until noon, and small ones the day before. They can be parted **in space**: accounts have a
# counter of their own, as airlines have a lounge. Where both stand in one queue, the slower level
# feels like an insult.
#
# **Exercise 43.3** Which of these part the service levels in time? Answer with a set of letters.
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
# What must an action achieve to pay? Say that a stamp card costs 3 per customer, and that a
# customer in whom it works brings 60 more. It then must work in 3 of 60, or 5 % of all who get it.
# This share is the **break-even response**: cost divided by gain.
#
# The plan has one action per tier. The named person keeps a key customer who would leave. The stamp
# card lifts an ordinary customer to key, and a page for self-service lifts a small one to ordinary.
# What a success brings is the difference between the mean profits of the tiers.

# %%
mean = now["mean"]
gain = [mean["key"], mean["key"] - mean["ordinary"], mean["ordinary"] - mean["small"]]
action = ["named person", "stamp card", "self-service"]
actions = pd.DataFrame({"tier": now.table.index, "action": action, "cost": COSTS, "gain": gain})
tiers.tier_plan(now, actions).drop(columns="break_even_lift").round(3)

# %% [markdown]
# `total_cost` is the bill, and `break_even_response` is the share in whom it must work. A small
# share looks easy. Whether it is easy depends on how many customers would leave or could rise at
# all, and that we have not asked yet.

# %% [markdown] tags=["instructor"]
# Vote before the figure: "Of a hundred key customers of the first half, how many are still key in
# the second?" Most say 80 or 90.

# %% [markdown]
# ## Does the pyramid hold?
#
# We compare the two halves. "Lost" means that nothing happened in the second half. The shares of
# each tier that stay, rise, fall or are lost form a table, the **migration matrix**. The figure
# shows it as bands.

# %%
moves = tiers.migration(past, now)
moves.plot();

# %% [markdown]
# Follow the topmost bands from `key`. Many key customers fell or were lost. Did we serve them
# badly? We cannot know that from here. Some were key because of a lucky half, and luck does not
# repeat. Others rose by luck in their place. So a tier says what a customer was in one period, not
# what she is for ever. Newcomers are not in the figure, since they had no tier before.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we can look at next year. We cut the customers by what they will spend
# then, and ask where next year's key customers stand today. Guess: how many stand in the small
# tier?

# %% [markdown] tags=["instructor", "needs-truth"]
# Take guesses first. Most say "none, or nearly none". Then ask what it would have cost to send the
# small ones away.

# %% tags=["needs-truth"]
ahead = db.truth.set_index("customer_id")["spend_next_12_months"]
best = tiers.pyramid(ahead[ahead > 0])
found = tiers.migration(now, best).counts["key"]
pd.DataFrame({"customers": found, "share": (found / found.sum()).round(2)})

# %% [markdown] tags=["needs-truth"]
# A good part of next year's key customers is in a lower tier today, and some are in the small one.
# Had we sent the small away, these would be gone with them. Ending the relationship with customers
# who cost more than they bring is called **culling**. It comes last, after a cheaper channel and
# after a price, since those who see others dropped react too (Haenlein and Kaplan 2010).

# %% [markdown]
# ## Decide
#
# Should every key customer get a named person? `lost` is the share of the
# first half's key customers who were lost, with its interval. A key customer who is kept brings
# `mean["key"]`, as in the plan. So the named person pays if she keeps the following share of those
# who would be lost.

# %%
lost = moves.table.loc[("key", "lost")]
needed = COSTS[0] / (mean["key"] * lost[["estimate", "high", "low"]])
needed.set_axis(["estimate", "low", "high"]).round(2)

# %% [markdown]
# The interval covers our doubt about `lost`, and not our doubt about the gain or the cost. Compare
# it with the `break_even_response` of the named person. That share was small, because it counted
# all key customers. Among those who would really leave it is a large share. Would a named person
# keep so many? Only a trial can tell. Half of the key customers, chosen by lot, get a named person,
# and in the next half we count the lost. `KEPT` holds some beliefs:

# %%
kept = pd.Series(KEPT, index=pd.Index(KEPT, name="kept"))
trial = pd.DataFrame({"gain per customer": kept * lost["estimate"] * mean["key"] - COSTS[0]})
spread = np.sqrt(lost["estimate"] * (1 - lost["estimate"]))
trial["in each group"] = [trial_size(share * lost["estimate"], spread) for share in KEPT]
trial["we have"] = now.table.loc["key", "customers"] // 2
trial.round(2)

# %% [markdown]
# **The order.** Do not give every key customer a named person yet. If you believe in a row whose
# gain is above zero and whose trial fits into `we have`, give a named person to one half of the key
# customers, by lot, and count. If you do not believe in any such row, save the money. Cut the
# pyramid again each period and send nobody away. What would change the order: a cheaper person, or
# more customers who leave.

# %% [markdown] tags=["needs-contacts", "needs-customers"]
# Second, talk with the accounts in the table above, and move half of their dear contacts to the
# telephone. Take it back where an account starts to buy less.

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
# - Compare what an action must achieve with how many would leave at all.
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
