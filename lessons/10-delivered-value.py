# %% [markdown]
# # 10 Delivered value
#
# > "Ours is the best coffee in town. Why do they buy the other one?"
#
# The owner of a cafe asks this. A cup costs her customers more than its price: they also walk, they
# wait in a queue, and they worry that the coffee is stale. In this lesson we put all gains and all
# costs into one account. The account says who will buy, and at which price.
#
# **You can then** weigh four values against four costs in one unit; say which product each group of
# customers takes, if any; find the highest price at which they still choose you.
#
# **You need** a little pandas: sums, boolean masks and `groupby`.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 13, one unit 1, minutes and worries 9, who buys what 4, which price 9,
# worth of an hour 3, truth 3, decision 5.
#
# Ask: "What did your last coffee cost you?" You will hear a price. Ask the same person how long the
# queue was, and wait. Write both on the board. If late, cut the section on one unit and leave
# exercise 10.2 for home.

# %% [markdown]
# ## The data
#
# We first work by hand with one customer, then with Lantern Coffee, a roaster we made up. An offer
# is a product with all that comes with it, such as help and waiting. A segment is a group of
# customers who want the same things. The table `offers` has one row for each offer in each segment,
# and its first row is our own. The call `db.require` stops the lesson if this table is missing.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
HOUR_LOW = 0.5  # lowest worth of an hour that we try: this many times the assumed worth
HOUR_HIGH = 2  # highest worth of an hour that we try: this many times the assumed worth
EFFECT = 0.10  # smallest rise of the share of customers who stay that a trial should find

# %%
import pandas as pd

import crmlab as crm
from crmlab import delivered_value as dv
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("10-delivered-value")
offers = db.offers
ours = offers["offer"].iloc[0]

# %% [markdown]
# ## Three coffees by hand
#
# Mei drinks one coffee on each of 20 days a month, from a bar, a kiosk, or her own thermos. Four
# things have a value for her. The **product value** is what the cup itself is worth to her, and the
# **service value** is what the help around it is worth. The **personnel value** comes from the
# people who help, and the **image value** from the name on the cup.
#
# Four things cost her something. The **monetary cost** is the price, and the **time cost** is what
# her minutes are worth. The **psychic cost** is her worry, and the **physical cost** is her effort,
# such as walking or carrying. Mei has written down all eight in dollars a month. The lists
# `dv.VALUES` and `dv.COSTS` hold their names.

# %%
coffees = {
    "bar": [50, 20, 10, 20, 60, 5, 3, 2],
    "kiosk": [30, 4, 4, 2, 16, 2, 1, 1],
    "thermos": [10, 0, 0, 0, 2, 4, 0, 6],
}
ledger = pd.DataFrame(coffees, index=dv.VALUES + dv.COSTS)
ledger

# %% [markdown] tags=["instructor"]
# Before the next cell, let people vote by hand: bar, kiosk or thermos? Most say the kiosk, because
# it gives "more for the money". Keep the votes on the board. After the cell ask: "She drinks one
# coffee a day. Which ten dollars do you give up by choosing the kiosk?"

# %% [markdown]
# Which coffee should she buy? Take paper and add up her values, which make the **total customer
# value**, and her costs, which make the **total customer cost**.

# %%
total_value = ledger.loc[dv.VALUES].sum()
total_cost = ledger.loc[dv.COSTS].sum()
by_hand = pd.DataFrame({"difference": total_value - total_cost, "ratio": total_value / total_cost})
by_hand.round(2)

# %% [markdown]
# The difference is the **delivered value**: what is left to Mei after all that she pays. The bar
# leaves her 30 dollars, the kiosk 20. The ratio says how much she gains for each dollar of cost,
# and here the kiosk is ahead. The two rules disagree.
#
# Use the difference when a customer picks one offer. Mei drinks one coffee a day whichever offer
# she takes. She keeps dollars and not ratios, and the bar leaves her 10 dollars more, so she takes
# the bar.
#
# The thermos costs Mei more than it gives her. **No purchase** is an option that every customer
# has, and its delivered value is 0. An offer must therefore beat its rivals and also beat 0.
#
# The package wants one row for each offer, so `.T` turns the table, and the next two calls make the
# names of the offers a column. It also wants the units of values and costs.

# %%
mei = ledger.T.rename_axis("offer").reset_index()
mei = mei.assign(segment="Mei", benefit_unit="USD per month", cost_unit="USD per month")
compared = dv.compare(mei)
assert compared["delivered_value"].tolist() == by_hand["difference"].tolist()
dv.choose(compared)

# %% [markdown]
# The line with `assert` prints nothing: the function and our account by hand agree. `dv.choose`
# picks the largest delivered value, or no purchase where nothing is above 0. The column `lead` is
# the distance to the next best option. `tied` marks two equally good ones.
#
# **Exercise 10.1** Tom has three offers, and we have added up his values and costs. The tea house
# gives him 30 dollars a month and costs him 33, the kiosk gives 24 and costs 25, and the flask
# gives 12 and costs 13. Which one does he take? Write its name, or `"no purchase"`.

# %% tags=["exercise"]
# solution
answer = "no purchase"
check("10.1", answer)

# %% [markdown]
# ## One unit on both sides
#
# Surveys often ask for points, while costs are in dollars. May we subtract one from the other?
# Suppose Mei gives the bar 6 points and the kiosk 4. A cup costs her 3 dollars at the bar and 0.80
# at the kiosk. Points minus dollars are 3.0 for the bar and 3.2 for the kiosk, so the kiosk is
# ahead. On a scale up to 100, Mei would give 60 and 40 points. Then the bar is ahead, with 57
# against 39.2, although Mei has not changed her mind. So `dv.compare` refuses a table whose two
# units differ. Turn ratings into money first: ask how much more a customer would pay for each
# benefit.

# %% [markdown] tags=["instructor"]
# Ask: "Where in your company are points and money mixed?" Expect scorecards that add a rating to a
# cost. Ask what would happen to the winner if the rating were given out of 100.

# %% [markdown]
# ## What are minutes and worries worth?
#
# Mei could use her time for something else, so each minute costs her something. Suppose an hour is
# worth 15 dollars to her. She spends 20 minutes a month in the queue of the bar, 8 at the kiosk,
# and 16 on washing her thermos.

# %% [markdown] tags=["instructor"]
# Ask three people what an hour in a queue is worth to them, and write the answers on the board.
# They differ by a factor of ten. Keep them for the section on the worth of an hour.

# %%
minutes = pd.Series({"bar": 20, "kiosk": 8, "thermos": 16})
dv.time_cost(minutes, "minutes", value_per_hour=15)

# %% [markdown]
# The three results are the row `time_cost` of her ledger: minutes divided by 60, times 15.
#
# A worry is a **perceived risk**, something that the customer fears may go wrong. We count it as
# its probability times its loss. At the kiosk Mei fears a stale cup and a spilt one.

# %%
fears = pd.DataFrame({"probability": [0.1, 0.01], "loss": [5, 50]}, index=["stale", "spilt"])
dv.risk_cost(fears)

# %% [markdown]
# The two fears cost 0.1 x 5 + 0.01 x 50 = 1 dollar, which is her psychic cost at the kiosk.
#
# **Exercise 10.2** We invented the numbers of this burger. Its product value is 3.00 dollars, its
# service value 1.50, its personnel value 0.30 and its image value 0.70. Its price is 2.00, and the
# effort costs the customer 0.30. She walks for six minutes and waits for one, and her hour is worth
# 12 dollars. One burger in twenty is stale, which is a loss of 2 dollars. What is the delivered
# value of one visit?

# %% tags=["exercise"]
# solution
waiting = dv.time_cost(6 + 1, "minutes", value_per_hour=12)
answer = (3 + 1.5 + 0.3 + 0.7) - (2 + waiting + 0.05 * 2 + 0.3)
check("10.2", answer)

# %% [markdown] tags=["instructor"]
# Before the next cell ask: "Lantern serves three segments. In how many of them is it the best
# offer?" People who liked the coffee story say all three. Ask for one reason why a segment that
# admires Lantern could still buy elsewhere.

# %% [markdown]
# ## Who buys what?
#
# Now the company. Its table `offers` has the same columns as `mei`. `dv.compare` makes the account
# of every row. `pivot` then writes one row for each segment and one column for each offer, and
# `join` puts the choice of the segment beside them.

# %%
market = dv.compare(offers)
delivered = market.pivot(index="segment", columns="offer", values="delivered_value")
chosen = dv.choose(market).set_index("segment")
delivered.join(chosen[["choice", "lead"]])

# %% [markdown]
# The column `choice` answers the question: it names the offer with the largest delivered value.
# `lead` says by how much it is ahead, in the unit of the table. Where a number is negative, the
# segment would rather buy nothing than that offer.
#
# The next figure shows the account of our own offer in the first segment, step by step.

# %% tags=["readme"]
dv.waterfall(offers.iloc[0]).plot();

# %% [markdown]
# Blue steps are values, orange steps are costs, and the green bar is the delivered value. Only the
# first orange step is money: a shorter queue would raise the delivered value and leave the price as
# it is.

# %% [markdown] tags=["instructor"]
# "You may shorten one orange bar. Which one?" Expect "the price". Ask what a discount costs the
# company on every cup, and what a second till costs. Before the next section ask: "How much dearer
# could Mei's bar become before she leaves?"

# %% [markdown]
# ## At which price are we still chosen?
#
# The bar leaves Mei 30 dollars a month, and her best alternative leaves her 20, so the bar could
# ask 10 dollars more before she changes. It asks 60, so its **highest price** is 70. In general:
#
# > highest price = asked price + our delivered value - delivered value of the best alternative
#
# Buying nothing is one of the alternatives; its delivered value is 0. The next cell first checks
# the 70.

# %%
assert dv.highest_price(mei, "bar").loc["Mei", "highest_price"] == 60 + 30 - 20
told = ["asked_price", "best_other", "highest_price", "room"]
dv.highest_price(offers, ours)[told]

# %% [markdown]
# The column `room` is the highest price minus the asked price. Where it is above 0, the segment
# chooses us today, and `room` says how far the price could rise. Where it is below 0, the segment
# chooses `best_other`. To win it, we would have to lower our price by that amount, or save these
# customers as much in time, worry or effort.
#
# **Exercise 10.3** Lantern plans to let its commuters order ahead. Their `time_cost` would then
# fall to 4 dollars a month. Begin with `table = crm.load("lantern").offers`, make a mask for this
# row, and write `table.loc[mask, "time_cost"] = 4`. Up to which price would commuters then choose
# Lantern? Write one sentence to the head of the cafes: is ordering ahead enough to win them at
# today's price?

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern").offers
ahead = (lantern["segment"] == "commuter") & (lantern["offer"] == "Lantern")
lantern.loc[ahead, "time_cost"] = 4
answer = dv.highest_price(lantern, "Lantern").loc["commuter", "highest_price"]
check("10.3", answer)

# %% [markdown]
# ## How much hangs on the worth of an hour?
#
# We know little about the worth of an hour to a customer. So we try three answers: `HOUR_LOW` times
# what the table assumes, the assumed worth itself, and `HOUR_HIGH` times as much. The time cost of
# every offer changes with it.

# %% [markdown] tags=["instructor"]
# Point at the hours on the board. Ask: "If an hour is worth twice as much, which of our segments do
# we lose?" Expect "all of them". Those whose rival is slower stay longer than one thinks.

# %%
less = offers.assign(time_cost=offers["time_cost"] * HOUR_LOW)
more = offers.assign(time_cost=offers["time_cost"] * HOUR_HIGH)
rooms = pd.DataFrame({"hour worth less": dv.highest_price(less, ours)["room"]})
rooms["as assumed"] = dv.highest_price(offers, ours)["room"]
rooms["hour worth more"] = dv.highest_price(more, ours)["room"]
rooms

# %% [markdown]
# Where a whole row has one sign, we are chosen under all three assumptions, or under none. Where
# the sign changes, we do not know yet. A 0 means that two options are equally good to the segment.

# %% [markdown] tags=["needs-truth", "needs-customers", "instructor"]
# Before the truth ask: "Which segment stays longest?" Those who look at our delivered value and
# those who look at `room` rank the two other segments differently. Let both write down their order.

# %% [markdown] tags=["needs-truth", "needs-customers"]
# ## The truth, opened
#
# Lantern's customers are simulated. The table `truth` therefore holds a date that no real company
# sees: `left_on`, the day on which a customer stopped for good. It is empty for those who stayed.
# Members are customers who buy without a contract. We compute the share of all members who stayed.
# Its 95 % interval is the range that the counts leave plausible (Wilson's formula).

# %% tags=["needs-truth", "needs-customers"]
from crmlab.intervals import wilson

members = db.customers[db.customers["kind"] == "member"].merge(db.truth, on="customer_id")
members["stayed"] = members["left_on"].isna()
outcome = members.groupby("segment")["stayed"].agg(["sum", "size", "mean"])
outcome["low"], outcome["high"] = wilson(outcome["sum"], outcome["size"])
outcome.join(rooms["as assumed"].rename("room")).round(3)

# %% [markdown] tags=["needs-truth", "needs-customers"]
# The column `mean` is the share who stayed, out of `size` members. At Lantern the segment with the
# most `room` kept the largest share, and its interval lies above that of the segment with the
# least. The other intervals overlap, so we claim nothing about those pairs. Three segments are also
# too few to prove that more `room` makes customers stay.

# %% [markdown]
# ## The decision
#
# One rule turns the table `rooms` into advice. If `room` is above 0 under all three assumptions,
# keep the price. If it is below 0 under all three, lower one of the four costs or give the segment
# up. Otherwise find out what an hour is worth before you change a price.

# %%
advice = pd.DataFrame({"least room": rooms.min(axis=1), "most room": rooms.max(axis=1)})
advice["do"] = "first measure the worth of an hour"
advice.loc[advice["least room"] > 0, "do"] = "keep the price"
advice.loc[advice["most room"] < 0, "do"] = "lower a cost, or give up"
advice

# %% [markdown]
# The column `do` says what to do. Where it says "lower a cost", `least room` says by how much we
# fall short in the worst case, and `most room` in the best case. To be safe, take the worst case.
# Lower the price by that amount, or save each customer as much in time, worry or effort. Ask what
# each way would cost you, and take the cheaper one. Give up the segment if both cost more than it
# brings. A better number for the worth of an hour could change this.
#
# Try the change first: draw two groups of customers at random, change the offer for one, and
# compare who stays. `trial_size` says how large each group must be, so that 80 trials of 100 find
# an effect of the size `EFFECT` if it is there. Staying counts 1 and leaving counts 0, and the
# standard deviation `sd` of such numbers is at most 0.5.

# %%
from crmlab.evidence import trial_size

needed = 2 * trial_size(EFFECT, sd=0.5)
f"The segment must hold {needed:,} customers, both groups together."

# %% [markdown] tags=["needs-truth", "needs-customers"]
# In a smaller segment, a trial that shows no effect would prove nothing. The column `sum` of the
# truth section counts the members who are still there. At Lantern, both segments with "lower a
# cost" hold too few for this trial. Let new members join it too, or plan it for an effect twice as
# large, which needs only a quarter of the members.

# %% [markdown] tags=["instructor"]
# "Which segment would you give up?" Let two people disagree. Ask each for the one number that would
# change their mind. It is usually minutes, and sometimes the cost of a second till.

# %% [markdown]
# ## With your own data
#
# Save `offers.csv` beside this notebook, with one row for each segment and offer, yours first. It
# needs `benefit_unit`, `cost_unit` and all eight values and costs, with 0 where there is nothing.
# Then change the parameters cell, and map your own column names to ours:
#
# ```python
# DATA = "offers.csv"
# OPTIONS = {"columns": {"product": "product_value", "price": "monetary_cost"}}
# ```

# %% [markdown]
# ## Take away
#
# - The price is one cost of four; time, worry and effort are paid as well.
# - Subtract only what is in one unit.
# - Buying nothing is a rival, and it delivers 0.
# - The highest price follows from the best alternative, not from our own cost.

# %% [markdown]
# ## Terms
#
# <!-- terms: delivered value; total customer value; total customer cost; product value; service value; personnel value; image value; monetary cost; time cost; psychic cost; physical cost; perceived risk; no purchase; highest price -->

# %% [markdown]
# ## References
#
# The account of four values and four costs is that of Kotler and Keller, the worth of time is
# Becker's, and the interval is Wilson's.
#
# - Becker, G. S. (1965). A theory of the allocation of time. *Economic Journal* 75, 493-517.
# - Kotler, P. and Keller, K. L. (2012). *Marketing Management*, 14th ed. Pearson. Chapter 5.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
#   *Journal of the American Statistical Association* 22, 209-212.
