# %% [markdown]
# # 40 Value matrix
#
# > "She was one of our best customers last year. Is she still?"
#
# A report about last year cannot answer this question. It shows what customers brought, and some
# customers at the top of it have left since. This lesson puts two numbers side by side: the profit of
# last year and the profit to come. It ends with a list of people to call while they still buy.
#
# **You can then** place customers by today's and tomorrow's profit; follow their moves without
# being misled by small changes; say after how much silence a good customer should be called.
#
# **You need** two ideas from lessons 32 and 33. P(alive) is the chance that a customer has not
# left, given her purchases. A forecast of value multiplies the purchases that we still expect by
# the money that each one brings.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 11, two numbers 3, where high begins 3, half a year later 9, who left
# 3, first missed rhythm 9, truth 3, decision 6. If late, cut the truth.
#
# Ask: "Name a customer who brought much last year. What will she bring next year?" Most people name
# the same amount. Ask how they know. Nobody looked at the date of her last purchase.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. A subscriber must end a contract, and a wholesale
# account orders by plan. All others can stop at any time and do not tell us; `free_buyers` keeps only
# these. A refund is no purchase; it is taken off the spending of its day.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
RATE = 0.12  # discount a year: how much less money counts when it comes a year later
YEARS = 3  # how far we look ahead
BAND = 0.25  # how far around a limit a change does not count, as a share of the limit
MISSED = (2, 4)  # call if she is silent for 2 to 4 times her usual time between purchases
COST = 5.0  # cost of one call
EFFECT = 0.10  # share of the called who come back only because of the call: a guess

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import scoring
from crmlab.check import check
from crmlab.evidence import trial_size
from crmlab.intervals import wilson

db = crm.load(DATA, **OPTIONS)
db.require("40-value-matrix")
log = rb.free_buyers(db)

# %% [markdown]
# ## Four customers by hand
#
# A contribution is what is left of a customer's money after the cost of the goods. Here we also
# call it profit. The **current contribution** is that of the last twelve months. The **future
# contribution** is a forecast of what she will bring from now on. It is counted in today's money:
# later years count for less. Here are four customers. Nobody has made a forecast for Di yet.

# %%
hand = pd.DataFrame({"current": [90, 80, 10, 60], "future": [200, 20, 150, None]})
hand.index = ["Ann", "Bo", "Cy", "Di"]
hand.ge(50)

# %% [markdown]
# We call a number high if it is at least 50 (`ge`, greater or equal). This limit is the **cut**.
# `True` means high, so Ann is high in both, Bo was good and will bring little, and Cy is only
# beginning. The two words make four cells, the **current x future matrix**. Each cell has its
# policy:
#
# | cell | profit now | profit to come | policy |
# |---|---|---|---|
# | `high_high` | high | high | protect |
# | `high_low` | high | low | harvest or renew |
# | `low_high` | low | high | grow |
# | `low_low` | low | low | serve at low cost |
#
# To harvest means: take what she still brings, and spend nothing on it. To renew means: win her again.
#
# Now look at Di. Her future is unknown, but pandas says `False`, as if it were low. The package does
# not.

# %%
placed = scoring.value_matrix(hand, cut=50)
placed.customers

# %% [markdown]
# Di is **unclassified**, which means that she has no cell until both of her numbers are known. An
# unknown number is never 0. The name of a cell says what is high and what is low. Some authors name
# groups of customers after metals (Zeithaml, Rust and Lemon 2001).

# %% [markdown] tags=["instructor"]
# Before the exercise ask: "Which parts of a customer's value may be added up?" Expect "all of
# them". Draw a time line on the board, with today in the middle. Put each number of the exercise
# on it. The 100 of last year lie inside the 300, and they are past.

# %% [markdown]
# **Exercise 40.1** Eve has brought us 300 since her first purchase. This is her
# **historical value**, and 100 of it came in the last twelve months. In the next three years
# we expect 250 if she buys as she does now, and another 90 if we sell her things that she buys
# elsewhere today. The 250 and the 90 are her **potential value**. What profit can still come from
# her?

# %% tags=["exercise"]
# solution
answer = 250 + 90
check("40.1", answer)

# %% [markdown]
# ## Two numbers for every customer
#
# `current_and_future` adds up the profit of each customer's last twelve months. For the future it
# fits the models of lessons 32 and 33, and forecasts what the customer will bring in `YEARS`
# years if she buys as she does now. It does not count what we could sell her in addition.

# %%
ahead = {"margin": MARGIN, "annual_rate": RATE, "years": YEARS}
now = scoring.current_and_future(log, until=db.until, **ahead)
now.table.head(3).round(2)

# %% [markdown]
# `**ahead` hands over every entry of the dictionary, and `now["future"]` is the column of
# `now.table`. `low` and `high` are the 95 % interval of `future`. It says how well we know the
# average of customers like her. What she herself will bring can lie far outside. `silence` counts
# the weeks since the last purchase. `rhythm` is the average number of weeks from one purchase to
# the next; it is missing for a customer who came only once.

# %% [markdown] tags=["instructor"]
# Ask: "From which profit on do you call a customer good?" Expect a round number, or "our top
# hundred". Ask who chose it, and whether she knew whose names would stand above it.

# %% [markdown]
# ## Where does high begin?
#
# The cut decides who is called good, so choose it before you see any names. There are three usual
# rules. With break-even, everybody who brought a profit is high. With the median, one half of the
# customers is always high. A target is a sum of money that stays the same, so the number of high
# customers can rise and fall. We take a target: the mean of all customers half a year ago.
#
# Guess first: what share of the customers was high in both, half a year ago?

# %%
half_ago = db.until - pd.DateOffset(months=6)
then = scoring.current_and_future(log, until=half_ago, **ahead)
cut = then[["current", "future"]].mean()
before = scoring.value_matrix(then, cut=cut)
before.plot();

# %% [markdown]
# In this figure "now" is the day half a year ago. In each cell, compare the share of the customers
# with the two shares of profit. "Harvest or renew" (`high_low`) looks good in every report about
# last year, but the forecast expects almost nothing from it. "Protect" (`high_high`) holds most of
# the profit to come.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "How many of a hundred customers change cell in half a year?" Collect
# numbers; most say five. Then ask which of these moves should make anybody do something. A customer
# who went from 51 to 49 should not.

# %% [markdown]
# ## Half a year later
#
# Now we place the customers again, with today's numbers and the same cut. A customer who was just
# above the cut falls below it when she brings a few cents less. Then we would treat her differently
# without a reason. A **hysteresis band** around the cut prevents this. A customer whose number lies
# inside it keeps her side: she stays high if she was high, and low if she was low. Each of the two
# numbers has its own band.

# %% [markdown]
# **Exercise 40.2** The cut is 50 in both numbers. Within 5 of the cut, a customer keeps her side.
# Who changes cell? Give the set of their names.
#
# | | cell so far | profit now | profit to come |
# |---|---|---|---|
# | Ann | `high_high` | 47 | 180 |
# | Bo | `high_low` | 44 | 20 |
# | Cy | `low_high` | 54 | 150 |
# | Ed | `low_low` | 56 | 40 |

# %% tags=["exercise"]
# solution
moved = pd.DataFrame({"current": [47, 44, 54, 56], "future": [180, 20, 150, 40]})
moved.index = ["Ann", "Bo", "Cy", "Ed"]
so_far = pd.Series(["high_high", "high_low", "low_high", "low_low"], index=moved.index)
quarter = scoring.value_matrix(moved, cut=50, band=5, previous=so_far).customers["cell"]
answer = set(moved.index[quarter.astype(str) != so_far])
check("40.2", answer)

# %% [markdown]
# Now we place our customers. The band reaches `BAND` times the cut to either side.

# %%
today = scoring.value_matrix(now, cut=cut, band=cut * BAND, previous=before)
moves = scoring.cell_moves(before, today)
moves.plot();

# %% [markdown]
# The title says how many moved beyond the band. (Set `BAND = 0` to see how many would move without
# it.) Read along a row: it shows where the customers of one cell went. The numbers are counts, and a
# darker field holds a larger share of its row. The row `new` holds those who came in the last
# half-year.
#
# Look at the first row, at those who are no longer in `high_high`. Should we call them?

# %% [markdown] tags=["instructor"]
# Ask: "Of those who left the best cell, how many can we still win back?" Most say half. Let them
# write the number down, and look at P(alive) in the next table.

# %% [markdown]
# ## Who left the best cell?
#
# We take the customers who were `high_high` half a year ago and are not today: the first row of the
# figure without its first field. The next cell gives the median of each number.

# %%
was_best = moves.customers["before"] == "high_high"
is_best = moves.customers["after"] == "high_high"
in_rhythms = now["silence"] / now["rhythm"]
left = now.table[was_best & ~is_best].assign(rhythms=in_rhythms)
left[["current", "future", "p_alive", "silence", "rhythms"]].median().round(2)

# %% [markdown]
# `rhythms` divides a silence by the customer's own rhythm. At Lantern the current contribution is
# still above the cut, because the purchases of last year still count. The future contribution has
# fallen to almost nothing, since P(alive) is close to 0. The silence is many rhythms long, about as
# long as the half-year between the two matrices. So a matrix drawn twice a year shows that they
# left, but too late for a call.

# %% [markdown] tags=["instructor"]
# Ask: "She comes every two weeks. After how many weeks of silence do you worry?" Let people write a
# number. Then ask the same for somebody who comes every eight weeks. They see that weeks are the
# wrong unit, and that the unit must be her own rhythm.

# %% [markdown]
# ## The first missed rhythm
#
# So we must look at the silence itself, counted in the customer's own rhythms. Take the customers
# who were `high_high` half a year ago, and group them by their silence on that day. Who came back
# in the six months that followed?

# %%
best = then.table[before.customers["cell"] == "high_high"]
came = best.index.isin(log["customer_id"][log["date"] > half_ago])
names = ["up to 1", "1 to 2", "2 to 3", "3 to 4", "over 4"]
edges = [0, 1, 2, 3, 4, np.inf]
rhythms = pd.cut(best["silence"] / best["rhythm"], edges, labels=names, include_lowest=True)
back = pd.Series(came, best.index).groupby(rhythms, observed=False).agg(["size", "sum", "mean"])
back["low"], back["high"] = wilson(back["sum"], back["size"])
back.round(2)

# %% [markdown]
# `size` counts the customers of each group, `sum` counts those who came back, and `mean` is their
# share. `wilson` gives its interval. (`observed=False` keeps a group even if nobody is in it.) In
# the first two lines about the same share came back. Few people buy exactly on time, so a silence
# of up to two rhythms says little. Then the share falls. We call a silence of more than two rhythms
# a **missed rhythm**: a purchase was due and did not come. The last three groups are small, and
# neighbouring intervals overlap; but the first and the last are far apart.

# %% [markdown]
# **Exercise 40.3** Take CDNOW (`cdnow = crm.load("cdnow").transactions`) on 30 June 1998, with a
# margin of 0.30 and a cut of 20 for both numbers; leave out `annual_rate` and `years`, for which
# the function has values. How many customers are `high_high` and have been silent for more than two
# of their rhythms? Then write one sentence for the shop's manager: how many of how many good
# customers have missed a rhythm, and why is it time to call them?

# %% tags=["exercise"]
# solution
cdnow = crm.load("cdnow").transactions
music = scoring.current_and_future(cdnow, until="1998-06-30", margin=0.30)
good = scoring.value_matrix(music, cut=20).customers["cell"] == "high_high"
answer = int((good & (music["silence"] > 2 * music["rhythm"])).sum())
check("40.3", answer)

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know who has left. We compare two groups. The first is no longer
# `high_high`. The second still is, but has missed a rhythm: its silence, counted in rhythms, lies
# between the two numbers of `MISSED`. Guess: what share of each has gone?

# %% [markdown] tags=["instructor", "needs-truth"]
# Take guesses for both groups. Most are near for the first. Then ask which of the two groups they
# would rather call.

# %% tags=["needs-truth"]
gone = db.truth.set_index("customer_id")["left_on"].reindex(now.table.index).notna()
missed = is_best & (in_rhythms > MISSED[0]) & (in_rhythms <= MISSED[1])
rows = [gone[left.index].agg(["sum", "size"]), gone[missed].agg(["sum", "size"])]
counts = pd.DataFrame(rows, index=["left high_high", "missed a rhythm"])
counts["low"], counts["high"] = wilson(counts["sum"], counts["size"])
counts.round(2)

# %% [markdown] tags=["needs-truth"]
# `sum` counts those who have gone, `size` all of the group, and `low` and `high` are the interval
# of the share. Nearly all who left the best cell have gone. Of the good customers who have only
# missed a rhythm, most are still there, so a call can still reach them.

# %% [markdown]
# ## Whom do we call?
#
# We call the customers of `high_high` whose silence lies between the two numbers of `MISSED`. The
# first comes from the table of those who came back; the second is our choice. `*MISSED` hands over
# both.

# %%
calls = now.table[is_best & in_rhythms.between(*MISSED, inclusive="right")]
calls.nlargest(5, "future").round(2)

# %% [markdown]
# Does such a call pay? We assume that a customer who comes back is worth as much as a good customer
# who has missed no rhythm. So `worth` is the mean future contribution of those customers. `total`
# adds up their forecasts, with an interval. `must add` is the cost of a call divided by this worth.
# At least this share of the called must come back **because** of the call.

# %%
regular = now.forecast[is_best & (in_rhythms <= MISSED[0])]
worth = regular.total() / len(regular)
pd.DataFrame({"worth": worth, "must add": COST / worth}).round(3)

# %% [markdown]
# At Lantern a small share is enough. But many would come back anyway, so only a trial can tell
# what a call adds. We call one half of the list, chosen by lot, and compare the halves. `needed`
# is how many customers each half must have, so that the trial finds the effect `EFFECT` four
# times in five. `trial_size` takes the effect and the standard deviation. For a share *p* the
# standard deviation is the root of *p* (1 - *p*). Here *p* is the share who came back after such
# a silence half a year ago. It rests on the small groups of the table above, so it is rough.

# %%
quiet = (best["silence"] / best["rhythm"]).between(*MISSED, inclusive="right")
p = came[quiet].mean()
needed = trial_size(EFFECT, sd=np.sqrt(p * (1 - p)))
pd.Series({"came back": p, "needed": needed, "we have": len(calls) // 2}).round(2)

# %% [markdown]
# **The order.** Call one half of today's list, chosen by lot. If `we have` is smaller than
# `needed`, look for new missed rhythms every week, and call one half of the new names, until each
# half has `needed` names. Then compare who came back within six months. If `needed` is many times
# `we have`, this takes long, and until then we do not know whether the calls pay.
#
# The order stays the same as long as `must add`, from `low` to `high`, is far below `EFFECT`. (A
# smaller effect can pay as well, but this trial would often miss it.) If the share that came back
# had not fallen after two rhythms, we would wait longer.

# %% [markdown] tags=["instructor"]
# Return to the customers named in the first minute. Ask: "When did she last buy, and how often did
# she buy before?" Whoever cannot say it has the homework. Ask also who sees how we treat those in
# `low_low`: to serve at low cost is not to serve badly.

# %% [markdown]
# ## With your own data
#
# A file of sales over a year and a half is enough. A column `margin` helps.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```
#
# Look first at the table of those who came back. Where the share falls after three rhythms and not
# after two, set `MISSED = (3, 5)`.

# %% [markdown]
# ## Take away
#
# - Last year's profit and the profit to come are two numbers. Keep both.
# - Unknown is unclassified; it is never 0.
# - A band keeps small changes from looking like moves.
# - A matrix drawn twice a year shows a loss late. A missed rhythm shows it while a call can help.

# %% [markdown]
# ## Terms
#
# <!-- terms: current contribution; future contribution; cut; current x future matrix; unclassified; historical value; potential value; hysteresis band; missed rhythm -->

# %% [markdown]
# ## References
#
# - Zeithaml, V. A., Rust, R. T. and Lemon, K. N. (2001). The customer pyramid: creating and serving
#   profitable customers. *California Management Review* 43(4), 118-142.
