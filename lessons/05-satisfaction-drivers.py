# %% [markdown]
# # 05 What to fix first
#
# > "We can fix one thing this year. Which?"
#
# Ask customers and you hear "the price". Ask the computer and it says what satisfaction **moves
# with**. Neither is yet an answer, and some of our tools will point the wrong way.
#
# **You can then** rank what drives satisfaction, with its doubt; sort features by what their absence
# does; say when a ranking misleads; defend one project out of many.
#
# **You need** a little pandas; what a correlation is.
#
# **Minutes**: 55

# %% [markdown] tags=["instructor"]
# Everybody writes down one thing to fix in the nearest cafe, and why that one. Collect five on the
# board. Keep them: at the end ask whose reason has survived.
#
# 55 minutes: who answered 5, five customers 8, bars 6, map 6, segments 5, Kano 9, asides 6, truth 5,
# decision 5. If late, cut the penalties, then the touch-points, then exercise 5.2.

# %% [markdown]
# ## Who answered?
#
# Lantern Coffee, a roaster we made up, asked its customers to rate eight things and their
# satisfaction. Some were asked twice: we keep the last answer, one per person. Many skipped
# questions. Do those who answer everything feel like the rest?

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}

# %%
import pandas as pd

import crmlab as crm
from crmlab import drivers as kd
from crmlab import satisfaction as sat
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("05-satisfaction-drivers")
answers = db.survey.dropna(subset="satisfaction")
person = answers.get("customer_id", answers["respondent_id"]).fillna(answers["respondent_id"])
survey = answers[~person.duplicated(keep="last")]

# %%
satisfaction, ratings = survey["satisfaction"], survey.filter(like="_perceived")
perceived = ratings.rename(columns=lambda name: name.removesuffix("_perceived"))
both = survey.filter(regex="_(perceived|expected)$")
rated, compared = (satisfaction[frame.notna().all(axis=1)] for frame in (perceived, both))
groups = {"all": satisfaction, "rated everything": rated, "and expected": compared}
pd.DataFrame({name: sat.mean(group) for name, group in groups.items()}).T.iloc[:, :4].round(2)

# %% [markdown]
# At Lantern whoever completes the form is happier. The dissatisfied skip questions, and a
# regression drops them: what follows speaks for those who finished. Ask for expectations too, and
# fewer are left; so we start with what they found.

# %% [markdown]
# ## Five customers by hand
#
# Five people rate taste and smile. We wrote this table: satisfaction is taste plus three. The smile
# does **nothing**. Which share of the credit will it get?

# %%
five = pd.DataFrame({"taste": [1, 2, 3, 4, 5], "smile": [1, 4, 3, 2, 5]})
squared = five.corrwith(five["taste"] + 3) ** 2
squared

# %% [markdown]
# Alone, taste explains all of the differences (R² = 1), smile 36 %. Put smile in first: it gets
# 0.36, taste the rest. Put it in second: nothing is left for it. No order is right, so average over
# all: (0.36 + 0) / 2 = 0.18. That is the **Shapley share** of R², also called LMG.

# %%
shared = kd.shapley_shares(five, five["taste"] + 3, draws=0).table["share"]
assert abs(shared["smile"] - (squared["smile"] + 0) / 2) < 1e-9
shared.round(2)

# %% [markdown]
# The idle smile earns 18 %, because those who like the taste also rate the smile well: a **halo**,
# one good feeling that colours every answer. A share says what satisfaction moves with, not what
# would happen if you changed it.

# %% [markdown] tags=["instructor"]
# Vote first: 0, 18 or 36 %? Most say 0, "it does nothing". Ask what the computer can see of our
# intention. (Nothing: it sees two columns that move together.)

# %% [markdown]
# ## What satisfaction moves with
#
# Now eight drivers: 40,320 orders, and resampled customers for the bars.

# %%
shares = kd.shapley_shares(perceived, satisfaction)
kd.plot_shares(shares);

# %% [markdown]
# Read the black lines first: where two overlap, the order may be luck. Blue moves with satisfaction,
# orange against it. Above twelve drivers use `relative_weights`, close to these and quick.
#
# **Exercise 5.1** Satisfaction correlates .60 with the queue and .40 with the price; both together
# explain R² = .37. Which share of that R² is the queue's?

# %% tags=["exercise"]
# solution
answer = (0.60**2 + (0.37 - 0.40**2)) / 2 / 0.37
check("5.1", answer)

# %% [markdown]
# ## Important and weak
#
# What matters, against how well we do. The cut is the mean; an element exactly on it counts as more
# pressing and is flagged (`tie`). `settled`: both intervals stay on one side.

# %%
performance = pd.DataFrame({name: sat.mean(perceived[name]) for name in perceived}).T
by_mean, by_median = (
    kd.importance_performance(shares, performance, cut=rule) for rule in ("mean", "median")
)
columns = ["quadrant", "tie", "settled"]
display(by_mean.table[columns].assign(by_median=by_median.table["quadrant"]))
kd.plot_importance_performance(by_mean);

# %% [markdown]
# Compare the columns: another rule, other quadrants. A relative cut also finds something to fix in
# a perfect cafe. At Lantern, money is settled at the top left. Time is as weak, and gets "low
# priority". Remember it.
#
# **Exercise 5.2** Stated importance, in points: taste 30, queue 10, price 40, cups 20. Derived, as
# shares: taste .36, queue .34, price .20, cups .10. Above the mean counts as important. Which one
# would interviews alone have missed?

# %% tags=["exercise"]
# solution
stated = pd.Series({"taste": 30, "queue": 10, "price": 40, "cups": 20})
derived = pd.Series({"taste": 0.36, "queue": 0.34, "price": 0.20, "cups": 0.10})
kinds = kd.stated_and_derived(stated, derived)["kind"]
answer = kinds.index[kinds == "hidden"][0]
check("5.2", answer)

# %% [markdown]
# ## Whose satisfaction?
#
# The average customer buys nothing. Before you run this: who waits on the way to work?

# %%
customers = db.tables.get("customers", pd.DataFrame())
known = customers.reindex(columns=["customer_id", "segment"]).dropna()
segment = person[survey.index].map(known.set_index("customer_id")["segment"]).fillna("all")
common = segment.map(segment.value_counts(normalize=True)) >= 0.1
found = kd.candidates(perceived, satisfaction, segment=segment.where(common))
within = {name: shares.table for name, shares in found.by_segment.items()}
strongest = pd.concat({name: table.head(2) for name, table in within.items()}, names=["segment"])
strongest[["share", "share_low", "share_high", "leads"]].round(2)

# %% [markdown]
# `leads` says in which share of the resamples a driver comes first. At Lantern each segment has a
# driver of its own. Mixed together, time looks like nobody's worry.

# %% [markdown] tags=["instructor"]
# Ask: "Three segments, eight drivers: is the winner luck?" Good question. Look at the lower ends:
# luck would rarely lift one above a fair share of 1/8. Then: "Would you have split the customers if
# the bars had pleased you?" Decide on the groups before you look.

# %% [markdown]
# ## What does the rival do?
#
# A benchmark: what each offer costs a customer, in money per month.

# %%
if "offers" in db.tables:
    costs = ["monetary_cost", "time_cost"]
    display(db.offers.pivot(index="offer", columns="segment", values=costs))

# %% [markdown]
# At Lantern's rival Quick Cup, waiting costs commuters a third as much. So it can be done.

# %% [markdown]
# ## Must, wish, surprise
#
# Kano asks twice: how do you feel if it **is** there, and if it is **not**? 1 like, 2 must be,
# 3 neutral, 4 live with, 5 dislike. Rows: there; columns: missing.
#
# | | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | **1** | Q | A | A | A | O |
# | **2-4** | R | I | I | I | M |
# | **5** | R | R | R | R | Q |
#
# Three kinds of expectation hide here: basic (**M**ust-be, nobody praises it), specified
# (**O**ne-dimensional, people ask for it), hidden (**A**ttractive, nobody asks). **I** is
# indifferent, **R** reverse, **Q** questionable. Four customers on free refills: find the letters.

# %%
refill = {"feature": "refill", "functional": [1, 1, 3, 1], "dysfunctional": [5, 3, 5, 1]}
four = kd.kano_counts(pd.DataFrame(refill)).loc["refill"]
assert "".join(four.index[four == 1]) == "MOAQ"
pd.Series({"pleased": four[["A", "O"]].sum() / 3, "hurt": -four[["O", "M"]].sum() / 3}).round(2)

# %% [markdown]
# The fourth likes both: questionable. Report it, leave it out. Of three usable answers two are
# pleased by refills, two hurt without: the coefficients of **satisfaction** and **dissatisfaction**.

# %% [markdown] tags=["instructor"]
# Paper, two minutes, in pairs. Expect "A" for the first: "she likes it". Ask what she feels without
# it. Then let someone say the fourth answer aloud, both halves.

# %%
if "kano" in db.tables:
    features = kd.kano(db.kano)
    display(features.table.drop(columns=["mode", "note", "missing", "p"]).round(3))
    features.plot();

# %% [markdown]
# To the right stands what hurts if missing. Kano's advice, not a result: secure that first.
#
# **Exercise 5.3** One hundred answers: M 20, O 20, A 13, I 40, R 4, Q 3. If M, O and A together
# outnumber the rest, the largest of these three is the category; a tie goes to what hurts most.
# Which letter?

# %% tags=["exercise"]
# solution
letters = pd.DataFrame({"M": [20], "O": [20], "A": [13], "I": [40], "R": [4], "Q": [3]})
answer = kd.kano(letters).table["category"].item()
check("5.3", answer)

# %% [markdown]
# ## Penalties and rewards
#
# Can ratings alone tell musts from surprises? Set low and high ratings against middling ones.

# %%
cuts = tuple(perceived.stack().quantile([0.25, 0.75]))
effects = kd.penalty_reward(perceived, satisfaction, cuts=cuts, scale=(1, 10))
kd.plot_penalty_reward(effects);

# %% [markdown]
# A must hurts when bad and adds little when good. Where the intervals cannot tell, the label
# says unclear. Other cuts, other labels: trust the pairs of questions more.

# %% [markdown] tags=["instructor"]
# We built no musts and no surprises into Lantern's ratings. "Basic" or "excitement" would have been
# a false alarm here. Try cuts=(6, 8) when somebody doubts it.

# %% [markdown]
# ## Before, during, after
#
# Where does the customer meet each element? We decided; you may decide otherwise.

# %%
met = perceived.melt(var_name="touchpoint", value_name="performance")
places = {"image": "before", "physical": "before", "product": "after", "psychic": "after"}
staged = met.assign(stage=met["touchpoint"].map(places).fillna("during"))
kd.plot_touchpoints(kd.touchpoints(staged, scale=(1, 10)));

# %% [markdown]
# At Lantern the weak spots lie at the counter: the wait and the bill.

# %% [markdown]
# ## Does pleasing pay?
#
# "A very satisfied customer is six times as likely to buy again." It comes from one
# maker of copiers (Jones & Sasser 1995, *Harvard Business Review* 73). And here, in the year after
# the first survey?

# %%
if "transactions" in db.tables and {"wave", "date"} <= set(answers):
    first = answers[answers["wave"] == answers["wave"].min()]
    bought = first.merge(db.transactions.query("amount > 0"), on="customer_id")
    days = (bought["date_y"] - bought["date_x"]).dt.days
    again = first["customer_id"].isin(bought.loc[days.between(1, 365), "customer_id"])
    box = pd.cut(first["satisfaction"], [0, 6, 8, 10], labels=["1-6", "7-8", "9-10"])
    returned = pd.DataFrame({name: sat.proportion(part) for name, part in again.groupby(box)}).T
    display(returned[["estimate", "low", "high", "denominator"]].round(2))

# %% [markdown]
# Where more than one in six of the merely satisfied return, six times as many would be more than
# all. At Lantern the step lies between the dissatisfied and the rest.

# %% [markdown]
# ## The truth, opened
#
# We built Lantern, so we know the weights. Which method found their order?

# %%
by_segment = pd.DataFrame({name: table["share"] for name, table in within.items()})
if "truth" in db.tables:
    weights = db.truth.filter(like="weight_").rename(columns=lambda name: name[len("weight_") :])
    gaps = perceived - survey[[f"{name}_expected" for name in perceived]].to_numpy()
    methods = shares.table[["correlation", "beta", "share"]].assign(
        relative=kd.relative_weights(perceived, satisfaction, draws=0).table["share"],
        gaps=kd.shapley_shares(gaps, satisfaction, draws=0).table["share"],
        segments=by_segment.mul(found.table.set_index("segment")["reach"]).sum(axis=1),
        truth=weights.mean(),
    )
    display(methods.rank(ascending=False).astype(int).sort_values("truth"))

# %% [markdown]
# At Lantern, time is truly third. Every pooled method missed that, for three reasons. Segments:
# one cares much, one hardly. Halo: personnel and image glow with every good feeling and take
# credit; time glows little. Luck: look at its bar again. Gaps remove part of the halo, and many
# answers with it. Splitting the segments, then averaging, finds the first three.

# %% [markdown] tags=["instructor"]
# "Would more customers have helped?" Little. Simulate 20,000 and the pooled share still puts
# personnel before time; the bars get short around the wrong order. The split puts time ahead.
# Money and product nearly tie in the truth: do not argue over those two.

# %% [markdown]
# ## The decision
#
# Each segment's strongest driver is a candidate: importance x gap x reach is what fixing it may
# gain. Importance is in units of R², because shares of different wholes do not compare. The target
# is a rating of 9. Effort comes last, because we guess it: a price cut is paid on every cup, a new
# till once.

# %%
effort = found.table["driver"].map({"money": 3, "product": 2}).fillna(1)
ranked = kd.priorities(found, target=9, effort=effort)
shown = ["gain", "gain_leads", "effort", "priority", "leads", "effort_to_lead"]
display(ranked.table[shown].round(3))
ranked.plot();

# %% [markdown]
# Read `gain_leads` first: how often each project gains most when the respondents are drawn again,
# before effort is counted. Then `leads`: how often it comes first once effort is. Where the two
# name different projects, the order rests on the guess: `effort_to_lead` is the effort at which it
# turns. At Lantern a fairer price for savers gains most, and a shorter wait for commuters comes
# first only because we guessed a price cut three times as dear. Find out what each costs a year.
# No share promises an effect: try it in one cafe.
#
# **Exercise 5.4** SMART: specific, measurable, achievable, relevant, time-bound. Four goals, on
# 1 January 2026. Which one passes?
#
# | | metric | now | target | best seen | margin of error | by |
# |---|---|---|---|---|---|---|
# | A | wait, minutes | 7 | 1 | 3 | 0.5 | 30 June 2026 |
# | B | wait, minutes | 7 | 4 | 3 | 0.5 | 30 June 2026 |
# | C | time rating, points | 6.4 | 6.5 | 8 | 0.2 | 30 June 2026 |
# | D | time rating, points | 6.4 | 7.5 | 8 | 0.2 | |

# %% tags=["exercise"]
# solution
goals = pd.DataFrame(
    {"metric": ["wait"] * 2 + ["time rating"] * 2, "unit": ["min"] * 2 + ["points"] * 2}
    | {"baseline": [7, 7, 6.4, 6.4], "target": [1, 4, 6.5, 7.5], "best_seen": [3, 3, 8, 8]}
    | {"margin": [0.5, 0.5, 0.2, 0.2], "date": ["2026-06-30"] * 3 + [None]},
    index=list("ABCD"),
)
smart = kd.check_goals(goals.assign(serves="satisfaction"), until="2026-01-01")
answer = smart.index[smart["ok"]].item()
check("5.4", answer)

# %% [markdown] tags=["instructor"]
# Why not the shares themselves? The drivers explain less of the commuters' satisfaction than of
# the savers', so 30 % of it is less. Back to the five reasons on the board. Which would survive
# the question "for whom?" Let the one who lost the vote say which number would bring the project
# back.

# %% [markdown]
# ## With your own data
#
# Save `survey.csv` beside this notebook: a hundred people or more, `respondent_id`, `satisfaction`,
# and `<element>_perceived` for each thing rated, 1 to 10, high is good. Put `kano.csv` and
# `customers.csv` with it in a folder if you have them.
#
# ```python
# DATA = "survey.csv"
# OPTIONS = {"columns": {"overall": "satisfaction", "wait": "time_perceived"}}
# ```

# %% [markdown]
# ## Take away
#
# - A share says what moves together, not what to pull.
# - Split by segment before you rank.
# - No order without its bars.
# - Fix the largest gap that many feel and you can pay for.

# %% [markdown]
# ## Terms
#
# <!-- terms: key driver; Shapley share; relative weight; halo; complete case; stated importance; derived importance; importance-performance analysis; benchmark; Kano model; must-be; one-dimensional; attractive; questionable answer; satisfaction coefficient; dissatisfaction coefficient; penalty; reward; touch-point; reach; priority; SMART goal -->

# %% [markdown]
# ## References
#
# - Grömping, U. (2006). Relative importance for linear regression in R. *Journal of Statistical
#   Software* 17(1).
# - Berger, C. and others (1993). Kano's methods for understanding customer-defined quality.
#   *Center for Quality of Management Journal* 2(4).
