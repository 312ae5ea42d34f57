# %% [markdown]
# # 53 Contact
#
# > "How shall we meet a customer? And which methods of finding new ones shall we try more?"
#
# **You can then** choose a way of contact and name the weights behind the choice; say what a
# customer may cost in contacts; compare methods of finding customers, even if few customers were
# found.
#
# **You need** pandas: `groupby`, a new column, `round`. From lesson 43 we use one idea: a tier is a
# group of customers by value, and the key customers are the most valuable. A 95 % interval is a
# range from `low` to `high` that holds the true number in 95 of 100 such samples.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 11, map 3, value cap 7, finding 15, who decides 5, decision 6.
#
# Ask: "How did you last meet your best customer: in person, by phone or by mail? Why that way?"
# Write the reasons on the board. They will be about control, cost or knowledge, and you can use
# them as the three criteria. If late, cut the map of all weights.

# %% [markdown]
# ## The data
#
# Lantern is a coffee roaster we made up. Each row of `contacts` is a contact with a customer. Each
# row of `leads` is a firm that Lantern approached, because it might become a customer. Such a firm
# is a **lead**.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
WEIGHTS = {"control": 0.30, "cost": 0.20, "information": 0.50}  # what matters to us; sum 1
MARGIN = 0.30  # share of sales left after the cost of the goods, if the data do not say
CONTACT_SHARE = 0.10  # share of what a customer brings that contacts may cost
MAY_COST = 400  # the most that winning one customer may cost
TRIAL_BUDGET = 1_000  # what we spend on each method in the trial

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import delivery, tiers
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("53-contact")
db.leads[["method", "cost", "won"]].head(3)

# %% [markdown]
# ## Four ways by hand
#
# A **way of contact** is how we meet a customer, and in the tables it is called `mode`. Here are
# four: she comes to our `workplace`, we go out and `visit` her, we `phone`, or the contact is
# `digital`. The next table ranks the four by three criteria, and 4 is the most. Control is how well
# we can steer what happens. Information is how much we learn about her. The ranks are only a rough
# rule, and nobody has measured them.

# %%
ranks = delivery.CONTACT_RANKS
ranks

# %% [markdown] tags=["instructor"]
# Before the next cell, let them vote for one of the four. Then ask: "Is a 4 in the column cost good
# or bad?" Somebody will have added the three numbers without turning this column round.

# %% [markdown]
# A high rank of control is good, but a high rank of cost is bad. So we turn the cost round: the
# cheapness is 5 - cost. Now a higher number is better in every column, and we can add.

# %%
points = ranks[["control", "information"]].assign(cheapness=5 - ranks["cost"])
points.assign(total=points.sum(axis=1))

# %% [markdown]
# Three of the four have the same total, so the table alone does not choose. We must say how much
# each criterion matters to us. These numbers are the weights, and they add up to 1. The score of a
# way of contact is the weighted sum of its points.

# %%
by_hand = (
    WEIGHTS["control"] * points["control"]
    + WEIGHTS["cost"] * points["cheapness"]
    + WEIGHTS["information"] * points["information"]
)
scores = delivery.contact_mode(WEIGHTS)
assert np.allclose(by_hand, scores["score"])
scores

# %% [markdown]
# The `assert` checks that the package computes the same scores. The column `best` marks the
# highest. But ranks are only an order: the step from 3 to 4 may be larger than the step from 1 to
# 2. So if the two highest scores are close, as they are for these weights, we cannot say which way
# is really better.

# %% [markdown]
# **Exercise 53.1** For a small customer the cost matters most. Take the weights 0.2 for control,
# 0.5 for cost and 0.3 for information. Which way of contact has the highest score?

# %% tags=["exercise"]
# solution
small = delivery.contact_mode({"control": 0.2, "cost": 0.5, "information": 0.3})
answer = small.best[0]
check("53.1", answer)

# %% [markdown] tags=["instructor"]
# Before the figure, ask: "Under how many of all possible weights does the workplace win?" Most
# people say more than half. Then show where the weights of the parameters cell lie in the triangle.

# %% [markdown]
# ## A map of all weights
#
# What would other weights choose? Each point of the next triangle stands for one set of weights. In
# a corner, one criterion has all the weight. On the way to a corner, the weight of its criterion
# grows.

# %%
delivery.contact_regions().plot();

# %% [markdown]
# The colour says which way has the highest score, and the percentage is its share of the triangle.
# On the white borders, two ways have the same score: there, a small change of the weights changes
# the winner. The map does not say which weights are right.

# %% [markdown] tags=["needs-contacts"]
# ## What may a contact cost?
#
# Before we compute any score, two tests can remove a way of contact. The **need filter** removes
# what the customer does not want: a buyer who needs a quick answer does not want a visit. The
# **value cap** is the most that serving her may cost, and it removes what is too costly. First,
# what did contacts cost?

# %% tags=["needs-contacts"]
doors = db.contacts.groupby("mode").mean(numeric_only=True)
doors["contacts"] = db.contacts["mode"].value_counts()
doors.sort_values("cost").round(2)

# %% [markdown] tags=["needs-contacts"]
# The largest mean cost is many times the smallest. The ranks 4 and 1 did not show this.

# %% [markdown] tags=["instructor", "needs-contacts", "needs-transactions"]
# Ask before the table: "In which tier do we spend more than a tenth of what the customers bring?"
# Expect "the small ones". Let them compare the column `estimate` with the column `cap`.

# %% [markdown] tags=["needs-contacts", "needs-transactions"]
# A customer who brings more may cost more, so we compute one cap for each tier. A customer's
# contribution is what is left of her sales after the cost of the goods. A refund is taken off.
# `customer_profit` computes this contribution, over the whole record. `pyramid` puts the customers
# into tiers, and its column `mean` is the mean contribution in a tier. The cap is `CONTACT_SHARE`
# of this mean.
#
# `cost_to_serve` gives the mean cost of contacts per customer, for each tier and way of contact.
# The way `all` is the sum of the others. `reset_index` makes columns of the tier and the way, so
# that we can choose `all`. `low` and `high` are the 95 % interval of the mean cost.

# %% tags=["needs-contacts", "needs-transactions"]
contribution = tiers.customer_profit(db.transactions, margin=MARGIN)
by_tier = tiers.pyramid(contribution)
served = tiers.cost_to_serve(db.contacts, by_tier).reset_index()
spent = served[served["mode"] == "all"].set_index("tier")[["estimate", "low", "high"]]
spent["cap"] = CONTACT_SHARE * by_tier["mean"]
spent.round(2)

# %% [markdown] tags=["needs-contacts", "needs-transactions"]
# If `low` lies above `cap`, the tier costs more than it may. If `high` lies below `cap`, it costs
# less. In all other cases we cannot tell. At Lantern the small customers cost more than they may,
# and for the key customers we cannot tell. `estimate` and `cap` are means of a whole tier, so a
# single customer may cost more. We treat the cap as exact, but it is an estimate too.
#
# The table does not say which sales we would lose with fewer contacts.
#
# Contacts are not only a cost. They serve **communication**, the exchange of facts, feelings,
# ideas, opinions and rules, in both directions.

# %% [markdown]
# ## Finding new customers
#
# **Prospecting** is looking for new customers. The **conversion** of a method is the share of its
# leads that became customers.
#
# One method is to ask leading customers. These are well-known firms whose advice others follow.
# They brought 7 leads, and 2 of these became customers. Another method is text messages. They went
# to 129 firms, and none became a customer. Will 2 of the next 7 leads from leading customers be
# won? Will a text message never win anybody? We cannot say so, because one success more or less can
# be luck.

# %% [markdown] tags=["instructor"]
# Ask: "A new waiter served two guests, and both gave a tip. Will all guests give him one?"
# Everybody says no, because everybody knows other waiters. This knowledge is the twenty added
# leads. Let them guess which of the two methods will move more.

# %% [markdown]
# So we use what we know from the other methods. Suppose that a usual method wins 1 lead in 20. We
# add 20 imagined leads with 1 success to each method, and compute the conversion again.

# %%
two = pd.DataFrame({"leads": [129, 7], "won": [0, 2]}, index=["text messages", "leading customers"])
two["conversion"] = two["won"] / two["leads"]
two["shrunk"] = (two["won"] + 1) / (two["leads"] + 20)
two.round(3)

# %% [markdown]
# The result is the **shrunk conversion**. Text messages hardly move, because 20 leads are few
# compared with 129. Leading customers move far, because 20 leads are many compared with 7. The
# fewer leads a method has, the further it moves towards the others.
#
# We guessed: 20 added leads, with a conversion of 1 in 20. `lead_costs` estimates both numbers from
# all methods.

# %%
found = delivery.lead_costs(db.leads)
pd.Series({"added leads": found.strength, "their conversion": found.mean}).round(3)

# %% [markdown]
# `lead_costs` adds so many leads with this conversion to each method. Now we look at all methods.
# `low` and `high` are the 95 % interval of `conversion`.

# %%
found[["leads", "won", "conversion", "low", "high", "shrunk"]].round(3)

# %% [markdown]
# Many intervals are long and overlap, so the order is uncertain.
#
# A cheap lead is not yet a cheap customer. The cost of a lead divided by the conversion is the cost
# of a customer, the **acquisition cost**. For a method that won nobody, we would divide by 0. So
# the figure divides by the shrunk conversion.

# %%
found.plot();

# %% [markdown]
# Each bar is the estimated cost of one new customer, in dollars. The label says how many leads were
# won. Do not trust a short bar with no success or with few leads.

# %% [markdown]
# **Exercise 53.2** Take `crm.load("lantern").leads` and the method "internet". The table of
# `lead_costs` also has the column `cost_per_lead`. What does a customer cost if the true conversion
# is only `low`? Then write one sentence that gives a manager this cost.

# %% tags=["exercise"]
# solution
lantern = delivery.lead_costs(crm.load("lantern").leads).table
answer = lantern.loc["internet", "cost_per_lead"] / lantern.loc["internet", "low"]
check("53.2", answer)

# %% [markdown]
# These costs are averages of the past. Suppose that 40 leads cost 400 and win 4 customers. The next
# 40 also cost 400, but the best firms have already been asked, and only 1 is won. The average is
# now 800 / 5 = 160. But the last customer cost 400, and this is the **marginal cost**. If a
# customer may cost 300, the average says "go on", and the marginal cost says "stop".

# %% [markdown] tags=["instructor"]
# Ask: "Who decided about your last large purchase at work?" Usually more than one name comes. Ask
# who could have stopped it.

# %% [markdown]
# ## Who decides?
#
# In a firm, several people decide together. They are the **buying centre** (Webster and Wind 1972).
# One person uses the product, another advises, another decides, and another buys. So before we
# contact a firm, we ask who is for us. The **stance** of a person goes from -1 (against us) to 1
# (for us). The influence is how much the person counts, and we choose this number. The stance of
# the whole centre is the mean of the stances, weighted by the influence. It can be above 0 although
# the one who decides says no.
#
# **Exercise 53.3** In a hotel, the cook has influence 4 and stance 1. A regular guest has influence
# 2 and stance 0.5. The buyer has influence 1 and stance 0. The owner has influence 3 and stance -1.
# What is the stance of the whole centre?

# %% tags=["exercise"]
# solution
roles = ["user", "influencer", "buyer", "decider"]
hotel = pd.DataFrame({"role": roles, "influence": [4, 2, 1, 3], "stance": [1, 0.5, 0, -1]})
answer = delivery.buying_centre(hotel).loc["all", "stance"]
check("53.3", answer)

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which two methods would you try more?" Let them use the figure. Then
# ask: "And which one do you not dare to choose, although its bar is short?" Text messages is the
# answer to wait for: nobody was won.

# %% [markdown]
# ## Decide: which two methods shall we try more?
#
# The table is sorted like the bars, so its first methods look cheapest. We take at most two that
# won somebody, and only if a customer costs less than `MAY_COST`. The next leads may be worse than
# the first. So we spend only `TRIAL_BUDGET` on each method, and then we count the customers won.

# %%
table = found.table
best = table[(table["won"] > 0) & (table["shrunk_cost"] < MAY_COST)].head(2)
plan = pd.DataFrame({"new leads": TRIAL_BUDGET / best["cost_per_lead"]})
plan["expected"] = plan["new leads"] * best["shrunk"]
plan["at low"] = plan["new leads"] * best["low"]
plan["at high"] = plan["new leads"] * best["high"]
plan.round()

# %% [markdown]
# The budget buys `new leads`, and they should bring `expected` customers. If the true conversion is
# only `low`, they bring `at low`, and each of them costs more. If it is `high`, they bring
# `at high`.
#
# How many customers are enough? A method pays if it wins at least `TRIAL_BUDGET / MAY_COST`
# customers. The next cell calls this number `pays`, and `enough` is the same number rounded up
# (`np.ceil`). But luck can add customers. A rough rule says that it seldom adds more than two times
# the square root of the expected number. So `clear` is `pays` plus two times its square root. If no
# method is cheap enough, `methods` is "none".

# %%
pays = TRIAL_BUDGET / MAY_COST
enough = int(np.ceil(pays))
clear = int(np.ceil(pays + 2 * np.sqrt(pays)))
methods = ", ".join(best.index) or "none"
f"Try: {methods}. Fewer than {enough} won: stop. {clear} or more: go on. Between: try again."

# %% [markdown]
# **The plan.** Start next quarter. Spend `TRIAL_BUDGET` on each method in the sentence. When the
# money is spent, the sentence says whether to stop or to go on. "Try again" means the same budget
# once more.
#
# Is the trial large enough? Suppose that the true conversion is only `low`. Then the trial still
# says "go on" in at least half of the cases, if `at low` is not smaller than `clear`. At Lantern
# this is so for both methods.
#
# What would change the plan? If `MAY_COST` is lower, more customers must be won.
#
# And how do we meet the customers? Apply the two tests, agree on the weights, and take the way with
# the highest score.

# %% [markdown]
# ## With your own data
#
# One file is enough. It has one row per lead: `lead_id`, `approached` (the day), `method`, `cost`
# and `won` (1 or 0). With tables `contacts` and `transactions` you also see the value cap. In
# `columns`, your own name stands first, and the name used here stands second.
#
# ```python
# DATA = "my_leads.csv"
# OPTIONS = {"table": "leads", "columns": {"source": "method", "spent": "cost", "signed": "won"}}
# MAY_COST = 1_500
# ```

# %% [markdown]
# ## Take away
#
# - Ranks alone do not choose the way of contact. Agree on the weights first.
# - Contacts with a customer may cost a share of what she brings.
# - Few leads say little: draw their conversion towards that of the other methods.
# - An average cost describes the past. Only new leads show the marginal cost.

# %% [markdown]
# ## Terms
#
# <!-- terms: way of contact; need filter; value cap; communication; lead; prospecting; conversion; shrunk conversion; acquisition cost; marginal cost; buying centre; stance -->

# %% [markdown]
# ## References
#
# - F. E. Webster and Y. Wind (1972), A general model for understanding organizational buying behavior,
#   Journal of Marketing 36, 12-19.
