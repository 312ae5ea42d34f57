# %% [markdown]
# # 22 The satisfaction index
#
# > "Our satisfaction index went up by a point. The service team has earned its bonus."
#
# Three things can lift an index: customers who became happier, luck in who was drawn, and other
# people answering. The number alone does not say which of the three it was.
#
# **You can then** build an index of satisfaction and give it an interval; say whether it changed
# between two surveys; see what the one number hides, and whom it speaks for.
#
# **You need** a little pandas: `groupby`, a boolean mask, `dropna`. From lesson 20 we use one idea:
# satisfaction rests on what customers perceive of several elements, such as the staff, the waiting
# time or the price.
#
# **Minutes**: 47

# %% [markdown] tags=["instructor"]
# Clock: opening 5, by hand 10, two waves 4, same people 8, hidden 8, margin 3, one number 3, truth 2, decision 4.
#
# Vote before anything else: does the team get its bonus? Count the hands and write the numbers on
# the board. You will vote again at the end. If you are late, cut the section on one number, then
# the one on the margin.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. Each November it asks the same questions again, and
# one such round is called a **survey wave**. Three questions, answered from 1 to 10, go into the
# index: how satisfied are you, how do we compare with what you expected, and with your ideal?

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
ITEMS = ["satisfaction", "versus_expectation", "versus_ideal"]  # the questions in the index
SCALE = (1, 10)  # lowest and highest possible answer
WORTH = 1  # a change of the index, in points, that we do not want to miss

# %%
import crmlab as crm
from crmlab import satisfaction as sat
from crmlab import style
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("22-satisfaction-index")
survey = db.survey
survey.groupby("wave")[["respondent_id", "customer_id", "satisfaction"]].count()

# %% [markdown]
# Each row is a wave. The first column counts questionnaires, and the second those that came from
# customers. The other people were asked about the brand but not about their satisfaction. The
# third column counts the answers to the first question, which some customers skipped.
#
# The **response rate** is the share of the people invited who answered. We cannot compute it,
# since the table does not tell how many were invited.

# %% [markdown] tags=["instructor"]
# Ask: "Ana answers 8 on average, on a scale from 1 to 10. Where does she stand between 0 and 100?"
# Expect "at 80". Let somebody place the lowest possible customer, who answers 1 three times. She
# must stand at 0, and 10 per step would put her at 10.

# %% [markdown]
# ## Three customers by hand
#
# Ana, Ben and Chen answer the three questions.

# %%
import pandas as pd

three = pd.DataFrame([[9, 8, 7], [6, 5, 4], [10, 7, 10]], ["Ana", "Ben", "Chen"], ITEMS)
three.mean(axis=1)

# %% [markdown]
# An index should run from 0 for the lowest possible customer to 100 for the highest. The scale begins
# at 1, so Ana with her mean of 8 stands 7 steps above the bottom, of 9 steps in all. We subtract 1,
# divide by 9 and multiply by 100.

# %%
points = 100 * (three.mean(axis=1) - 1) / 9
points.round(1)

# %% [markdown]
# The mean of these points over all customers is the **satisfaction index**. The package computes it
# with an interval. The `assert` says that it agrees with our own numbers.

# %%
by_three = sat.index_0_100(three, scale=(1, 10))
assert abs(by_three["estimate"] - points.mean()) < 1e-9
by_three[["estimate", "low", "high"]].round(1)

# %% [markdown]
# We asked three customers out of many, and three others would give another index. So we also state
# a range, from `low` to `high`. It is called a **confidence interval**. It is made so that in 95 of
# 100 surveys the range holds the index of all customers. Here it covers nearly the whole scale,
# because three customers say almost nothing.
#
# Must the three questions count the same? The American Customer Satisfaction Index gives them
# different weights (Fornell et al. 1996). The State of Ohio, which uses that index, publishes the
# weights 0.3885, 0.3190 and 0.2925. They add up to 1.
#
# **Exercise 22.1** Of another survey, again answered from 1 to 10, you know only the three means:
# 8.2, 7.6 and 7.1. What is the index with these weights? Compare it with the index of three equal
# weights, 73.7.

# %% tags=["exercise"]
means, weights = pd.Series([8.2, 7.6, 7.1]), pd.Series([0.3885, 0.3190, 0.2925])
# solution
answer = 100 * ((means * weights).sum() - 1) / 9
check("22.1", answer)

# %% [markdown]
# In this lesson the three questions count the same. Whatever the weights are, nobody may change
# them after the answers are in.

# %% [markdown] tags=["instructor"]
# Ask before the next output: "The index of each wave has an interval of about one point to each
# side. How wide is the interval of their difference?" Expect "also one point". It is wider, since
# both waves were drawn by chance.

# %% [markdown]
# ## Did the index rise?
#
# Now the two waves. `by_group` computes the same index for each. It takes everybody who answered at
# least two of the three questions; `n` is their number.

# %%
waves = sat.by_group(survey[ITEMS], survey["wave"], sat.index_0_100, scale=SCALE)
waves[["estimate", "low", "high", "n"]].round(1)

# %% [markdown]
# At Lantern the index is about one point higher, as the opening says. But each wave has an
# interval, so the difference between the waves needs an interval too.

# %%
change = sat.difference(waves.iloc[0], waves.iloc[-1])
change.round(2)

# %% [markdown]
# At Lantern 0 lies just inside the interval. So the true change may be 0, but it may also be 2
# points. The survey is too small to tell.
#
# This interval treats the two waves as two separate groups of people. But many customers answered
# both times, and they can tell us more.

# %% [markdown] tags=["instructor"]
# Ask: "A class became taller on average, yet no pupil has grown. How?" Somebody finds it: short
# pupils left, or tall ones came. Keep this picture for the next output.

# %% [markdown]
# ## The same people, asked twice
#
# People who are asked in each wave are called a **panel**. First we give each customer who answered
# at least two of the three questions her own index. Then we put the waves side by side, one row per
# customer, and keep those who have both.

# %%
answered = survey.dropna(subset=ITEMS, thresh=2)
steps = answered[ITEMS].mean(axis=1) - SCALE[0]
scores = answered.assign(index=100 * steps / (SCALE[1] - SCALE[0]))
panel = scores.pivot_table("index", "customer_id", "wave").dropna()
panel.head(3).round(1)

# %% [markdown]
# Each row is a person who can be compared with herself. We take the mean of the differences.

# %%
gains = panel.iloc[:, -1] - panel.iloc[:, 0]
sat.mean(gains)[["estimate", "low", "high", "n"]].round(2)

# %% [markdown]
# At Lantern the same people show no rise: their mean change is a little below 0, and the interval
# holds 0. It is also narrower than the one before. Some people always give high answers and others
# low ones, and this no longer matters when we compare each person with herself.
#
# So the rise must come from those who answered only once. Some answered in the first wave only, and
# other people in the second wave only. We mark who is in the panel and compare the others.

# %%
scores["in panel"] = scores["customer_id"].isin(panel.index)
once = scores[~scores["in panel"]]
others = sat.by_group(once["index"], once["wave"], sat.mean)
rise = sat.difference(others.iloc[0], others.iloc[-1])
rise.round(2)

# %% [markdown]
# This interval lies above 0. The figure puts the two groups side by side. The intervals come from
# random draws, and `seed=0` makes them the same every time.

# %%
import seaborn as sns

style.use()
ax = sns.pointplot(scores, x="wave", y="index", hue="in panel", dodge=True, seed=0)
sns.move_legend(ax, "lower right")
title = f"Same people {gains.mean():+.1f}, other people {rise['estimate']:+.1f}"
ax.set(ylabel="index (0 to 100)", title=title);

# %% [markdown]
# The line of the panel is nearly flat. The other line rises, but its two ends are different people:
# those who came into the survey were happier than those who left it. A mean that moves because
# other people are in it shows a **composition effect**.
#
# The panel does not speak for all customers either. Its line lies higher: those who answered twice
# are happier than those who answered once.

# %% [markdown] tags=["instructor"]
# Before the figure, ask: "The same people are as satisfied as a year ago. Did nothing happen in the
# cafes?" Most say no. Then show the figure, and ask what they would have missed.

# %% [markdown]
# ## What one number hides
#
# The same survey asks what customers perceive of eight elements, again from 1 to 10.
# `panel_changes` compares the same people with themselves, as we did for the index. Guess before
# you run it: how many of the eight elements have changed?

# %%
rated = [column for column in survey if column.endswith("_perceived")]
elements = sat.panel_changes(survey, rated or ITEMS, scale=SCALE)  # ITEMS if rated is empty
elements.plot();

# %% [markdown]
# The figure calls the staff *personnel*; *psychic* stands for worry and *physical* for effort. A
# grey interval holds 0. At Lantern two elements moved, and their intervals lie far from 0. The same
# customers find the staff better and the waiting time worse, by almost as much. A gain and a loss
# can cancel in an index, and the index of these people did not rise.
#
# The company knows that the staff were trained on 1 March 2025, and that the queues grew. The
# survey alone shows no cause.
#
# **Exercise 22.2** Commuters are in a hurry. Do they feel the queue more? Load the shipped data,
# keep the customers whose `segment` is `"commuter"`, and compute the mean change of their
# `time_perceived`, for the same people. This number is the `answer`. Then write one sentence that
# compares it with all customers.

# %% tags=["exercise"]
shipped = crm.load("lantern")
# solution
commuters = shipped.customers[shipped.customers["segment"] == "commuter"]
theirs = shipped.survey[shipped.survey["customer_id"].isin(commuters["customer_id"])]
answer = sat.panel_changes(theirs, ["time_perceived"])["estimate"]
check("22.2", answer)

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "A chain reports 16,677 answers. How exact is a share of 50 %?" Collect
# guesses. Then ask what the chain is silent about: in how many places it asked.

# %% [markdown]
# ## How exact is a large survey?
#
# A fast-food chain reports a survey of 16,677 answers from 30 cities. Half the width of the interval
# of a share is called its **margin of error**. The next cell computes it for a share of 0.5.
#
# But people in one city stand in the same queues, so their answers resemble each other. Groups of
# such answers are called **clusters**. The **design effect** says by how much clusters multiply
# the variance of the share. `design_effect` takes the number of answers in each city, 556, and the
# correlation of two answers from one city. We do not know it, and assume 0.02.

# %%
alone = sat.margin_of_error(0.5, 16_677)
effect = sat.design_effect(556, 0.02)
clustered = sat.margin_of_error(0.5, 16_677, design_effect=effect)
pd.Series({"design effect": effect, "alone": 100 * alone, "clustered": 100 * clustered}).round(2)

# %% [markdown]
# The last two rows are margins in percentage points. `alone` is the margin if each person was drawn
# alone, and `clustered` is the one that counts the cities. So ask how many people answered, and in
# how many places.

# %% [markdown] tags=["instructor"]
# Ask: "Which one question would you keep if you could ask only one?" Expect "would you recommend
# us". Ask what they would know after a year in which it fell by three points.

# %% [markdown]
# ## Is one question enough?
#
# Many companies ask only: would you recommend us, from 0 to 10? They call those who answer 9 or 10
# **promoters**, those who answer 7 or 8 passives, and those who answer 0 to 6 detractors. The
# **net promoter score** is the per cent of promoters minus the per cent of detractors.

# %%
latest = survey[survey["wave"] == survey["wave"].max()]
score = sat.net_promoter_score(latest["recommend"])
sat.plot_net_promoter_score(score);

# %% [markdown]
# The bar shows the three groups, and the dot above it is the score with its interval. The interval
# is many points wide, although hundreds answered. A study of Norwegian firms found no sign that the
# score follows growth more closely than satisfaction does (Keiningham et al. 2007). And one question
# cannot show that the staff became better and the waiting time worse.

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask: "In the truth each customer has one number that cannot change. Can its mean still change
# between the waves?" Let them find the tall pupils again.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# We simulated Lantern, so we know what no company knows. The file of the truth holds one true
# satisfaction per customer, taken at the end of 2025 or on the day she left. We look it up for those
# who answered, wave by wave, and add the mean of all customers.

# %% tags=["needs-truth"]
known = survey.merge(db.truth, on="customer_id")
truth = sat.by_group(known["true_satisfaction"], known["wave"], sat.mean)
truth.loc["all customers", "estimate"] = db.truth["true_satisfaction"].mean()
truth[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-truth"]
# In this file nobody changes between the waves, and yet the second mean is higher. So other people
# answered in the second wave: this is the composition effect. Both means also lie above the mean of
# all customers, and neither interval holds it. An interval allows for chance, but not for the
# people who never answer. Lesson 23 tries to repair that.

# %% [markdown] tags=["instructor"]
# Vote on the bonus again. Whoever still pays must say for which of the lines: the index, the same
# people, or the staff. Expect the third, and ask what it would cost to shorten the queue.

# %% [markdown]
# ## What to decide
#
# Does the team get its bonus for the index? Not on these numbers, since the same people show no
# rise. But at Lantern the same people rate the staff higher. So keep the training.
#
# What must the next survey be able to show? `trial_size` says how many answers each of two groups
# needs, so that a change of `WORTH` is found in four surveys out of five. It takes the standard
# deviation of the index, `sd`, and assumes that each wave asks new people.

# %%
from crmlab.evidence import trial_size

wanted = trial_size(WORTH, sd=scores["index"].std())
f"{wanted:,} answers in each wave, to see {WORTH} point of the index"

# %% [markdown]
# Asking the same people again needs fewer, as the narrower interval showed. So ask last year's
# people first, and replace those who do not answer by customers chosen at random. Write down how
# many were invited. Pay a bonus for the index when the interval of the same people lies above 0.

# %% [markdown]
# ## With your own data
#
# Save your waves in `survey.csv` beside this notebook: one row per respondent and wave, with the
# same `customer_id` in each wave. `sat.to_numbers` turns labels into numbers. If your columns have
# other names, say so once:
#
# ```python
# DATA = "survey.csv"
# OPTIONS = {"columns": {"overall": "satisfaction", "year": "wave"}}
# ```
#
# Elements such as `staff_perceived` are compared if they are there. If nobody answered twice, the
# lesson stops at "The same people" and says so.

# %% [markdown]
# ## Take away
#
# - An index is a mean moved to a scale from 0 to 100. Fix its questions and weights in advance.
# - To claim a change, show the interval of the difference. Compare the same people if you can.
# - An index can rise because other people answered. Ask who they are before you ask what they said.
# - A flat index can hide two changes that cancel. Look at the elements below it.

# %% [markdown]
# ## Terms
#
# <!-- terms: survey wave; response rate; satisfaction index; confidence interval; panel; composition effect; margin of error; clusters; design effect; promoters; net promoter score -->

# %% [markdown]
# ## References
#
# - Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. and Bryant, B. E. (1996). The American
#   Customer Satisfaction Index. *Journal of Marketing* 60(4), 7-18.
# - Keiningham, T. L., Cooil, B., Andreassen, T. W. and Aksoy, L. (2007). A longitudinal examination
#   of net promoter and firm revenue growth. *Journal of Marketing* 71(3), 39-51.
