# %% [markdown]
# # 53 Contact
#
# > "By which door do we meet a customer?"
#
# We can go to a customer, let her come to us, call her, or send her a message. Before that, we must
# find her. In this lesson a *door* is any of these ways, and each has its own cost.
#
# **You can then** choose a way of contact and say which weights the choice rests on; say what a
# customer may cost in contacts; compare ways of finding customers when some have few cases.
#
# **You need** pandas: `groupby`, a new column, `round`. From lesson 43 we use one idea: a tier is a
# group of customers by value, and the key customers are the most valuable.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 10, map 5, value cap 7, finding 13, who decides 5, decision 7.
#
# Ask: "How did you last meet your best customer: in person, by phone or by mail? Why that way?"
# Write the reasons on the board. They will be about control, cost or knowledge, and you can use
# them as the three criteria. If late, cut the paragraph on communication.

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
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
CONTACT_SHARE = 0.10  # share of a customer's contribution that contacts may cost
MAY_COST = 400  # the most that winning one customer may cost

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import delivery, tiers
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("53-contact")
db.leads[["method", "cost", "won"]].head(3)

# %% [markdown]
# ## Four doors by hand
#
# A **way of contact** is how we meet a customer. Here are four: she comes to our `workplace`, we go
# out and `visit` her, we `phone`, or the contact is `digital`. The next table ranks them by three
# criteria, and 4 is the most. Control is how well we can steer what happens, and it is best at our
# own place. Information is how much we learn about her, and it is best at her place.

# %%
ranks = delivery.CONTACT_RANKS
ranks

# %% [markdown] tags=["instructor"]
# Before the next cell, let them vote for one of the four. Then ask: "Is a 4 in the column cost good
# or bad?" Somebody will have added the three numbers without turning this column round.

# %% [markdown]
# A high rank of control is good, but a high rank of cost is bad. So we turn the cost round: we take
# 5 - cost and call it cheapness. Now a higher number is better in every column, and we can add.

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
# The `assert` says that the package computes the same scores, and `best` marks the highest.
# But ranks are only an order: the step from 3 to 4 may be larger or smaller than the step from 1 to
# 2. So if the two highest scores are close, do not trust which of them is first.

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
# What would other weights choose? The next figure shows all weights in a triangle. In a corner, one
# criterion has all the weight. In the centre, all three have the same. Agree on your own weights
# before you look.

# %%
delivery.contact_regions().plot();

# %% [markdown]
# The colour says which way has the highest score, and the percentage is its share of the triangle.
# The title gives the largest share. Near a border, a small change of the weights changes the
# winner. Far from the borders, the choice is safe even if the weights are rough. The map does not
# say which weights are right.

# %% [markdown] tags=["needs-contacts"]
# ## What may a contact cost?
#
# Three questions may rule out a way of contact, whatever its score. The **need filter** asks
# whether the customer wants it: a buyer who needs a quick answer does not want a visit. The second
# question is whether our people can do it. The third is the price. The **value cap** is the most
# that serving her may cost. First, what did contacts cost?

# %% tags=["needs-contacts"]
doors = db.contacts.groupby("mode").mean(numeric_only=True)
doors["contacts"] = db.contacts["mode"].value_counts()
doors.sort_values("cost").round(2)

# %% [markdown] tags=["needs-contacts"]
# These are the means of all contacts on record. Compare the largest cost with the smallest: the
# ranks 4 and 1 did not show how far apart they are.

# %% [markdown] tags=["instructor", "needs-contacts", "needs-transactions"]
# Ask before the table: "In which tier do we spend more than a tenth of what the customers bring?"
# Expect "the small ones". Let them compare the column `estimate` with the column `cap`.

# %% [markdown] tags=["needs-contacts", "needs-transactions"]
# A customer's contribution is what is left of her sales after the cost of the goods. A refund is
# taken off. `pyramid` puts the customers into tiers, and its column `mean` is the mean contribution
# in a tier. We multiply it by `CONTACT_SHARE`, and this is the cap. `cost_to_serve` gives the cost
# of contacts per customer, with its 95 % interval. `xs` keeps the rows named `all`: the sums over
# all ways of contact.

# %% tags=["needs-contacts", "needs-transactions"]
contribution = tiers.customer_profit(db.transactions, margin=MARGIN)
by_tier = tiers.pyramid(contribution)
served = tiers.cost_to_serve(db.contacts, by_tier).xs("all", level="mode")
spent = served[["estimate", "low", "high"]]
spent.assign(cap=CONTACT_SHARE * by_tier["mean"]).round(2)

# %% [markdown] tags=["needs-contacts", "needs-transactions"]
# If `low` lies above `cap`, the tier costs more than it may. If `high` lies below `cap`, it costs
# less. In all other cases we cannot tell. These are means, so a single large customer may cost
# more.
#
# The table does not say which sales we would lose with a cheaper way of contact, because we chose
# whom to visit. Perhaps we visit customers because they buy much. Perhaps they buy much because we
# visit.
#
# Why have contacts at all? They serve **communication**, the exchange of facts, feelings, ideas,
# opinions and rules. We reach the customer through people, letters, events and advertisements. She
# reaches us through a telephone line, a form or a survey.

# %% [markdown]
# ## Finding new customers
#
# **Prospecting** is looking for new customers. The **conversion** of a method is the share of its
# leads that became customers.
#
# One method is to ask leading customers. They are well-known firms whose advice others follow. They
# brought 7 leads, and 2 of these became customers. By another method, text messages went to 129
# firms, and none became a customer. Will 2 of the next 7 leads from leading customers be won? Will
# a text message never win anybody? We should believe neither: one success more or less can be luck.

# %% [markdown] tags=["instructor"]
# Ask: "A new waiter served two guests, and both gave a tip. Will all guests give him one?"
# Everybody says no, because everybody knows other waiters. This knowledge is the twenty added
# leads. Let them guess which of the two methods will move more.

# %% [markdown]
# So we use what we know from the other methods. Suppose that a usual method wins 1 lead in 20. We
# add 20 imagined leads with 1 success to each method, and compute the conversion again. Guess
# first: which of the two moves more?

# %%
two = pd.DataFrame({"leads": [129, 7], "won": [0, 2]}, index=["text messages", "leading customers"])
two["conversion"] = two["won"] / two["leads"]
two["shrunk"] = (two["won"] + 1) / (two["leads"] + 20)
two.round(3)

# %% [markdown]
# The result is the **shrunk conversion**. Text messages hardly move, because 20 leads are few
# beside 129. Leading customers move far, because 20 leads are many beside 7. The fewer leads a
# method has, the further it moves towards the others.
#
# Why 20 leads and 1 success? We guessed. `lead_costs` estimates both numbers from all methods. If
# the methods differ much, it adds few leads. If they hardly differ, it adds very many, and then all
# methods have nearly the same shrunk conversion.

# %%
found = delivery.lead_costs(db.leads)
round(found.mean, 3), round(found.strength, 1)

# %% [markdown]
# The first number is the conversion of the added leads. The second is how many leads are added to
# each method. Now we look at all methods, with the 95 % interval of the conversion.

# %%
found[["cost_per_lead", "leads", "won", "conversion", "low", "high", "shrunk"]].round(3)

# %% [markdown]
# Where the leads are few, the interval is long. Many intervals overlap, so the order is uncertain.
#
# A cheap lead is not yet a cheap customer. The cost of a lead divided by the conversion is the cost
# of a customer, the **acquisition cost**. For a method that won nobody, this cost would be
# infinite. So the figure divides by the shrunk conversion.

# %%
found.plot();

# %% [markdown]
# Each bar is the cost of one new customer, and the label says how many of the leads were won. Do
# not trust a short bar with no success or with few leads. The bars have no intervals. We
# compute them later for the methods that we choose.

# %% [markdown]
# **Exercise 53.2** Take `crm.load("lantern").leads` and the method "internet". What does a customer
# cost if the true conversion is as low as the low end of its interval? Then write one sentence that
# gives a manager this cost and the usual one.

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
# It has seven roles: initiator (who starts), user, influencer (who advises), decider, approver (who
# must agree), buyer, and gatekeeper (who lets us in or not). The **stance** of a person goes from
# -1 (against us) to 1 (for us). For the whole centre, multiply each stance by the person's
# influence, add up, and divide by the sum of the influences. The result can be above 0 although the
# decider says no.
#
# **Exercise 53.3** In a hotel, the cook (user) has influence 4 and stance 1. A regular guest
# (influencer) has influence 2 and stance 0.5. The buyer has influence 1 and stance 0. The owner
# (decider) has influence 3 and stance -1. What is the stance of the whole centre?

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
# The table is sorted like the bars, so its first two rows are the cheapest methods. We take them if
# a customer costs less than `MAY_COST`. (In `query`, the sign @ means a variable of ours.) For the
# column `cost, low` we divide by the high end of the conversion, and for `cost, high` by its low
# end. At the conversion `break-even`, a customer costs exactly `MAY_COST`.

# %%
best = found.table.query("shrunk_cost < @MAY_COST").head(2)
plan = best[["leads", "shrunk", "shrunk_cost"]].copy()
plan["cost, low"] = best["cost_per_lead"] / best["high"]
plan["cost, high"] = best["cost_per_lead"] / best["low"]
plan["break-even"] = best["cost_per_lead"] / MAY_COST
plan.round(3)

# %% [markdown]
# If `cost, high` lies below `MAY_COST`, even the worst end of the interval pays. But the next leads
# may be worse than the first. So we plan a trial: we approach new leads and count the customers
# won.
#
# How many leads? The effect is `shrunk` minus `break-even`. The standard deviation of a share *p*
# is the root of *p* (1 - *p*). `trial_size` says how large each of two groups must be. We compare
# one group with a fixed number, so half of this size is enough; `// 2 + 1` halves and rounds up. If
# the shrunk conversion is true, at least 80 of 100 such trials show that the method pays.

# %%
effect = plan["shrunk"] - plan["break-even"]
spread = np.sqrt(plan["shrunk"] * (1 - plan["shrunk"]))
plan["needed"] = [trial_size(effect[name], spread[name]) // 2 + 1 for name in plan.index]
plan["budget"] = plan["needed"] * best["cost_per_lead"]
plan[["leads", "needed", "budget"]].round()

# %% [markdown]
# What do we expect of this trial? `mul` multiplies the conversions of each method by its new leads.
# `np.ceil` rounds up, and `:.0f` prints a number without decimals. If no method is cheap enough,
# `or "none"` prints "none".

# %%
budget = plan["budget"].sum()
enough = int(np.ceil(budget / MAY_COST))
likely = best[["low", "shrunk", "high"]].mul(plan["needed"], axis=0).sum()
methods = ", ".join(plan.index) or "none"
won = f"we expect {likely['shrunk']:.0f} ({likely['low']:.0f} to {likely['high']:.0f})"
f"Try {methods}: {budget:,.0f} in all; to pay it must win {enough} customers; {won}."

# %% [markdown]
# **The order.** Start next quarter. With each method, approach as many new leads as `needed` says.
# The brackets show what the low and the high ends of the intervals would bring. If `needed` is
# larger than `leads`, the number so far, one quarter is too short. Then go on until all are
# approached, and judge only then.
#
# What would change it? Compute the interval of each new conversion. If it lies above `break-even`,
# keep the method. If it holds `break-even`, the trial has not decided: try as many leads again. If
# the two methods together win fewer customers than they must, stop: the next leads are worse than
# the first. A lower `MAY_COST` needs a larger trial.

# %% [markdown]
# ## With your own data
#
# One file is enough: one row per lead with `method`, `cost` and `won` (1 or 0). With tables
# `contacts` and `transactions` you also see the value cap.
#
# ```python
# DATA = "my_leads.csv"
# OPTIONS = {"columns": {"source": "method", "spent": "cost", "signed": "won"}}
# MAY_COST = 1_500
# ```

# %% [markdown]
# ## Take away
#
# - The table of ranks is a tie, so the weights choose the door. Agree on them first.
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
