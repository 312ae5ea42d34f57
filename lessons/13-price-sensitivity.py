# %% [markdown]
# # 13 Price sensitivity
#
# > "A large filter coffee costs 4 dollars. Could we ask for 4.20?"
#
# A higher price brings more money per cup and fewer cups. Which of the two is stronger? Lantern Coffee
# has asked its guests in three ways, and it has changed the price as a test. At the end we
# compare the answers.
#
# **You can then** find the prices that people accept, and the price with the most profit; measure how
# sales react to a price; and say which of several answers to believe.
#
# **You need** pandas: `groupby`, `merge`, a boolean mask. From lesson 11 we use one idea: a product is
# worth a certain amount to a customer, and she does not buy above it.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 10, four prices 11, purchase intent 3, highest price 4, the till 6,
# satisfaction 3, one table 3, truth 2, decision 3.
#
# Ask: "Would you still come if your coffee cost 5 % more?" Count the hands. Then ask: "And how would
# we know whether you told the truth?" Keep the number of hands for the end. If late, cut the section
# on satisfaction.

# %% [markdown]
# ## The data
#
# Lantern is a roaster we made up. In `price_survey`, members answered questions about its large filter
# coffee.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
LIST_PRICE = 4.00  # today's price
UNIT_COST = 1.52  # what one more unit costs us
STEP = 0.05  # the rise that we think about: 5 %
ASKED = [2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6]  # prices that people were asked about

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import pricing
from crmlab import satisfaction as sat
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("13-price-sensitivity")
survey = db.price_survey
survey.drop(columns=["respondent_id", "customer_id"], errors="ignore").head(3)

# %% [markdown]
# ## Five guests by hand
#
# First take five guests whom we made up. The highest prices that they would pay are 3, 4, 4, 5 and 6
# dollars. A cup costs us 1.50. Which price brings the most profit?

# %% [markdown] tags=["instructor"]
# Let them fill in the table on paper. The usual mistake is to choose the highest revenue per cup, 6
# dollars. Ask how many cups are sold there.

# %%
five = pd.Series([3, 4, 4, 5, 6])
by_hand = pd.DataFrame({"price": [3, 4, 5, 6]})
by_hand["buyers"] = [(five >= price).sum() for price in by_hand["price"]]
by_hand["profit"] = by_hand["buyers"] * (by_hand["price"] - 1.50)
by_hand

# %% [markdown]
# At 3 dollars five guests buy, and each brings 1.50. At 4 dollars four buy, and each brings 2.50. So 4
# dollars is the best of these prices.
#
# From 4 to 5 dollars the price rises by 25 %, and the number of buyers falls from four to two, by 50 %.
# Each per cent of price costs 2 % of the buyers. This number is the **price elasticity**: it
# says by how many per cent the sales fall if the price is one per cent higher. A higher number means
# that buyers react more strongly.

# %% [markdown]
# **Exercise 13.1** A bakery sells 100 cakes at 10 dollars, and a cake costs 6 dollars to make. It
# thinks about a price of 11 dollars. How many of the 100 sales can it lose at most before the rise
# costs profit?

# %% tags=["exercise"]
# solution
answer = 100 - 100 * (10 - 6) / (11 - 6)
check("13.1", answer)

# %% [markdown]
# ## Asking for four prices
#
# Van Westendorp asked each person for four prices. At which price is the product so cheap that you
# doubt its quality? At which price is it cheap? At which is it expensive? At which is it too expensive
# to buy? His **price sensitivity meter** counts the answers at every price.
#
# The four prices of one person must rise from the first to the last. If they do not rise, we call it an
# **intransitive answer**. For example, a person calls 5 dollars cheap and 4 dollars expensive. The
# helper leaves such rows out and counts them.

# %%
meter = pricing.price_meter(survey)
meter

# %% [markdown]
# The last line says how many rows were left out. The columns `low` and `high` hold the 95 % interval:
# the range that a survey of this size cannot rule out. To see what the four points are, we draw the curves.

# %% [markdown] tags=["instructor"]
# Before the figure, ask each person for the price at which a coffee becomes suspiciously cheap. Some
# will say "never". That is a good moment to explain why the left curve is there at all: a low price
# is read as low quality. After the figure, ask which curve says that somebody buys. None does.

# %%
meter.plot();

# %% [markdown]
# The light blue curve gives the share of people who find a price too cheap, and the red curve the share who find it too expensive. They cross at point 2, the **optimal price
# point**: there the two shares are equal. A dashed curve is the rest to 100 %: who does not say "cheap"
# says "not cheap". The grey **acceptable range** runs from point 1 to point 4. Left of it, more people
# say "too cheap" than "not cheap". Right of it, more people say "too expensive" than "not expensive".
# We do not use point 3.
#
# The method never asks whether a person buys, and it does not know what a cup costs us. So point 2 need
# not be the price with the most profit.

# %% [markdown]
# **Exercise 13.2** Take the savers in `crm.load("lantern").price_survey`, the rows with the segment
# "saver". What is their optimal price point? Then write one sentence on paper: does their interval
# overlap with that of the connoisseurs (compute it), and what follows for one common price?

# %% tags=["exercise"]
# solution
savers = crm.load("lantern").price_survey.query("segment == 'saver'")
answer = pricing.price_meter(savers)["estimate"]["optimal price"]
check("13.2", answer)

# %% [markdown]
# ## Asking whether they would buy
#
# Newton, Miller and Smith added two questions. Would you buy at the price that you called cheap, and at
# the one that you called expensive? People answer from 5 (surely) to 1 (surely not). They do less than
# they say, so each answer stands for a probability to buy. A table of such probabilities is called a
# **calibration**. The usual one is a guess: 0.7, 0.5, 0.3, 0.1 and 0 for
# the answers 5, 4, 3, 2 and 1. Between a person's prices the helper draws straight lines, and at a
# price that she calls too cheap or too expensive the probability is 0.

# %%
intent = pricing.price_intent(survey, unit_cost=UNIT_COST, calibration=pricing.CALIBRATION)
intent.table[["estimate", "low", "high"]].round(2)

# %% [markdown]
# The three estimates rise, because a higher price brings more money per cup, and a lost buyer saves the
# cost of a cup. The intervals overlap, so this survey does not separate the three prices well.

# %% [markdown] tags=["instructor"]
# Ask: "Which of the three rows is the best price?" Sales people often say revenue. Let somebody
# explain with the five guests why the profit row lies higher: a lost buyer also saves us a cup.

# %% [markdown]
# ## Asking for the highest price
#
# The third way is that of our five guests. Each member saw eight prices and said up to which one she
# would buy. This is the **Gabor-Granger method**, named after two economists.

# %%
asked = pricing.gabor_granger(survey["max_price"], prices=ASKED, unit_cost=UNIT_COST)
asked.plot();

# %% [markdown]
# The blue line is the share that would buy, with intervals, and the green line is the profit per
# respondent. The black dot is the best of the eight prices, and the grey band is its interval. But a
# price between two of them may be better. So we fit a smooth curve to the shares. It is a logistic
# curve: it falls from 100 % to 0 in the shape of an S. We take the price where its profit is highest.

# %%
curve = pricing.logistic_demand(asked)
best = curve.best(unit_cost=UNIT_COST)
best.round(2)

# %% [markdown]
# The curve does not meet every point, so its profit is not that of the figure. We use the price and not the profit.

# %% [markdown] tags=["instructor"]
# Ask: "The figure and the table show two profits. Which one would you tell your boss?" The points are
# the data, and the curve is our guess between them.

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# ## What the till says
#
# What people say that they would do is a **stated preference**. What they do when they pay is a
# **revealed preference**, and we find it in the orders. A refund is no purchase, so we keep
# positive amounts. We also leave out the day of joining: every member bought on that day, whatever the
# price was.

# %% tags=["needs-customers", "needs-transactions"]
members = db.customers.query("kind == 'member'")[["customer_id", "region", "joined"]]
orders = db.transactions.query("amount > 0").merge(members, on="customer_id")
orders = orders.query("date > joined")
orders["month"] = orders["date"].dt.strftime("%Y-%m")
f"{len(orders):,} orders of {orders['customer_id'].nunique():,} members"

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# A first idea is to compare what each member pays per order with the number of her orders. We take
# logarithms of both and fit a straight line with `regress`. Its slope answers: if a member pays one per
# cent more per order, how many per cent more orders does she place?

# %% [markdown] tags=["instructor", "needs-customers", "needs-transactions"]
# Let them guess the sign before they run the cell. Nearly all expect fewer orders at higher amounts.
# Then ask for two members who pay different amounts at the same prices. "One buys for two" is the
# answer to wait for.

# %% tags=["needs-customers", "needs-transactions"]
each = orders.groupby("customer_id").agg(paid=("amount", "mean"), orders=("amount", "size"))
logs = np.log(each)
sat.regress(logs[["paid"]], logs["orders"]).loc["paid", ["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The slope is positive: members who pay more per order also order more often. This does not mean that a
# higher price sells more. The amount of an order is not a price, because members buy different baskets
# at the same prices. Something else may also move both numbers. For example, a satisfied member may buy
# more each time and stay longer. The interval is narrow, but it measures chance, not this mistake.
#
# To learn what a price does, somebody must change the price and nothing else. Lantern did. Every
# quarter, one region paid 5 % more than the list price and one region 5 % less, and the regions took
# turns. The column `price_index` holds the price in force, and 1 is the list price.

# %% tags=["needs-customers", "needs-transactions"]
what = {"price": ("price_index", "mean"), "quantity": ("amount", "size")}
sales = orders.groupby(["region", "month"], as_index=False).agg(**what)
test = pricing.elasticity(sales, fixed=["region", "month"])
test.plot();

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# Each dot is one region in one month, compared with what is usual for that region and that month. This is what `fixed` does, so that
# a busy December is not taken for the effect of a price. The title gives
# the elasticity and its interval.

# %% [markdown] tags=["needs-customers", "needs-transactions", "needs-survey"]
# ## Do satisfied guests mind a price less?
#
# Many books say so. We split the members who answered the satisfaction survey into those who gave 8 or
# more out of 10 and the others, and count the orders of each group. The `moderator` is the column that
# may change the elasticity.

# %% [markdown] tags=["instructor", "needs-customers", "needs-transactions", "needs-survey"]
# Ask: "How could a difference between the two groups arise by chance?" Each group has only some
# hundred members. After the table, ask whether "we found nothing" means "there is nothing".

# %% tags=["needs-customers", "needs-transactions", "needs-survey"]
scores = db.survey.groupby("customer_id", as_index=False)["satisfaction"].mean().dropna()
rated = orders.merge(scores, on="customer_id")
rated["happy"] = rated["satisfaction"] >= 8
groups = rated.groupby(["happy", "region", "month"], as_index=False).agg(**what)
groups["satisfaction"] = groups["happy"].map(rated.groupby("happy")["satisfaction"].mean())
relief = pricing.elasticity(groups, fixed=["region", "month"], moderator="satisfaction")
relief.table.round(2)

# %% [markdown] tags=["needs-customers", "needs-transactions", "needs-survey"]
# The first row is the elasticity of these members only. The second row is the change of the elasticity
# for one more point of satisfaction. A negative number would support the books. The interval reaches
# from far below 0 to far above 0, so these orders cannot tell. There may still be an effect.
#
# Books also say that people compare a price with a **reference price**, the one that
# they are used to. Lantern's test cannot show this, because its prices changed in a fixed order.

# %% [markdown]
# ## One product, one table

# %%
ends = ["estimate", "low", "high"]
answers = {
    "van Westendorp: optimal price point": meter.table.loc["optimal price", ends],
    "Newton, Miller, Smith: most profit": intent.table.loc["most profit", ends],
    "Gabor-Granger: most profit": best.loc["price", ends],
}
pd.DataFrame(answers).T.round(2)

# %% [markdown] tags=["instructor"]
# Ask: "Three answers agree. Are they three pieces of evidence?" The same people gave them all.

# %% [markdown]
# The three prices lie close to each other. But the same people gave all the answers. If they want to
# seem careful with money, all three prices are wrong together.

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The test tried only three prices, so it has no best price. It can say how strongly sales react near
# the list price. The Gabor-Granger curve has an elasticity there too, and we compare the two.

# %% tags=["needs-customers", "needs-transactions"]
stated = curve.elasticity([LIST_PRICE]).iloc[0]
revealed = test.table.loc["elasticity"]
pd.DataFrame({"stated": stated, "revealed": revealed}).T.round(2)

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The stated elasticity has the narrower interval. But an interval covers chance only. It covers neither a
# curve that misses the points, nor the error that people do not do what they say. In 77 studies people stated, on average, a price about a fifth above what they really paid. The
# test is free of this error, so we believe the test, with its wide interval.
#
# The test has a limit too: it changed all prices of a region. If the coffee alone became dearer, guests
# could switch to tea, and the elasticity of the coffee would be higher.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is simulated, so we know each member's elasticity, and by how much a point of satisfaction
# changes it. We take the mean over the orders.

# %% tags=["needs-truth"]
own = db.truth.set_index("customer_id")["price_elasticity"]
true_elasticity = orders["customer_id"].map(own).mean()
true_change = -crm.company.World().elasticity_relief
pd.Series({"elasticity": true_elasticity, "change per point": true_change}).round(2)

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask before the cell above: "Which of the two intervals holds the truth?" After it, come back to the
# hands of the beginning: in Lantern, people say that they react more strongly than they do. Elsewhere
# it may be the other way round, and only a test can tell.

# %% [markdown] tags=["needs-truth"]
# The interval of the test holds the true elasticity, and the interval of the survey does not. We also
# simulated 200 companies and tested each in this way: the interval held the truth 184 times, a
# little less than the promised 190. The books
# are right about satisfaction in Lantern, but the effect is too small for our two groups to show it.

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# ## What do we do?
#
# Suppose we raise all prices by `STEP`, and all products have the price and cost of the coffee. The
# profit per cup is then `growth` times as large. If the elasticity is e, the sales are `(1 + STEP) **
# -e` times as large. The **break-even elasticity** is the one at which the profit stays the same:
# `growth` times the factor of sales is 1. We take logarithms and solve for e.

# %% [markdown] tags=["instructor", "needs-customers", "needs-transactions"]
# Ask: "The best guess says that a rise pays. Is that enough?" Let them name what would have to be
# true for it to lose money, and point to the break-even elasticity inside the interval.

# %% tags=["needs-customers", "needs-transactions"]
growth = (LIST_PRICE * (1 + STEP) - UNIT_COST) / (LIST_PRICE - UNIT_COST)
break_even = np.log(growth) / np.log(1 + STEP)
cases = pd.DataFrame({"elasticity": [*revealed[ends], stated["estimate"], break_even]})
cases.index = ["test", "test, low end", "test, high end", "survey", "break-even"]
cases["change of profit, %"] = 100 * (growth * (1 + STEP) ** -cases["elasticity"] - 1)
cases.round(2)

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The break-even elasticity lies inside the interval of the test, so the rise may win or lose. A better
# test has prices that differ more: with steps twice as large, the interval is about half as wide. We
# compute the step at which the high end of the interval would just reach the break-even elasticity, if
# the estimate stays.

# %% tags=["needs-customers", "needs-transactions"]
distance = abs(break_even - revealed["estimate"])
needed = STEP * (revealed["high"] - revealed["estimate"]) / distance
low, guess, high = cases["change of profit, %"].iloc[[2, 0, 1]]
order = "Raise the price" if revealed["high"] < break_even else "Do not raise the price yet"
expected = f"a rise of {STEP:.0%} changes profit by {guess:+.1f} % ({low:+.1f} to {high:+.1f})"
f"{order}: {expected}; test it again for as long, with steps of {needed:.0%}"

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# What would change this order? If the new test puts the whole interval below the break-even elasticity,
# we raise the price. If the whole interval lies above, we keep the price. We never go beyond prices
# that were tested.

# %% [markdown]
# ## With your own data
#
# Put one row per respondent into `price_survey.csv`, with the columns that we used. The sections on the
# till need `customers` with a `region`, and `transactions` with a `price_index`.
#
# ```python
# DATA = "price_survey.csv"
# LIST_PRICE, UNIT_COST = 49.0, 20.0
# ASKED = [29, 39, 49, 59, 69]
# ```

# %% [markdown]
# ## Take away
#
# - Van Westendorp's four curves give a range that people accept; they do not say who buys.
# - The price with the most profit lies above the price with the most revenue.
# - What a customer pays per order is no price. Change a price on purpose to see what it does.
# - An interval measures chance, not whether people do what they say.

# %% [markdown]
# ## Terms
#
# <!-- terms: price elasticity; price sensitivity meter; intransitive answer; optimal price point; acceptable range; calibration; Gabor-Granger method; stated preference; revealed preference; reference price; break-even elasticity -->

# %% [markdown]
# ## References
#
# - P. H. van Westendorp (1976), NSS price sensitivity meter, Proceedings of the ESOMAR Congress.
# - D. Newton, J. Miller and P. Smith (1993), A market acceptance extension to traditional price
#   sensitivity measurement, Proceedings of the American Marketing Association ART Forum.
# - A. Gabor and C. W. J. Granger (1966), Price as an indicator of quality, Economica 33.
# - J. Schmidt and T. H. A. Bijmolt (2020), Accurately measuring willingness to pay for consumer goods:
#   a meta-analysis of the hypothetical bias, Journal of the Academy of Marketing Science 48, 499-518
#   (the 77 studies).
