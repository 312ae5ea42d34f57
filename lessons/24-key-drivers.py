# %% [markdown]
# # 24 What moves satisfaction?
#
# > "We can mend one thing this year. Which one?"
#
# The director of Lantern Coffee asks this, and gets two answers at once. The staff say what customers
# complain of at the till. A computer says what goes up and down together with satisfaction. Both
# can mislead. So we measure what satisfaction moves with, look at each group of customers apart,
# and say how sure we are.
#
# **You can then** find what moves satisfaction and what to mend first, and say how sure that is.
#
# **You need** a little pandas, and what a correlation is. From lesson 20 we use one idea: customers
# rate from 1 to 10 how they *perceive* an element of the offer, such as the waiting time. High is
# always good for the customer, so a high rating of money means that the price seems fair.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 6, by hand 9, shares 4, important and weak 7, segments 4, image 7, benchmark 2,
# own data 1, truth 4, decision 6. If you are late, cut the benchmark, then exercise 24.2.
#
# Everybody writes down one thing to mend in the nearest cafe, and why that one. Put five of the
# reasons on the board and keep them. At the end, ask whose reason has survived.

# %% [markdown]
# ## Who answered?
#
# Lantern Coffee, the roaster that we made up for this course, asked its customers to rate eight
# elements, and how satisfied they are altogether. Four elements are what they get: product, service,
# personnel and image. Four are what they give: money, time, worry (`psychic`) and effort
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
# segment, that is the group of customers, to which she belongs. (`get` hands over the table of
# customers, or nothing where there is none.)

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
# At Lantern they are happier, and the two intervals do not touch: the dissatisfied skip more
# questions. What follows can use only the complete cases, so it says less about the angry.

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
# Taste and smile explain 1 together. How shall they share it? If we put the smile in first, it gets
# its 0.36, and taste adds the other 0.64. If we put taste in first, it gets everything, and nothing
# is left for the smile. Neither order is the right one, so we take the mean of both. This mean over
# all orders is the **Shapley share** of R². An element with a large share is called a
# **key driver**. The helper does the same for any number of elements. (`draws=0` asks for no
# intervals, since five people are too few.)

# %%
smile_by_hand = (alone["smile"] + 0) / 2
shared = kd.shapley_shares(five, overall, draws=0)["share"]
assert abs(shared["smile"] - smile_by_hand) < 1e-9
shared.round(2)

# %% [markdown]
# The two ways agree, since the `assert` did not stop us, and the idle smile has earned 18 % of the
# credit. So a share tells us what satisfaction moves with. It does not tell us what would happen if
# we trained the staff to smile.
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
# Eight elements have 40,320 orders, and the helper takes the mean over all of them. To see how much
# is luck, it draws as many people again from those who answered, some of them twice, and computes
# the shares anew. One such draw is a resample, and it makes 500 of them.

# %%
shares = kd.shapley_shares(perceived, survey["satisfaction"])
shares.plot();

# %% [markdown]
# Each bar is one element's share of what all eight explain together. Each black line is an interval
# of 95 %. Where two lines overlap, the order of the two may be luck. At Lantern, money leads, the
# middle cannot be put in order, and time stands near the bottom. The axis also shows R² itself:
# most of the differences between Lantern's customers are explained by none of the eight.

# %% [markdown] tags=["instructor"]
# Before the map, ask: "What would you do about something important that we already do well?"
# Expect "improve it further". The map says keep it up. Then ask what the map would say of a perfect
# cafe: half of its elements would still be below the mean.

# %% [markdown]
# ## Important and weak
#
# A driver deserves work if it matters and if we do it badly. **Importance-performance analysis**
# sets the share of each element against its mean rating, and cuts both at their means (Martilla and
# James 1977). So there are four fields, and the urgent one is at the top left.

# %%
performance = perceived.apply(sat.mean).T
kd.importance_performance(shares, performance, cut="mean").plot();

# %% [markdown]
# Performance is the mean rating, and importance the part of R². The grey lines are intervals: where
# one crosses a cut, we cannot say on which side the element belongs. At Lantern, money is important
# and weak, and its lines cross nothing. Time is rated as badly as money, but the map calls it a low
# priority. The cuts are means, so such a map finds something weak even in a perfect cafe. It is a
# first look, and not yet a decision.
#
# Two kinds of importance are in use. **Stated importance** is what customers say when you ask them
# what matters. **Derived importance** is what their answers show, such as the Shapley share.
#
# **Exercise 24.2** Customers divided 100 points: taste 30, queue 10, price 40, cups 20. The Shapley
# shares are taste .36, queue .34, price .20, cups .10. An element at the mean or above it counts as
# important. Which element would interviews alone have missed?

# %% tags=["exercise"]
# solution
stated = pd.Series({"taste": 30, "queue": 10, "price": 40, "cups": 20})
derived = pd.Series({"taste": 0.36, "queue": 0.34, "price": 0.20, "cups": 0.10})
kinds = kd.stated_and_derived(stated, derived)["kind"]
answer = kinds[kinds == "hidden"].index[0]
check("24.2", answer)

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
# Each column is a segment, and each cell shows a share with its interval. At Lantern each segment
# has a driver of its own. Compare the row of time: it moves the commuters, and hardly anybody else.
# In the mixture it looked like nobody's worry. The strongest driver of each segment is a candidate
# for the project of the year.

# %% [markdown] tags=["instructor"]
# Do the four customers on the board first. Ask: "Is 2 against 1 already a filter?" Expect "yes".
# Four people prove nothing. After exercise 24.3 read some of the sentences aloud. Accept "we cannot
# tell"; do not accept "there is no filter".

# %% [markdown]
# ## Does a good image hide failures?
#
# Some managers believe in an **image filter**: whoever thinks highly of the brand forgives a
# failure. Two falls can test that. Take four customers. With a weak image, satisfaction is 7
# without a problem and 5 after one, so it falls by 2. With a strong image it is 9 and 8, so it
# falls by 1. The fall with a strong image minus the fall with a weak one is -1, and a filter makes
# this number negative.
#
# **Exercise 24.3** Measure it at Lantern. Use the people who answered both `image_perceived` and
# `had_problem`. A rating of the image of 8 or more is strong. By how many points more does
# satisfaction fall after a problem if the image is strong? The 95 % interval reaches 0.4 points to
# either side of your number. Write one sentence for the brand manager.

# %% tags=["exercise"]
lantern = kd.respondents(crm.load("lantern").survey)
# solution
known = lantern.dropna(subset=["image_perceived", "had_problem"])
strong = known["image_perceived"] >= 8
means = known.groupby([strong, "had_problem"])["satisfaction"].mean().unstack()
fall = means[0] - means[1]
answer = fall[True] - fall[False]
check("24.3", answer)

# %% [markdown] tags=["needs-offers"]
# ## Can it be done better?
#
# A **benchmark** is what the best comparable firm achieves on one measure. The next table shows
# what waiting costs the customers of each offer, in dollars per month.

# %% tags=["needs-offers"]
db.offers.pivot(index="offer", columns="segment", values="time_cost")

# %% [markdown] tags=["needs-offers"]
# At Quick Cup, waiting costs commuters a third of what it costs them at Lantern. So a shorter wait
# is possible, since somebody offers it. The table does not say whether it would pay for us.

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
# Before the first table of the truth: "Which column will surprise us?" Before the second: "Would
# more customers have helped the pooled shares?" Expect "yes, always". With 20,000 customers the
# bars get short around the wrong order, and only the split puts time in its place.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# No real company has this table. We built Lantern's customers, so we know how much weight each of
# them gives to each element. Here is the mean weight by segment.

# %% tags=["needs-truth"]
weights = db.truth.set_index("customer_id").filter(like="weight_")
weights.columns = weights.columns.str.removeprefix("weight_")
belongs = db.customers.set_index("customer_id")["segment"]
weights.groupby(belongs).mean().T.round(2)

# %% [markdown] tags=["needs-truth"]
# The largest weight of each segment is on the very element that the figure found. Now the mixture:
# rank 1 is the strongest.

# %% tags=["needs-truth"]
split = found.shares.mul(found.table.set_index("segment")["reach"]).sum(axis=1)
methods = pd.DataFrame({"pooled": shares["share"], "split": split, "truth": weights.mean()})
methods.rank(ascending=False).astype(int).sort_values("truth")

# %% [markdown] tags=["needs-truth"]
# `split` is the mean of the segments' shares, weighted by their size. It finds the first three
# elements; the pooled shares put time far too low. Further down, both give image and personnel too
# much credit, because in our world the halo is strongest for these two.

# %% [markdown] tags=["instructor"]
# Before the cells of the decision, vote: which of the candidates first? Then let the loser say
# which number would bring her project back. It is the effort, and nobody has measured it yet.

# %% [markdown]
# ## The decision
#
# The distance from where we are to where we want to be is the **strategy gap**: target minus actual.
# **Reach** is the share of the respondents whom a project would touch. What a project may gain is
# then importance x gap x reach: it should matter, we should be bad at it, and many should feel it.

# %%
found.table[["importance", "actual", "reach", "n"]].round(3)

# %% [markdown]
# Each row is a candidate, and `actual` is its mean rating in the segment. `importance` is a part of
# R² here, and not a share of it, because shares of different wholes do not compare. We compute the
# gain by hand (`clip` makes a gap 0 where the target is met). `priorities` computes the same and adds
# the doubt, by drawing the people again. For now we say that every project takes the same effort.

# %%
gap = (TARGET - found["actual"]).clip(lower=0)
gain_by_hand = found["importance"] * gap * found["reach"]
gains = kd.priorities(found, target=TARGET, effort=1)
assert (gains["gain"] - gain_by_hand).abs().max() < 1e-9
gains[["gain", "gain_low", "gain_high", "gain_leads"]].round(3)

# %% [markdown]
# `gain_leads` says in which share of the resamples a project gains most. At Lantern a fairer price
# for savers gains about twice as much as a shorter wait for commuters, and it leads nearly always.
# The unit of a gain says nothing, and even the ratio of two gains is rough, as lesson 25 will show
# when it opens the truth. What would turn the order?

# %%
print(gains.caption)

# %% [markdown]
# This is the answer to the director, with its limit. We gave every project an effort of 1. Should
# the first one take more effort than the limit, another one comes first. So find out what each
# costs a year; lesson 25 goes on from there. No share promises an effect, so try the project in
# some cafes before you do it in all. How many customers must such a trial have?

# %%
from crmlab.evidence import trial_size

touched = survey.loc[survey["segment"] == gains["segment"].iloc[0], "satisfaction"]
trial_size(EFFECT, sd=touched.std())

# %% [markdown]
# Ask that many customers of the segment where the change was made, and as many where it was not.
# Decide by lot which cafes change. Then a true rise of `EFFECT` points is found four times out of
# five. Customers of one cafe resemble each other, so spread them over many cafes.

# %% [markdown]
# ## Take away
#
# - A Shapley share says what satisfaction moves with, and not what to pull.
# - Look at the segments before you rank; a mixture can hide the driver of each.
# - No order without its interval: neighbours in a list are often tied.
# - Mend what matters, where the gap is wide and many feel it; then ask for the cost.

# %% [markdown]
# ## Terms
#
# <!-- terms: complete case; halo; key driver; Shapley share; importance-performance analysis; stated importance; derived importance; reach; image filter; benchmark; strategy gap -->

# %% [markdown]
# ## References
#
# - Martilla, J. and James, J. (1977). Importance-performance analysis. *Journal of Marketing* 41(1).
