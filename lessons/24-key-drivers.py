# %% [markdown]
# # 24 What moves satisfaction?
#
# > "We can mend one thing this year. Which one?"
#
# The director of Lantern Coffee asks this, and gets two answers. The staff name what customers
# complain about. A computer names what rises and falls together with satisfaction. Both answers can
# mislead. So we measure what satisfaction moves with, look at each group of customers apart, and
# say how sure we are.
#
# **You can then** find what moves satisfaction and what to mend first, and say how sure that is.
#
# **You need** a little pandas, and what a correlation is. From lesson 20 we use one idea: customers
# rate from 1 to 10 how they *perceive* an element of the offer, such as the waiting time. High is
# always good for the customer: a high rating of money means that the price seems fair, and a high
# rating of effort means that the offer takes little effort.
#
# **Minutes**: 47

# %% [markdown] tags=["instructor"]
# Clock: opening 7, by hand 11, shares 3, important and weak 3, segments 3, benchmark 2,
# own data 1, truth 2, decision 15. If you are late, cut the benchmark, then exercise 24.1.
#
# Everybody writes down one thing to mend in the nearest cafe, and why that one. Put five of the
# reasons on the board and keep them. At the end, ask whose reason has survived.

# %% [markdown]
# ## Who answered?
#
# Lantern Coffee, the roaster that we made up for this course, asked its customers to rate eight
# elements, and how satisfied they are altogether. Four elements are what they get: product,
# service, personnel and image. Four are what they give: money, time, worry (`psychic`) and effort
# (`physical`).

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
TARGET = 9  # the mean rating that we want a mended element to reach
EFFECT = 0.3  # points of satisfaction that a trial must not miss

# %%
import pandas as pd

import crmlab as crm
from crmlab import drivers as kd
from crmlab import satisfaction as sat
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("24-key-drivers")

# %% [markdown]
# Some people were asked twice. `respondents` keeps the last answer of each person, and adds the
# segment, that is the group of customers, to which she belongs. It takes the segment from the table
# `customers`; `get` gives nothing if there is no such table. The next two lines keep the ratings
# and shorten their names.

# %%
survey = kd.respondents(db.survey, db.tables.get("customers"))
perceived = survey.filter(like="_perceived")
perceived.columns = perceived.columns.str.removesuffix("_perceived")
perceived.head(3)

# %% [markdown]
# Each row is one person, and `NaN` is a question that she skipped. Somebody who rated everything is
# called a **complete case**. Are the complete cases as satisfied as the others? `by_group` computes
# the mean of each group with its 95 % interval, from `low` to `high`.

# %%
complete = perceived.notna().all(axis=1).map({True: "everything", False: "not everything"})
who = sat.by_group(survey["satisfaction"], complete.rename("rated"), sat.mean)
who[["estimate", "low", "high", "n"]].round(2)

# %% [markdown]
# At Lantern the complete cases are more satisfied than the others, and the two intervals do not
# touch. The shares below can use only the complete cases. So they leave out every person in the
# second row, and they say less about dissatisfied customers.

# %% [markdown] tags=["instructor"]
# Ask before the next table: "Taste makes these five satisfied, and the smile does nothing. Which
# share of the credit will the smile get: 0, 18 or 36 %?" Most say 0, because it does nothing. Then
# ask what a computer can see of that. It sees two columns that rise together, and no more.

# %% [markdown]
# ## Five customers by hand
#
# Five people rate the taste and the smile of the staff. We wrote this table ourselves: satisfaction
# is taste plus three, and the smile does nothing. Guess how much of the credit the smile will get.
# The cell squares the correlation of each column with satisfaction.

# %%
five = pd.DataFrame({"taste": [1, 2, 3, 4, 5], "smile": [1, 4, 3, 2, 5]})
overall = five["taste"] + 3
alone = five.corrwith(overall) ** 2
alone

# %% [markdown]
# The squared correlation is written R². It says which share of the differences in satisfaction one
# column explains alone. Taste explains all of them. The smile explains more than a third, because
# the people who like the taste also rate the smile well. One good feeling that colours every answer
# is called a **halo**.
#
# Taste and smile together explain R² = 1. How shall they share it? If we put the smile in first, it
# gets its 0.36, and taste adds the other 0.64. If we put taste in first, it gets everything, and
# nothing is left for the smile. Neither order is the right one, so we take the mean of both. This
# mean over all orders, divided by the R² of all together, is the **Shapley share**. Here we divide
# by 1, so the mean stays as it is. An element with a large share is called a **key driver**. The
# helper does the same for any number of elements. (`draws=0` asks for no intervals, since five
# people are too few.)

# %%
smile_by_hand = (alone["smile"] + 0) / 2
shared = kd.shapley_shares(five, overall, draws=0)["share"]
assert abs(shared["smile"] - smile_by_hand) < 1e-9
shared.round(2)

# %% [markdown]
# The two ways agree, since the `assert` did not stop us. The smile does nothing, and still it gets
# 18 % of the credit. So a share tells us what satisfaction moves with. It does not tell us what
# would happen if we trained the staff to smile.
#
# **Exercise 24.1** In another cafe, satisfaction correlates .60 with the queue and .40 with the
# price. Both together explain R² = .37. Which share of that R² is the queue's?

# %% tags=["exercise"]
# solution
first_in = 0.60**2
second_in = 0.37 - 0.40**2
answer = (first_in + second_in) / 2 / 0.37
check("24.1", answer)

# %% [markdown] tags=["instructor"]
# Before the figure, let everybody bet on one of the eight elements. Read the black lines before
# the bars. Then ask: "What explains the rest of R²?" Expect "bad data". In fact much of what makes
# a day good or bad is on no form.

# %% [markdown]
# ## What does satisfaction move with?
#
# Eight elements have 40,320 orders, and the helper takes the mean over all of them. How much of the
# result is luck? To see this, the helper draws people at random from those who answered, as many as
# there are, so that some come twice and some not at all. This is called a resample. The helper
# makes 500 resamples, and computes the shares in each.

# %%
shares = kd.shapley_shares(perceived, survey["satisfaction"])
shares.plot();

# %% [markdown]
# Each bar is one element's share of what all eight explain together. Each black line is an interval
# of 95 %. Where two lines overlap, the order of the two may be luck. At Lantern the lines of
# money and product overlap. But the title says that money comes first in most resamples, so we are
# fairly sure of it. The middle cannot be put in order, and time stands near the bottom. Below the
# axis stands R² itself: most of the differences are explained by none of the eight elements.

# %% [markdown] tags=["instructor"]
# Before the map, ask: "What would you do about something important that we already do well?"
# Expect "improve it further". The map says keep it up. Then ask what the map would say of a perfect
# cafe: half of its elements would still be below the mean.

# %% [markdown]
# ## Important and weak
#
# A driver deserves work if it matters and if we do it badly. **Importance-performance analysis**
# draws each element as a point (Martilla and James 1977). To the right stands its performance,
# which is its mean rating. Upwards stands its importance, which is the part of R² that it gets: its
# share times R². Two black lines mark the mean performance and the mean importance. So there are
# four fields. What is important and weak stands at the top left, "concentrate here". At the right
# the firm does well: it should keep up what matters, and may do too much of the rest (overkill).

# %%
performance = perceived.apply(sat.mean).T
kd.importance_performance(shares, performance, cut="mean").plot();

# %% [markdown]
# The grey lines are intervals. If a grey line crosses a black one, we cannot say on which side the
# element belongs. At Lantern, money is important and weak, and its lines cross neither black line.
# Time is rated as low, but the map calls it a low priority. The black lines are means, so
# such a map finds something weak even in a perfect cafe.
#
# Why not simply ask customers what matters? What they say is called **stated importance**. What
# their ratings show, such as the Shapley share, is called **derived importance**. The two can
# differ, so the staff and the computer of our first lines can both be right.

# %% [markdown] tags=["instructor"]
# Let people guess the first driver of each segment before the figure. Afterwards ask: "Three
# segments and eight drivers: is the winner luck?" Look at the lower ends of the intervals. Then
# ask: "Would you have split the customers if the pooled bars had pleased you?" Choose the groups
# before you look.

# %% [markdown]
# ## Whose satisfaction?
#
# So far we mixed all customers. Lantern knows three segments: commuters, connoisseurs and savers.
# Before you run the cell, guess what moves each of them. `candidates` computes the shares within
# each segment, and picks the strongest driver of each.

# %%
found = kd.candidates(perceived, survey["satisfaction"], segment=survey["segment"])
found.plot();

# %% [markdown]
# Each column is a segment, and each cell shows a share with its interval. Below the name of the
# segment stands its strongest driver, and in how many resamples that driver comes first. At Lantern
# this is a different driver in each segment. It is nearly certain for savers and connoisseurs, and
# less so for commuters, where the intervals of time and money overlap. Compare the row of time. It
# moves the commuters, and hardly anybody else, so it looked unimportant when we mixed all
# customers. The strongest driver of each segment is a candidate for the project of the year.

# %% [markdown] tags=["needs-offers"]
# ## Can it be done better?
#
# A **benchmark** is what the best comparable firm achieves on one measure. The next table shows
# what waiting costs the customers of each offer, in dollars per month. (`pivot` gives each offer a
# row and each segment a column.)

# %% tags=["needs-offers"]
db.offers.pivot(index="offer", columns="segment", values="time_cost")

# %% [markdown] tags=["needs-offers"]
# At Quick Cup, waiting costs commuters a third of what it costs them at Lantern. So a shorter wait
# is possible. The table does not say whether it would pay for us.

# %% [markdown]
# ## With your own data
#
# Save `survey.csv` beside this notebook: at least a hundred people, `respondent_id`,
# `satisfaction`, and one column `<element>_perceived` for each thing rated, 1 to 10, high is good.
# A column `segment` divides the people; without one they are all one segment. With more than twelve
# elements use `kd.relative_weights`, which comes close to the Shapley shares and is quick.
#
# ```python
# DATA = "survey.csv"
# OPTIONS = {"columns": {"overall": "satisfaction", "wait": "time_perceived"}}
# ```

# %% [markdown] tags=["instructor", "needs-truth"]
# Before the table: "Would more customers have helped the first figure?" Expect "yes, always". With
# 20,000 customers the intervals get short around the wrong order. Only the segments put time in its
# place.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# No real company has this table. We built Lantern's customers, so we know how much weight each of
# them gives to each element. Here is the mean weight in each segment, and of everybody.

# %% tags=["needs-truth"]
weights = db.truth.set_index("customer_id").filter(like="weight_")
weights.columns = weights.columns.str.removeprefix("weight_")
belongs = db.customers.set_index("customer_id")["segment"]
weights.groupby(belongs).mean().T.assign(everybody=weights.mean()).round(2)

# %% [markdown] tags=["needs-truth"]
# The largest weight of each segment is on the very element that the segments' figure found. In the
# column `everybody`, time has the third largest weight. The figure of all customers put it near the
# bottom, and so misled us.

# %% [markdown] tags=["instructor"]
# Before the cells of the decision, vote: which of the candidates first? Then let the loser say
# which number would bring her project back. It is the effort, and nobody has measured it yet. After
# exercise 24.2 read some of the sentences aloud. Expect "for", and ask what such a price would
# cost.

# %% [markdown]
# ## The decision
#
# The distance from where we are to where we want to be is the **strategy gap**: target minus
# actual. **Reach** is the share of the respondents whom a project would touch. What a project may
# gain is then importance x gap x reach. It is large if the element matters, if it is far from our
# target, and if many customers feel the change.

# %%
found.table[["importance", "actual", "reach", "n"]].round(3)

# %% [markdown]
# Each row is a candidate, and `actual` is its mean rating in the segment. `importance` is again the
# part of R², as on the map. Each segment has an R² of its own, so shares of it would not compare.
# We compute the gain by hand (`clip` makes a gap 0 where the target is met). `priorities` computes
# the same gain, and adds intervals from resamples. For now we say that every project takes the same
# effort.

# %%
gap = (TARGET - found["actual"]).clip(lower=0)
gain_by_hand = found["importance"] * gap * found["reach"]
gains = kd.priorities(found, target=TARGET, effort=1)
assert (gains["gain"] - gain_by_hand).abs().max() < 1e-9
gains[["gain", "gain_low", "gain_high", "gain_leads"]].round(3)

# %% [markdown]
# `gain_leads` says in which share of the resamples a project gains most. At Lantern a fairer price
# for savers gains about twice as much as a shorter wait for commuters, and it leads nearly always.
# Use a gain only to compare projects, because its unit has no meaning. Even "twice" is rough, as
# lesson 25 will show. What would change the order?

# %%
print(gains.caption)

# %% [markdown]
# This line answers the director, with its limit. Every project had an effort of 1. If the first
# project takes more effort than the limit, and the others still take 1, then another project comes
# first. So find out what each project costs a year; lesson 25 goes on from there.
#
# **Exercise 24.2** A lower price for everybody would touch Lantern's commuters, too. For them the
# importance of money is 0.047, with an interval from 0.021 to 0.089. What is the gain of money
# among the commuters, for a target of 9? Then write one sentence for the director: does this speak
# for the fairer price, or against it?

# %% tags=["exercise"]
lantern = crm.load("lantern")
asked = kd.respondents(lantern.survey, lantern.customers)
# solution
commuters = asked[asked["segment"] == "commuter"]
answer = 0.047 * (9 - commuters["money_perceived"].mean()) * len(commuters) / len(asked)
check("24.2", answer)

# %% [markdown]
# A share does not promise an effect, as the smile showed. So try the project in some cafes before
# you do it in all. How many customers must such a trial have? `touched` holds the satisfaction of
# the segment of the first project.

# %%
from crmlab.evidence import trial_size

touched = survey.loc[survey["segment"] == gains["segment"].iloc[0], "satisfaction"]
trial_size(EFFECT, sd=touched.std())

# %% [markdown]
# Ask that many customers of the segment in the cafes that changed, and as many in the cafes that
# did not. Choose at random which cafes change. Then a true rise of `EFFECT` points is found four
# times out of five. Customers of one cafe resemble each other, so spread them over many cafes.

# %% [markdown]
# ## Take away
#
# - A Shapley share says what satisfaction moves with. It does not say what a change would do.
# - Look at the segments before you rank; a mixture can hide the driver of each.
# - Show an order with its intervals: neighbours in a list are often tied.
# - Mend what matters, where the gap is wide and many feel it; then ask for the cost.

# %% [markdown]
# ## Terms
#
# <!-- terms: complete case; halo; key driver; Shapley share; importance-performance analysis; stated importance; derived importance; reach; benchmark; strategy gap -->

# %% [markdown]
# ## References
#
# - Martilla, J. and James, J. (1977). Importance-performance analysis. *Journal of Marketing* 41(1).
