# %% [markdown]
# # 41 Customer score
#
# > "We have fifty seats at the tasting. Whom do we invite, and can we defend the list?"
#
# The customers who are not invited will ask why. A good list answers three questions: what
# counts, how much it counts, and how the list changes when the weights change a little.
#
# **You can then** put factors of different kinds on one scale; weigh them and show where the
# weights come from; say which customers keep their seat when the weights change.
#
# **You need** lesson 40's two numbers: the profit that a customer brought in the last twelve
# months, and a forecast of the profit to come. Profit is what is left after the cost of the goods.
# P(alive) is the chance that she has not left.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 10, five factors 4, the list 4, accounts 4, weights 3, other weights 3,
# other rules 8, who buys once 6, truth 3, decision 2. If late, cut exercise 41.3, which makes good
# homework.
#
# Ask each for one customer they would invite, and why. Sort the reasons on the board: money now,
# money later, pays, stays, could grow. All five factors are usually there in three minutes.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. Its members buy in its cafes. Subscribers and
# wholesale accounts have a contract and somebody who looks after them, so `free_buyers` leaves them
# out. A refund is no purchase; it is taken off the spending of its day.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
SEATS = 50
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
WEIGHTS = {"current": 0.30, "future": 0.25, "credit": 0.15, "loyalty": 0.15, "growth": 0.15}
GOALPOSTS = {  # the worst and the best number of each factor: money, money, share, years, share
    "current": (0, 300),
    "future": (0, 600),
    "credit": (0, 1),
    "loyalty": (0, 2),
    "growth": (0, 1),
}
ACCOUNTS = {  # of wholesale accounts: money, money, days late
    "current": (0, 2000),
    "future": (0, 4000),
    "credit": (90, 0),
}
EFFECT = 0.20  # what the tasting may add to a guest's next year, as a share: a guess

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import alerts, scoring
from crmlab import repeat_buying as rb
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("41-customer-score")
log = rb.free_buyers(db)

# %% [markdown]
# ## Four customers by hand
#
# Four customers have five factors: profit now, profit to come, credit (does she pay?), loyalty (does
# she stay?) and growth (could she buy more?). The board gave the weights, which add up to 1.

# %%
names = ["current", "future", "credit", "loyalty", "growth"]
rows = [[120, 60, 0.9, 0.7, 0.2], [40, 150, 0.6, 0.8, 0.9]]
rows += [[80, 90, 0.8, 0.5, 0.5], [10, 15, 0.3, 0.2, 0.1]]
four = pd.DataFrame(rows, columns=names, index=["A", "B", "C", "D"])
given = pd.Series({"current": 0.30, "future": 0.25, "credit": 0.15, "loyalty": 0.15, "growth": 0.15})
four

# %% [markdown]
# Dollars and shares cannot be added. So we move each factor to a scale from 0 to 1: the worst of
# the four gets 0, the best gets 1, and the others lie between. Then we multiply each factor by
# its weight and add up. The sum is the **composite value**, or score. Guess before you run the
# cell: who is first?

# %%
from_zero = (four - four.min()) / (four.max() - four.min())
by_hand = (from_zero * given).sum(axis=1)
helped = scoring.composite_score(four, given, scale="min_max")
assert np.allclose(helped["score"], by_hand)
by_hand.round(3)

# %% [markdown]
# B is first, a little ahead of A. In a sum, a high factor can balance a low one: B brings little now,
# but her future and her growth are the best of the four. The `assert` says that the package agrees.

# %% [markdown] tags=["instructor"]
# Before the exercise ask: "Can a newcomer change who of two others is better?" Expect a clear no.
# Let them write it down. After the exercise ask for a sports league in which this happens.

# %% [markdown]
# **Exercise 41.1** A fifth customer arrives: 80 now, 600 to come, credit 0.7, loyalty 0.6, growth
# 0.4. Nothing about A or B has changed. What is B's score now, with `scale="min_max"`?

# %% tags=["exercise"]
# solution
five = pd.concat([four, pd.DataFrame([[80, 600, 0.7, 0.6, 0.4]], columns=names, index=["E"])])
answer = scoring.composite_score(five, given, scale="min_max")["score"]["B"]
check("41.1", answer)

# %% [markdown]
# Look up A's new score in the same result. Now A is ahead of B, although neither of them has changed.
# This is called **rank reversal**. The reason is the scale: the newcomer set a new best, so 150 is
# no longer much.
#
# The remedy is to fix the worst and the best number of each factor before anybody looks at the
# customers. These two numbers are its **goalposts**. A customer beyond them counts as 0 or as 1,
# and a newcomer does not change them.

# %% [markdown]
# ## Five factors for every customer
#
# Our tables do not hold all five factors, so we take the nearest numbers that they hold.
#
# | factor | what we take | what we do not know |
# |---|---|---|
# | current | profit of the last twelve months | profit after the cost of visits and calls |
# | future | forecast of three years | what she will really bring |
# | credit | share of her money that was not refunded | whether she pays on time |
# | loyalty | years from the first to the last purchase | how much of her coffee she buys here |
# | growth | how far her profit now is below that of our best customers, times P(alive) | what she spends elsewhere |
#
# **Loyalty** means how long, or how exclusively, a customer buys from us. **Growth potential**
# means what she could buy from us and does not buy yet. The first two factors come from lesson
# 40's function. `paid` is what a customer paid before refunds. One who never paid and never got a
# refund has a credit of 1.

# %%
now = scoring.current_and_future(log, until=db.until, margin=MARGIN)
factors = now[["current", "future"]].copy()
customers = log.groupby("customer_id")
paid = log["amount"].clip(lower=0).groupby(log["customer_id"]).sum()
factors["credit"] = (customers["amount"].sum() / paid).fillna(1)
factors["loyalty"] = (customers["date"].max() - customers["date"].min()).dt.days / 365.25

# %% [markdown]
# For growth, `best_tenth` is a limit: one customer in ten has a larger profit now. `room` says how
# far a customer is below it, as a share. A customer who has left cannot grow, so we multiply `room`
# by P(alive). The last two lines keep every factor inside its goalposts.

# %%
best_tenth = factors["current"].quantile(0.9)
room = (1 - factors["current"] / best_tenth).clip(0, 1)
factors["growth"] = room * now["p_alive"]
for name, (worst, best) in GOALPOSTS.items():
    factors[name] = factors[name].clip(worst, best)

# %% [markdown] tags=["instructor"]
# Before the figure ask: "Which of the five factors will decide nothing among the best?" Somebody
# will say credit, after the table. Somebody should also say growth: who buys most has no room left.

# %% [markdown]
# ## The list
#
# Here are the twelve best customers, and what each factor gives them.

# %%
scores = scoring.composite_score(factors, WEIGHTS, scale=GOALPOSTS)
scores.plot();

# %% [markdown]
# A factor that gives nearly the same to all of them does not decide who of them is first, whatever
# its weight. At Lantern that is true of credit and current, where nearly all have reached the best
# goalpost. Growth gives them nothing, since the best have no room left. So if growth gets more
# weight and the others less, these customers get lower scores.

# %% [markdown]
# Do two factors say the same? `overlaps` lists each pair whose correlation is above 0.8.

# %%
scores.overlaps.round(2)

# %% [markdown]
# A customer who bought much last year is also expected to buy much. So the two count one thing
# twice, with more than half of the weight.

# %% [markdown] tags=["needs-invoices", "needs-payments"]
# ## Accounts that pay later
#
# Members pay at once, so their credit says little. Wholesale accounts get an invoice and pay weeks
# later. For them we can measure credit: how many days late is the oldest invoice that is still open?
# `open_items` finds what is open (lesson 50).

# %% tags=["needs-invoices", "needs-payments"]
billed = db.transactions["customer_id"].isin(db["invoices"]["customer_id"])
profits = scoring.current_and_future(db.transactions[billed], until=db.until, margin=MARGIN)
wholesale = profits[["current", "future"]].copy()

# %% [markdown] tags=["needs-invoices", "needs-payments"]
# Now we add the days late. An account with nothing late has 0 days. `most` is the larger goalpost
# of each factor.

# %% tags=["needs-invoices", "needs-payments"]
unpaid = alerts.open_items(db["invoices"], db["payments"], until=db.until).table
wholesale["credit"] = unpaid.groupby("customer_id")["days_late"].max()
most = pd.DataFrame(ACCOUNTS).max()
accounts = wholesale.fillna(0).clip(lower=0).clip(upper=most, axis=1)

# %% [markdown] tags=["needs-invoices", "needs-payments"]
# The goalposts of credit are 90 days, the worst, and 0 days, the best. Now we score the accounts by
# money alone, the first two `names`, and then with credit, the third. Each time we divide the
# weights by their sum, so that they add up to 1.

# %% [markdown] tags=["instructor", "needs-invoices", "needs-payments"]
# Before the table ask: "An account buys most of all and is forty days late. Is it still first?"
# Expect both answers. Ask who of the room would deliver next week.

# %% tags=["needs-invoices", "needs-payments"]
ranks = accounts[["credit"]].rename(columns={"credit": "days late"})
for label, chosen in {"by money": names[:2], "with credit": names[:3]}.items():
    weight = pd.Series(WEIGHTS)[chosen]
    score = scoring.composite_score(accounts[chosen], weight / weight.sum(), scale=ACCOUNTS)
    ranks[label] = score["rank"]
ranks.sort_values("with credit").head(10)

# %% [markdown] tags=["needs-invoices", "needs-payments"]
# A very late account can lose places to accounts that bring less and pay sooner. So credit counts
# where it differs between customers.

# %% [markdown] tags=["instructor"]
# Before the next cell let the room answer three of the ten questions by raising hands, and write
# the numbers down. Usually two camps appear. The consistency ratio measures whether one person
# contradicts herself. It does not measure whether the camps agree.

# %% [markdown]
# ## Where do the weights come from?
#
# So far the board gave the weights. People find it easier to compare two things than to share out
# 100 points among five. In a **pairwise comparison (AHP)** they answer: how many times as much
# does current matter as credit? The answers fill a table. Its rows and its columns are the five
# factors, in the order of `names`. The first row says 3 for credit, so the row of credit says 1/3
# for current.

# %%
judgements = [[1, 1, 3, 2, 3], [1, 1, 4, 2, 2], [1 / 3, 1 / 4, 1, 1 / 2, 1 / 2]]
judgements += [[1 / 2, 1 / 2, 2, 1, 1], [1 / 3, 1 / 2, 2, 1, 1]]
judged = scoring.ahp_weights(judgements, names=names)
judged

# %% [markdown]
# The weights are those that fit all answers best. Answers can contradict each other: somebody
# says that current matters more than credit, credit more than growth, and growth more than
# current. The **consistency ratio** measures this. It is 0 if nothing is contradicted, and 1 for
# answers given at random. The contradiction in random answers is called the **random index**; here
# it is that of Saaty (1980). A ratio up to 0.10 is usually accepted.

# %% [markdown] tags=["instructor"]
# Before the figure: "Every weight may be half or double. How many of the fifty keep their seat?"
# Collect numbers. Most people say about half. Then ask what it would mean if all fifty kept it.

# %% [markdown]
# ## What if the weights are off?
#
# Nobody knows weights exactly. So we draw ten thousand other sets of weights, or weightings. In
# each set, every weight is multiplied by a random number between a half and two. Then all are
# divided by their sum. For each set we note who gets a seat.

# %%
drawn = scoring.rank_acceptability(scores, ranks=SEATS, around=WEIGHTS)
drawn.plot();

# %% [markdown]
# Each dot is a customer. Its height is the share of the sets in which she has a seat, her **rank
# acceptability**. The green customers keep their seat in at least 95 % of the sets, so for them
# the weights hardly matter. The orange customers win or lose a seat with the weights. With ten
# thousand draws each share is known to within one point.

# %% [markdown]
# ## Would other rules choose other people?
#
# Now we give the seats by other rules: by the weights judged in pairs, by equal weights, by one of
# the two profits alone, and by sales since the first purchase. (`@` multiplies each factor by its
# weight and adds up.)

# %%
rules = pd.DataFrame({"our weights": scores["score"]})
rules["in pairs"] = scores.scaled @ judged.weights
rules["equal"] = scores.scaled.mean(axis=1)
rules[["last year", "to come"]] = now[["current", "future"]]
rules["sales"] = customers["amount"].sum()
lists = scoring.compare_lists(rules, seats=SEATS)
lists

# %% [markdown]
# `shared` counts the seats that a rule gives to the same people as our weights. The list by sales
# differs most at Lantern. It counts all past money, also that of customers who have left.
#
# A large customer is not always a **good customer**. A good customer buys willingly, is
# profitable and pays, needs little service and carries little risk.

# %% [markdown] tags=["instructor"]
# Before the exercise: "How many of last year's fifty best will be among the fifty best to come?"
# Expect forty or more from people who remember the overlap. Ask what the others did.

# %% [markdown]
# **Exercise 41.2** Take CDNOW (`cdnow = crm.load("cdnow").transactions`) on 30 June 1998 with a
# margin of 0.30. Make two lists of fifty, one by `current` and one by `future`. How many customers
# are on both? Then write one sentence for those who want to invite by last year's profit: whom
# would they miss?

# %% tags=["exercise"]
# solution
cdnow = crm.load("cdnow").transactions
music = scoring.current_and_future(cdnow, until="1998-06-30", margin=0.30)
two = scoring.compare_lists(music[["current", "future"]], seats=50)
answer = len(two.on_all)
check("41.2", answer)

# %% [markdown]
# ## Customers who buy once
#
# A house builder sells a family one house. A forecast of repeat purchases is 0, so `future`, `loyalty`
# and `growth` seem to be 0 too. But the family may recommend the builder to others, and the house
# needs care. These two can replace loyalty and growth in a builder's score. Count only those who buy
# **because** of the recommendation. Later money is worth less today: at a discount rate of 0.1,
# divide it by 1.1 once for each year of waiting.

# %% [markdown] tags=["instructor"]
# Ask before the exercise: "What can a family still bring that has just bought its only house?"
# Write the answers beside the five factors. Somebody will say "nothing". Ask how that person chose
# a dentist.

# %% [markdown]
# **Exercise 41.3** Mo has bought a house. She will recommend the builder to four friends. One in five
# of them buys, two years from now. Half of these would have bought anyway. Each house brings 40, in
# thousands. The discount rate is 0.1. Her contract for the care of the house is worth 3 today. What
# is her future contribution, in thousands?

# %% tags=["exercise"]
# solution
answer = 4 * 0.2 * 0.5 * 40 / 1.1**2 + 3
check("41.3", answer)

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know what each customer will spend next year. Guess: which list holds
# most of it?

# %% [markdown] tags=["instructor", "needs-truth"]
# Take a vote between "our weights", "last year" and "to come" before the cell. Afterwards ask
# whether a list that holds two points more in one year is better. The interval answers.

# %% tags=["needs-truth"]
ahead = db.truth.set_index("customer_id")["spend_next_12_months"].reindex(rules.index)
held = scoring.compare_lists(rules, ahead, seats=SEATS)
held.table[["estimate", "difference", "difference_low", "difference_high"]].round(3)

# %% [markdown] tags=["needs-truth"]
# `estimate` is the share of next year's sales that the fifty of a list hold. `difference` is this
# share minus the share of our list. Its 95 % interval says how different it could be with other
# customers of the same kind. Where 0 lies inside, we do not know which list is better. At Lantern
# the list by sales holds clearly less, and the list by last year's profit a little less.

# %% [markdown]
# ## Whom do we invite?
#
# First those whose seat does not depend on the weights.

# %%
print(f"{len(drawn.safe)} of {SEATS} seats are safe:", *drawn.safe)

# %% [markdown]
# Does a tasting make guests buy more? A trial would invite half of our list, chosen by lot, and
# compare the next year of the two halves. We hope that a guest adds `EFFECT` times the mean profit
# of last year. `trial_size` says how large each half must be to find such an effect four times in
# five. `lists.lists` holds the names on each list.

# %%
usual = now["current"][lists.lists["our weights"]]
needed = trial_size(EFFECT * usual.mean(), sd=usual.std())
f"{needed} customers in each half; our seats allow {SEATS // 2}."

# %% [markdown]
# **The order:** invite the safe names now. Let the board settle the weights, before it sees the
# other names, and then give the other seats by the score. Do not promise that guests will buy
# more. If each half needs more customers than our seats allow, this tasting cannot show it. Several
# later tastings can: list twice as many customers as there are seats, invite one half by lot, and
# add up the results. Other goalposts or forecasts may give other names: we have tested the weights
# alone.

# %% [markdown] tags=["instructor"]
# Go back to the customers on the board. Whose name is among the safe ones? Ask the person whose
# customer is not: "Which weight would you change, and would you change it if you did not know her?"

# %% [markdown]
# ## With your own data
#
# A file of sales over a year or more is enough.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```
#
# If you also load your `invoices` and `payments`, the accounts get a measured credit.

# %% [markdown]
# ## Take away
#
# - Fix goalposts and weights before you see the names.
# - Change the weights and see who keeps a seat. Discuss only the others.
# - Two factors that say the same count one thing twice.
# - A score says whom we wish to invite, not what will happen.

# %% [markdown]
# ## Terms
#
# <!-- terms: composite value; rank reversal; goalposts; loyalty; growth potential; pairwise comparison (AHP); consistency ratio; random index; rank acceptability; good customer -->

# %% [markdown]
# ## References
#
# - Saaty, T. L. (1980). *The Analytic Hierarchy Process*. McGraw-Hill.
