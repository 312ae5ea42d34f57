# %% [markdown]
# # 13 Price sensitivity
#
# > "A large filter coffee costs 4 dollars. Could we ask for 4.20?"
#
# A higher price brings more money per cup and fewer cups. Which of the two is stronger? Lantern Coffee
# asked its guests in three ways, and it also changed the price as a test. At the end we compare the
# answers.
#
# **You can then** find the prices that people accept, and the price with the most profit; measure how
# sales react to a price; and say which of several answers to believe.
#
# **You need** pandas: `groupby`, `merge`, a boolean mask. From lesson 11 we use one idea: a product is
# worth a certain amount to a customer, and she does not buy above it. The columns `low` and `high`
# are the ends of a 95 % interval: 95 of 100 such intervals hold the true number.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 9, four prices 12, purchase intent 3, highest price 4, the till 6,
# one table 4, truth 2, decision 5.
#
# Ask: "Would you still come if your coffee cost 5 % more?" Count the hands. Then ask: "And how would
# we know whether you told the truth?" Keep the number of hands for the end. If late, cut the section
# on purchase intent.

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
TEST_STEP = 0.05  # how far the prices of the test were from the list price
ASKED = [2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6]  # prices that people were asked about

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import pricing
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
# to buy? His **price sensitivity meter** counts the answers to these four questions at every price.
#
# The four prices of one person must rise from the first to the last. If they do not rise, we call it an
# **intransitive answer**. For example, a person calls 5 dollars cheap and 4 dollars expensive. The
# helper leaves such rows out and counts them.

# %%
meter = pricing.price_meter(survey)
meter.caption

# %% [markdown] tags=["instructor"]
# Before the figure, ask each person for the price at which a coffee becomes suspiciously cheap. Some
# will say "never". That is a good moment to explain why the left curve is there at all: a low price
# is read as low quality. After the figure, ask which curve says that somebody buys. None does.

# %% [markdown]
# The next figure has many curves. Look first at two of them: `too cheap` is light blue, and `too
# expensive` is the darker orange.

# %%
meter.plot();

# %% [markdown]
# The two curves cross at point 2. This is the **optimal price point**: as many people find the product
# too cheap as too expensive. The grey band is the **acceptable range**, from point 1 to point 4. The
# dashed curves count the people who do not say "cheap", and those who do not say "expensive". At point
# 1, as many people say "too cheap" as "not cheap". At point 4, as many say "too expensive" as "not
# expensive". We do not use point 3.

# %%
ends = ["estimate", "low", "high"]
meter.table[ends]

# %% [markdown]
# The table holds the four points, in the order of their numbers. Its row `optimal price` is the optimal
# price point. The method never asks whether a person buys, and it does not know what a cup costs us. So
# point 2 need not be the price with the most profit.

# %% [markdown]
# **Exercise 13.2** Take the rows of `crm.load("lantern").price_survey` with the segment "saver". What
# is the optimal price point of the savers? Then compute the interval of the segment "connoisseur" too.
# Write one sentence: do the two intervals overlap, and is one common price a good idea?

# %% tags=["exercise"]
# solution
savers = crm.load("lantern").price_survey.query("segment == 'saver'")
answer = pricing.price_meter(savers)["estimate"]["optimal price"]
check("13.2", answer)

# %% [markdown]
# ## Asking whether they would buy
#
# Newton, Miller and Smith added two questions. Would you buy at the price that you called cheap? Would
# you buy at the price that you called expensive? People answer from 5 (surely) to 1 (surely not).
#
# People buy less than they say. So each answer stands for a probability to buy. A table of such
# probabilities is called a **calibration**. The usual one is a guess: a 5 stands for 0.7, a 4 for 0.5,
# a 3 for 0.3, a 2 for 0.1 and a 1 for 0. With these numbers, `price_intent` counts the buyers at every
# price.

# %%
intent = pricing.price_intent(survey, unit_cost=UNIT_COST, calibration=pricing.CALIBRATION)
intent.table[ends].round(2)

# %% [markdown]
# Each row is a price: the one with the most buyers, with the most money taken in, and with the most
# profit. The estimates rise from row to row. The intervals overlap, so this survey does not separate
# the three prices well.

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
# The blue line is the share that would buy, and the green line is the profit per respondent. The black
# dot is the best of the eight prices, and the grey band is its interval.
#
# A price between two of the eight may be better. So `logistic_demand` draws a smooth curve through the
# shares, in the shape of an S. From this curve we know the share at every price, and so the profit.
# `best` finds the price with the most profit.

# %%
curve = pricing.logistic_demand(asked)
best = curve.best(unit_cost=UNIT_COST)
best.loc[["price"], ends].round(2)

# %% [markdown]
# The curve does not meet every point exactly. The interval covers the luck of the survey, but not this
# error.

# %% [markdown] tags=["instructor"]
# Ask: "The dots or the curve: which of them are data?" The dots are the data, and the curve is our
# guess between them.

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

# %% [markdown] tags=["instructor", "needs-customers", "needs-transactions"]
# Ask: "Members who pay more per order also order more often. Does a higher price sell more?" Then ask
# for two members who pay different amounts at the same prices. "One buys for two" is the answer to
# wait for.

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# We cannot learn the effect of a price by comparing members. One member may pay more per order than
# another because she buys for two, at the same prices. So somebody must change the price and nothing
# else. Lantern did. Every quarter, one region paid 5 % more than the list price, which is today's
# price, and one region paid 5 % less. The regions took turns. The column `price_index` is 1 at the list
# price, and 1.05 if it is 5 % higher.
#
# `agg` makes one row per region and month, with the mean price and the number of orders. A month like
# December may have more orders at any price, and a region with many members has more, too. `fixed`
# allows for both: it compares each row with the number of orders that we expect for its region and its
# month.

# %% tags=["needs-customers", "needs-transactions"]
groups = orders.groupby(["region", "month"], as_index=False)
sales = groups.agg(price=("price_index", "mean"), quantity=("amount", "size"))
test = pricing.elasticity(sales, fixed=["region", "month"])
test.plot();

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# Each dot is one region in one month. The title gives the elasticity and its interval.
#
# People also compare a price with the price that they are used to, the **reference price**. A guest who
# is used to 4 dollars may feel that 4.20 is a loss. This test cannot show it. Each region came to the
# higher price from the list price. So we cannot tell the effect of the high price from the effect of
# the rise.

# %% [markdown]
# ## One product, one table

# %%
answers = {
    "van Westendorp: optimal price point": meter.table.loc["optimal price", ends],
    "Newton, Miller, Smith: most profit": intent.table.loc["most profit", ends],
    "Gabor-Granger: most profit": best.loc["price", ends],
}
pd.DataFrame(answers).T.round(2)

# %% [markdown] tags=["instructor"]
# Ask: "Three answers agree. Are they three pieces of evidence?" The same people gave them all.

# %% [markdown]
# The same people gave all the answers, and none of them had to pay. If they name prices that are too
# high, all three results are too high. So three similar prices are no proof.

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The test tried only three prices, so it has no best price. It says how strongly sales react near the
# list price. The Gabor-Granger curve also has an elasticity at the list price. We compare the two.

# %% tags=["needs-customers", "needs-transactions"]
stated = curve.elasticity([LIST_PRICE]).iloc[0]
revealed = test.table.loc["elasticity"]
pd.DataFrame({"stated": stated, "revealed": revealed}).T.round(2)

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The two intervals cover only luck. They do not cover the error that people do not do what they say. In
# 77 studies, the price that people stated was about a fifth higher than the price that they really
# paid (Schmidt and Bijmolt 2020). The test is free of this error, because its guests really paid. So we
# believe the test, even if its interval is wide.
#
# The test has a limit too: it changed all prices of a region. If only the coffee became dearer, guests
# could take tea, and the elasticity of the coffee would be higher.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is simulated, so we know each member's true elasticity. We take the mean over the orders.

# %% tags=["needs-truth"]
own = db.truth.set_index("customer_id")["price_elasticity"]
true_elasticity = orders["customer_id"].map(own).mean()
pd.Series({"elasticity": true_elasticity}).round(2)

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask before the cell above: "Which of the two intervals holds the truth?" After it, come back to the
# hands of the beginning: in Lantern, people say that they react more strongly than they do. Elsewhere
# it may be the other way round, and only a test can tell.

# %% [markdown] tags=["needs-truth"]
# Compare this number with the two intervals above. The interval of the test holds it, and the interval
# of the survey does not. In another simulated company, chance may decide otherwise.

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# ## What do we do?
#
# Suppose that we raise all prices by `STEP`, and that all products have the price and cost of the
# coffee. The profit per cup rises from `old` to `new`. If the elasticity is *e*, the number of cups is
# divided by `(1 + STEP) ** e`.
#
# The **break-even elasticity** is the one at which the profit stays the same. Then `(1 + STEP) ** e`
# must be equal to `new / old`. We take the logarithm of both and divide.

# %% [markdown] tags=["instructor", "needs-customers", "needs-transactions"]
# Ask: "The best guess says that a rise pays. Is that enough?" Let them name what would have to be
# true for it to lose money, and point to the break-even elasticity inside the interval.

# %% tags=["needs-customers", "needs-transactions"]
old = LIST_PRICE - UNIT_COST
new = LIST_PRICE * (1 + STEP) - UNIT_COST
break_even = np.log(new / old) / np.log(1 + STEP)
cases = pd.DataFrame({"elasticity": revealed[ends]})
cases.loc["break-even"] = break_even
cases["change of profit, %"] = 100 * (new / old / (1 + STEP) ** cases["elasticity"] - 1)
cases.round(2)

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# The first three rows are the estimate of the test and the ends of its interval. If the break-even
# elasticity lies between `low` and `high`, the rise may win or lose, and we need a better test. With
# steps twice as large, the interval is about half as wide. `wider` says how many times larger the steps
# must be. With such steps and the same estimate, the interval would just reach the break-even
# elasticity.

# %% tags=["needs-customers", "needs-transactions"]
distance = abs(break_even - revealed["estimate"])
wider = (revealed["high"] - revealed["estimate"]) / distance
order = "Raise the price." if revealed["high"] < break_even else "Do not raise the price yet."
f"{order} Test for as long again, with steps of at least {TEST_STEP * wider:.0%}."

# %% [markdown] tags=["needs-customers", "needs-transactions"]
# This is the order, and it is for all prices together. To raise only the price of the coffee, we must
# first test that price alone. Take steps larger than those in the order: the next estimate may lie
# nearer to the break-even elasticity, and then these steps are too small.
#
# What would change the order? If the whole interval of the new test lies below the break-even
# elasticity, we raise the price. If the whole interval lies above, we keep the price. We never go
# beyond prices that were tested.

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
# - The best price also depends on what a cup costs us, and guests do not know this.
# - To see what a price does, change the price and nothing else.
# - An interval covers luck. It does not cover that people do not do what they say.

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
