# %% [markdown]
# # 44 Segments
#
# > "One letter to everybody is dull, so we will write three. Who gets which of them?"
#
# A tier says how much a customer brings. It does not say who she is or what she wants, so it tells
# nobody what to write to her. For that, marketing makes **segments**, which are groups of customers
# who are alike in something. Groups are easy to make and hard to trust, since a computer finds three
# in any list. This lesson makes groups, tests them, and finds future key customers.
#
# **You can then** score customers by recency, frequency and money; group them by how they buy, and
# test the groups; rank the others by their likeness to those who rose.
#
# **You need** a little pandas, and from lesson 43 the tiers: key customers earn the first 80 % of
# the profit, and ordinary and small customers the rest.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, collect 9, ask 5, compute 9, verify 7, act 8, truth 3, decision 5.
#
# If you are late, cut the six people by hand in step 4, then exercise 44.2.
#
# Ask: "Describe your typical customer." Collect three answers. Most give age and sex. Then ask:
# "What would you write to her that you would not write to the others?" Few can say. Keep this
# second question for the end.

# %% [markdown]
# ## Five steps, again and again
#
# Segmentation goes in five steps, and the last leads back to the first.
#
# - Step 1: **collect** what you know of your customers.
# - Step 2: **ask** a few of them, and your staff, what makes customers differ. This is the
#   qualitative step, since it gives words and no numbers.
# - Step 3: **compute** groups from the numbers. This is the quantitative step.
# - Step 4: **verify** the groups. Do they come back, and do they say something new?
# - Step 5: **act**, see what follows, and begin again with step 1.
#
# The headings below are these steps. We use Lantern Coffee, a roaster that we made up, or your own
# purchases.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
MARGIN = 0.30  # contribution as a share of sales, where the data have no margin
TRAITS = ["kind", "segment", "channel", "region"]  # what the table of customers may tell
COUNTS = (2, 3, 4, 5, 6)  # numbers of segments to try
CALLS = 140  # customers whom we have time to call
CALL_COST = 5  # of one call
LISTS = (140, 500, 1_000, 2_000)  # lengths of the list in a trial

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import segments, tiers
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("44-segments")
transactions = db.transactions

# %% [markdown]
# ## Step 1: collect, and score
#
# Here are five customers whom we score by hand. `days_since_last` counts the days since the last
# purchase, `frequency` the purchases after the first, and `amount` the money. We rank each column,
# so that 5 is best. For the days fewer is better, so `ascending=False` turns that rank round.

# %%
five = pd.DataFrame({"days_since_last": [3, 40, 8, 90, 200], "frequency": [9, 2, 5, 0, 1]})
five["amount"] = [60, 200, 90, 15, 20]
ranks = five.rank()
ranks["days_since_last"] = five["days_since_last"].rank(ascending=False)
ranks.astype(int)

# %% [markdown]
# The three numbers together are the **RFM score**: recency, frequency, money (Hughes 2000). The
# first customer has 553. Nobody came more recently or more often than she did, but two others spent
# more. With many customers the score is not the rank but the fifth of the list, and 5 is the best
# fifth. The next cell prints nothing, since the package agrees with us.

# %%
scored = segments.rfm_scores(five)
assert (scored.drop(columns="rfm").to_numpy() == ranks.to_numpy()).all()

# %% [markdown] tags=["instructor"]
# Let them do 44.1 on paper. Expect 3 as the first digit: "30 is a large number." Ask whether many
# days are good. Then ask for a customer with 155, and what they would write to her.

# %% [markdown]
# **Exercise 44.1** Six customers are scored from 1 to 3, so each score goes to two of them. What is
# Ben's RFM score? Write its three digits as text, such as `"321"`.
#
# | | Ana | Ben | Caro | Dan | Eve | Finn |
# |---|---|---|---|---|---|---|
# | days since the last purchase | 2 | 30 | 9 | 100 | 60 | 15 |
# | frequency | 8 | 1 | 3 | 0 | 2 | 5 |
# | amount | 40 | 90 | 20 | 10 | 30 | 70 |

# %% tags=["exercise"]
# solution
six = pd.DataFrame({"days_since_last": [2, 30, 9, 100, 60, 15], "frequency": [8, 1, 3, 0, 2, 5]})
six["amount"] = [40, 90, 20, 10, 30, 70]
answer = segments.rfm_scores(six, groups=3).loc[1, "rfm"]
check("44.1", answer)

# %% [markdown]
# Does the score foretell what customers bring later? We cut the data in the middle, score everybody
# on the first half, and look at the profit of the second. A refund is no purchase; `refunds="net"`
# takes it off the spending of its day.

# %%
first = transactions["date"].min()
middle = (first + (db.until - first) / 2).normalize()
log_then = transactions[transactions["date"] <= middle]
known_then = rb.summarise(log_then, until=middle, unit="month", refunds="net")
scores = segments.rfm_scores(known_then)
profit_next = tiers.customer_profit(db, margin=MARGIN, after=middle)
segments.rfm_grid(scores, profit_next.reindex(scores.index, fill_value=0)).plot();

# %% [markdown]
# Each field holds the mean profit of the second half and, in brackets, the number of customers. At
# Lantern the profit grows fast from bottom to top. From left to right it grows only where recency
# is good: a customer who came often, but not lately, has probably gone. The mean of a few customers
# is mostly luck, so look at the brackets before you trust a field.

# %% [markdown] tags=["instructor"]
# Before 44.2 ask: "Why not simply by age?" Expect "because we know it". Being easy is one of the two
# ratings. Ask which easy basis tells more.

# %% [markdown]
# ## Step 2: ask, and choose what to segment by
#
# Before we compute, we must choose what customers shall be alike in. So talk to people first. A
# team at Lantern talked to twenty customers and then rated five bases from 1 to 5:
#
# | basis | effectiveness | difficulty |
# |---|---|---|
# | age | 2 | 1 |
# | region | 1 | 1 |
# | past purchases | 4 | 2 |
# | benefits sought | 5 | 4 |
# | lifestyle | 3 | 4 |
#
# **Exercise 44.2** One basis beats another if it is at least as effective, not more difficult, and
# better in one of the two. Which bases are beaten? Answer with a set of names.

# %% tags=["exercise"]
# solution
ratings = pd.DataFrame({"effectiveness": [2, 1, 4, 5, 3], "difficulty": [1, 1, 2, 4, 4]})
ratings.index = ["age", "region", "past purchases", "benefits sought", "lifestyle"]
answer = set(segments.segmentation_bases(ratings).table.query("not efficient").index)
check("44.2", answer)

# %% [markdown] tags=["instructor"]
# Ask before step 3: "How many groups of customers will the computer find?" Wait for a number. The
# answer is: as many as you ask for. That is why step 4 exists.

# %% [markdown]
# ## Step 3: compute groups of like behaviour
#
# Of the bases that are left, our files hold past purchases. We take how often a customer buys
# (`per_month`) and how much at a time (`basket`). We leave out how much she brings in all, because
# the tiers say that already.
#
# `cluster` looks for groups in which customers are close to each other, and it must be told how
# many groups to make. Two tests help to choose the number. The **silhouette** (Rousseeuw 1987) says
# how much closer customers are to their own group than to the next one: 1 is best, and near 0 the
# groups run into each other. For the **segment stability** (Dolnicar and Leisch 2010) we draw new
# samples of the customers and group them again: 1 means that the same groups come back, and 0 that
# they agree no more than groups made by lot.

# %%
known_now = rb.summarise(transactions, until=db.until, unit="month", refunds="net")
behaviour = segments.behaviour(known_now)
how = behaviour[["per_month", "basket"]]
tried = segments.choose_segment_count(how, counts=COUNTS, draws=10)
tried.plot();

# %% [markdown]
# The green line is the stability, and the band shows how it varied. Among the numbers whose
# stability is 0.8 or more, the package takes the one that separates best: the grey column. Look at
# the blue line, too. If even its best point is far below 1, the groups have no sharp borders.

# %%
groups = segments.cluster(how, tried.chosen)
groups.plot();

# %% [markdown]
# Each panel shows one segment. A bar to the right is more than the average customer has, and a bar
# to the left is less. Give each segment a name that says what it does. At Lantern we would say: few
# small purchases; large purchases; small purchases, often.

# %% [markdown]
# **Exercise 44.3** Take the purchases of CDNOW, `crm.load("cdnow").transactions`. Summarise them
# with `unit="month"`, take `per_month` and `basket`, and make three segments. What share of the
# customers is in the smallest one? Then write one sentence that says what these customers do.

# %% tags=["exercise"]
# solution
music = rb.summarise(crm.load("cdnow").transactions, unit="month")
three = segments.cluster(segments.behaviour(music)[["per_month", "basket"]], 3)
answer = three["share_of_customers"].min()
check("44.3", answer)

# %% [markdown]
# ## Step 4: verify
#
# The groups came back in new samples. But do they say anything that we did not know? Compare them
# with traits from the file of customers. **Cramér's V** measures how much a trait and the segment
# go together: 0 means that the trait says nothing, and 1 that it tells the segment. We add one
# trait that all data have: whether she joined in the earlier or the later half.

# %% [markdown] tags=["instructor", "needs-customers"]
# Ask before the cell: "Which trait goes with how they buy: kind, needs, channel or region?" Most
# vote for region, because marketing has it on its maps.

# %% tags=["needs-customers"]
file = db.customers.set_index("customer_id").reindex(index=how.index, columns=TRAITS)
people = file.astype(object).fillna("unknown")
months = behaviour["months"]
people["joined"] = np.where(months > months.median(), "earlier", "later")
traits = people.loc[:, people.nunique() > 1]
segments.profile_association(groups, traits).drop(columns="p_value").round(2)

# %% [markdown] tags=["needs-customers"]
# At Lantern the kind of customer goes with the segment most, and the region hardly at all. So the
# computer has found again what we knew: subscribers and accounts buy much at a time. What is new is
# the split of the members. Such traits describe a segment, but they do not make it.
#
# Now put the three views together: value (the tier of the last half), behaviour (the segment) and
# profile (the kind). This is a **three-dimensional segmentation**.

# %% tags=["needs-customers"]
now = tiers.pyramid(profit_next)
today = now.tier.reindex(how.index).astype(object).fillna("lost")
pd.crosstab([groups.customers, people[TRAITS[0]]], today)

# %% [markdown] tags=["needs-customers"]
# Each row is a group to whom one can write one letter, and the column says how much the letter may
# cost. Where only a handful of customers stand, a telephone call is better than a letter.

# %% [markdown]
# Behaviour is not the same as need. A **needs segment** holds people who want the same: a brand,
# service, quality, a low price, or convenience. Here six people divided 100 points among three of
# these. (`cluster` replaces skewed amounts by their logarithms; points are no amounts, so `log` is
# `"none"`.)

# %%
points = pd.DataFrame({"quality": [70, 10, 20, 60, 15, 10], "price": [10, 75, 15, 20, 70, 20]})
points["convenience"] = 100 - points["quality"] - points["price"]
points.assign(segment=segments.cluster(points, 3, log="none").customers)

# %% [markdown]
# The three groups look for quality, for a low price and for convenience. To find them, somebody had
# to ask these people.

# %% [markdown] tags=["instructor"]
# Before step 5 ask: "Who among the small and ordinary customers will be key next year?" Expect
# "those who spend most already". Ask what else is known of them: how often, how lately, how long.

# %% [markdown]
# ## Step 5: act on those who look like future key customers
#
# Take the customers who were not key in the first half. Some of them rose to key in the second. A
# **look-alike** is a customer who has not risen yet, but resembles those who did. The model learns
# from what was known in the middle of the data, and is tested on customers it had not seen.
# `np.log1p` takes logarithms, so that a basket of 80 after one of 40 counts about as much as 8 after
# 4.

# %%
past = tiers.pyramid(tiers.customer_profit(db, margin=MARGIN, until=middle))
key_now = tiers.pyramid(profit_next).tier == "key"
was_low = segments.behaviour(known_then)[past.tier.reindex(known_then.index) != "key"]
rose = was_low.index.to_series().map(key_now.to_dict()).fillna(False).astype(bool)
found = segments.lookalike(np.log1p(was_low), rose)
found.plot();

# %% [markdown]
# The customers stand in ten groups, the likeliest first; "buyers" are here those who rose. The
# **lift** is the share of risers in a group, divided by the share among all, and the black lines
# are its intervals. At a lift of 1 the model is no better than a draw by lot.
#
# These are customers of the past, and many of them have risen already. They are no list to call
# from. For a list of today, the same model needs what we know **today** of those who are not key
# today.

# %%
low_now = behaviour[~behaviour.index.isin(key_now.index[key_now])]
chance = found.score(np.log1p(low_now))
behaviour.loc[chance.index[:5]].assign(chance=chance).round(2)

# %% [markdown]
# `chance` is the probability of being key in the next period. At Lantern the first on the list are
# accounts, some of which we met in lesson 43: small because we visit them. They need another
# remedy than a call, so read a list before you hand it on.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know next year, and we know how much each customer cares for what.
# First: of the customers on our list, how many will be key next year, by what they spend?

# %% [markdown] tags=["instructor", "needs-truth"]
# Let them guess: how many of the first 140 will be key next year, and how many of 140 drawn by lot?

# %% tags=["needs-truth"]
ahead = db.truth.set_index("customer_id")["spend_next_12_months"]
best = tiers.pyramid(ahead[ahead > 0]).tier == "key"
rises = chance.index.to_series().map(best.to_dict()).fillna(False).astype(bool)
pd.Series({"of the list": rises.head(CALLS).sum(), "by lot": CALLS * rises.mean()}).round()

# %% [markdown] tags=["needs-truth"]
# The list holds far more of next year's key customers than a draw by lot would. Second: do our
# segments differ in what they care for?

# %% tags=["needs-truth"]
care = db.truth.set_index("customer_id")[["weight_product", "weight_money", "weight_time"]]
care.groupby(groups.customers).mean().round(2)

# %% [markdown] tags=["needs-truth"]
# The segments of small purchases care for much the same, whether they come often or not. Only those
# who buy much at a time stand out a little. So most of the needs cannot be read from the purchases.
# Whoever wants to write to needs must ask for them.

# %% [markdown]
# ## Decide
#
# There is time to call `CALLS` customers. In the likeliest group of the past, so many of `CALLS`
# rose without a call from us:

# %%
anyway = found.table.loc[1, ["estimate", "low", "high"]] * rose.mean()
(CALLS * anyway).round()

# %% [markdown]
# All of these rose by themselves. If we call and as many rise, the calls did nothing. A call pays
# only if it makes **more** of them rise, and the share that it must add is its cost divided by what
# a rise brings. That is the first column of the next table. On the left stands the length of a
# list, of which we call one half, chosen by lot. `in each group` says how many each half needs to
# show the effect four times in five.

# %%
mean = tiers.pyramid(profit_next)["mean"]
trial = pd.DataFrame({"chance": [chance.head(n).mean() for n in LISTS]}, index=LISTS)
trial.insert(0, "must add", CALL_COST / (mean["key"] - mean["ordinary"]))
spread = np.sqrt(trial["chance"] * (1 - trial["chance"]))
trial["in each group"] = [trial_size(trial["must add"].iloc[0], sd) for sd in spread]
trial.assign(we_have=np.array(LISTS) // 2).round(3)

# %% [markdown]
# **The order.** Do not call the first `CALLS` and count who rises: most of that would have come
# anyway, and the list is too short to show the rest. Take the shortest list on which `we_have`
# reaches `in each group`, call one half of it by lot, and compare the halves after a year. If no
# list is long enough, do not call. What would change the order: a cheaper call, or an effect that
# you have good reason to believe is several times `must add`.
#
# For the letters: write one for each segment that is large enough, and ask each segment's readers
# one question about what they look for. That is step 1 of the next round.

# %% [markdown] tags=["instructor"]
# Return to the second question of the beginning: what would you write to her that you would not
# write to the others? Ask which step of the five they would repeat first in their own company.

# %% [markdown]
# ## With your own data
#
# A file of sales is enough. A table `customers` with traits of your own adds the profile: put their
# names into `TRAITS`.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - Groups come out whether or not there are any. Ask if they come back and if they say something.
# - Leave value out of the behaviour, and let traits describe only.
# - Purchases tell what customers do. To know what they want, ask.
# - To resemble a riser is not to be won by a call, and only a trial can tell that.

# %% [markdown]
# ## Terms
#
# <!-- terms: segments; RFM score; silhouette; segment stability; Cramér's V; three-dimensional segmentation; needs segment; look-alike; lift -->

# %% [markdown]
# ## References
#
# - Dolnicar, S. and Leisch, F. (2010). Evaluation of structure and reproducibility of cluster
#   solutions using the bootstrap. *Marketing Letters* 21, 83-101.
# - Hughes, A. M. (2000). *Strategic Database Marketing*, 2nd edition. McGraw-Hill.
# - Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of
#   cluster analysis. *Journal of Computational and Applied Mathematics* 20, 53-65.
