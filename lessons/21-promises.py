# %% [markdown]
# # 21 Promises
#
# > "We write the average wait on the board. Why are so many guests still angry?"
#
# A guest who reads "10 minutes" and waits 14 is late for work. We could write "30 minutes" and keep
# our word nearly always, but then some guests read the board and walk out. Between the two lies a
# promise that is worth most. We look for it in the waits that Lantern Coffee has measured.
#
# **You can then** say how often a promise is kept; estimate how many customers a longer promise
# sends away; choose the promise that is worth most; and say how a queue grows.
#
# **You need** a little pandas: boolean masks and `groupby`; what an exponential curve looks like.
# From lesson 20 we use one idea: customers compare what they get with what they expected, and a
# promise makes them expect something.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 5, by hand 4, kept or broken 9, who turns away 6, best promise 8, journey and
# queue 8, truth 2, decision 7.
#
# Ask: "You know that the wait is about ten minutes. What do you write on the board?" Most say
# "ten", some say "fifteen, to be safe". Ask the second group what it costs them. If late, cut the
# section on the journey and the queue, with exercise 21.3.

# %% [markdown]
# ## The data
#
# Lantern is a roaster we made up. In its cafes, somebody noted what the board promised, and later
# how long the guest had waited until she was served. Each row of `waits` is one arrival. Where
# `waited` is empty, the guest read the board and left.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
QUEUE = "date >= '2025-03-01' and 7 <= hour <= 9"  # mornings since March 2025
LATE_WORTH = 0.5  # a guest served late, if one served in time counts 1
BOARDS = [5, 10, 15, 20, 25, 30, 35, 40]  # promises that we could write

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import satisfaction as sat
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("21-promises")
waits = db.waits
waits.head()

# %% [markdown]
# A promise belongs to one queue. Mornings are busier than afternoons, and some queues grow over the
# years. So we keep the rows of one queue only; `QUEUE` above says which. Then we separate the
# guests who left from those who were served.

# %%
queue = waits.query(QUEUE)
left = queue["waited"].isna()
served = queue[~left]
f"{len(queue)} arrivals, {left.sum()} left at the board, {len(served)} were served"

# %% [markdown]
# ## Three boards by hand
#
# Five guests, whom we made up, waited 4, 8, 12, 16 and 40 minutes. Suppose that of 100 people who
# read "10 minutes", 90 stay. Of 100 who read "20 minutes", 80 stay, and of 100 who read "40
# minutes", 67 stay.
#
# We count in guests, not in money. A guest served in time counts 1. A guest served late counts one
# half, since she is served but may not return. A guest who left counts 0. Take paper:
# how much are 100 arrivals worth under each of the three boards?

# %% [markdown] tags=["instructor"]
# Let them work for three minutes before you run the next cell. The usual mistake is to forget those
# who left: people compare 40 % kept with 80 % and 100 % and choose the 40 minutes. Ask them how
# many of the hundred are still in the room.

# %%
five = np.array([4, 8, 12, 16, 40])
by_hand = pd.DataFrame({"board": [10, 20, 40], "stay": [90, 80, 67]})
by_hand["kept"] = [(five <= minutes).mean() for minutes in by_hand["board"]]
by_hand["worth"] = by_hand["stay"] * (by_hand["kept"] + 0.5 * (1 - by_hand["kept"]))
by_hand

# %% [markdown]
# Two of the five waits are within 10 minutes, so the first board is kept for 40 % of the guests:
# 36 in time and 54 late are worth 63. The board of 20 minutes is worth 72. The board of 40 minutes
# breaks no promise, but it is worth only 67, because a third of the people have left.
#
# The share of promises that are kept is the **kept rate**. Going away because the promised wait is
# too long is called **balking**. A longer promise raises both the kept rate and balking.

# %% [markdown]
# ## How often are promises kept today?
#
# Take the guests who were served, and compare two columns. The mean of the comparison is the kept
# rate. The helper finds the same number, with three means before it.

# %%
kept = (served["waited"] <= served["promised"]).mean()
promises = sat.promise_gap(served["promised"], served["waited"])
assert np.isclose(promises["estimate"]["kept"], kept)
promises.table.loc[["promised", "actual", "gap", "kept"], ["estimate", "low", "high", "n"]].round(2)

# %% [markdown]
# The columns `low` and `high` are the ends of the 95 % interval, and `n` is the number of guests
# served. The **promise gap** is the promised wait minus the actual wait. It is positive if guests
# were served sooner than promised. If its interval holds 0, the boards may be right on average.
# Disney's parks promise differently. Students timed 57 queues there: the boards said 37.5 minutes
# on average, and the guests waited 28.4 (see References).

# %% [markdown] tags=["instructor"]
# Before the next cell: "On average our boards are right. Is that good news?" Expect "yes". Then ask
# how an average can be right when nearly every second guest is late.

# %%
promises.plot();
# %% [markdown]
# Each dot is a guest, shaken a little to the sides so that we can see them all. Dots above the line
# waited longer than promised. The staff write the wait that they expect, but waits scatter widely,
# and nearly as many lie above their average as below it. **Whoever promises the average breaks
# nearly every second promise.**

# %% [markdown]
# **Exercise 21.1** Load `crm.load("lantern").waits` and take the arrivals before 1 March 2025, at
# all hours. What is the kept rate of the guests who were served? Then compare the mean of
# `promised` with the mean of `waited`, and write one sentence: were those boards right on average, and
# was that enough?

# %% tags=["exercise"]
# solution
early = crm.load("lantern").waits.query("date < '2025-03-01'").dropna(subset="waited")
answer = (early["waited"] <= early["promised"]).mean()
check("21.1", answer)

# %% [markdown] tags=["instructor"]
# Ask: "How would you find out how many people a longer board sends away?" Expect "ask them". Those
# who left are the ones you cannot ask, so somebody has to count them at the door.

# %% [markdown]
# ## Who turns away?
#
# Now the guests who left. For each promise on the board, we count how many read it and which share
# of them stayed.

# %%
by_board = queue.assign(stayed=~left).groupby("promised")["stayed"].agg(["size", "mean"])
by_board.round(2)

# %% [markdown]
# Few people have read some of the boards. So we look for one number that uses all rows. Suppose that
# each further minute on the board sends away 1 % of the guests who are still there. The share that
# stays is 0.99 at 1 minute, 0.99 x 0.99 at 2 minutes, and so on: an exponential curve.
#
# $$\text{stay} = e^{-b \cdot \text{promised}}$$
#
# Here b is the **balking rate**, per minute. By hand: if 90 of 100 stay at 10 minutes, then b is
# -ln(0.90) / 10 = 0.0105, so about 1 % leave for each minute. The helper looks for the b that makes
# the rows we saw most likely, and adds an interval.

# %%
balking = sat.balking_rate(queue["promised"], left)
balking.round(4)

# %% [markdown]
# The estimate says which share of the guests leaves for each further minute on the board. It does not
# say that the board alone sent them away, because the boards were not chosen at random. If the staff
# wrote longer ones on rainy days, some guests may have left because of the rain.

# %% [markdown]
# ## The best promise
#
# We repeat the table of the three boards with the waits we measured and the rate we estimated. For
# each board: which share stays, which share of them is served in time, and what is an arriving
# guest worth?
#
# We assume that the guests who left would have waited like those who were served, and that another
# board does not change the waits.

# %% [markdown] tags=["instructor"]
# Let everybody write a number of minutes on a slip of paper before the next cell. Collect the lowest
# and the highest. After the figure, ask who was inside the grey band.

# %%
boards = pd.DataFrame({"promised": BOARDS})
boards["stay"] = np.exp(-balking["estimate"] * boards["promised"])
boards["kept"] = [(served["waited"] <= minutes).mean() for minutes in boards["promised"]]
boards["value"] = boards["stay"] * (boards["kept"] + LATE_WORTH * (1 - boards["kept"]))
boards.round(2)

# %% [markdown]
# The value first rises, since a longer board breaks fewer promises. Then it falls, since it
# also sends more people away. The **best promise** is the one with the highest value.
#
# Our table tries only a few boards. The helper tries each measured wait as a board, so it can find
# a slightly higher value. The second line checks that it finds no lower one.

# %%
best = sat.best_promise(served["waited"], balking=balking["estimate"], broken=LATE_WORTH)
assert best["estimate"]["value"] > boards["value"].max() - 0.01
best.plot();
# %% [markdown]
# The green curve is the kept rate of each board, and the orange curve is the share of guests who
# stay. The thick blue curve is the value of an arrival. Its top is flat, so several boards are worth
# nearly the same. The grey band is the 95 % interval of the best promise. We may choose a round
# number inside it.

# %% [markdown]
# **Exercise 21.2** Waits of 10, 20, 40 and 70 minutes are equally likely. The balking rate is 0.01
# per minute, and a guest served late is worth nothing. Which promise is best?

# %% tags=["exercise"]
# solution
answer = sat.best_promise([10, 20, 40, 70], balking=0.01)["estimate"]["promise"]
check("21.2", answer)

# %% [markdown] tags=["instructor"]
# Let two people tell their last visit to a cafe step by step, and write the minutes on the board.
# Before the exercise ask: "If three guests in ten stay away from the till, by how much does the wait
# fall?" Most say "by three tenths".

# %% [markdown]
# ## A visit on a time line
#
# A better board makes nobody's coffee come sooner. To see what would, we draw a **service journey**:
# the steps of one visit in the order in which the customer meets them. This visit is made up.

# %%
visit = {"queue at the till": 11, "order and pay": 2, "wait for the cup": 4, "drink": 12}
sat.service_journey(visit, [True, False, True, False]).plot();
# %% [markdown]
# The orange steps are waiting, and the queue at the till is the longest. Why do queues get so long?
# Take one till that needs 2 minutes for a guest. Its **utilisation** is the share of time in which
# it is busy. If guests arrive at random, the mean wait in the queue is 2 x utilisation / (1 -
# utilisation) minutes. At a utilisation of 0.5 this is 2 minutes, at 0.8 it is 8, and at 0.95 it is
# 38. The wait grows faster and faster when the till gets close to being always busy.
#
# So a few guests fewer can shorten the wait a lot. **Ordering ahead** means that guests order and
# pay on the phone before they arrive, so they need no till. But somebody must still make those cups,
# and the formula leaves this out.
#
# Sometimes the queue cannot be shortened, for instance when a machine is down. Then
# **proactive service** helps: we tell the guests of the delay at once, before they have to ask.
#
# **Exercise 21.3** `sat.queue_wait(0.4, 2)` gives the 8 minutes above: 0.4 guests arrive per minute,
# and each takes 2 minutes at the till. With `servers=2` there are two tills. Let 54 guests an hour
# share two tills, with 2 minutes each. Then three guests in ten begin to order ahead. By how many
# minutes does the mean wait in the queue fall?

# %% tags=["exercise"]
# solution
answer = sat.queue_wait(54 / 60, 2, servers=2) - sat.queue_wait(0.7 * 54 / 60, 2, servers=2)
check("21.3", answer)

# %% [markdown]
# ## With your own data
#
# Put one row per arrival into `waits.csv`: `date`, `promised` and `waited`, in the same unit, with
# `waited` empty for those who left. Name your own queue in `QUEUE`, for example `"promised > 0"` for
# all rows. Delivery days, repair hours and call-backs work in the same way.
#
# ```python
# DATA = "waits.csv"
# OPTIONS = {"columns": {"quoted_days": "promised", "days_taken": "waited"}}
# QUEUE = "promised > 0"
# ```

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is simulated, so we know the balking rate that was built in. Does our interval hold it?

# %% tags=["needs-truth"]
built_in = pd.Series({"built in": crm.company.World().balk_rate})
pd.concat([balking[["estimate", "low", "high"]], built_in]).round(4)

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask: "We never saw how long the guests who left would have waited. Could that spoil the best
# promise?" It could, if longer boards mean longer waits: then the waits we saw are too short.

# %% [markdown] tags=["needs-truth"]
# It does. But no simulation tells us `LATE_WORTH`. It is our assumption, and we must test it.

# %% [markdown]
# ## What do we do?
#
# What is an arrival worth today? We count each guest as before, and set the mean beside the value of
# the best promise.

# %%
late = queue["waited"] > queue["promised"]
worth = pd.Series(np.select([left, late], [0, LATE_WORTH], 1))
today = sat.mean(worth)
ends = ["estimate", "low", "high"]
pd.DataFrame({"today": today[ends], "best promise": best.table.loc["value", ends]}).T.round(3)

# %% [markdown] tags=["instructor"]
# Ask: "Which of our assumptions could turn this decision round?" Collect guesses before the table.
# Most people name the balking rate. The table shows that it is the worth of a late guest.

# %% [markdown]
# These intervals do not know that the balking rate and `LATE_WORTH` may be wrong. So we compute the
# best promise again with other values. Rows 1 and 2 take the two ends of the balking rate's
# interval. Rows 3 to 5 take another worth of a late guest.

# %%
rates = list(balking[ends]) + [balking["estimate"]] * 3
worths = [LATE_WORTH] * 3 + [0, 0.7, 0.8]
cases = pd.DataFrame({"balking rate": rates, "late worth": worths})
for row in cases.index:
    one = sat.best_promise(served["waited"], balking=rates[row], broken=worths[row])
    cases.loc[row, "best promise"] = one["estimate"]["promise"]
cases.round(3)

# %% [markdown]
# Compare rows 1 and 2 with row 0, and then rows 3 to 5. The worth of a late guest can matter more
# than the balking rate. If late guests are worth nearly as much as the others, the best promise is
# very short.
#
# We choose the board with the highest value in our table, and test it. For each day we draw at
# random whether the staff write as today or write the new board. Then we compare the mean worth of
# an arrival. We also count who comes back within a month, since this measures `LATE_WORTH`.
#
# `trial_size` says how many arrivals each group needs to show a difference of `gain`. The range in
# brackets goes from the smallest to the largest difference that the two intervals allow.

# %%
board = boards.loc[boards["value"].idxmax(), "promised"]
gain = boards["value"].max() - today["estimate"]
value = best.table.loc["value"]
low, high = value["low"] - today["high"], value["high"] - today["low"]
arrivals = trial_size(gain, sd=worth.std())
order = f"Write {board} minutes: {gain:+.3f} ({low:+.3f} to {high:+.3f}) per arrival"
f"{order}; trial with {arrivals} arrivals in each group"

# %% [markdown]
# The order changes if late guests come back nearly as often as the others, or if the queue becomes
# shorter. Then measure again. Guests of one day are alike, so let the trial run for more days than
# the number of arrivals suggests.

# %% [markdown]
# ## Take away
#
# - A promise of the average wait is broken for nearly every second guest.
# - A longer promise keeps more promises and sends more guests away; the best one balances the two.
# - The top of the value curve is flat, so choose a round number inside the band.
# - Close to a utilisation of 1, a few guests fewer at the till shorten the wait a lot.

# %% [markdown]
# ## Terms
#
# <!-- terms: promise gap; kept rate; balking; balking rate; best promise; service journey; utilisation; ordering ahead; proactive service -->

# %% [markdown]
# ## References
#
# - A class of the University of Southern California on waiting in Disney's parks:
#   <https://sites.google.com/view/uscadisney/emotion>.
