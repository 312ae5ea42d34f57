# %% [markdown]
# # 42 Concentration
#
# > "A fifth of our customers bring 80 % of the sales. Let us look after them and forget the rest."
#
# A sales manager says this, and it sounds like a law. In fact it makes two
# claims. How much do the largest customers bring today? And will they bring as much next year?
#
# **You can then** measure what share of the sales the largest customers bring; say over which
# time and among whom you measured it; see whether some customers cost more than they bring.
#
# **You need** a little pandas: `groupby`, `nlargest` and a boolean mask, but no other lesson.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 11, a fifth 12, windows 4, next year 4, profit 10, decision 5.
#
# If you are late, cut the table of groups first and the truth next.
#
# Ask: "What share of your sales comes from the largest fifth of your customers?" Write the guesses
# on the board, with names. Most people say 80 %. Then ask: "Measured over how many months?" Few
# know. Leave the guesses there until the end.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. It sells in cafes to members, by post to
# subscribers, and to wholesale accounts. The end of the lesson says how to use your own purchases
# instead.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
WINDOWS = (1, 6, 24)  # months to look back
GROUP = "kind"  # the column of the table of customers that names their kind
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
EFFECTS = (0.05, 0.10, 0.15, 0.20)  # effects of an action that a trial should be able to see

# %%
import warnings

import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import tiers
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("42-concentration")
transactions = db.transactions

# %% [markdown]
# ## Five customers by hand
#
# Five customers spent 1, 2, 3, 4 and 10. A fifth of five customers is one customer, and the largest
# one spent 10 of 20. So the top fifth holds half of the money. This is called a **top share**: what
# the largest customers hold, as a share of what all hold.

# %%
five = pd.Series([1, 2, 3, 4, 10])
float(five.nlargest(1).sum() / five.sum())

# %% [markdown]
# A top share describes the largest customers only. To see all customers, start with the smallest
# customer and add up. The next table says, for example, that the smallest three customers, or 60 %
# of them, hold 30 % of the money.

# %%
held = five.cumsum() / five.sum()
pd.DataFrame({"share of customers": [0.2, 0.4, 0.6, 0.8, 1.0], "share of money": held})

# %% [markdown]
# Drawn as a line, this is the **Lorenz curve**. If all customers spent the same, the smallest
# 60 % would hold 60 %, and the curve would be a straight line. The further the curve lies below
# that line, the more of the money comes from few customers.
#
# The **Gini coefficient** is twice the area between the straight line and the curve. It is 0 if all
# are equal, and close to 1 if one customer has everything. The package computes it and the top
# share. The next cell compares our top share with the package's and prints the Gini coefficient.

# %%
assert tiers.top_share(five)["estimate"] == 0.5
round(float(tiers.gini(five)["estimate"]), 2)

# %% [markdown] tags=["instructor"]
# Let them do 42.1 on paper. Expect 0.5: "the largest customer still has half." Ask how many people
# a fifth of ten is. Then ask whether people who never bought should count at all. There is no right
# answer, but there must be a stated one.

# %% [markdown]
# **Exercise 42.1** Now add five customers who bought nothing: 0, 0, 0, 0, 0, 1, 2, 3, 4, 10. What
# share of the money does the top fifth of these ten hold? You can find it without code.

# %% tags=["exercise"]
# solution
ten = [0, 0, 0, 0, 0, 1, 2, 3, 4, 10]
answer = tiers.top_share(ten)["estimate"]
check("42.1", answer)

# %% [markdown]
# ## What does the top fifth hold?
#
# Now we add up what each customer of the company spent. A refund is no purchase; it is a negative
# amount and is taken off the spending. A customer who got back more than she paid counts as zero.
# Then we take the largest fifth of the customers. `np.ceil` rounds up: a fifth of 11 customers is
# 2.2, and we take 3.
#
# The package does the same and adds a 95 % interval, from `low` to `high`. Our customers are one
# sample of the people who might have come to us. Another sample would give a slightly different
# share, and the interval says how different. The `assert` says that both estimates agree.

# %%
spent = transactions.groupby("customer_id")["amount"].sum().clip(lower=0)
fifth = int(np.ceil(len(spent) / 5))
share = tiers.top_share(spent)
assert np.isclose(share["estimate"], spent.nlargest(fifth).sum() / spent.sum())
share.round(3)

# %% [markdown]
# Look whether 0.80 lies between `low` and `high`. If it does not, "80/20" is not true here.
# Studies found 73 % on average for packaged goods (Kim, Singh and Winer 2017) and 67 % on average
# in 339 firms (McCarthy and Winer 2019). Each study had its own customers and its own length of
# time, so do not expect the same number here.
#
# The next figure is the Lorenz curve. Its thick upright line, over 80 % of the customers, is what
# the top fifth holds.

# %%
tiers.lorenz_curve(spent).plot();

# %% [markdown] tags=["needs-customers"]
# A share also needs a **base**: the group of people among whom it was measured. Here the base holds
# different kinds of customers. Let us measure each kind by itself. First we look up the kind of
# each customer in `spent`; a customer without a kind becomes "unknown".

# %% tags=["needs-customers"]
warnings.simplefilter("ignore", tiers.TailWarning)
people = db.customers.set_index("customer_id").reindex(index=spent.index, columns=[GROUP])
group = people[GROUP].astype("str").fillna("unknown")
shares = {name: tiers.top_share(part) for name, part in spent.groupby(group)}
pd.DataFrame(shares).T.assign(customers=group.value_counts()).round(2)

# %% [markdown] tags=["needs-customers"]
# Compare the intervals with the interval of all customers above. At Lantern subscribers are less
# concentrated than all customers together. For the two other kinds we cannot say so, since their
# intervals overlap with it. How can all customers be more concentrated than their kinds? In one
# base, the differences between the kinds come on top of those within them.
#
# The interval of a kind with fewer than 300 customers holds the truth less often than in 95 of 100
# cases. The package warns of it; the first line of the cell hides the warning.

# %% [markdown]
# **Exercise 42.2** CDNOW sold music on the web. `crm.load("cdnow").transactions` holds what its new
# customers of early 1997 bought until the end of June 1998. What share does their top fifth hold?
# Then write one sentence for a manager. It must name the share, its interval, the time and the base.

# %% tags=["exercise"]
# solution
music = crm.load("cdnow").transactions.groupby("customer_id")["amount"].sum()
answer = tiers.top_share(music)["estimate"]
check("42.2", answer)

# %% [markdown] tags=["instructor"]
# Vote before the next section: "We watch for one month instead of two years. Does the top fifth
# hold more, or less?" Most say more. Let one person of each side give a reason. Write both reasons
# down; both come back.

# %% [markdown]
# ## More or less in one month?
#
# A top share also has a **window**, which is the time over which we add up. Guess before
# you run the cell: in the last month alone, does the top fifth hold more or less than in two years?

# %%
windows = tiers.share_by_window(transactions, months=WINDOWS, refunds="net")  # refunds taken off
windows.plot();

# %% [markdown]
# Both answers can be right, because there are two bases. The blue dots count only people who
# bought in the window. In one month hardly anybody buys often, so the share is small. In a longer
# window those who buy often bring more and more of the money, and the share grows.
#
# The grey dots count everybody who has ever bought. In one month most of them buy nothing, so the
# few who did buy hold everything, and the share is large. In a longer window more people buy, and
# the share falls. Where the window covers all the data, nearly everybody has bought in it, so the
# two dots meet.
#
# **What this means:** a top share without its window and its base says nothing. When a report says
# "80/20", ask: over how many months, and among whom?

# %% [markdown] tags=["instructor"]
# Ask before the next section: "Last year's top fifth: will they bring the same share next year?"
# Expect "yes, they are our best". Ask for the tallest tenth of a school class, and how tall their
# children are.

# %% [markdown]
# ## Are they the same people next year?
#
# The manager expects the top fifth to bring as much again. We can test that in the past. We cut the
# data in the middle and find the top fifth of the first half. Then we look at what these people
# brought in the second half: `top_share_next` gives it.

# %%
first = transactions["date"].min()
early = transactions["date"] <= first + (db.until - first) / 2
spent_then = transactions[early].groupby("customer_id")["amount"].sum().clip(lower=0)
spent_next = transactions[~early].groupby("customer_id")["amount"].sum().clip(lower=0)
rows = [tiers.top_share(spent_then), tiers.top_share_next(spent_then, spent_next)]
halves = pd.DataFrame(rows, index=["first half", "second half"])
halves.round(3)

# %% [markdown]
# The row `first half` is what the top fifth held in the half in which we chose them. The row
# `second half` is what **the same people** held in the second half. New customers are left out. At Lantern the estimate is smaller. The
# intervals overlap a little, so one comparison is not yet a proof.
#
# But a fall is what we must expect. Some people were at the top because they always buy much. Others
# were at the top by luck, for example because of one large order. Luck does not repeat. This is
# **regression to the mean**: whoever is chosen for being best is less good, on average, when
# measured again.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Can a part be more than the whole?" Expect laughter. Then ask who in their
# company costs more than he brings, and how they know.

# %% [markdown]
# ## Profit can pass 100 %
#
# Spending is not profit, and some customers cost more than they bring. With negative numbers a top
# share has no meaning, and the package refuses to compute it. Instead, take three customers with
# profits of 100, 50 and -50. Start with the best, add up, and divide by the total.

# %%
three = pd.Series([100, 50, -50])
three.cumsum() / three.sum()

# %% [markdown]
# The first two earn 150 % of the total profit, and the third takes 50 % away again. Drawn as a line,
# this is the **whale curve** (Kaplan and Narayanan 2001): it rises and then falls like the back of a
# whale.
#
# For our customers we need the **contribution**: the part of the sales that is left after the cost of
# the goods. It stands in the column `margin`; where data have none, it is the share `MARGIN` of
# sales. The function `customer_profit` adds it up and takes off the cost of visits, calls and
# letters, from the table `contacts`.

# %%
profit = tiers.customer_profit(db, margin=MARGIN)
tiers.whale_curve(profit).plot();

# %% [markdown]
# The dot is the highest point. To its left stand the customers who earn something, and to its
# right those at a loss. The dashed line is the total profit in the books. The curve adds up what
# has happened, so it has no interval. It does not say that we would be richer without the last
# ones. A part of their cost may remain: we still have to pay the people who visit them.

# %% [markdown] tags=["needs-customers"]
# Who are the customers at a loss? We count them by kind.

# %% tags=["needs-customers"]
known = pd.DataFrame({"kind": group, "spent": spent, "profit": profit}).dropna()
losers = known[known["profit"] < 0].groupby("kind")
losers.agg(customers=("spent", "size"), largest=("spent", "max"), loss=("profit", "sum")).round(0)

# %% [markdown] tags=["needs-customers"]
# At Lantern most customers at a loss are members, but most of the loss comes from a few wholesale
# accounts. The column `largest` says how much one of them spent. So a large customer is not always a
# good customer.

# %% [markdown]
# **Exercise 42.3** Six customers bring 60, 40, 20, 0, -10 and -10. How high does the whale curve
# rise, as a share of the total profit?

# %% tags=["exercise"]
# solution
answer = tiers.whale_curve([60, 40, 20, 0, -10, -10]).peak["share_of_profit"]
check("42.3", answer)

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know what will happen next year. Guess first: what share of next year's
# sales to today's customers comes from today's top fifth?

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask for a number before the cell. People who have read the table of the two halves say a little
# less than today's share. They are right; ask them why.

# %% tags=["needs-truth"]
ahead = db.truth.set_index("customer_id")["spend_next_12_months"]
years = [share, tiers.top_share_next(spent, ahead)]
pd.DataFrame(years, index=["today", "next year"]).round(3)

# %% [markdown] tags=["needs-truth"]
# The share of the same people falls again, and now the intervals do not overlap.

# %% [markdown]
# ## Decide
#
# The manager said: look after the top fifth, and forget the rest. Read the row `second half` above
# once more, and subtract its estimate from 1. The result is the share that the other customers
# brought. The manager would put these sales at risk, and sales to new customers as well. So the
# data do not support the words "forget the rest".
#
# To serve the top fifth better may still be a good idea, for example with a telephone line of
# their own. Only a trial can tell whether it works. Half of the top fifth gets the line, chosen
# by lot. We plan with the top fifth of the first half, because we know how many of them still
# bought later. After a time as long as the second half, we compare the share of people who still
# buy. The next cell says how many people each half needs, so that the trial finds a real effect
# four times in five. `trial_size` takes the effect and the standard deviation. For a share *p*
# the standard deviation is the root of *p* (1 - *p*).

# %%
count = int(np.ceil(len(spent_then) / 5))
top = spent_then.nlargest(count).index
p = (spent_next.reindex(top, fill_value=0) > 0).mean()
sizes = [trial_size(effect, np.sqrt(p * (1 - p))) for effect in EFFECTS]
pd.DataFrame({"effect": EFFECTS, "needed": sizes, "we have": count // 2})

# %% [markdown]
# An effect of 0.05 means that with the line five more people in a hundred still buy. Where
# `needed` is larger than `we have`, our top fifth is too small to show that effect.
#
# **The order:** go on serving the rest. Open the line for one half of the top fifth, chosen by lot,
# only if you expect an effect for which we have enough people. When you plan what these people will
# buy, use the row `second half` and not today's top share. If `low` in that row were above 0.80,
# the order would change, because the rest would bring little.

# %% [markdown] tags=["instructor"]
# Go back to the guesses on the board. Ask: "Whose sentence can you now correct, and how?" Expect
# somebody to say that the manager was nearly right. He was, about last year. Ask what the word
# "forget" would cost.

# %% [markdown]
# ## With your own data
#
# A file of sales is enough. Say which of your columns is which:
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```
#
# With a column `margin` and a table `contacts` the whale curve shows your profit. With a table
# `customers`, set `GROUP` to the column that names their kind.

# %% [markdown]
# ## Take away
#
# - 80/20 is a measurement and not a law. Say the window, the base and the interval with it.
# - Among buyers a longer window raises the top share; among everybody it lowers it.
# - Some of this year's best were lucky. Expect the same people to bring a smaller share next year.
# - For profit draw the whale curve. A large customer is not always a good one.

# %% [markdown]
# ## Terms
#
# <!-- terms: top share; Lorenz curve; Gini coefficient; base; window; regression to the mean; whale curve -->

# %% [markdown]
# ## References
#
# - Kaplan, R. S. and Narayanan, V. G. (2001). Measuring and managing customer profitability.
#   *Journal of Cost Management* 15(5), 5-15.
# - Kim, B. J., Singh, V. and Winer, R. S. (2017). The Pareto rule for frequently purchased packaged
#   goods: an empirical generalization. *Marketing Letters* 28, 491-507.
# - McCarthy, D. M. and Winer, R. S. (2019). The Pareto rule in marketing revisited: is it 80/20 or
#   70/20? *Marketing Letters* 30, 139-150.
