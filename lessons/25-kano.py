# %% [markdown]
# # 25 Must, wish or surprise?
#
# > "Our tables are the cleanest in town. Why does nobody praise us for it?"
#
# The manager of a Lantern cafe asks this. Some things nobody praises, but everybody misses them when
# they fail. Others nobody would miss, but they make people talk. If you ask only "how important is
# it?", the two look alike. In this lesson we tell them apart, and then choose what to do first.
#
# **You can then** tell what customers must have from what surprises them, and set priorities.
#
# **You need** a little pandas, and three ideas from lesson 24. The importance of a driver is the part
# of the differences in satisfaction that it explains, written R². Its gap is our target minus its
# mean rating. Reach is the share of the customers whom a project would touch.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 7, features 13, ratings 7, touch-points 3, priorities 5, own data 1,
# truth 4, decision 7. If you are late, cut the touch-points, then the ratings.
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
STAGE = {"image": "before", "product": "after", "psychic": "after"}  # the other elements: during
TARGET = 9  # the mean rating that we want a mended element to reach
EFFORT = {"money": 3, "product": 2}  # a guess, in any unit; any other element takes 1
EFFECT = 0.3  # points of satisfaction that a trial must not miss

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
# - M is a **must-be** feature: she takes it for granted, and is hurt if it is missing.
# - O is a **one-dimensional** feature: it pleases if it is there, and hurts if it is not.
# - A is an **attractive** feature: a surprise that pleases, and that she would not miss.
# - I says that she is indifferent, and R that she would rather not have it (reverse).
# - Q is a **questionable answer**: nobody can like a thing both if it is there and if it is not.
#
# Five customers were asked about free refills. Find the letter of each before you run the cell.

# %%
refill = pd.DataFrame({"feature": "refill", "functional": [2, 1, 1, 1, 3]})
refill["dysfunctional"] = [5, 5, 3, 5, 4]
letters = pd.Series(["M", "O", "A", "O", "I"]).value_counts()
letters

# %% [markdown]
# Whom would a refill please? Those with the letters A and O, and these are three customers out of
# five. This share is the **satisfaction coefficient**. A missing refill hurts those with O and M,
# and these are three out of five, too. With a minus sign this share is the
# **dissatisfaction coefficient**. Whoever answered R or Q is counted in neither. Now the helper:

# %%
five = kd.kano(refill)
assert (five.counts.loc["refill", letters.index] == letters).all()
five.coefficients.round(2)

# %% [markdown]
# The helper finds the same letters, since the `assert` did not stop us, and the same shares. From
# `low` to `high` reaches the 95 % interval. It is very wide, because five answers say very little.

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
# The further to the right, the more customers are hurt if the feature is missing. The further up,
# the more are pleased if it is there. The grey lines are 95 % intervals. At Lantern the right order
# and clean tables are must-be, so nobody praises them. A short queue and a fair price are
# one-dimensional. A free tasting delights, and so does being greeted by name. Two features leave
# most people indifferent. The next table says how clear these kinds are.

# %%
features.table[["category", "second", "p", "questionable", "n"]].round(3)

# %% [markdown]
# `second` is the runner-up among the letters, and `p` is the probability that two equally common
# letters would differ so much by luck alone. Below .05 we call the kind clear, and 0.0 means less
# than .0005. `questionable` should stay below a tenth, or the questions were not understood.
# Kano's advice is to secure the musts first, then to compete on what is one-dimensional, and to
# add a surprise. That is advice, and no result of this survey.
#
# **Exercise 25.1** One hundred customers answer: M 20, O 20, A 13, I 40, R 4, Q 3. If M, O and A
# together outnumber I, R and Q, the most frequent of M, O and A is the category. A tie goes to what
# hurts most if it is missing. Which letter is it?

# %% tags=["exercise"]
# solution
counted = pd.DataFrame({"M": [20], "O": [20], "A": [13], "I": [40], "R": [4], "Q": [3]})
answer = kd.kano(counted)["category"].item()
check("25.1", answer)

# %% [markdown]
# **Exercise 25.2** A category speaks for the most frequent answer only. For one of Lantern's
# features the largest share of the customers would rather not have it (R). How large is this share
# of all who answered? Write one sentence for the staff: what should they do about this feature?

# %% tags=["exercise"]
asked = crm.load("lantern").kano
# solution
answer = kd.kano(asked)["reverse"].max()
check("25.2", answer)

# %% [markdown] tags=["instructor", "needs-survey"]
# Ask before the figure: "Could we save the second questionnaire, and read musts from ratings?"
# Expect "yes". Afterwards ask which label would have been believed, had there been one. Try LOW = 7
# when somebody doubts it: other labels come, and go again in the other wave.

# %% [markdown] tags=["needs-survey"]
# ## Can ratings alone tell?
#
# Many surveys have no pairs of questions, but only ratings. Can we find the musts in them? A must
# should cost much when it is rated low, and add little when it is rated high. As in lesson 24, we
# keep the last answer of each person. Then we cut the ratings of one element, `DRIVER`, into low,
# middle and high ones, and compare the mean satisfaction of the three groups.

# %% tags=["needs-survey"]
survey = kd.respondents(db.survey, db.tables.get("customers"))
perceived = survey.filter(like="_perceived")
perceived.columns = perceived.columns.str.removesuffix("_perceived")
band = pd.cut(perceived[DRIVER], [0, LOW, HIGH - 1, 10], labels=["low", "middle", "high"])
means = survey["satisfaction"].groupby(band, observed=False).mean()
means - means["middle"]

# %% [markdown] tags=["needs-survey"]
# The row `low` is the **penalty**: what a low rating costs in satisfaction against a middling one.
# The row `high` is the **reward**: what a high rating adds. The helper agrees, and the next cell
# prints nothing.

# %% tags=["needs-survey"]
one = kd.penalty_reward(
    perceived[[DRIVER]], survey["satisfaction"], cuts=(LOW, HIGH), scale=SCALE
).table.loc[DRIVER]
assert abs(one["penalty"] - (means["low"] - means["middle"])) < 1e-9
assert abs(one["reward"] - (means["high"] - means["middle"])) < 1e-9

# %% [markdown] tags=["needs-survey"]
# One element alone also gets the credit of all the others that rise with it. So the helper takes all
# elements together: it compares people who rate the others alike.

# %% tags=["needs-survey"]
effects = kd.penalty_reward(perceived, survey["satisfaction"], cuts=(LOW, HIGH), scale=SCALE)
effects.plot();

# %% [markdown] tags=["needs-survey"]
# Orange bars are penalties, green bars are rewards, and black lines are their intervals. The label
# `basic` would mean a must, and `excitement` a surprise; `performance` says that penalty and reward
# are both clear of zero. At Lantern no label is basic and none is excitement. That does not prove
# that there are no musts, but only that these ratings cannot tell. So trust the pairs of questions.

# %% [markdown] tags=["instructor", "needs-survey"]
# Let people place the eight elements themselves before the figure. They will disagree on the image
# and on the worry. That is fine: the stages are ours to choose, and they stand in the first cell.

# %% [markdown] tags=["needs-survey"]
# ## Before, during, after
#
# A **touch-point** is a place where the customer meets the firm: before, during or after the
# purchase. The cell puts each element into one of the three stages, as `STAGE` says.

# %% tags=["needs-survey"]
met = perceived.melt(var_name="touchpoint", value_name="performance")
met["stage"] = met["touchpoint"].map(STAGE).fillna("during")
kd.touchpoints(met, scale=SCALE).plot();

# %% [markdown] tags=["needs-survey"]
# The weakest touch-point of each stage stands on top, with its mean rating. At Lantern the two weak
# spots lie at the counter: the wait and the bill. Kano's map called both one-dimensional, so every
# step there should be felt.

# %% [markdown] tags=["instructor", "needs-survey"]
# Ask before the figure: "A price cut for savers or a shorter wait for commuters: who bets on
# which?" Then ask the same with the effort covered up. Whoever changes sides has bet on our guess.

# %% [markdown] tags=["needs-survey"]
# ## What comes first?
#
# What a project may gain is importance x gap x reach. Its **priority** is that gain divided by the
# effort it takes. By hand: a queue project gains 3 and takes 2, so its priority is 1.5. A project on
# taste gains 2 and takes 1, so its priority is 2, and it comes first. The queue would come first if
# it took less than 1.5, since 3 / 1.5 is 2.
#
# Lantern's candidates are the strongest driver of each segment, as in lesson 24.

# %% tags=["needs-survey"]
found = kd.candidates(perceived, survey["satisfaction"], segment=survey["segment"])
effort = found["driver"].map(EFFORT).fillna(1)
ranked = kd.priorities(found, target=TARGET, effort=effort)
ranked.plot();

# %% [markdown] tags=["needs-survey"]
# The bars are priorities with their intervals. At the right stands how often each project comes
# first when the people are drawn again. The intervals hold the doubt that comes from asking only
# some customers. They hold no doubt about the effort, although we guessed it.

# %% tags=["needs-survey"]
ranked[["gain", "gain_leads", "effort", "priority", "leads", "effort_to_lead"]].round(3)

# %% [markdown] tags=["needs-survey"]
# `gain_leads` says how often a project leads before effort is counted, and `leads` says it after.
# At Lantern the price for savers gains most, in nearly all of the resamples. The wait for commuters
# comes first only because we guessed that a price cut takes three times the effort.
# `effort_to_lead` is the effort at which a project would equal the best of the others.

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
# point: by its weight. Here is what each project would truly gain, in points of mean satisfaction.

# %% tags=["needs-survey", "needs-truth"]
weights = db.truth.set_index("customer_id").filter(like="weight_")
weights.columns = weights.columns.str.removeprefix("weight_")
belongs = db.customers.set_index("customer_id")["segment"]
mean_weight = weights.groupby(belongs).mean()
by_segment = mean_weight.melt(var_name="driver", value_name="weight", ignore_index=False)
by_segment.head(3).round(2)

# %% [markdown] tags=["needs-survey", "needs-truth"]
# Each row now holds one segment, one driver and the mean weight. We join it to our projects.

# %% tags=["needs-survey", "needs-truth"]
truth = ranked.table.reset_index().merge(by_segment.reset_index(), on=["segment", "driver"])
truth["true_gain"] = truth["weight"] * truth["gap"] * truth["reach"]
truth["true_priority"] = truth["true_gain"] / truth["effort"]
truth.set_index("project")[["gain", "true_gain", "priority", "true_priority"]].round(3)

# %% [markdown] tags=["needs-survey", "needs-truth"]
# The order was right, before the effort and after it. The ratio was not: in truth the price gains
# only a little more than the wait, and not twice as much. The reason lies in R²: an element with
# twice the weight explains four times as many differences, so R² stretches the list. The true limit
# of the effort is one true gain divided by the other. The ratings were right to stay silent, too,
# since we built satisfaction as a plain sum, without musts or surprises among the ratings.

# %% [markdown] tags=["instructor"]
# Before the exercise, let everybody write one goal for her own work. Afterwards, check it against
# the five words. Most goals lack a date, or the margin of error of their measure.

# %% [markdown]
# ## The decision
#
# The musts come first. They are kept as they are, and are never allowed to fail.

# %%
features.table.index[features["category"] == "M"].tolist()

# %% [markdown] tags=["needs-survey"]
# Then comes the project of the year.

# %% tags=["needs-survey"]
print(ranked.caption)

# %% [markdown] tags=["needs-survey"]
# So the order hangs on one number that nobody has measured: the effort. Find out what each project
# costs a year before the meeting, and compare the ratio with the limit in the last line. The truth
# showed that the true limit is lower still. Then try the winner in some cafes, chosen by lot. How
# many customers must answer in them, and as many in the others?

# %% tags=["needs-survey"]
from crmlab.evidence import trial_size

touched = survey.loc[survey["segment"] == ranked["segment"].iloc[0], "satisfaction"]
trial_size(EFFECT, sd=touched.std())

# %% [markdown] tags=["needs-survey"]
# With that many in each group, a true rise of `EFFECT` points is found four times out of five.

# %% [markdown]
# A project also needs a goal. A **SMART goal** is specific, measurable, achievable, relevant and
# time-bound. Two of these can be checked against the data. A change within the margin of error
# cannot be measured, and a target beyond the best that anyone has reached may not be achievable.
#
# **Exercise 25.3** Four goals serve satisfaction. Today is 1 January 2026. Which one passes?
#
# | | metric | now | target | best seen | margin of error | by |
# |---|---|---|---|---|---|---|
# | A | wait, minutes | 7 | 1 | 3 | 0.5 | 30 June 2026 |
# | B | wait, minutes | 7 | 4 | 3 | 0.5 | 30 June 2026 |
# | C | time rating, points | 6.4 | 6.5 | 8 | 0.2 | 30 June 2026 |
# | D | time rating, points | 6.4 | 7.5 | 8 | 0.2 | |

# %% tags=["exercise"]
# solution
goals = pd.DataFrame({"baseline": [7, 7, 6.4, 6.4], "target": [1, 4, 6.5, 7.5]}, index=list("ABCD"))
goals["metric"], goals["unit"] = ["wait", "wait", "time", "time"], ["min", "min", "points", "points"]
goals["best_seen"], goals["margin"] = [3, 3, 8, 8], [0.5, 0.5, 0.2, 0.2]
goals["date"], goals["serves"] = ["2026-06-30"] * 3 + [None], "satisfaction"
smart = kd.check_goals(goals, until="2026-01-01")
answer = smart.index[smart["ok"]].item()
check("25.3", answer)

# %% [markdown]
# ## Take away
#
# - Ask twice: with it, and without it. One question cannot tell a must from a surprise.
# - A must that is kept earns no praise; a must that fails costs the customer.
# - Ratings alone may not tell musts from surprises, as here.
# - Divide the gain by the effort last, and say at which effort the order turns.

# %% [markdown]
# ## Terms
#
# <!-- terms: Kano model; must-be; one-dimensional; attractive; questionable answer; satisfaction coefficient; dissatisfaction coefficient; penalty; reward; touch-point; priority; SMART goal -->

# %% [markdown]
# ## References
#
# - Berger, C. and others (1993). Kano's methods for understanding customer-defined quality.
#   *Center for Quality of Management Journal* 2(4).
