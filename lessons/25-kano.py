# %% [markdown]
# # 25 Must, wish or surprise?
#
# > "Our tables are the cleanest in town. Why does nobody praise us for it?"
#
# The manager of a Lantern cafe asks this. There are three kinds of features. A must is expected:
# customers complain if it is missing, and say nothing if it is there. A wish is wanted: the more
# there is of it, the happier the customers are. A surprise is not expected: it pleases, and nobody
# misses it. If you ask only "how important is it?", the three look alike.
#
# **You can then** tell what customers must have from what surprises them, and set priorities.
#
# **You need** a little pandas, and some words of lesson 24. A driver is a rating that satisfaction
# moves with. R² is the share of the differences in satisfaction that the drivers explain. The
# importance of a driver is its part of R². Its gap is our target minus its mean rating. Reach is the
# share of the customers whom a project would touch.
#
# **Minutes**: 47

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 8, features 11, ratings 4, priorities 10, own data 1, truth 3,
# decision 6. If you are late, cut the ratings, then the goals.
#
# Ask: "What did you last praise a cafe for? And what would make you leave at once?" Write two
# columns on the board. The same thing seldom stands in both.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
SCALE = (1, 10)  # lowest and highest rating
LOW = 6  # a rating of this or less is low
HIGH = 9  # a rating of this or more is high
TARGET = 9  # the mean rating that we want a mended element to reach
EFFORT = {"money": 3, "product": 2}  # a guess, in any unit; any other element takes 1
EFFECT = 0.3  # points of satisfaction that a trial must not miss
PLACE = "counter"  # where customers will notice the first project
BEST = 9.2  # the mean rating of the best comparable firm, a guess
TODAY, BY = "2026-01-01", "2026-12-31"  # when we set the goal, and when we want to reach it

# %%
import pandas as pd

import crmlab as crm
from crmlab import drivers as kd
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("25-kano")

# %% [markdown] tags=["instructor"]
# Do this on paper, in pairs, two minutes, before anybody sees the letters. Expect "A" for the first
# customer, "because it must be there". Ask what she feels without it. Then let somebody answer
# "I like it" to both questions aloud. That is what a questionable answer sounds like.

# %% [markdown]
# ## Five customers by hand
#
# The **Kano model** sorts features by two questions (Berger and others 1993). How do you feel if the
# feature **is** there, and how do you feel if it is **not** there? The answers are 1 "I like it",
# 2 "it must be so", 3 "I do not care", 4 "I can live with it" and 5 "I dislike it". To find the
# letter of a pair, take the row of the first answer and the column of the second.
#
# | | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | **1** | Q | A | A | A | O |
# | **2, 3, 4** | R | I | I | I | M |
# | **5** | R | R | R | R | Q |
#
# - M is a **must-be** feature: the customer expects it, and is hurt if it is missing.
# - O is a **one-dimensional** feature, a wish: it pleases if it is there, and hurts if it is not.
# - A is an **attractive** feature: a surprise that pleases, and that the customer would not miss.
# - I is for indifferent: the customer does not care.
# - R is for reverse: the customer would rather not have it.
# - Q is a **questionable answer**: it says "I like it" in both cases, or "I dislike it" in both. Such
#   answers contradict each other.
#
# Five customers were asked about free refills. In the next cell, `functional` holds their first
# answer (it is there), and `dysfunctional` the second (it is not there). Find the letter of each
# customer in the table above. The third line of the cell holds the five letters that we found.

# %%
refill = pd.DataFrame({"feature": "refill", "functional": [2, 1, 1, 1, 3]})
refill["dysfunctional"] = [5, 5, 3, 5, 4]
letters = pd.Series(["M", "O", "A", "O", "I"]).value_counts()
letters

# %% [markdown]
# Whom would a refill please? The customers with the letters A and O, three out of five. This share,
# 0.6, is the **satisfaction coefficient**. Whom would a missing refill hurt? The customers with the
# letters O and M, again three out of five. This share with a minus sign, -0.6, is the
# **dissatisfaction coefficient**. The denominator of both leaves out people with the letters R and Q.
#
# The helper `kano` counts the letters and computes both coefficients. The line with `assert` would
# stop the cell if its `counts` were not ours.

# %%
five = kd.kano(refill)
assert (five.counts.loc["refill", letters.index] == letters).all()
five.coefficients.round(2)

# %% [markdown]
# The shares are the same. The 95 % interval, from `low` to `high`, is very wide, because five answers
# say very little.

# %% [markdown] tags=["instructor"]
# Before the map, let people bet: "Which of the eight features is a must? Which one delights?" After
# it ask: "Shall we make the tables even cleaner?" Expect "yes, it hurts most". A must that is kept
# earns nothing more.

# %% [markdown]
# ## Lantern's features
#
# Lantern asked 200 customers both questions about eight features.

# %%
features = kd.kano(db.kano)
features.plot();

# %% [markdown]
# Each point shows the two coefficients of a feature, here without the minus sign. The further to the
# right, the more customers are hurt if the feature is missing. The further up, the more are pleased
# if it is there. The grey lines are 95 % intervals.
#
# At Lantern the right order and clean tables are must-be. Most customers are hurt without them, and
# far fewer are pleased by them. This can explain why the cleanest tables earn little praise. A short queue
# and a fair price are one-dimensional. A free tasting and being greeted by name are attractive. Two
# features leave most people indifferent.
#
# The helper also gives each feature a category. In this survey it is the most frequent letter.

# %%
features.table[["category", "second", "p", "questionable", "n"]].round(3)

# %% [markdown]
# `second` is the next most frequent letter. Suppose that both letters were equally frequent among all
# customers. How often would chance alone make a difference as large as ours? The answer is `p`. If it is
# below .05, we call the category clear; 0.0 means less than .0005. At Lantern all eight are clear.
# `questionable` is the share of Q. A large share would mean that people did not understand the questions.
#
# **Exercise 25.1** A category hides the customers who answered differently. `kd.kano(asked).counts` is
# a table with the number of each letter for each feature. Which of Lantern's features has the
# largest share of R? Divide by all six letters of the feature. The `answer` is this share. Write one
# sentence for the staff: what should they do about this feature?

# %% tags=["exercise"]
asked = crm.load("lantern").kano
# solution
answer = kd.kano(asked)["reverse"].max()
check("25.1", answer)

# %% [markdown] tags=["instructor", "needs-survey"]
# Ask before the figure: "Could we save the second questionnaire, and read musts from ratings?"
# Expect "yes". Afterwards ask which label would have been believed, had there been one. Try LOW = 7
# when somebody doubts it: other labels come, and go again in the other wave.

# %% [markdown] tags=["needs-survey"]
# ## Can ratings alone tell?
#
# Many surveys have no pairs of questions, but only ratings. Can we find the musts in them? We call a
# rating of `LOW` or less a low one, and a rating of `HIGH` or more a high one. The others are in the
# middle. Suppose that people who rate the price low have a mean satisfaction of 6.5. For those in the
# middle it is 7.2, and for those who rate it high 7.7. Then a low rating costs 0.7 points against one in
# the middle: this is the **penalty**. A high rating adds 0.5 points: this is the **reward**.
#
# But people who rate the price low often rate other elements low, too. Those also lower their
# satisfaction. So `penalty_reward` compares people whose ratings of all other elements are alike.
# The first three lines of the cell take the ratings, as in lesson 24.

# %% tags=["needs-survey"]
survey = kd.respondents(db.survey, db.tables.get("customers"))
perceived = survey.filter(like="_perceived")
perceived.columns = perceived.columns.str.removesuffix("_perceived")
effects = kd.penalty_reward(perceived, survey["satisfaction"], cuts=(LOW, HIGH), scale=SCALE)
effects.plot();

# %% [markdown] tags=["needs-survey"]
# Orange bars are penalties, green bars are rewards, and black lines are their intervals. (`psychic` is
# worry, and `physical` is trouble.) A reward below 0 lies on the left, like the penalty. The word at the
# right says what the two bars show:
#
# - `basic` is a must: the penalty is clearly larger than the reward;
# - `excitement` is a surprise: the reward is clearly larger than the penalty;
# - `performance` is a wish: both are clear, because neither interval holds 0;
# - `unclear` is all the rest.
#
# At Lantern money and product are wishes, although the interval of the product's
# penalty ends just before 0.
# Nothing is `basic` or `excitement`. This does not prove that there are no musts, because the intervals
# are long. These ratings cannot tell. The pairs of questions could, so ask them.

# %% [markdown] tags=["needs-survey"]
# ## What comes first?
#
# What a project may gain is importance x gap x reach. Its **priority** is that gain divided by the
# effort it takes. By hand: a project on taste gains 2 and takes 1, so its priority is 2. A project on
# the queue gains 3 and takes 2, so its priority is 1.5. The taste comes first. With an effort of 1.5
# the queue would have a priority of 2, too. Below 1.5 it would come first.
#
# **Exercise 25.2** A third project, a friendlier greeting, gains 5 and takes 4. The taste still gains
# 2 and takes 1. Below which effort would the greeting come first?

# %% tags=["exercise", "needs-survey"]
# solution
best = 2 / 1
answer = 5 / best
check("25.2", answer)

# %% [markdown] tags=["needs-survey"]
# Lantern's candidates are the strongest driver of each segment, as in lesson 24. Nobody knows the
# effort yet, so we guess it in `EFFORT`. `map` looks up the effort of each driver, and `fillna` sets
# it to 1 for drivers without a guess. The intervals come from 500 resamples, in which people are
# drawn at random from the survey.

# %% tags=["needs-survey"]
found = kd.candidates(perceived, survey["satisfaction"], segment=survey["segment"])
effort = found["driver"].map(EFFORT).fillna(1)
ranked = kd.priorities(found, target=TARGET, effort=effort)
ranked.plot();

# %% [markdown] tags=["needs-survey"]
# The bars are priorities with their intervals. At the right stands in how many resamples each
# project comes first. The effort is only our guess, and the intervals do not contain this doubt.

# %% tags=["needs-survey"]
ranked[["gain", "gain_leads", "effort", "priority", "leads"]].round(2)

# %% [markdown] tags=["needs-survey"]
# `gain_leads` says in which share of the resamples a project has the largest gain, and `leads` in which
# share it has the largest priority. At Lantern the price for savers gains most, in nearly
# all of the resamples. The wait for commuters has the largest priority only because we guessed that
# a price cut takes three times the effort.

# %% [markdown]
# ## With your own data
#
# Save `kano.csv` beside this notebook: `respondent_id`, `feature`, `functional`, `dysfunctional`,
# both answers from 1 to 5. If you have `survey.csv`, as in lesson 24, put it into the same folder.
# Then choose your own `EFFORT`.
#
# ```python
# DATA = "my_folder"
# OPTIONS = {}
# ```

# %% [markdown] tags=["instructor", "needs-truth"]
# Before the table: "Our order rests on the survey. Will the truth turn it?" Vote. Then ask why a
# ratio can be wrong while the order is right.

# %% [markdown] tags=["needs-survey", "needs-truth"]
# ## The truth, opened
#
# We built Lantern's customers, so we know by how much satisfaction rises when a rating rises by one
# point. This is the weight of the rating. The cell takes the mean weight of each driver in each
# segment. `melt` writes these means one below the other, and `merge` joins them to our projects. The
# last column is what each project would truly gain, in points of mean satisfaction.

# %% tags=["needs-survey", "needs-truth"]
weights = db.truth.set_index("customer_id").filter(like="weight_")
weights.columns = weights.columns.str.removeprefix("weight_")
belongs = db.customers.set_index("customer_id")["segment"]
mean_weight = weights.groupby(belongs).mean().reset_index()
pairs = mean_weight.melt("segment", var_name="driver", value_name="weight")
truth = ranked.table.merge(pairs, on=["segment", "driver"])
truth["true_gain"] = truth["weight"] * truth["gap"] * truth["reach"]
truth[["driver", "segment", "gain", "true_gain"]].round(3)

# %% [markdown] tags=["needs-survey", "needs-truth"]
# The order of the gains was right. But in truth the price gains only a little more than the wait,
# and not twice as much. Why was the ratio wrong? Our importance comes from R², and R² uses squares.
# If one of two elements has twice the weight, it gets about four times the R², when people differ
# equally in both ratings.

# %% [markdown] tags=["instructor"]
# Before the last cells ask: "What may the manager never cut to pay for the project?" It is what the
# map calls must-be. Then ask who in the room could find out the true effort, and by when.

# %% [markdown]
# ## The decision
#
# The manager has her answer: clean tables are a must. She keeps them clean, although few praise them.
# She does not cut the cost of any must, because customers would be hurt. What does she improve?

# %% tags=["needs-survey"]
print(ranked.caption)

# %% [markdown] tags=["needs-survey"]
# So at Lantern the order depends on the effort, which nobody has measured. The line ends with a limit:
# below this effort, the second project in the line would come first. The truth showed that our two gains
# lie too far apart, so the true limit is lower. It is above 1, because the price truly gains more.
# Find out what each project costs a year. Divide the cost of the second project by the cost of the first:
#
# - above the limit: start with the first project;
# - up to 1: start with the second one;
# - in between: this survey cannot decide, so try both.
#
# The project also needs a goal. The first letters of five words make a **SMART goal** (Doran 1981):
#
# - specific: one metric at one **touch-point**, a place where the customer meets the firm;
# - measurable: a unit, a value of today (the baseline) and a target;
# - achievable: a target up to the **benchmark**, the value of the best comparable firm;
# - relevant: an outcome that it serves;
# - time-bound: a date.
#
# `check_goals` says what is lacking. We give it a wish, and a goal for the first project.

# %% tags=["needs-survey"]
first = ranked.table.iloc[0]
wish = {"metric": "happier customers"}
goal = {"metric": f"rating of {first['driver']} at the {PLACE}", "unit": "points"}
goal.update({"baseline": first["actual"], "target": TARGET, "best_seen": BEST})
goal.update({"serves": "satisfaction", "date": BY})
kd.check_goals(pd.DataFrame([wish, goal]), until=TODAY)["to_do"].tolist()

# %% [markdown] tags=["needs-survey"]
# The wish lacks nearly everything. The goal lacks nothing, so its text is empty. But our benchmark is a
# guess.
#
# Try the first project in some cafes, chosen at random, and compare them with other cafes. How many
# customers must answer in each of the two groups? `touched` holds the satisfaction of the segment of the
# first project.

# %% tags=["needs-survey"]
from crmlab.evidence import trial_size

touched = survey.loc[survey["segment"] == ranked["segment"].iloc[0], "satisfaction"]
trial_size(EFFECT, sd=touched.std())

# %% [markdown] tags=["needs-survey"]
# If satisfaction truly rises by `EFFECT` points, four of five such trials will show it.

# %% [markdown]
# ## Take away
#
# - Ask twice: with it, and without it. One question cannot tell a must from a surprise.
# - A must that is kept earns no praise; a must that fails costs the customer.
# - Ratings alone may not tell musts from surprises, as here.
# - Divide the gain by the effort, and say at which effort the order changes.

# %% [markdown]
# ## Terms
#
# <!-- terms: Kano model; must-be; one-dimensional; attractive; questionable answer; satisfaction coefficient; dissatisfaction coefficient; penalty; reward; priority; SMART goal; touch-point; benchmark -->

# %% [markdown]
# ## References
#
# - Berger, C. and others (1993). Kano's methods for understanding customer-defined quality.
#   *Center for Quality of Management Journal* 2(4).
# - Doran, G. T. (1981). There's a S.M.A.R.T. way to write management's goals and objectives.
#   *Management Review* 70(11), 35-36.
