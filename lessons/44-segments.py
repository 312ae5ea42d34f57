# %% [markdown]
# # 44 Segments
#
# > "One letter to everybody is dull, so we will write three. Who gets which of them?"
#
# A tier says how much a customer brings. It does not tell us what to write to her. For that,
# marketing makes **segments**, which are groups of customers who are alike in something. Groups are
# easy to make: a computer finds three in any list. So we must test them.
#
# **You can then** score customers by recency, frequency and money; group them by how they buy, and
# test the groups; find those who resemble customers who became key.
#
# **You need** a little pandas, and from lesson 43 the tiers: key customers earn the first 80 % of
# the profit, ordinary and small customers the rest.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 4, collect 10, ask 6, compute 12, verify 5, act 5, truth 2, decision 6.
#
# If you are late, cut exercise 44.2, then the truth.
#
# Ask: "Describe your typical customer." Collect three answers. Most give age and sex. Then ask:
# "What would you write to her that you would not write to the others?" Few can say. Keep this
# second question for the end.

# %% [markdown]
# ## Five steps, again and again
#
# - Step 1: **collect** what you know of your customers.
# - Step 2: **ask** a few of them, and your staff, what makes customers differ.
# - Step 3: **compute** groups.
# - Step 4: **verify** the groups. Do new samples give the same groups? Do these say something new?
# - Step 5: **act**, see what follows, and begin again with step 1.
#
# Lantern Coffee, a roaster that we made up, has three kinds of customers: members buy in its
# cafes, subscribers by post, and wholesale accounts are firms.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
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
# purchase, `frequency` the purchases after the first, and `amount` the money. We rank each
# column, so that 5 is best. For the days fewer is better, so `ascending=False` reverses that
# rank.

# %%
five = pd.DataFrame({"days_since_last": [3, 40, 8, 90, 200], "frequency": [9, 2, 5, 0, 1]})
five["amount"] = [60, 200, 90, 15, 20]
ranks = five.rank()
ranks["days_since_last"] = five["days_since_last"].rank(ascending=False)
scored = segments.rfm_scores(five).drop(columns="rfm")
assert (scored.to_numpy() == ranks.to_numpy()).all()
ranks.astype(int)

# %% [markdown]
# The three numbers together are the **RFM score**: recency, frequency, money (Hughes 2000). The
# first customer has 553: she came most recently and most often, but two others spent more. With many
# customers we cut each ranked list into five equal parts; the best part gets 5. The `assert` says
# that the package agrees with us.

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
# Does the score predict what customers bring later? We cut the data in the middle, score
# everybody on the first half, and look at the profit of the second. As in lesson 43, the cost of
# contacts, such as visits, is taken off the profit. `summarise` makes one row per customer from the
# purchases; `refunds="net"` takes a refund off the spending of its day. A customer without a purchase
# or a contact in the second half gets 0.

# %%
first = transactions["date"].min()
middle = first + (db.until - first) / 2
log_then = transactions[transactions["date"] <= middle]
known_then = rb.summarise(log_then, until=middle, unit="month", refunds="net")
scores = segments.rfm_scores(known_then)
profit_next = tiers.customer_profit(db, margin=MARGIN, after=middle)
segments.rfm_grid(scores, profit_next.reindex(scores.index, fill_value=0)).plot();

# %% [markdown]
# Each square shows the mean profit of the second half and, in brackets, the number of customers.
# At Lantern the profit grows strongly with recency, from the lowest row to the top row. With
# frequency it grows mainly in the top rows. In the two lowest rows it is close to 0. The mean of a
# few customers is mostly luck, so look at the brackets.

# %% [markdown] tags=["instructor"]
# Before 44.2 ask: "Why not simply by age?" Expect "because we know it". Being easy is one of the two
# ratings. Ask which easy basis tells more.

# %% [markdown]
# ## Step 2: ask, and choose a basis
#
# A basis is the thing in which the customers of a segment are alike, such as their age. A team at
# Lantern talked to twenty customers. Then it rated five bases from 1 to 5, for how well they work
# and how hard they are to measure:
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
# Our files hold past purchases. We take how often a customer buys (`per_month`) and how much at a
# time (`basket`). We leave out how much she brings in all, because the tiers say that already.
#
# `cluster` puts customers who are close to each other into one group. We must tell it how many groups
# to make, and two tests help us to choose.
#
# The **silhouette** (Rousseeuw 1987) compares the distance of customers to their own group with the
# distance to the next group. It is 1 if the groups are far apart, and near 0 if they touch each
# other.
#
# For the **segment stability** (Dolnicar and Leisch 2010) we draw new samples of the customers and
# group each of them again. The stability is 1 if all samples give the same groups, and 0 if their
# groups agree only by chance.

# %%
known_now = rb.summarise(transactions, until=db.until, unit="month", refunds="net")
behaviour = segments.behaviour(known_now)
how = behaviour[["per_month", "basket"]]
tried = segments.choose_segment_count(how, counts=COUNTS, draws=10)
tried.plot();

# %% [markdown]
# The green line is the stability, and the band shows how much the samples differ. The grey number
# of groups is the choice of the package: among those with a stability of 0.8 or more, it has the
# highest silhouette. If even that silhouette is far below 1, as at Lantern, the groups have no
# sharp borders.

# %%
groups = segments.cluster(how, tried.chosen)
groups.plot();

# %% [markdown]
# Each panel shows one segment. A bar to the right means more than the average customer has. Give
# each segment a name that says what it does. At Lantern we would say: 1, few small purchases;
# 2, large purchases; 3, many small purchases.

# %% [markdown]
# **Exercise 44.3** Take the purchases of CDNOW, `crm.load("cdnow").transactions`. Summarise them
# with `unit="month"` (leave `until` out), take `per_month` and `basket`, and make three segments.
# The result has one row for each segment. What share of the customers is in the smallest one?
# Then write one sentence that says what these customers do.

# %% tags=["exercise"]
# solution
music = rb.summarise(crm.load("cdnow").transactions, unit="month")
three = segments.cluster(segments.behaviour(music)[["per_month", "basket"]], 3)
answer = three["share_of_customers"].min()
check("44.3", answer)

# %% [markdown]
# ## Step 4: verify
#
# The groups came back in new samples. But do they say anything new? We compare them with traits
# from the table of customers. **Cramér's V** measures how strongly a trait and the segment are
# linked. It is 0 if they have nothing to do with each other, and 1 if the trait tells us the
# segment. `low` and `high` are its 95 % interval. We leave out traits that are the same for
# everybody. At Lantern the trait `segment` is the firm's own grouping, not ours.

# %% [markdown] tags=["instructor", "needs-customers"]
# Ask before the cell: "Which trait goes with how they buy: kind, needs, channel or region?" Most
# vote for region, because marketing has it on its maps.

# %% tags=["needs-customers"]
file = db.customers.set_index("customer_id").reindex(index=how.index, columns=TRAITS)
people = file.astype("str").fillna("unknown")
traits = people.loc[:, people.nunique() > 1]
segments.profile_association(groups, traits).drop(columns="p_value").round(2)

# %% [markdown] tags=["needs-customers"]
# At Lantern the kind of customer is linked to the segment most, and the region hardly at all. Now we
# put three views together: value (the tier of the second half), behaviour (our segment) and profile
# (a trait, here the kind). This is a **three-dimensional segmentation**. "Lost" are those without a
# purchase or a contact in the second half.

# %% tags=["needs-customers"]
tier = tiers.pyramid(profit_next).tier.reindex(how.index).astype("str").fillna("lost")
pd.crosstab([groups.customers, people[TRAITS[0]]], tier)

# %% [markdown] tags=["needs-customers"]
# Subscribers and wholesale accounts are all in segment 2, so for them our segments add nothing to
# the kind. Members fall into three segments with very different tiers.

# %% [markdown]
# Behaviour is not the same as need. A **needs segment** holds people who want the same: a brand,
# service, quality, a low price, or convenience. To find it, ask people to divide 100 points among
# these, and make groups from the points in the same way.

# %% [markdown] tags=["instructor"]
# Before step 5 ask: "Who among the small and ordinary customers will be key next year?" Expect
# "those who spend most already". Ask what else is known of them: how often, how lately, how long.

# %% [markdown]
# ## Step 5: act on those who look like future key customers
#
# Some customers were not key in the first half and became key in the second: they **rose**. A
# **look-alike** is a customer who has not risen yet, but resembles those who did. The function
# `lookalike` learns from the first half how customers who rose differ from those who did not. It is
# tested on customers whom it had not seen. In the cell, `past` and `now` hold the tiers of the two
# halves. `was_low` holds those who were not key in the first half, and `rose` says which of them
# became key. `np.log1p` takes logarithms, so that a few very large numbers do not decide everything.

# %%
past = tiers.pyramid(tiers.customer_profit(db, margin=MARGIN, until=middle)).tier
now = tiers.pyramid(profit_next)
key_then, key_now = past[past == "key"].index, now.tier[now.tier == "key"].index
seen = segments.behaviour(known_then)
was_low = seen[~seen.index.isin(key_then)]
rose = pd.Series(was_low.index.isin(key_now), index=was_low.index)
found = segments.lookalike(np.log1p(was_low), rose)
found.plot();

# %% [markdown]
# The customers stand in ten groups of equal size, the likeliest first. The figure calls those who rose
# "buyers". The **lift** is the share who rose in a group, divided by the share who rose among all. The
# black lines are its 95 % intervals. At a lift of 1 a group is no better than customers chosen by lot.
#
# For today's list we give the same model what we know **today** of those who are not key today. In
# the table, `months` is the time since the first purchase.

# %%
low_now = behaviour[~behaviour.index.isin(key_now)]
chance = found.score(np.log1p(low_now))
behaviour.loc[chance.index[:5]].assign(chance=chance).round(2)

# %% [markdown]
# `chance` is the probability of being key in the next period. Read a list before you use it: for
# some of these customers a call may not be needed.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know how much each customer cares for the product, for money and for time.
# Do our segments differ in what they care for?

# %% [markdown] tags=["instructor", "needs-truth"]
# Vote before the cell: "Do those who buy often care more for a low price?" Most say yes. Let one of
# them say how she could find out without the truth.

# %% tags=["needs-truth"]
care = db.truth.set_index("customer_id")[["weight_product", "weight_money", "weight_time"]]
care.groupby(groups.customers).mean().round(2)

# %% [markdown] tags=["needs-truth"]
# On average segments 1 and 3 care for nearly the same. Segment 2, which buys much at a time,
# cares more for the product and less for money. These are means: the people in one segment can
# differ. So to write about needs, we must ask for them.

# %% [markdown]
# ## Decide
#
# There is time to call `CALLS` customers. Whom do we call? First we ask how many of them would rise
# without a call. We take the share who rose in the likeliest group, which is its lift times the
# share who rose among all. Then we multiply by `CALLS`.

# %%
anyway = found.table.loc[1, ["estimate", "low", "high"]] * rose.mean()
(CALLS * anyway).round()

# %% [markdown]
# This many rise by themselves. If we call `CALLS` customers and this number rises, the calls did
# nothing. A rise from ordinary to key brings the difference between the mean profits of these
# tiers. `must add` is the cost of a call divided by this difference. If this share of the called
# rises **because** of the call, the calls pay for themselves.
#
# To see such an effect, we call one half of a list, chosen by lot, and compare it with the other
# half. `needed` is how many customers each half must have, so that the trial finds the effect four
# times in five. `trial_size` takes the effect and the standard deviation. For a chance *p* this
# deviation is the root of *p* (1 - *p*).

# %%
must_add = CALL_COST / (now["mean"]["key"] - now["mean"]["ordinary"])
chances = [chance.head(length).mean() for length in LISTS]
trial = pd.DataFrame({"list": LISTS, "chance": chances, "must add": must_add})
trial["needed"] = [trial_size(must_add, np.sqrt(p * (1 - p))) for p in chances]
trial["we have"] = trial["list"] // 2
trial.round(3)

# %% [markdown]
# `chance` is the mean over the list. It falls with the length, because the likeliest stand first.
#
# **The order.** Do not simply call the first `CALLS`. A trial needs the shortest list on which
# `we have` is at least `needed`; at Lantern it is the last one. If one half of it is more than
# `CALLS`, ask first for the time to call so many. Then call one half, chosen by lot. Wait as many
# months as the second half of our data has, and compare how many rose. Without that time, or if no
# list is long enough, do not call. If a call cost more, it would have to add more, and a shorter
# list would show that.
#
# For the letters: write one for each segment, and ask its readers one question about what they
# look for. With their answers the next round begins.

# %% [markdown] tags=["instructor"]
# Return to the second question of the beginning: what would you write to her that you would not
# write to the others? Ask which step of the five they would repeat first in their own company.

# %% [markdown]
# ## With your own data
#
# A file of sales is enough. A table `customers` with traits of your own adds the profile: put their
# names into `TRAITS`. If it has none, leave this table out.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - A computer always finds groups. Do new samples give the same ones, and do they say anything new?
# - Make groups by behaviour, without value. Use traits only to describe the groups.
# - Purchases tell what customers do. To know what they want, ask.
# - A list says who will probably rise. Only a trial says whether a call helps.

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
