# %% [markdown]
# # 24 What moves satisfaction?
#
# > "We can mend one thing this year. Which one?"
#
# The director of Lantern Coffee asks this. The staff would mend what customers complain about. But
# those who do not complain count, too. So we take a survey, and look for the ratings that rise and fall
# together with satisfaction. We say: satisfaction moves with these ratings.
#
# **You can then** find what moves satisfaction and what to mend first, and say how sure that is.
#
# **You need** a little pandas, and what a correlation is. From lesson 20 we use one idea: customers
# rate from 1 to 10 how they *perceive* an element of the offer, such as the waiting time. A high
# rating is always good for the customer. For example, a high rating of money means that the price
# seems fair.
#
# **Minutes**: 46

# %% [markdown] tags=["instructor"]
# Clock: opening 7, by hand 11, shares 3, important and weak 4, segments 3, image 6, own data 1,
# truth 3, decision 8. If you are late, cut the section on the image, then exercise 24.1.
#
# Everybody writes down one thing to mend in the nearest cafe, and why that one. Put five of the
# reasons on the board and keep them. At the end, ask whose reason has survived.

# %% [markdown]
# ## Who answered?
#
# Lantern Coffee, the roaster that we made up for this course, asked its customers to rate eight
# elements, and how satisfied they are altogether. Four elements are what they get: product,
# service, personnel and image. Four are what they give: money, time, worry (`psychic`) and trouble
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
# Some people were asked twice. `respondents` keeps the last answer of each person. It also adds the
# segment of this person, if there is a table `customers`. A segment is a group of customers. The
# next two lines keep the ratings, and cut `_perceived` from the names of the columns.

# %%
survey = kd.respondents(db.survey, db.tables.get("customers"))
perceived = survey.filter(like="_perceived")
perceived.columns = perceived.columns.str.removesuffix("_perceived")
perceived.head(3)

# %% [markdown]
# Each row is one person, and `NaN` is a question that she skipped. Somebody who rated everything is
# called a **complete case**. The methods below can use only complete cases. Are these people as
# satisfied as the others? In the next cell, `complete` is True for a complete case. `by_group`
# computes the mean of each group with its 95 % interval, from `low` to `high`.

# %%
complete = perceived.notna().all(axis=1).rename("complete")
who = sat.by_group(survey["satisfaction"], complete, sat.mean)
who[["estimate", "low", "high", "n"]].round(2)

# %% [markdown]
# At Lantern the complete cases are more satisfied than the others, and the two intervals do not
# touch. So what follows tells us less about dissatisfied customers.

# %% [markdown] tags=["instructor"]
# Ask before the next table: "Taste makes these five satisfied, and the smile does nothing. Which
# share of the credit will the smile get: 0, 18 or 36 %?" Most say 0, because it does nothing. Then
# ask what a computer can see of that. It sees two columns that rise together, and no more.

# %% [markdown]
# ## Five customers by hand
#
# Five people rate two things: the taste of the coffee, and the smile of the staff. We wrote this table
# ourselves: satisfaction is taste plus three, and the smile does nothing. The cell computes the
# correlation of each column with satisfaction, and squares it.

# %%
five = pd.DataFrame({"taste": [1, 2, 3, 4, 5], "smile": [1, 4, 3, 2, 5]})
overall = five["taste"] + 3
alone = five.corrwith(overall) ** 2
alone

# %% [markdown]
# The squared correlation is written R². It says which share of the differences in satisfaction one
# column explains alone. Taste explains all of them. The smile explains more than a third, because
# the people who like the taste also rate the smile well. When one good feeling raises every answer,
# we call it a **halo**.
#
# Taste and smile together explain R² = 1. How shall they share it?
#
# - Smile first: the smile gets 0.36, and taste adds the other 0.64.
# - Taste first: taste gets 1, and nothing is left for the smile.
#
# Neither order is the right one. So each element gets the mean of what it adds in the two orders.
# We divide this mean by the R² of all elements together. The result is the **Shapley share**. In
# this table taste and smile together have an R² of 1, so the division changes nothing. An element that
# satisfaction moves with is called a driver, and one with a large share is a **key driver**.
#
# The helper `shapley_shares` does the same for any number of elements; `draws=0` asks for no
# intervals. The line with `assert` would stop the cell if the helper and we did not agree.

# %%
smile_by_hand = (alone["smile"] + 0) / 2
shared = kd.shapley_shares(five, overall, draws=0)["share"]
assert abs(shared["smile"] - smile_by_hand) < 1e-9
shared.round(2)

# %% [markdown]
# The smile does nothing, and still its share is 18 %. So a share tells us what satisfaction moves
# with. It does not tell us what would happen if we trained the staff to smile.
#
# **Exercise 24.1** In another cafe, satisfaction correlates .60 with the queue and .40 with the
# price. Both together explain R² = .37. How large is the Shapley share of the queue?

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
# result is luck? To see this, the helper draws people from the table at random, until it has as many
# as the table. Some people are drawn twice and some never. Such a draw is called a resample. The
# helper makes 500 resamples, and computes the shares in each of them.

# %%
shares = kd.shapley_shares(perceived, survey["satisfaction"])
shares.plot();

# %% [markdown]
# Each bar is one element's share of what all eight explain together, and each black line is its 95 %
# interval. At Lantern money comes first in most resamples of the complete cases, as the title says. The
# elements in the middle cannot be put in order, because the line of each covers the ends of the bars
# next to it. Time stands near the bottom. Below the axis stands the R² of all eight. It is far from 1,
# so the ratings leave much of satisfaction unexplained.

# %% [markdown] tags=["instructor"]
# Before the map, ask: "What would you do about something important that we already do well?"
# Expect "improve it further". The map says keep it up. Then ask what the map would say of a perfect
# cafe: half of its elements would still be below the mean.

# %% [markdown]
# ## Important and weak
#
# A driver deserves work if it matters and if we do it badly. **Importance-performance analysis**
# draws each element as a point (Martilla and James 1977). The horizontal axis shows performance,
# which is the mean rating. The vertical axis shows importance, which is the share times the R² of
# all elements. Two black lines mark the mean of each axis. An element that is important and weak
# stands at the top left, in the field "concentrate here". "Possible overkill" means: perhaps we do
# more than is needed.
#
# In the cell, `apply` computes the mean of each column with its interval. `.T` makes a row of each
# element.

# %%
performance = perceived.apply(sat.mean).T
kd.importance_performance(shares, performance, cut="mean").plot();

# %% [markdown]
# The grey lines are intervals. If a grey line crosses a black one, we cannot say on which side the
# element belongs. At Lantern, money is important and weak, and its lines cross neither black line.
# The ratings of time are about as low as those of money. But time is less important here, so the map
# calls it a low priority.
#
# Importance that we compute from ratings is called **derived importance**. What customers answer
# when we ask them what matters is called **stated importance**. Lantern did not ask for it, so in
# this lesson all importance is derived.

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
# each segment.

# %%
found = kd.candidates(perceived, survey["satisfaction"], segment=survey["segment"])
found.plot();

# %% [markdown]
# Each column is a segment, and each cell shows a share with its interval. Below the name of the
# segment stands its strongest driver, and in how many resamples this driver comes first. At Lantern
# each segment has a different strongest driver. We are nearly certain for savers and connoisseurs,
# and less so for commuters.
#
# Look at the row of time. Time is the strongest driver of the commuters, and one of the weakest for
# the others. When we mixed all customers, it stood near the bottom. The strongest driver of each
# segment is a candidate for the project of the year.

# %% [markdown] tags=["instructor"]
# Before exercise 24.2, vote: whom does a problem hurt more, those who think well of us or the others?
# Most say the others. Lantern's survey does not show it: with a good image the loss is 0.64 points
# (0.41 to 0.87). That is not smaller than 0.44 (0.12 to 0.76), and not proved larger either.

# %% [markdown]
# ## Does a good image forgive a failure?
#
# Customers who think well of a firm are said to forgive it a failure more easily. So image is called
# a **filter of failures** (Grönroos 1984). Is this so at Lantern?
#
# **Exercise 24.2** In Lantern's survey `had_problem` is 1 for people who had a problem in the past
# year, and 0 for the others. Of the people who rate the image below 8, those without a problem have
# a mean satisfaction of 7.00. Those with a problem have 6.56. The loss is 0.44 points (interval 0.12
# to 0.76). How large is the loss for people who rate the image 8 or more? If a good image forgives,
# this loss is smaller. To be clearly smaller, it must at least lie below that interval. Write one
# sentence: does this survey show that a good image forgives?

# %% tags=["exercise"]
lantern = crm.load("lantern")
asked = kd.respondents(lantern.survey, lantern.customers)
# solution
good = asked[asked["image_perceived"] >= 8]
means = good.groupby("had_problem")["satisfaction"].mean()
answer = means.loc[0] - means.loc[1]
check("24.2", answer)

# %% [markdown]
# ## With your own data
#
# Save `survey.csv` beside this notebook: at least a hundred people, `respondent_id`,
# `satisfaction`, and one column `<element>_perceived` for each element. Ratings run from 1 to 10, and
# high is good. A column `segment` divides the people; without one they are all one segment. If your
# columns have other names, write each of them into `columns`, followed by our name for it.
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
# No real company has the table `truth`. We built Lantern's customers, so we know how much weight each
# of them gives to each element. Both tables in the cell have `customer_id` as index, so `groupby` finds
# the segment of each customer. We compute the mean weight in each segment. `assign` adds a column
# with the mean of everybody.

# %% tags=["needs-truth"]
weights = db.truth.set_index("customer_id").filter(like="weight_")
weights.columns = weights.columns.str.removeprefix("weight_")
belongs = db.customers.set_index("customer_id")["segment"]
weights.groupby(belongs).mean().T.assign(everybody=weights.mean()).round(2)

# %% [markdown] tags=["needs-truth"]
# In each segment, the largest weight is on the element that our figure found. In the column
# `everybody`, time has the third largest weight. But the figure of all customers put time near the
# bottom. So that figure misled us.

# %% [markdown] tags=["instructor"]
# Before the cells of the decision, vote: which of the candidates first? Then let the loser say
# which number would bring her project back. It is the effort, and nobody has measured it yet.

# %% [markdown]
# ## The decision
#
# The **strategy gap** is the target minus the actual mean rating. **Reach** is the share of the
# respondents whom a project would touch, here those of one segment. What a project may gain is
# importance x gap x reach.

# %%
found.table[["importance", "actual", "reach"]].round(3)

# %% [markdown]
# Each row is a candidate. `actual` is its mean rating in the segment, and `importance` is the share
# times R², as on the map. We compute the gain by hand. `found["actual"]` takes a column of this table,
# and `clip` makes the gap 0 where the target is met. `priorities` computes the same gain, and adds
# intervals from resamples. The effort is what a project costs us. For now it is 1 for every project.

# %%
gap = (TARGET - found["actual"]).clip(lower=0)
gain_by_hand = found["importance"] * gap * found["reach"]
gains = kd.priorities(found, target=TARGET, effort=1)
assert (gains["gain"] - gain_by_hand).abs().max() < 1e-9
gains[["gain", "gain_low", "gain_high", "gain_leads"]].round(3)

# %% [markdown]
# `gain_leads` says in which share of the resamples a project gains most. At Lantern a fairer price
# for savers leads nearly always. The unit of a gain has no meaning, so a gain can only be compared with
# other gains. What would change the order? The caption of the result says it.

# %%
print(gains.caption)

# %% [markdown]
# This line answers the director. It also names what would change the order: the effort. So find out
# what each project costs a year. At Lantern the number of times in the line is too large.
# The truth shows it: compare money for savers with time for commuters. Their true weights lie closer
# together than their `importance`. Lesson 25 says why.
#
# A share does not promise an effect, as the smile showed. So try the project in some cafes first.
# How many customers must such a trial have? `touched` holds the satisfaction of the segment of the
# first project.

# %%
from crmlab.evidence import trial_size

touched = survey.loc[survey["segment"] == gains["segment"].iloc[0], "satisfaction"]
trial_size(EFFECT, sd=touched.std())

# %% [markdown]
# Ask that many customers of the segment in the cafes with the change, and as many in other cafes.
# Choose at random which cafes change. If satisfaction truly rises by `EFFECT` points, four of five
# such trials will show it. Customers of one cafe resemble each other, so spread them over many cafes.

# %% [markdown]
# ## Take away
#
# - A Shapley share says what satisfaction moves with. It does not say what a change would do.
# - Look at the segments before you rank; a mixture can hide the driver of each.
# - Show an order with its intervals: neighbours in a list are often tied.
# - Mend what matters, where the gap is wide and many feel it. Then ask what it costs.

# %% [markdown]
# ## Terms
#
# <!-- terms: complete case; halo; key driver; Shapley share; importance-performance analysis; stated importance; derived importance; filter of failures; reach; strategy gap -->

# %% [markdown]
# ## References
#
# - Grönroos, C. (1984). A service quality model and its marketing implications. *European Journal of
#   Marketing* 18(4), 36-44.
# - Martilla, J. and James, J. (1977). Importance-performance analysis. *Journal of Marketing* 41(1).
