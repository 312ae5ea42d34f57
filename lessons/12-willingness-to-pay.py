# %% [markdown]
# # 12 Willingness to pay
#
# > A merchant put a pearl into a beautiful box and offered it for sale. A man paid the price, kept
# > the box, and gave the pearl back.
#
# Han Fei told this story in China more than two thousand years ago, to laugh at the buyer. But a
# seller can learn from it. To this buyer, the box was worth more than the pearl. Lantern Coffee, a
# roaster we made up, sells coffee in a cup. Which of the two is worth more to its guests?
#
# **You can then** say what a benefit is worth in dollars, from answers to a survey; say how sure
# that is; and compare a better offer with a lower price.
#
# **You need** a little pandas (`groupby`, a boolean mask), and one idea of lesson 11: an advantage
# has a value in the customer's own money. There the value was given. Here we find it by asking.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 11, all guests 7, how sure 6, segments 7, choices 4, levers 4, truth 2,
# decision 4.
#
# Tell the story of the box and stop before the last sentence. Ask: "Who made a mistake, the buyer or
# the seller?" Most say the buyer. Ask what the seller now knows about his customers. If late, leave
# out the section on choices up to its table.

# %% [markdown]
# ## The data
#
# Lantern showed 18 cards to 300 guests of its cafes. Each card described one cup of coffee. The
# guest wrote how likely she would order it, from 1 to 10. The table `conjoint` holds one row for
# each guest and card.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
BENEFITS = ["coffee", "seat", "wait", "cup"]  # what a card says beside the price
BOX = "cup: souvenir"  # the level that we may sell as an extra
FEW = 6  # guests in the small survey
OURS = {"coffee": "house", "seat": "chair", "wait": 5, "cup": "paper", "price": 4.0}  # our offer
RIVAL_PRICE = 3.0  # dollars; a rival offers the same for this
BOX_COST = 0.70  # dollars that the box costs us, for each cup
SAID_NOT_PAID = 0.21  # share by which people say more than they pay
SMALLEST = 0.10  # difference of two shares that would change what we do

# %%
import pandas as pd

import crmlab as crm
from crmlab import pricing
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("12-willingness-to-pay")
ratings = db["conjoint"]
ratings.head(3)

# %% [markdown]
# What a card describes are its **attributes**: the coffee, the seat, the minutes of waiting, the
# cup and the price. What an attribute can be is called a **level**. The cup has three levels:
# paper, porcelain, and a souvenir cup that the guest takes home.
#
# ## Four cards by hand
#
# We begin with one guest and two attributes beside the price. Ana rates four cards.

# %%
ana = pd.DataFrame({"respondent_id": ["Ana", "Ana", "Ana", "Ana"]})
ana["coffee"] = ["house", "house", "single origin", "single origin"]
ana["cup"] = ["paper", "souvenir", "paper", "souvenir"]
ana["price"] = [3, 5, 5, 3]
ana["rating"] = [5, 6, 4, 9]
ana

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "What does Ana like more, the better coffee or the souvenir cup? By how
# many points?" Some compare two single cards, such as the first and the last. Ask what else is
# different between those two cards.

# %%
ana.groupby("cup")["rating"].mean()

# %% [markdown]
# With a souvenir cup Ana gives 7.5 points on average, with a paper cup 4.5. The difference is 3
# points. It comes from the cup alone, because both kinds of cup stand once with each coffee and
# once with each price. This difference is the **part-worth** of the souvenir cup: the points that a
# level adds to the rating, compared with the plain level. (The plain level is the first in the
# alphabet, unless you name another one.)
#
# In the same way the single origin coffee (coffee from one farm) has a mean of 6.5 and the house
# coffee 5.5, so its part-worth is 1 point. At 3 dollars Ana gives 7 points on average and at 5
# dollars only 5. Two dollars take away 2 points, so one dollar takes away 1 point.
#
# We let people rate whole offers, and then compute what each part contributes. This is called
# **conjoint analysis**. The function `pricing.conjoint` does it.

# %%
ana_parts = pricing.conjoint(ana, ["coffee", "cup"])
ana_parts["estimate"]

# %% [markdown]
# These are our three numbers. The row `price: +1` is one dollar more. Now we can turn points into
# money. The cup adds 3 points, and each dollar takes away 1 point. A coffee in a souvenir cup may
# cost 3 dollars more than one in a paper cup, and Ana still gives both the same points. The
# **willingness to pay** for a level is its part-worth, divided by the points that one dollar takes
# away. For Ana the cup is worth 3 dollars and the better coffee 1 dollar. Ana is a guest who buys
# the box.
#
# **Exercise 12.1** Bo rates the same four cards with 6, 3, 5 and 8 points, in the same order. How
# many dollars is the single origin coffee worth to him? Do it on paper.

# %% tags=["exercise"]
# solution
coffee_points = (5 + 8) / 2 - (6 + 3) / 2
points_per_dollar = ((6 + 8) / 2 - (3 + 5) / 2) / 2
answer = coffee_points / points_per_dollar
check("12.1", answer)

# %% [markdown] tags=["instructor"]
# Ask before the next section: "Ana is one guest. What do we need before we order ten thousand
# souvenir cups?" Expect "more guests". Ask what could still go wrong with 300 of them.

# %% [markdown]
# ## All guests
#
# The 18 cards are balanced as well: each cup stands equally often with each coffee, seat, wait and
# price. So the same calculation works for all guests together.

# %%
parts = pricing.conjoint(ratings, BENEFITS)
parts.table[["estimate", "low", "high"]].round(2)

# %% [markdown]
# Each row is one step: from the plain level to another one, or one minute or dollar more. More
# minutes take points away, as a higher price does. The columns `low` and `high` are the ends of a
# **95 % interval**. Other guests would give a somewhat different estimate. Intervals that are made
# in this way hold the true part-worth in about 95 of 100 surveys.
#
# Each estimate, divided by the points that one dollar takes away, is a willingness to pay.

# %%
worth = pricing.willingness_to_pay(parts)
worth.plot();

# %% [markdown]
# A dot is the estimate in dollars, and the line is its interval. To the average guest of Lantern
# the souvenir cup is worth more than the better coffee, and their intervals do not overlap. The box
# is worth more than the pearl.
#
# ## How sure is a ratio?
#
# A willingness to pay is a ratio, and both of its numbers are estimates. We divide by the points
# that a dollar takes away. If that number may be close to zero, the ratio may be very large. The
# next cell takes the first `FEW` guests only, and computes two kinds of interval for the souvenir
# cup.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "We ask 6 guests instead of 300. Does the interval grow on both sides
# alike?" Most say yes. Write 3 / 1, 3 / 0.5 and 3 / 1.5 on the board: the same step down and up
# moves the ratio by 3 and by 1.

# %%
first = ratings["respondent_id"].unique()[:FEW]
few = pricing.conjoint(ratings[ratings["respondent_id"].isin(first)], BENEFITS)
delta = pricing.willingness_to_pay(few, method="delta").table.loc[BOX]
fieller = pricing.willingness_to_pay(few, method="fieller").table.loc[BOX]
intervals = pd.DataFrame({"few, delta": delta, "few, Fieller": fieller})
intervals["all, Fieller"] = worth.table.loc[BOX]
intervals.T[["low", "estimate", "high"]]  # .T swaps rows and columns

# %% [markdown]
# The **delta method** adds the same length on both sides of the estimate. The **Fieller interval**
# holds all ratios that fit the answers well enough. Its upper end lies further away than its lower
# end, because a ratio grows fast when we divide by a small number. If a dollar might take away no
# points at all, the Fieller interval has no end. With all guests the interval is short. We use
# Fieller's method.
#
# ## Who pays for what?
#
# Guests are not alike. The column `segment` says to which group a guest belongs, and the function
# `pricing.worth_by` repeats the calculation in each group.

# %%
by_segment = pricing.worth_by(ratings, BENEFITS)
by_segment.plot();

# %% [markdown]
# Compare the row of the souvenir cup with the row of the coffee. To commuters, who are on their way
# to work, and to savers, who look for a low price, the box is worth clearly more than the pearl. To
# connoisseurs, who love coffee, the pearl seems worth more, but their two intervals overlap a
# little. So the story of the box fits two groups of three.
#
# **Exercise 12.2** Use `crm.load("lantern")["conjoint"]`. How many dollars is it worth to the
# commuters to wait 3 minutes less? (The table is in the field `.table`.) Then write one sentence to
# the manager who wants to buy a second coffee machine. Say the number and its interval.

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")["conjoint"]
groups = pricing.worth_by(lantern, ["coffee", "seat", "wait", "cup"]).table
commuters = groups[groups["segment"] == "commuter"]
answer = -3 * commuters.loc["wait: +1", "estimate"]
check("12.2", answer)

# %% [markdown] tags=["instructor", "needs-choices"]
# Ask before the next section: "When did you last rate a coffee from 1 to 10 before you bought it?"
# Nobody does. Ask what a question nearer to real buying would look like.

# %% [markdown] tags=["needs-choices"]
# ## Choosing instead of rating
#
# Nobody rates offers in a shop. We choose one, or we leave. So Lantern also showed the same guests
# sets of three cups and asked: "Which one do you order, or none?" This is a **choice experiment**.
#
# The model for such answers is the **conditional logit**. Each offer has points, the sum of its
# part-worths. (These points have another scale than the ratings, but the dollars can be compared.)
# Of two offers in a set, the one with one point more is chosen 2.7 times as often as the other.

# %% tags=["needs-choices"]
chosen = pricing.choice_model(db["choices"], BENEFITS)
worth_chosen = pricing.willingness_to_pay(chosen)
compared = worth_chosen.table[["low", "estimate", "high"]]
compared.assign(ratings=worth["estimate"]).round(2)

# %% [markdown] tags=["needs-choices"]
# The first three columns come from choices and the last one from ratings, all in dollars. The two
# ways of asking lead to similar amounts. The amount from ratings lies outside the interval in one
# row, the wait.
#
# ## Is price the only lever?
#
# A rival offers the same as we do, and asks less. "Then we must lower our price," says the manager.
# The model of the choices can test this. For each offer it gives the **share of preference**: the
# share of these guests who would take it, if they saw all the offers side by side.

# %% tags=["needs-choices"]
offers = pd.DataFrame([OURS, OURS], index=["we", "rival"])
offers["price"] = [OURS["price"], RIVAL_PRICE]
pricing.preference_shares(chosen, offers)

# %% [markdown] tags=["instructor", "needs-choices"]
# Ask before the figure: "Which single change wins us most guests: one dollar off, faster service, a
# better cup, better coffee?" Let everybody write one down. Most managers write the price.

# %% [markdown] tags=["needs-choices"]
# With the lower price, the rival gets more than twice our share. A lever is anything that we can
# change to win guests, such as the price, the seat or the cup. Now we change one lever at a time,
# and see how our share moves.

# %% tags=["needs-choices"]
levers = pricing.levers(chosen, offers, "we")
levers.plot();

# %% [markdown] tags=["needs-choices"]
# Orange bars are changes of the price, and blue bars are other changes. The souvenir cup wins more
# guests than a price that is one dollar lower, and the better coffee wins about as many as that
# price. So price is not the only lever here, and not the strongest one. The figure does not say
# what a change costs. The function refuses what no card showed, such as a coffee for 2 dollars.

# %% [markdown] tags=["instructor", "needs-part_worths"]
# Ask before the truth: "How many of the six intervals will hold the true value?" Most say all six.
# At 95 % each, one of twenty misses.

# %% [markdown] tags=["needs-part_worths"]
# ## The truth opened
#
# We made Lantern up, so we know the true worth. No real firm has this table. `merge` joins it to
# our table by `attribute` and `level`, two columns that both tables have.

# %% tags=["needs-part_worths"]
truth = db["part_worths"]
truth = truth[truth["segment"] == "all"]
opened = worth.table.merge(truth, on=["attribute", "level"])
opened[["attribute", "level", "low", "worth", "high"]].round(2)

# %% [markdown] tags=["needs-part_worths"]
# Each number in the column `worth` lies between the ends of our interval. This is one survey. We
# simulated 200 such surveys, and looked at each segment (see `benchmarks/worth.csv`). Fieller's
# intervals held the truth in 95 of 100 cases, for ratings and for choices.

# %% [markdown]
# ## The decision
#
# Should Lantern sell the souvenir cup, and for how much? People say more than they pay. Schmidt and
# Bijmolt compared many experiments, and what people said was 21 % higher on average. So we divide
# by 1.21, and compare the lower end of the interval with the cost of the cup.

# %%
said = by_segment.table.loc[[BOX]].set_index("segment")
paid = said[["low", "estimate", "high"]] / (1 + SAID_NOT_PAID)
paid.assign(cost=BOX_COST, sell=paid["low"] > BOX_COST).round(2)

# %% [markdown] tags=["instructor"]
# Ask: "Which of the three numbers would you charge?" Most take the estimate. If guests differ,
# about half of the group would then find the cup too dear. Ask who does not pay for the cup at all.

# %%
extra = paid.loc[paid["low"] > BOX_COST, "low"].min()
f"Ask {extra:.2f} dollars for it, which is {extra - BOX_COST:.2f} more than it costs."

# %% [markdown]
# The order follows from these two cells. Sell the souvenir cup as an extra, at this price. In each
# segment with `sell` equal to True, the average guest is likely to pay at least this much. Do not
# put every coffee into the cup at a higher price, because the other guests would pay more for the
# box than it is worth to them. This order would change if the cup cost us more, or if people paid
# still less than they say.
#
# All this is what people say, not what they do. So make a trial first. Choose at random who is
# offered the cup and who is offered the better coffee, as an extra at the same price. Each guest
# who takes the extra counts 1, each other guest 0, so the standard deviation is at most 0.5.

# %%
from crmlab.evidence import trial_size

trial_size(SMALLEST, sd=0.5)

# %% [markdown]
# With so many guests in each group, 80 of 100 such trials would show a difference as large as
# `SMALLEST`, if it is there.
#
# ## With your own data
#
# Ask your customers with an online form (Google or Microsoft), one question for each card, answered
# by a number. Save the answers as CSV or Excel. A table `cards` holds the attributes of each card.
# Its column `card` holds a name that is part of the question, such as "Card 7". Then three lines
# are enough.

# %%
form, cards = pricing.example_form()
answers = pricing.from_form(form, cards, keep={"What brings you": "segment"})
pricing.willingness_to_pay(pricing.conjoint(answers, ["coffee", "seat", "wait", "cup"]))["estimate"]

# %% [markdown]
# These are Lantern's ratings again, as a form stores them. Write the name of your own file in the
# place of `form`. With `keep`, the answers to another question go into a column. Names and e-mail
# addresses are left out. To run this lesson with your answers, save the table, and set `BENEFITS`,
# `BOX` and `BOX_COST`. Leave out the cells about choices, levers and the truth, because you do not
# have their tables.
#
# ```python
# answers.to_csv("conjoint.csv", index=False)
# DATA = "conjoint.csv"
# ```

# %% [markdown]
# ## Take away
#
# - Let people judge whole offers, and compute what each part adds.
# - A benefit is worth its part-worth divided by what one dollar takes away.
# - The price is estimated too, so give the interval, and look at the segments.
# - Compare a lower price with the other levers before you lower it.

# %% [markdown]
# ## Terms
#
# <!-- terms: attribute; level; part-worth; conjoint analysis; willingness to pay; delta method; Fieller interval; choice experiment; conditional logit; share of preference -->

# %% [markdown]
# ## References
#
# The story of the box stands in the *Han Feizi*, chapter 32. Conjoint analysis was brought to
# marketing by Green and his colleagues, the conditional logit is due to McFadden, and the interval
# to Fieller.
#
# - Fieller, E. C. (1954). Some problems in interval estimation. *Journal of the Royal Statistical
#   Society B* 16, 175-185.
# - Green, P. E. and Srinivasan, V. (1978). Conjoint analysis in consumer research. *Journal of
#   Consumer Research* 5, 103-123.
# - McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In P. Zarembka
#   (ed.), *Frontiers in Econometrics*. Academic Press.
# - Schmidt, J. and Bijmolt, T. H. A. (2020). Accurately measuring willingness to pay for consumer
#   goods. *Journal of the Academy of Marketing Science* 48, 499-518.
