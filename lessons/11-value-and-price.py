# %% [markdown]
# # 11 Value and price
#
# > "Ten thousand yuan a tonne? The other one costs three thousand."
# > "Ours is cheaper in the long run."
#
# A buyer of plastics hears this from a saleswoman. In this lesson we find up to which price the
# saleswoman is right, and then ask how buyer and seller divide the gain.
#
# **You can then** compare what two products cost in use; say what an advantage is worth in money;
# see what a high price says, and what it does not say.
#
# **You need** a little pandas, and one idea of lesson 10. **Delivered value** is everything that a
# customer gains from an offer (product, service, personnel and image) less everything that she pays
# (money, time, worry and effort), in one unit.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 8, which price 6, advantage 10, multiples 4, map 4, wheel 9, decision 6.
#
# Play the opening with two volunteers before you show anything: one sells, one buys, two minutes.
# Sellers will argue from quality. Write down each number that the buyer asks for. If late, cut the
# section on multiples, then the map.

# %% [markdown]
# ## The data
#
# We type in the numbers of the two plastics. Later we look at the table `offers` of Lantern Coffee,
# a roaster we made up, and `db.require` stops the lesson if it is missing. The buyer has made some
# parts from the standard plastic to test it. `TRIED` and `GOOD` hold what she counted.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
TRIED = 200  # parts that the buyer made from standard plastic
GOOD = 180  # of these, parts that came out good
MAKING_COST = 80_000  # dollars it costs to make a tractor, our second example; assumed
COST_OF_CAPITAL = 0.10  # share of the money tied up in a firm that it must earn each year

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
# The two prices come from a story told in sales training, and the other numbers are our
# assumptions. A part takes 100 grams of plastic. Shaping it costs something, which we call
# processing.

# %%
plastics = pd.DataFrame({"offer": ["standard", "premium"], "price": [3_000, 10_000]})
plastics["quantity"] = 0.1 / 1_000  # kilograms a part, in tonnes
plastics["processing"] = [0.50, 0.42]
plastics["yield_rate"] = [0.90, 0.98]
plastics["failure_cost"] = [0.15, 0.02]
plastics["price_unit"] = "yuan per tonne"
plastics["cost_unit"] = "yuan per part"
plastics.T

# %% [markdown]
# The row `quantity` says how many tonnes one part takes. The **yield** is the share of parts that
# come out good, and the others are thrown away. The row `failure_cost` is what a good part costs
# later on average, because some parts break in use.
#
# Take paper and find what one good part of standard plastic costs. The material is 3,000 x 0.0001 =
# 0.30 yuan, and processing makes it 0.80. Only 90 parts of 100 are good, and they must pay for all
# 100. So each good part costs 0.80 / 0.90 = 0.8889 yuan. With 0.15 for failures it costs 1.0389
# yuan.

# %% [markdown] tags=["instructor"]
# Before the next cell ask: "Per good part, is the premium plastic dearer or cheaper than 1.0389?"
# Let everybody write a number. Most expect three times as much, since the price is. Ask which part
# of the cost the price does not touch.

# %%
spent = plastics["price"] * plastics["quantity"] + plastics["processing"]
per_good_part = spent / plastics["yield_rate"] + plastics["failure_cost"]
owned = dv.cost_of_ownership(plastics)
assert (owned["total_cost"] - per_good_part).abs().max() < 1e-12
owned.drop(columns="unit").round(4)

# %% [markdown]
# The `assert` prints nothing: the largest difference between the function and our account is only
# rounding. The column `total_cost` is the **cost of ownership**, what one good part costs its user
# from purchase to failure, in yuan. The column `scrap` is the money lost in parts that are thrown
# away. The premium plastic costs more than three times as much as the standard one, but a good part
# made of it costs only about 1.4 times as much.
#
# ## At which price is she right?
#
# The price at which two products cost their user the same is the **indifference price**. We find it
# by doing the same steps backwards. A premium part may cost 1.0389 yuan, like the standard one.
#
# - Take off its failures: 1.0389 - 0.02 = 1.0189.
# - Multiply by its yield: 1.0189 x 0.98 = 0.9985.
# - Take off processing: 0.9985 - 0.42 = 0.5785.
# - Divide by the tonnes of plastic in one part: 0.5785 / 0.0001 = 5,785 yuan a tonne.

# %% [markdown] tags=["instructor"]
# Before the figure ask: "Below which price would you change?" Collect three numbers and mark them
# on a line from 3,000 to 10,000. People who follow the account land near 6,000.

# %%
same_cost = dv.indifference_price(plastics, "premium", against="standard")
same_cost.plot(prices=[5_000, 10_000]);

# %% [markdown]
# The blue line is the cost of a premium part at each price, and the grey line is the standard part.
# At 10,000, the price she asks, the saleswoman is wrong. We also tried 5,000. At that price she
# would be right. So "cheaper in use" is true only below a certain price, and this price depends on
# the buyer's own machines.
#
# **Exercise 11.1** On the buyer's old machines only 80 % of the standard parts are good, and
# nothing else changes. Up to which price per tonne is the premium plastic now cheaper in use? (The
# result of `dv.indifference_price` has the field `.price`.) Then write one sentence for the
# saleswoman: to which kind of customer should she go first?

# %% tags=["exercise"]
# solution
old_machines = plastics.assign(yield_rate=[0.80, 0.98])
answer = dv.indifference_price(old_machines, "premium", against="standard").price
check("11.1", answer)

# %% [markdown] tags=["instructor"]
# Ask before the next section: "A tractor's rival costs 90,000 dollars. Ours is better in four ways.
# Who decides what each way is worth?" Expect "we do". Only the customer can say it, or her books.

# %% [markdown]
# ## What is an advantage worth?
#
# The same idea works for any product. Take the price of the rival. Add what our product saves the
# customer in dollars, and take off what it costs her more. The result is the **economic value to
# the customer**. A textbook gives a tractor as its example. The rival costs 90,000 dollars.

# %%
better = {"durability": 7_000, "reliability": 6_000, "service": 5_000, "warranty": 2_000}
tractor = dv.economic_value(90_000, better, unit="USD")
tractor

# %% [markdown]
# The column `total` rises from the rival's price to 110,000 dollars. At that price both tractors
# would be equally good to the buyer. In the textbook our tractor costs 100,000, so the buyer gains
# 10,000 if she takes it. This gain is the **customer surplus**.
#
# The seller keeps the price minus `MAKING_COST`, a number that we had to assume. The field
# `tractor.value` holds the economic value.

# %%
split = pd.DataFrame({"price": [80_000, 90_000, 100_000, 110_000]})
split["customer keeps"] = tractor.value - split["price"]
split["seller keeps"] = split["price"] - MAKING_COST
split["together"] = split["customer keeps"] + split["seller keeps"]
split

# %% [markdown]
# The last column is the same in every row. The price only divides the gain and does not change its
# size. Both sides gain at any price above the cost of making the tractor and below its value to the
# customer.
#
# **Exercise 11.2** A rival's printer costs 300 dollars. Over the same years, ours saves the
# customer 350 dollars in ink and 100 in set-up, but its paper costs her 200 more. We sell it for
# 480. How much does the customer keep?

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
# ## What a high price does not say
#
# A kilogram of raw coffee for 1.70 dollars makes about 148 cups. Pine and Gilmore compare the price
# of one cup at four stages: as raw beans, packaged in a shop, served in a simple cafe, and served
# in a beautiful place as "an experience". Each stage has a name, a lowest and a highest price.

# %%
raw = 1.70 / 148
stages = [("raw beans", raw, raw), ("packaged", 0.05, 0.25)]
stages += [("served", 0.50, 1.00), ("an experience", 2.00, 5.00)]
dv.price_ladder(stages, unit="USD per cup").plot();

# %% [markdown]
# Each bar runs from the lowest to the highest price of a stage. The numbers at its left are the
# lowest and the highest **price multiple**, the price divided by the price of the raw beans. A
# multiple is not profit. The **value added** is the price minus the price of the beans, and it must
# still pay for milk, staff and rent.
#
# Multiples are also used for growth, and then they hide the number of years. A builder of houses
# sold for 58 million yuan in 1984 and for 240 times as much in 2005. The **growth rate** is the
# growth of one year, the same in each year, that leads from the first number to the last. Here it
# is `240 ** (1 / 21) - 1`, which is 0.298. So say that sales grew by about 30 % a year for 21
# years. (In the package this is `dv.growth_rate`.)

# %% [markdown] tags=["instructor"]
# Before the map, draw its two lines on the board and ask where Lantern stands for the first
# segment. Most put it at the right and above. Ask what a customer sees who stands left and below.

# %% [markdown]
# ## Better, cheaper, or both
#
# A firm can ask less, give more, or do both. The **value map** shows which firm does what, here in
# the first segment (group of customers) of the table. It compares each offer with the average of
# its rivals. An offer with more quality than they have stands to the right, and an offer with a
# higher price stands higher up.
#
# `dv.compare` adds up the four values of each offer (product, service, personnel and image). We
# take this sum as its quality: `{"total_value": 1}` says that quality is made of this one column.
# The line shows the fair price. With "45 degrees", an offer with 10 % more quality may ask 10 %
# more money.

# %%
quality = offers.assign(total_value=dv.compare(offers)["total_value"])
first_segment = quality[quality["segment"] == quality["segment"].iloc[0]]
positions = dv.value_map(first_segment, {"total_value": 1}, line="45 degrees")
positions.plot();

# %% [markdown]
# Below the line (green) a customer gets more for her money than from the average rival, and above
# it (orange) she gets less. The word in each corner says what an offer there has; "both" means a
# lower price and a better product. The map has no interval, so do not judge an offer that is close
# to the line. It also leaves out time, worry and effort, so it cannot say which offer is chosen.

# %% [markdown] tags=["instructor"]
# "One branch earns 120, the other 150. Which would you rather own?" Let them vote before the cell.
# Ask the voters for 150 what they would need to know.

# %% [markdown]
# ## Value given, value captured
#
# The **value wheel** is a circle with two halves. One half lists the value that a firm gives its
# customers, such as satisfaction and service. The other half lists the value that the firm captures
# for itself, such as sales, profit and brand.
#
# Profit alone is a poor measure of the second half. It forgets the capital, the money tied up in
# machines, shops and stock. Compare two branches of one firm, in thousands of dollars.

# %%
branches = pd.DataFrame({"profit": [120, 150], "capital": [1_000, 2_000]}, index=["A", "B"])
branches["return"] = branches["profit"] / branches["capital"]
branches["economic value added"] = branches["profit"] - COST_OF_CAPITAL * branches["capital"]
branches

# %% [markdown]
# The **return on capital** is profit divided by capital. The **economic value added** is the profit
# that is left after the capital has been paid for, here at the rate `COST_OF_CAPITAL`. Branch B
# earns the larger profit, but its return is lower than 10 %, so it does not pay for its capital.
# Its owner would gain by moving the money to a place where it earns 10 %.
#
# The same question can be asked of each customer. The margin of a sale is what is paid for the
# goods, minus what they cost us. The **customer profit** is the margin on all that a customer
# bought, less the **cost to serve** that customer, such as visits and calls.
#
# **Exercise 11.3** Begin with these lines, where `fill_value=0` gives a cost of 0 to a customer
# without a contact:
#
# ```python
# lantern = crm.load("lantern")
# margin = lantern.transactions.groupby("customer_id")["margin"].sum()
# cost = lantern.contacts.groupby("customer_id")["cost"].sum()
# profit = margin.sub(cost, fill_value=0)
# ```
#
# The column `kind` of `lantern.customers` says who is "wholesale". How many of these customers have
# a profit below 0? Write one sentence to the person who visits them, with this number and the
# number of all wholesale customers.

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
# `TRIED` parts only, so it has a 95 % interval, the range that her count leaves plausible (Wilson's
# formula). The function `highest_offer` finds the indifference price for any share of good standard
# parts. `map` calls it for the estimate and for both ends of the interval.

# %%
def highest_offer(good_share):
    tried = plastics.assign(yield_rate=[good_share, 0.98])
    return dv.indifference_price(tried, "premium", against="standard").price


low, high = wilson(GOOD, TRIED)
shares = pd.Series({"low": low, "estimate": GOOD / TRIED, "high": high})
pd.DataFrame({"good share": shares, "highest price": shares.map(highest_offer)}).round(2)

# %% [markdown]
# The fewer good parts the standard plastic gives, the more the premium plastic is worth. The order
# follows from the last column. Below the smallest of the three prices, buy the premium plastic.
# Above the largest, do not buy it. In between, test more parts first. The yield of 0.98 has no
# interval, because it is a claim of the seller.
#
# So the buyer should test both plastics. Suppose that 98 % of the premium parts are good, as the
# seller claims, and 90 % of the standard ones. `trial_size` says how many parts of each plastic to
# test, so that 80 such trials of 100 would show this difference. A good part counts 1 and a bad
# part 0, and with 90 % good parts the standard deviation of these numbers is the root of 0.90 x
# 0.10, which is 0.3.

# %%
from crmlab.evidence import trial_size

trial_size(0.98 - 0.90, sd=0.3)

# %% [markdown]
# With the numbers above, 10,000 yuan is more than all three prices. The buyer answers: "At your
# price we stay with the standard plastic. Let us test this number of parts of each. Then we can say
# what price we would pay."

# %% [markdown] tags=["instructor"]
# Return to the numbers on the board from the opening. Which four did the buyer need? Price and
# quantity, processing, yield, failures. Ask who in their firm knows them.

# %% [markdown]
# ## With your own data
#
# The value map reads `offers.csv`: one row for each segment and offer, yours first, with
# `benefit_unit`, `cost_unit` and all four values and four costs of lesson 10. For the cost of
# ownership, change the numbers of `plastics`. A row may be any material from which something is
# made.
#
# ```python
# DATA = "offers.csv"
# OPTIONS = {"columns": {"product": "product_value", "price": "monetary_cost"}}
# ```

# %% [markdown]
# ## Take away
#
# - "Cheaper in use" is true up to a price, so ask up to which price.
# - The economic value is the rival's price plus what you do better, in the customer's money.
# - The price divides a gain. At any price between cost and value both sides gain.
# - A price multiple is not profit, and a profit must still pay for the capital.

# %% [markdown]
# ## Terms
#
# <!-- terms: cost of ownership; yield; indifference price; economic value to the customer; customer surplus; price multiple; value added; growth rate; value map; value wheel; return on capital; economic value added; customer profit; cost to serve -->

# %% [markdown]
# ## References
#
# The tractor is Kotler and Keller's example, the stages of coffee are Pine and Gilmore's, the value
# map follows Gale, the economic value to the customer is due to Forbis and Mehta, and the interval
# is Wilson's.
#
# - Forbis, J. L. and Mehta, N. T. (1981). Value-based strategies for industrial products. *Business
#   Horizons* 24(3), 32-42.
# - Gale, B. T. (1994). *Managing Customer Value*. Free Press.
# - Kotler, P. and Keller, K. L. (2012). *Marketing Management*, 14th ed. Pearson. Chapter 14.
# - Pine, B. J. and Gilmore, J. H. (1999). *The Experience Economy*. Harvard Business School Press.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
#   *Journal of the American Statistical Association* 22, 209-212.
