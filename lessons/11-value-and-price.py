# %% [markdown]
# # 11 Value and price
#
# > "Ten thousand yuan a tonne? The other one costs three thousand."
# > "Ours is cheaper in the long run."
#
# A buyer of plastics hears this from a saleswoman. Many sellers say it, and few of them show the
# account. In this lesson we make it, find the price at which the sentence turns from true to false,
# and then ask how buyer and seller divide what is gained.
#
# **You can then** compare what two products cost in use; say what an advantage is worth in money;
# read a price multiple and a value map without being misled.
#
# **You need** a little pandas, and one idea of lesson 10: **delivered value** is everything that a
# customer gains from an offer less everything that she pays, in one unit.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 9, which price 8, advantage 9, multiples 5, map 4, wheel 8, decision 3.
#
# Play the opening with two volunteers before you show anything: one sells, one buys, two minutes.
# Sellers will argue from quality. Write down each number that the buyer asks for. If late, cut the
# section on multiples, then the map.

# %% [markdown]
# ## The data
#
# The two plastics stand in the lesson itself. Later we look at the offers of Lantern Coffee, the
# roaster we made up. A buyer has run some parts of the standard plastic on trial, and `TRIED` and
# `GOOD` hold what she counted.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
TRIED = 200  # parts of standard plastic that the buyer ran on trial
GOOD = 180  # of these, parts that came out good
MAKING_COST = 80_000  # what it costs to make one of our tractors, in dollars; assumed
COST_OF_CAPITAL = 0.10  # what each unit of capital must earn a year

# %%
import pandas as pd

import crmlab as crm
from crmlab import delivered_value as dv
from crmlab.check import check
from crmlab.intervals import wilson

db = crm.load(DATA, **OPTIONS)
db.require("11-value-and-price")
offers = db.offers

# %% [markdown]
# ## One part by hand
#
# The two prices come from a story told in sales training, and the other numbers are our assumptions.
# A part takes 100 grams of plastic. Shaping it costs something, which we call processing.

# %%
plastics = pd.DataFrame({"offer": ["standard", "premium"], "price": [3_000, 10_000]})
plastics["quantity"] = 0.1 / 1_000
plastics["processing"] = [0.50, 0.42]
plastics["yield_rate"] = [0.90, 0.98]
plastics["failure_cost"] = [0.15, 0.02]
plastics[["price_unit", "cost_unit"]] = ["yuan per tonne", "yuan per part"]
plastics.T

# %% [markdown]
# The row `quantity` says how many tonnes one part takes. The **yield** is the share of parts that
# come out good, and the others are thrown away. The row `failure_cost` is what a good part costs
# later on average, because some parts break at the customer's.
#
# Take paper and find what one good part of standard plastic costs. The material is 3,000 x 0.0001 =
# 0.30 yuan, and processing makes it 0.80. Only 90 parts of 100 are good, so each good one must carry
# 0.80 / 0.90 = 0.889 yuan, and with failures it comes to 1.039 yuan.

# %% [markdown] tags=["instructor"]
# Before the next cell ask: "Per good part, is the premium plastic dearer or cheaper than 1.039?"
# Let everybody write a number. Most expect three times as much, since the price is. Ask which part
# of the cost the price does not touch.

# %%
spent = plastics["price"] * plastics["quantity"] + plastics["processing"]
per_good_part = spent / plastics["yield_rate"] + plastics["failure_cost"]
owned = dv.cost_of_ownership(plastics)
assert (owned["total_cost"] - per_good_part).abs().max() < 1e-12
owned

# %% [markdown]
# The `assert` prints nothing: the function and our account by hand agree. The column `total_cost` is
# the **cost of ownership**, what one good part costs its user from purchase to failure. The column
# `scrap` is the part of it that goes into parts thrown away. At 10,000 yuan the premium plastic is
# dearer in use, but by less than half, although its price is more than three times as high.
#
# ## At which price is she right?
#
# The price at which two products cost their user the same is the **indifference price**. We find it
# by going backwards. A premium part may cost 1.039 yuan, like the standard one. Take off its
# failures, 0.02, and multiply by its yield, 0.98, to leave out the scrap. Take off processing, 0.42,
# and 0.5785 yuan are left for 0.0001 tonnes of plastic. That is 5,785 yuan a tonne.

# %% [markdown] tags=["instructor"]
# Before the figure ask: "Below which price would you change?" Collect three numbers and mark them on
# a line from 3,000 to 10,000. People who follow the account land near 6,000.

# %%
same_cost = dv.indifference_price(plastics, "premium", against="standard")
same_cost.plot(prices=[5_000, 10_000]);

# %% [markdown]
# The blue line is the cost of a premium part at each price, and the grey line is the standard part.
# The saleswoman is wrong at 10,000 and right at 5,000, with the same plastic and the same argument.
# "Cheaper in use" is never true of a product alone; it is true up to a price, for one buyer and
# her machines.
#
# **Exercise 11.1** On the buyer's old machines only 80 % of the standard parts are good, and nothing
# else changes. Up to which price per tonne is the premium plastic now cheaper in use? Then write
# one sentence for the saleswoman: to which kind of customer should she go first?

# %% tags=["exercise"]
# solution
old_machines = plastics.assign(yield_rate=[0.80, 0.98])
answer = dv.indifference_price(old_machines, "premium", against="standard").price
check("11.1", answer)

# %% [markdown] tags=["instructor"]
# Ask before the next section: "A tractor's rival costs 90,000 dollars. Ours is better in four
# ways. Who decides what each way is worth?" Expect "we do". Only the customer can say it, or her
# books.

# %% [markdown]
# ## What is an advantage worth?
#
# The same thought works for any product. Take the price of the rival, add what ours does better in
# the customer's money, and take off what it does worse. The sum is the **economic value to the
# customer**. A textbook case is a tractor whose rival costs 90,000 dollars.

# %%
better = {"durability": 7_000, "reliability": 6_000, "service": 5_000, "warranty": 2_000}
tractor = dv.economic_value(90_000, better, unit="USD")
tractor

# %% [markdown]
# The column `total` climbs from the rival's price to 110,000 dollars, and at exactly that price the
# buyer would not care which tractor she gets. In the textbook it is sold for 100,000. It is dearer
# than its rival, and the buyer still gains 10,000 compared with buying that rival. This gain is the
# **customer surplus**.
#
# What the seller keeps depends on `MAKING_COST`, which we had to assume.

# %%
split = pd.DataFrame({"price": [80_000, 90_000, 100_000, 110_000]})
split["customer keeps"] = tractor.value - split["price"]
split["seller keeps"] = split["price"] - MAKING_COST
split["together"] = split["customer keeps"] + split["seller keeps"]
split

# %% [markdown]
# The last column is the same in every row, so the price does not change what the sale creates; it
# only divides it. At any price between the cost of making the tractor and its value to the customer,
# both sides gain: the customer profits and the seller profits. To have more to divide, raise the
# value or lower the cost.
#
# **Exercise 11.2** A rival's printer costs 300 dollars. Over the same years, ours saves the customer
# 350 dollars in ink and 100 in set-up, but its paper costs her 200 more. We sell it for 480. How
# much does the customer keep?

# %% tags=["exercise"]
# solution
printer = dv.economic_value(300, {"ink": 350, "set-up": 100, "paper": -200}, unit="USD")
answer = printer.surplus(480)
check("11.2", answer)

# %% [markdown] tags=["instructor"]
# Before the figure: "The cup costs 5 dollars, the beans in it one cent. Is that 99.8 % profit?"
# Collect what stands between the two. The story has been printed as "0.51 dollars a cup" and "25
# dollars": two lost dashes, for 0.5-1 and 2-5. Ask how one could have noticed.

# %% [markdown]
# ## What a multiple does not say
#
# A kilogram of raw coffee for 1.70 dollars makes about 148 cups. Pine and Gilmore follow the price
# of a cup from the bean to the cafe with a view.

# %%
raw = 1.70 / 148
stages = [("raw beans", raw, raw), ("packaged", 0.05, 0.25)]
stages += [("served", 0.50, 1.00), ("an experience", 2.00, 5.00)]
dv.price_ladder(stages, unit="USD per cup").plot();

# %% [markdown]
# Each bar runs from the lowest to the highest price of a stage. The number at its left is the
# **price multiple**, the price divided by the price of the raw beans. A multiple is not profit. The
# **value added** is the price less that of the beans, so as a multiple it is one less, and milk,
# staff and rent are still to be paid. Nor does the figure show why the last cup costs more; that
# takes an experiment.
#
# A multiple over time misleads in the same way. A developer's sales are said to have gone from 58
# million yuan in 1984 to 13.95 billion in 2005, which is 240 times as much "in 20 years".

# %%
dv.growth_rate(58e6, 13.95e9, start=1984, end=2005)

# %% [markdown]
# From 1984 to 2005 there are 21 steps, not 20. The **growth rate** is the constant growth a year that
# leads from the first number to the last: the 21st root of the multiple, less 1. Say the rate and
# both years, and the multiple loses its magic.

# %% [markdown] tags=["instructor"]
# Before the map, draw its two lines on the board and ask where Lantern stands for the first
# segment. Most put it at the right and above. Ask what a customer sees who stands left and below.

# %% [markdown]
# ## Better, cheaper, or both
#
# A firm can ask less, give more, or do both, and the **value map** shows who does what. Its horizontal
# axis is the quality of an offer divided by the average of its rivals, and its vertical axis is the
# price divided by theirs. As quality we take the four values of lesson 10 together.

# %%
quality = offers.assign(total_value=dv.compare(offers)["total_value"])
first_segment = quality[quality["segment"] == quality["segment"].iloc[0]]
positions = dv.value_map(first_segment, {"total_value": 1}, line="45 degrees")
positions.plot();

# %% [markdown]
# On the line, price and quality are the same number: an offer with 10 % more quality asks 10 % more
# money. Below the line (green) a customer gets more for her money than from the average rival, above
# it (orange) less. The corners name the strategies. An offer close to the line could change sides
# with the next price, and the map has no interval that would warn us. It also leaves out time, worry
# and effort, so it cannot say who is chosen.

# %% [markdown] tags=["instructor"]
# "One branch earns 120, the other 150. Which would you rather own?" Let them vote before the cell.
# Ask the voters for 150 what they would need to know.

# %% [markdown]
# ## Value given, value captured
#
# The **value wheel** is a list with two halves. One half holds the value that a firm gives:
# satisfaction, quality for the price, service, fun and ambience. The other half holds the value that
# it captures: sales, market share, profit, return, brand. A wheel with one empty half does not turn
# for long.
#
# Profit alone is a poor measure of the second half, because it forgets the money tied up in
# machines, shops and stock. Compare two branches of one firm.

# %%
branches = pd.DataFrame({"profit": [120, 150], "capital": [1_000, 2_000]}, index=["A", "B"])
branches["return"] = branches["profit"] / branches["capital"]
branches["economic value added"] = branches["profit"] - COST_OF_CAPITAL * branches["capital"]
branches

# %% [markdown]
# The **return on capital** is profit divided by capital. The **economic value added** is the profit
# that is left after the capital has been paid for, here at the rate `COST_OF_CAPITAL`. At 10 % a
# year branch B earns the larger profit, but not enough to pay for its capital, so its owner would
# gain by putting the capital elsewhere. (`dv.economic_value_added` does the same for one firm.)
#
# The same question can be asked of each customer. Her **customer profit** is the margin on what she
# bought, less the **cost to serve** her, such as visits and calls.
#
# **Exercise 11.3** Take `crm.load("lantern")`. For each of its wholesale customers (`kind` in the
# table `customers`), add up `margin` in `transactions`; refunds are rows with a negative margin, so
# they are taken off. Then subtract the sum of `cost` in `contacts`. How many wholesale customers
# cost more than they bring? Write one sentence to the person who visits them.

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
margin = lantern.transactions.groupby("customer_id")["margin"].sum()
served = lantern.contacts.groupby("customer_id")["cost"].sum()
profit = margin.sub(served, fill_value=0)
kinds = lantern.customers.set_index("customer_id")["kind"]
answer = (profit[kinds == "wholesale"] < 0).sum()
check("11.3", answer)

# %% [markdown]
# ## The decision
#
# What should the buyer offer for the premium plastic? The yield of the standard plastic rests on
# `TRIED` parts only, and another trial would give another share. We put a 95 % interval around the
# share of good parts (Wilson's formula) and find the indifference price at both ends.


# %%
def highest_offer(good_share):
    tried = plastics.assign(yield_rate=[good_share, 0.98])
    return dv.indifference_price(tried, "premium", against="standard").price


low, high = wilson(GOOD, TRIED)
shares = pd.Series({"low": low, "estimate": GOOD / TRIED, "high": high})
pd.DataFrame({"good share": shares, "highest price": shares.map(highest_offer)}).round(2)

# %% [markdown]
# The order follows from the last column. Below the smallest of the three prices, buy the premium
# plastic; above the largest, do not; in between, run more parts first. The table doubts only one
# number, and the yield of 0.98 is still the seller's word.
#
# So run both plastics. How many parts of each show a difference as large as the saleswoman claims?
# The standard deviation of a share of 0.90 is the root of 0.90 x 0.10, which is 0.3.

# %%
from crmlab.evidence import trial_size

trial_size(0.98 - 0.90, sd=0.3)

# %% [markdown]
# With the numbers above, 10,000 yuan is more than all three, so the buyer says: "At your price we stay with the standard
# plastic. Let us run this number of parts of each, and we shall name the price at which we change."
# Another yield or another failure cost would change the answer, and both are in the account.

# %% [markdown] tags=["instructor"]
# Return to the numbers on the board from the opening. Which four did the buyer need? Price and
# quantity, processing, yield, failures. Ask who in their firm knows them.

# %% [markdown]
# ## With your own data
#
# The value map reads `offers.csv`: one row for each segment and offer, yours first, with
# `benefit_unit`, `cost_unit` and all eight elements of lesson 10. For the cost of ownership, change
# the numbers of `plastics`; a row may be any product that is used up to make something.
#
# ```python
# DATA = "offers.csv"
# OPTIONS = {"columns": {"product": "product_value", "price": "monetary_cost"}}
# ```

# %% [markdown]
# ## Take away
#
# - "Cheaper in use" is true up to a price, so ask which one.
# - The economic value is the rival's price plus what you do better, in the customer's money.
# - The price divides a gain; between cost and value both sides gain.
# - A price multiple is not profit, and a profit is not yet value added.

# %% [markdown]
# ## Terms
#
# <!-- terms: cost of ownership; yield; indifference price; economic value to the customer; customer surplus; price multiple; value added; growth rate; value map; value wheel; return on capital; economic value added; customer profit; cost to serve -->

# %% [markdown]
# ## References
#
# The tractor is Kotler and Keller's example, the stages of coffee are Pine and Gilmore's, the value
# map follows Gale, the economic value to the customer is due to Forbis and Mehta, and the interval is
# Wilson's.
#
# - Forbis, J. L. and Mehta, N. T. (1981). Value-based strategies for industrial products. *Business
#   Horizons* 24(3), 32-42.
# - Gale, B. T. (1994). *Managing Customer Value*. Free Press.
# - Kotler, P. and Keller, K. L. (2012). *Marketing Management*, 14th ed. Pearson. Chapter 14.
# - Pine, B. J. and Gilmore, J. H. (1999). *The Experience Economy*. Harvard Business School Press.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
#   *Journal of the American Statistical Association* 22, 209-212.
