# %% [markdown]
# # 25 Must, wish or surprise?
#
# > "Our tables are the cleanest in town. Why does nobody praise us for it?"
#
# The manager of a Lantern cafe asks this. There are three kinds of features. A must is expected, and
# customers complain if it is missing. With a wish, customers are happier the more they get of it. A
# surprise pleases them, but they do not miss it. If you ask only "how important is it?", the three
# look alike. In this lesson we tell them apart, and then choose what to do first.
#
# **You can then** tell what customers must have from what surprises them, and set priorities.
#
# **You need** a little pandas, and three ideas from lesson 24. The importance of a driver is the part
# of the differences in satisfaction that it explains, written R². Its gap is our target minus its
# mean rating. Reach is the share of the customers whom a project would touch.
#
# **Minutes**: 47

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 7, features 11, ratings 5, priorities 10, own data 1, truth 3,
# decision 7. If you are late, cut the ratings by hand, then the goals.
#
# Ask: "What did you last praise a cafe for? And what would make you leave at once?" Write two
# columns on the board. The same thing seldom stands in both.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
SCALE = (1, 10)  # lowest and highest rating
DRIVER = "money"  # the element whose low and high ratings we compare by hand
LOW = 6  # a rating of this or less is low
HIGH = 9  # a rating of this or more is high
TARGET = 9  # the mean rating that we want a mended element to reach
EFFORT = {"money": 3, "product": 2}  # a guess, in any unit; any other element takes 1
EFFECT = 0.3  # points of satisfaction that a trial must not miss
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
# - I means that the customer does not care, and R that she would rather not have it (reverse).
# - Q is a **questionable answer**: nobody can like a thing, or dislike it, in both cases.
#
# Five customers were asked about free refills. The column `functional` holds the first answer (it is
# there), and `dysfunctional` the second (it is not there). Find the five letters before you run the
# cell; its third line writes down ours.

# %%
refill = pd.DataFrame({"feature": "refill", "functional": [2, 1, 1, 1, 3]})
refill["dysfunctional"] = [5, 5, 3, 5, 4]
letters = pd.Series(["M", "O", "A", "O", "I"]).value_counts()
letters

# %% [markdown]
# Whom would a refill please? Those with the letters A and O, and these are three customers out of
# five. This share is the **satisfaction coefficient**. A missing refill hurts those with O and M,
# and these are three out of five, too. With a minus sign this share is the
# **dissatisfaction coefficient**. People with the letters R and Q are left out. The helper does the
# same:

# %%
five = kd.kano(refill)
assert (five.counts.loc["refill", letters.index] == letters).all()
five.coefficients.round(2)

# %% [markdown]
# The helper finds the same letters and the same shares. From `low` to `high` reaches the 95 %
# interval. It is very wide, because five answers say very little.

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
# if it is there. The grey lines are 95 % intervals. At Lantern the right order and clean tables are
# must-be: most customers are hurt without them, and far fewer are pleased by them. This is why the
# cleanest tables earn little praise. A short queue and a fair price are one-dimensional. A free
# tasting and being greeted by name are attractive. Two features leave most people indifferent.
#
# The category of a feature is usually its most frequent letter. The next table says how clear it is.

# %%
features.table[["category", "second", "p", "questionable", "n"]].round(3)

# %% [markdown]
# `second` is the next most frequent letter. A small `p` means that chance alone hardly explains the
# lead of the first letter over the second. Below .05 we call the category clear; 0.0 means less than
# .0005. At Lantern all eight are clear. `questionable` is the share of Q. If it is above a tenth,
# many people did not understand the questions.
#
# The usual advice, which no survey proves, is to secure the musts first, then to compete on the
# wishes, and then to add a surprise.
#
# **Exercise 25.1** A category hides the customers who answered differently. `kd.kano(asked).counts` is
# a table with the number of each letter for each feature. Which of Lantern's features has the most
# R, that is, customers who would rather not have it? The `answer` is their share of all who answered
# about that feature. Write one sentence for the staff: what should they do about it?

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
# Many surveys have no pairs of questions, but only ratings. Can we find the musts in them? If an
# element is a must, a low rating should lower satisfaction a lot, and a high rating should raise it
# only a little. As in lesson 24, we keep the last answer of each person. Then `pd.cut` puts the
# ratings of one element, `DRIVER`, into three bands: low (up to `LOW`), middle, and high (from
# `HIGH`). We compare the mean satisfaction of the bands.

# %% tags=["needs-survey"]
survey = kd.respondents(db.survey, db.tables.get("customers"))
perceived = survey.filter(like="_perceived")
perceived.columns = perceived.columns.str.removesuffix("_perceived")
band = pd.cut(perceived[DRIVER], [0, LOW, HIGH - 1, 10], labels=["low", "middle", "high"])
means = survey["satisfaction"].groupby(band, observed=False).mean()
means - means["middle"]

# %% [markdown] tags=["needs-survey"]
# The row `low` is the **penalty**: what a low rating costs in satisfaction, compared with a middle
# one. The row `high` is the **reward**: what a high rating adds.
#
# But people who rate the price low often rate other elements low, too, and those also lower their
# satisfaction. So the helper takes all elements together: it compares people who rate the other
# elements alike. It adds the intervals.

# %% tags=["needs-survey"]
effects = kd.penalty_reward(perceived, survey["satisfaction"], cuts=(LOW, HIGH), scale=SCALE)
effects.plot();

# %% [markdown] tags=["needs-survey"]
# Orange bars are penalties, green bars are rewards, and black lines are their intervals. The word at
# the right says what they show. For a must it is `basic`: the penalty is clearly larger than the
# reward. For a surprise it is `excitement`: the reward is clearly larger. For a wish it is
# `performance`: neither interval holds 0. At Lantern nothing is `basic` or `excitement`. This does
# not prove that there are no musts, because the intervals are long. These ratings cannot tell. So
# trust the pairs of questions.

# %% [markdown] tags=["needs-survey"]
# ## What comes first?
#
# What a project may gain is importance x gap x reach. Its **priority** is that gain divided by the
# effort it takes. By hand: a queue project gains 3 and takes 2, so its priority is 1.5. A project on
# taste gains 2 and takes 1, so its priority is 2, and it comes first. The queue would come first if
# it took less than 1.5, since 3 / 1.5 is 2.
#
# **Exercise 25.2** A third project, a friendlier greeting, gains 5 and takes 4. The taste still gains
# 2 and takes 1. Below which effort would the greeting come first?

# %% tags=["exercise", "needs-survey"]
# solution
best = 2 / 1
answer = 5 / best
check("25.2", answer)

# %% [markdown] tags=["needs-survey"]
# Lantern's candidates are the strongest driver of each segment, as in lesson 24. `map` looks up the
# effort of each driver in `EFFORT`, and `fillna` sets it to 1 for the drivers that are not there.

# %% tags=["needs-survey"]
found = kd.candidates(perceived, survey["satisfaction"], segment=survey["segment"])
effort = found["driver"].map(EFFORT).fillna(1)
ranked = kd.priorities(found, target=TARGET, effort=effort)
ranked.plot();

# %% [markdown] tags=["needs-survey"]
# The bars are priorities with their intervals. At the right stands how often each project comes
# first when the people are drawn again. But nothing in this figure shows that the effort is only our
# guess.

# %% tags=["needs-survey"]
ranked[["gain", "gain_leads", "effort", "leads", "effort_to_lead"]].round(2)

# %% [markdown] tags=["needs-survey"]
# `gain_leads` says how often a project leads before effort is counted, and `leads` says it after.
# At Lantern the price for savers gains most, in nearly all of the resamples. The wait for commuters
# comes first only because we guessed that a price cut takes three times the effort.
# `effort_to_lead` is the limit that you computed in the exercise: below this effort the project
# would come first.

# %% [markdown]
# ## With your own data
#
# Save `kano.csv` beside this notebook: `respondent_id`, `feature`, `functional`, `dysfunctional`,
# both answers from 1 to 5. Put `survey.csv`, as in lesson 24, into the same folder if you have it,
# name an element of yours as `DRIVER`, and choose your own `EFFORT`.
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
# point: by its weight. The next cell takes the mean weight of each driver in each segment. `melt`
# writes one row for each pair. We join these rows to our projects, and compute what each project
# would truly gain, in points of mean satisfaction.

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
# and not twice as much. So the price comes first only if it takes little more effort than the wait.
# Why was the ratio wrong? Our importance comes from R², and R² uses squares. If one element has
# twice the weight of another, it gets about four times the R².

# %% [markdown] tags=["instructor"]
# Before the last cells ask: "What may the manager never cut to pay for the project?" It is what the
# map calls must-be. Then ask who in the room could find out the true effort, and by when.

# %% [markdown]
# ## The decision
#
# The manager has her answer: clean tables are a must. She keeps them clean, although few praise
# them, and she saves nothing on any other must. What does she improve?

# %% tags=["needs-survey"]
print(ranked.caption)

# %% [markdown] tags=["needs-survey"]
# So the order depends on one number that nobody has measured: the effort. Before you decide, find out
# what each project costs a year. Divide the cost of the second project by that of the first. If the
# result is below the last number in the line, choose the second.
#
# The project also needs a goal. The first letters of five rules make a **SMART goal** (Doran 1981):
#
# - specific: it names one metric at one **touch-point**, a place where the customer meets the firm;
# - measurable: it has a unit, a baseline and a target; the distance between the last two is the
#   **strategy gap** of lesson 24;
# - achievable: somebody has reached the target; what the best comparable firm achieves is called
#   the **benchmark**;
# - relevant: it says which outcome it serves;
# - time-bound: it has a date.
#
# The helper says what is lacking in a goal. We check a wish, and a goal for the first project.

# %% tags=["needs-survey"]
first = ranked.table.iloc[0]
wish = {"metric": "happier customers"}
goal = {"metric": f"mean rating of {first['driver']}", "unit": "points", "serves": "satisfaction"}
goal.update({"baseline": first["actual"], "target": TARGET, "date": BY})
kd.check_goals(pd.DataFrame([wish, goal]), until=TODAY)["to_do"].tolist()

# %% [markdown] tags=["needs-survey"]
# The wish lacks nearly everything. The goal has the right form, so nothing is said of it. But the
# form does not tell whether the target is wise. We gave no benchmark, so the helper could not check
# that the target is achievable.
#
# Try the first project in some cafes, chosen at random. How many customers must answer there, and as
# many in the other cafes? `touched` holds the satisfaction of the segment of the first project.

# %% tags=["needs-survey"]
from crmlab.evidence import trial_size

touched = survey.loc[survey["segment"] == ranked["segment"].iloc[0], "satisfaction"]
trial_size(EFFECT, sd=touched.std())

# %% [markdown] tags=["needs-survey"]
# With that many in each group, a true rise of `EFFECT` points is found four times out of five.

# %% [markdown]
# ## Take away
#
# - Ask twice: with it, and without it. One question cannot tell a must from a surprise.
# - A must that is kept earns no praise; a must that fails costs the customer.
# - Ratings alone may not tell musts from surprises, as here.
# - Divide the gain by the effort last, and say at which effort the order changes.

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
