# %% [markdown]
# # 42 Concentration
#
# > "A fifth of our customers bring 80 % of the sales. Let us look after them and forget the rest."
#
# A sales manager says this, and it sounds like a law. In fact it makes two claims. The first is
# about today: how much do the largest customers bring? The second is about next year: will they be
# the same people? This lesson measures both and then answers the manager.
#
# **You can then** measure how much hangs on how few customers; say over which time and among whom
# you measured it; see whether some customers cost more than they bring.
#
# **You need** a little pandas: `groupby`, `nlargest` and a boolean mask, but no other lesson.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 12, a fifth 12, windows 5, next year 5, profit 8, decision 4.
#
# If you are late, cut the table of groups first and the truth next.
#
# Ask: "What share of your sales comes from the largest fifth of your customers?" Write the guesses
# on the board, with names. Most people say 80 %. Then ask: "Measured over how many months?" Few
# know. Leave the guesses there until the end.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. It sells in cafes to members, by post to subscribers,
# and to wholesale accounts. You may put your own purchases here.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
WINDOWS = (1, 6, 24)  # months to look back
GROUP = "kind"  # a column of the table of customers that parts them
MARGIN = 0.30  # contribution as a share of sales, where the data have no margin
EFFECTS = (0.05, 0.10, 0.15, 0.20)  # effects of an action that a trial should be able to see

# %%
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
# A top share looks at one place of the list only. To see the whole list, start with the smallest
# customer and add up. The next table says, for example, that the smallest three customers, or 60 %
# of them, hold 30 % of the money.

# %%
held = five.cumsum() / five.sum()
pd.DataFrame({"share of customers": [0.2, 0.4, 0.6, 0.8, 1.0], "share of money": held})

# %% [markdown]
# Drawn as a line, this is the **Lorenz curve**. If all customers spent the same, the smallest 60 %
# would hold 60 %, and the curve would be a straight line. The more it sags below that line, the
# more hangs on few.
#
# The **Gini coefficient** turns the sag into one number. Take the area between the straight line
# and the curve, and double it. It is 0 if all are equal, and close to 1 if one customer has
# everything. To find the area below our curve, cut it into five strips. Each strip is a fifth wide,
# and its height is the mean of its left and its right edge. (`float` makes a plain number of it.)

# %%
left = held.shift(fill_value=0)
area = ((left + held) / 2 / 5).sum()
float(1 - 2 * area)

# %% [markdown]
# The package computes both. The next cell compares its results with ours, and it prints nothing:
# they agree.

# %%
assert np.isclose(tiers.gini(five)["estimate"], 1 - 2 * area)
assert tiers.top_share(five)["estimate"] == 0.5

# %% [markdown] tags=["instructor"]
# Let them do 42.1 on paper. Expect 0.5: "the largest customer still has half." Ask how many people
# a fifth of ten is. Then ask whether people who never bought should count at all. There is no right
# answer, but there must be a stated one.

# %% [markdown]
# **Exercise 42.1** Five more customers are in the file who bought nothing. What share of the money
# does the top fifth of all ten hold? You can find it without code.

# %% tags=["exercise"]
# solution
ten = [0, 0, 0, 0, 0, 1, 2, 3, 4, 10]
answer = tiers.top_share(ten)["estimate"]
check("42.1", answer)

# %% [markdown]
# ## What does the top fifth hold?
#
# Now we take the whole list and add up what each customer spent. A refund is no purchase; it is a
# negative amount and is taken off the spending. A customer who got back more than she paid counts
# as zero. Then we take the largest fifth of the list; `np.ceil` rounds up, so that a fifth of 11
# customers is 3.

# %%
spent = transactions.groupby("customer_id")["amount"].sum().clip(lower=0)
fifth = int(np.ceil(len(spent) / 5))
float(spent.nlargest(fifth).sum() / spent.sum())

# %% [markdown]
# The package adds an interval. Think of the customers as a sample of all who might have come; in
# another sample the share would be a little different. The interval says by how much: made in this
# way, about 95 of 100 intervals hold the share of the whole market. Where there are a few giant
# customers, fewer do, since the interval is then a little too short.

# %%
share = tiers.top_share(spent)
share.round(3)

# %% [markdown]
# Look whether 0.80 lies between `low` and `high`. If it does not, "80/20" is not true here. That
# should surprise nobody, because 80/20 is a measurement and not a law. Kim, Singh and Winer (2017)
# found 73 % on average for packaged goods, and McCarthy and Winer (2019) 67 % on average in 339
# firms. The figure shows the whole list.

# %%
tiers.lorenz_curve(spent).plot();

# %% [markdown] tags=["needs-customers"]
# A share also needs a **base**: the group of people among whom it was measured. Here the base holds
# different kinds of customers. Let us measure each kind by itself; whoever has none counts as
# "unknown".

# %% tags=["needs-customers"]
people = db.customers.set_index("customer_id").reindex(index=spent.index, columns=[GROUP])
group = people[GROUP].astype(object).fillna("unknown")
shares = {name: tiers.top_share(part) for name, part in spent.groupby(group)}
pd.DataFrame(shares).T.round(2)

# %% [markdown] tags=["needs-customers"]
# Compare these shares with the share of all customers above. At Lantern every one of them is
# smaller. So part of the concentration says only that the company serves different kinds of
# customers, some of whom order by the sack. It does not say that members differ that much among
# themselves.

# %% [markdown]
# **Exercise 42.2** CDNOW sold music on the web. Its data, `crm.load("cdnow").transactions`, hold
# the purchases of people who came new in early 1997. What share does their top fifth hold? Then
# write one sentence for a manager. It must name the share, its interval, the window and the base.

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
# A top share also has a **window**, which is the time over which we add up. Before you run the next
# cell, guess: if we look at the last month only, does the top fifth hold more or less than in two
# years?

# %%
windows = tiers.share_by_window(transactions, months=WINDOWS, refunds="net")
windows.plot();

# %% [markdown]
# Both guesses are right, each for its base.
#
# The blue dots count only people who bought in the window. In one month hardly anybody buys
# often, so nobody gets far ahead, and the share is small. In a longer window the frequent buyers
# have time to pull ahead, and the share grows.
#
# The grey dots count all who have ever bought. In one month most of them show nothing, so
# the few who did buy hold everything, and the share is large. In a longer window more people show
# up, and the share falls.
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
# The manager wants to look after the top fifth because of what they will bring. So we cut the data
# in the middle, find the top fifth of the first half, and look at what these people brought in
# each half.

# %%
first = transactions["date"].min()
middle = (first + (db.until - first) / 2).normalize()
early = transactions["date"] <= middle
spent_then = transactions[early].groupby("customer_id")["amount"].sum().clip(lower=0)
spent_next = transactions[~early].groupby("customer_id")["amount"].sum().clip(lower=0)
rows = [tiers.top_share(spent_then), tiers.top_share_next(spent_then, spent_next)]
halves = pd.DataFrame(rows, index=["first half", "second half"])
halves.round(3)

# %% [markdown]
# The first row is what the top fifth held in the half in which we chose them. The second row is
# what **the same people** held in the half that followed, among those who were customers then. At
# Lantern it is smaller, though nobody treated them differently.
#
# This is **regression to the mean**. Some were at the top because they always buy much. Others
# were there because of a lucky half: a wedding, a large order, a new machine. Luck does not repeat.
# Whoever chooses the best and measures them again must expect a fall. A second force can hide it:
# when many small customers leave, the share of those who stay grows. At CDNOW, where most buyers
# came only once, the second force is the stronger.

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
# The first two earn 150 % of the profit, and the third takes a third of that away again. Drawn as
# a line, this is the **whale curve** (Kaplan and Narayanan 2001), because it rises and falls like
# the back of a whale.
#
# For our customers, `customer_profit` adds up the contribution (the column `margin`) and takes off
# what visits, calls and letters cost. Where data have no margin, it takes the share `MARGIN` of
# sales.

# %%
profit = tiers.customer_profit(db, margin=MARGIN)
tiers.whale_curve(profit).plot();

# %% [markdown]
# The dot is the highest point, which is what all customers at a profit earn together. To its right
# are the customers at a loss. The curve counts what has happened to these customers, so it has no
# interval. It also does not say that we would be richer without the last ones: the time that they
# cost is paid anyway, and some of them are new.

# %% [markdown] tags=["needs-customers"]
# Who are the customers at a loss? Here are the six who cost us most.

# %% tags=["needs-customers"]
worst = pd.DataFrame({GROUP: group, "spent": spent, "profit": profit})
worst.nsmallest(6, "profit")

# %% [markdown] tags=["needs-customers"]
# At Lantern they are all of one kind, and some of them spend a great deal. So a large customer is
# not always a good customer. Lesson 43 asks what to do about them.

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
# Lantern is made up, so we can look a year ahead. Guess: what share of next year's sales to today's
# customers comes from today's top fifth?

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask for a number before the cell. People who have read the table of the two halves say a little
# less than today's share. They are right; ask them why.

# %% tags=["needs-truth"]
ahead = db.truth.set_index("customer_id")["spend_next_12_months"]
years = [share, tiers.top_share_next(spent, ahead)]
pd.DataFrame(years, index=["today", "next year"]).round(3)

# %% [markdown] tags=["needs-truth"]
# The share of the same people falls again. The two halves of the past had warned us of that.

# %% [markdown]
# ## Decide
#
# The manager said: look after the top fifth, and forget the rest. Read the row `second half` in the
# table of the two halves once more. What it lacks to 1 is what the rest brought: the share of sales
# that the manager would put at risk. Everybody who came later is not even in it. So the data do not
# support the second part of his sentence.
#
# To serve the top fifth better may still be a good idea, for example with a telephone line of their
# own. Only a trial can tell whether it works: half of the top fifth gets the line, chosen by lot,
# and in the next half-year we count who still buys. The next cell says how large each of the two
# groups must be, so that the trial shows an effect on that share four times in five.

# %%
count = int(np.ceil(len(spent_then) / 5))
top = spent_then.nlargest(count).index
still = (spent_next.reindex(top, fill_value=0) > 0).mean()
sizes = {effect: trial_size(effect, np.sqrt(still * (1 - still))) for effect in EFFECTS}
pd.Series(sizes, name="in each group").rename_axis("effect").to_frame().assign(we_have=count // 2)

# %% [markdown]
# In the first row the effect is 0.05: with the line, five more in a hundred still buy. Where
# `in each group` is larger than `we_have`, our top fifth is too small to show such an effect.
#
# **The order:** go on serving the rest. Open the line for one half of the top fifth, chosen by lot,
# if you believe in an effect from a row where `we_have` is enough. If you believe in less, try it
# on more customers than the top fifth. Choose the top fifth again each time, and expect it to bring
# the share in the row `second half`. A `low` above 0.80 in that row would change the order, since
# little would then be left in the rest.

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
# With a column `margin` and a table `contacts` the whale curve shows profit as you book it. With a
# table `customers`, set `GROUP` to the column that parts them.

# %% [markdown]
# ## Take away
#
# - 80/20 is a measurement. Say the window, the base and the interval with it.
# - Among buyers a longer window raises the top share; among everybody it lowers it.
# - This year's best owe part of their place to luck, and luck does not repeat.
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
