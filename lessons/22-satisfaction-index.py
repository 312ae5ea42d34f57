# %% [markdown]
# # 22 The satisfaction index
#
# > "Our satisfaction index went up by a point. The service team has earned its bonus."
#
# Three things can lift an index. Customers may have become happier. Other people may have answered. Or
# it was chance. The number alone does not say which of the three it was.
#
# **You can then** build an index of satisfaction and give it an interval; say whether it changed
# between two surveys; and see what the one number hides, and whom it speaks for.
#
# **You need** a little pandas: `groupby`, a boolean mask, `dropna`. From lesson 20 we use one idea:
# satisfaction rests on what customers perceive of several elements, such as the staff, the waiting
# time or the price.
#
# **Minutes**: 47

# %% [markdown] tags=["instructor"]
# Clock: opening 5, by hand 12, two waves 4, same people 8, hidden 9, one number 2, truth 3, decision 4.
#
# Vote before anything else: does the team get its bonus? Count the hands and write the numbers on
# the board. You will vote again at the end. If you are late, cut the section on one number.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a company that we made up. Each November it asks the same questions again. One
# such round is called a **survey wave**. Three questions go into the index, all answered from 1 to
# 10. How satisfied are you? How do we compare with what you expected? How do we compare with your
# ideal?

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
# Each row is a wave. `respondent_id` counts all questionnaires, and `customer_id` counts those of
# customers. The other people were asked about the brand only. `satisfaction` counts the answers to the
# first question, which some customers skipped.
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
# An index should run from 0 for the lowest possible answers to 100 for the highest. From 1 to 10 there
# are 9 steps. Ana's mean of 8 lies 7 steps above the 1. So we subtract 1, divide by 9 and multiply by
# 100.

# %%
points = 100 * (three.mean(axis=1) - 1) / 9
points.round(1)

# %% [markdown]
# The mean of these points over all customers is the **satisfaction index**. The package also gives it a
# range, from `low` to `high`. The `assert` checks that the package finds the same index as we do.

# %%
by_three = sat.index_0_100(three, scale=(1, 10))
assert abs(by_three["estimate"] - points.mean()) < 1e-9
by_three[["estimate", "low", "high"]].round(1)

# %% [markdown]
# We asked three customers out of many, and three others would give another index. The range allows for
# that, and it is called a **confidence interval**. If customers are drawn at random, it holds the index
# of all customers in 95 of 100 surveys. Here it is very wide, because three customers say little about
# all. It ends at 100, since no index can be higher.
#
# Must the three questions count the same? The American Customer Satisfaction Index gives them different
# weights, which add up to 1 (Fornell et al. 1996).
#
# **Exercise 22.1** Of another survey, again answered from 1 to 10, you know only the means of the three
# questions: 8.2, 7.6 and 7.1. Their weights are 0.3885, 0.3190 and 0.2925. What is the index? Compare
# it with the index of three equal weights, 73.7.

# %% tags=["exercise"]
means, weights = pd.Series([8.2, 7.6, 7.1]), pd.Series([0.3885, 0.3190, 0.2925])
# solution
answer = 100 * ((means * weights).sum() - 1) / 9
check("22.1", answer)

# %% [markdown]
# In this lesson the three questions count the same. Fix the weights before the answers come in, and do
# not change them later.

# %% [markdown] tags=["instructor"]
# Ask before the next output: "The index of each wave has an interval of about one point to each
# side. How wide is the interval of their difference?" Expect "also one point". It is wider, since
# both waves were drawn by chance.

# %% [markdown]
# ## Did the index rise?
#
# Now we compare the two waves. `by_group` computes the same index for each of them. It takes everybody
# who answered at least two of the three questions, and `n` is their number.

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
# This interval treats the two waves as two separate groups of people. But many customers answered in
# both waves, and they can tell us more.

# %% [markdown] tags=["instructor"]
# Ask: "A class became taller on average, yet no pupil has grown. How?" Somebody finds it: short
# pupils left, or tall ones came. Keep this picture for the next output.

# %% [markdown]
# ## The same people, asked twice
#
# People who are asked in each wave are called a **panel**. First we compute the points of each
# customer, as we did for Ana. With `thresh=2`, `dropna` keeps the rows with at least two of the three
# answers. Then we put the waves side by side, one row per customer, and keep those who have both.

# %%
answered = survey.dropna(subset=ITEMS, thresh=2)
steps = answered[ITEMS].mean(axis=1) - SCALE[0]
scores = answered.assign(points=100 * steps / (SCALE[1] - SCALE[0]))
waves_apart = scores.pivot_table(values="points", index="customer_id", columns="wave")
panel = waves_apart.dropna()
panel.head(3).round(1)

# %% [markdown]
# Each row is a person, and we compare her with herself. We take the mean of the differences.

# %%
gains = panel.iloc[:, -1] - panel.iloc[:, 0]
sat.mean(gains)[["estimate", "low", "high", "n"]].round(2)

# %% [markdown]
# At Lantern the same people show no rise: their mean change is a little below 0, and the interval
# holds 0. This interval is narrower than the one before. Some people always give high answers, others
# always low ones. That no longer matters when we compare each person with herself.
#
# Did the index rise among those who answered only once? Some answered in the first wave only, and other
# people answered in the second wave only. We mark them and compare them.

# %%
both = scores["customer_id"].isin(panel.index)
scores["answered"] = both.map({True: "in both waves", False: "in one wave"})
once = scores[~both]
others = sat.by_group(once["points"], once["wave"], sat.mean)
rise = sat.difference(others.iloc[0], others.iloc[-1])
rise.round(2)

# %% [markdown]
# At Lantern 794 - 391 = 403 of them answered in the first wave, and 795 - 391 = 404 in the second. The
# interval lies above 0. The next figure shows both groups. It draws a 95 % interval for each mean, with
# random numbers, and `seed=0` makes them the same every time.

# %%
import seaborn as sns

style.use()
ax = sns.pointplot(scores, x="wave", y="points", hue="answered", dodge=True, seed=0)
sns.move_legend(ax, "lower right")
title = f"Same people {gains.mean():+.1f}, other people {rise['estimate']:+.1f}"
ax.set(ylabel="index (0 to 100)", title=title);

# %% [markdown]
# The line of those who answered in both waves is nearly flat. The other line rises, but its two ends
# are different people. Those who answered only in the second wave were happier than those who answered
# only in the first. A mean that moves because other people are in it shows a **composition effect**.
#
# The panel does not speak for all customers either. Its line lies higher: those who answered twice
# are happier than those who answered once.

# %% [markdown] tags=["instructor"]
# Before the figure, ask: "The same people are as satisfied as a year ago. Did nothing happen in the
# cafes?" Most say no. Then show the figure, and ask what they would have missed.

# %% [markdown]
# ## What one number hides
#
# The same survey asks how customers perceive eight elements, again from 1 to 10. *Personnel* is the
# staff, and *time* is the waiting time. *Psychic* is the worry that a visit costs, and *physical* is
# the effort. `panel_changes` compares each person with herself, as we did for the index. But it leaves
# the answers on their scale: here a point is one step from 1 to 10. Guess before you run it: how many
# of the eight elements have changed?

# %%
rated = [column for column in survey if column.endswith("_perceived")]
elements = sat.panel_changes(survey, rated or ITEMS, scale=SCALE)  # ITEMS if rated is empty
elements.plot();

# %% [markdown]
# A grey interval holds 0. At Lantern two elements moved, and their intervals lie far from 0. The same
# customers find the staff better and the waiting time worse, by almost as much. A gain and a loss can
# cancel in an index.
#
# The company knows that the staff were trained on 1 March 2025, and that the queues grew. The survey
# alone shows no cause.
#
# **Exercise 22.2** Commuters are in a hurry. Do they feel the queue more? In `shipped.customers`, keep
# the customers whose `segment` is `"commuter"`. Compute the mean change of their `time_perceived`, for
# the same people. This number is the `answer`. Then write one sentence that compares it with all
# customers.

# %% tags=["exercise"]
shipped = crm.load("lantern")
# solution
commuters = shipped.customers[shipped.customers["segment"] == "commuter"]
theirs = shipped.survey[shipped.survey["customer_id"].isin(commuters["customer_id"])]
answer = sat.panel_changes(theirs, ["time_perceived"])["estimate"]
check("22.2", answer)

# %% [markdown] tags=["instructor"]
# Ask: "Which one question would you keep if you could ask only one?" Expect "would you recommend
# us". Ask what they would know after a year in which it fell by three points.

# %% [markdown]
# ## Is one question enough?
#
# Many companies ask only: would you recommend us, from 0 to 10? Those who answer 9 or 10 are called
# **promoters**. Those who answer 0 to 6 are called detractors. The **net promoter score** is the per
# cent of promoters minus the per cent of detractors.

# %%
latest = survey[survey["wave"] == survey["wave"].max()]
score = sat.net_promoter_score(latest["recommend"])
score[["promoters", "detractors", "estimate", "low", "high", "n"]].round(2)

# %% [markdown]
# The first two rows are shares, and the score with its interval is in points. The interval is many
# points wide, although hundreds answered. In a study of Norwegian firms the score followed growth no
# better than satisfaction did (Keiningham et al. 2007). And one question cannot show that the staff
# became better and the waiting time worse.

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask: "In the truth each customer has one number that cannot change. Can its mean still change
# between the waves?" Let them find the tall pupils again.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# We simulated Lantern, so we know what no company knows. The table `truth` holds one true satisfaction
# for each customer, on the scale from 1 to 10. It is her satisfaction at the end of 2025, or on the day
# she left. We look it up for those who answered, wave by wave. The last row is the mean of all
# customers.

# %% tags=["needs-truth"]
known = survey.merge(db.truth, on="customer_id")
truth = sat.by_group(known["true_satisfaction"], known["wave"], sat.mean)
truth.loc["all customers", "estimate"] = db.truth["true_satisfaction"].mean()
truth[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-truth"]
# The table has one number for each customer, so nobody can change between the waves. But the second
# mean is higher. So other people answered in the second wave: this is the composition effect.
#
# Both intervals also lie above the mean of all customers. An interval allows for chance, but not for
# the people who never answer. Lesson 23 tries to repair that.

# %% [markdown] tags=["instructor"]
# Vote on the bonus again. Whoever still pays must say for which of the lines: the index, the same
# people, or the staff. Expect the third, and ask what it would cost to shorten the queue.

# %% [markdown]
# ## What to decide
#
# Does the team get its bonus for the index? Not on these numbers, since the same people show no rise.
# But at Lantern the same people rate the staff higher. So keep the training, although the survey does
# not prove that it is the cause.
#
# How many people must the next survey ask? `trial_size` says how many answers each of two groups needs,
# so that a change of `WORTH` is found in four surveys of five. It takes the standard deviation, `sd`.
# If the same people answer twice, there is only one group: their differences. Chance enters once and
# not twice, so half of the number is enough.

# %%
from crmlab.evidence import trial_size

new = trial_size(WORTH, sd=scores["points"].std())
same = trial_size(WORTH, sd=gains.std()) // 2
f"To see {WORTH} point: {new:,} new people in each wave, or {same:,} people asked twice"

# %% [markdown]
# So ask last year's people first, and replace those who do not answer by customers chosen at random.
# Write down how many were invited. Pay a bonus for the index if the interval of the same people lies
# above 0. These people do not speak for all customers, so report the index of the others beside it.

# %% [markdown]
# ## With your own data
#
# Save your waves in `survey.csv` beside this notebook: one row per person and wave, with the same
# `customer_id` in each wave. `sat.to_numbers` turns labels such as "good" into numbers. If your columns
# have other names, say so once:
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
# <!-- terms: survey wave; response rate; satisfaction index; confidence interval; panel; composition effect; promoters; net promoter score -->

# %% [markdown]
# ## References
#
# - Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. and Bryant, B. E. (1996). The American
#   Customer Satisfaction Index. *Journal of Marketing* 60(4), 7-18.
# - Keiningham, T. L., Cooil, B., Andreassen, T. W. and Aksoy, L. (2007). A longitudinal examination
#   of net promoter and firm revenue growth. *Journal of Marketing* 71(3), 39-51.
