# %% [markdown]
# # 54 Push and pull
#
# > "At ten o'clock a guest asks for a croissant, and there is none. At six we throw croissants away.
# > Why do we not bake them after somebody asks?"
#
# Should Lantern Coffee, a firm that we made up, make first or sell first?
#
# **You can then** say why orders swing more than sales, how much to make for tomorrow, and which
# products to make only after the order.
#
# **You need** a little pandas: `groupby`, a boolean mask, `rolling`. The *standard deviation* says
# how far numbers usually lie from their mean, and the *variance* is its square. A *95 % interval*
# contains the true value in 95 of 100 cases.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, orders 7, partners 8, by hand 7, tomorrow 10, test 3, make or sell 6,
# decision 4.
#
# Ask: "Who has ever thrown food away in the evening that was missing in the morning?" Then ask:
# "What is worse for a shop, one croissant too many or one too few?" Many say too many, because they
# can see it in the bin. Write the answers down and come back to them by hand. If late, leave out
# the table of set-up costs, then the figure of the processes.

# %% [markdown]
# ## The data
#
# Each row of the table `cups` is one day in one of four regions. The columns give the croissants
# that were `baked` and `sold`. When none was left, the staff counted the guests who still asked for
# one: `asked_in_vain`.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
PRICE = 3.00  # dollars for a croissant
COST = 1.20  # dollars to make one
LEFT_OVER = 0.30  # dollars that one still brings in the evening
TEST_DAYS = 92  # days at the end that we plan as if we did not know them
HOLDING = 0.20  # dollars to keep one piece in stock for a week
WAITING = 0.50  # dollars lost when a customer waits a week for one piece
SMALLEST = 0.05  # change of demand that would matter

# %%
import pandas as pd

import crmlab as crm
from crmlab import delivery, scoring
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("54-push-and-pull")
cups = db["cups"].sort_values("date")
cups["demand"] = cups["sold"] + cups["asked_in_vain"]
cups["sold_out"] = cups["asked_in_vain"] > 0
cups.groupby("region")[["baked", "demand", "sold", "sold_out"]].mean().round(2)

# %% [markdown]
# The **demand** of a day is what guests asked for, whether they got it or not. The last column is
# the share of days on which a guest asked in vain.
#
# Today's rule for `baked` takes the mean demand of the last seven days in the region and rounds it
# up to the next ten. Making before anybody has asked is called **push**. Making only after a
# customer has ordered is called **pull**.
#
# ## Why orders swing more than sales
#
# Push needs a forecast. Take a shop that sells jeans. The **lead time** is the time from an order
# to its delivery, here one week. The shop orders what it sold, plus the change from the week
# before, because it expects the same change while it waits. In the code, `diff` is this change, and
# `fillna(0)` puts 0 into the first week. The maker does the same with the shop's orders. Shop and
# maker are two *stages* of a chain.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "In one week the shop sells 110 instead of 100. By how much do the
# orders of the maker swing?" Most say 10. Let them fill in the third week on paper, first the shop,
# then the maker.

# %%
chain = pd.DataFrame({"sales": [100, 100, 110, 100, 100, 100]})
chain["shop_orders"] = chain["sales"] + chain["sales"].diff().fillna(0)
chain["maker_orders"] = chain["shop_orders"] + chain["shop_orders"].diff().fillna(0)
chain

# %% [markdown]
# Sales rose once, by 10. The shop ordered 120, and a week later 90. The maker ordered 140, and then
# only 60. This is the **bullwhip effect**: orders swing more at each stage away from the customer.
#
# A calmer forecast is a **moving average**, the mean of the last few weeks. How much do orders
# swing then? We divide the variance of the orders by the variance of the sales. If the sales of one
# week say nothing about those of the next, this ratio is at least 1 + 2L/p + 2L²/p² (Chen and
# others 2000). Here L is the lead time, and p is the number of weeks in the average. With L = 1 and
# p = 5 it is 1.48.
#
# Now take four such stages. If each sees only the orders that reach it, the ratios are multiplied:
# after two stages we have 1.48 x 1.48. If every stage sees the sales, we use the formula only once.
# For the second stage, L is then the sum of two lead times. In the code, the list has the lead
# times, and `window` is p. The figure shows the smallest ratio that the formula allows.

# %%
formula = delivery.bullwhip([1, 1, 1, 1], window=5)
formula.plot();

# %% [markdown]
# In this formula, sharing the sales helps, but it does not remove the swing. Firms that all work
# from what the last customer buys form a **value net** (Kotler 2003).
#
# ## Partners and processes
#
# A value net needs good partners. We choose them with the score of lesson 41: each number gets a
# value between 0, the worst, and 1, the best. If 8 is the worst price and 4 the best, a price of 7
# counts (8 - 7) / (8 - 4) = 0.25. Then we multiply by the weights and add up.
#
# **Exercise 54.1** Three dairies could deliver our butter:
#
# | dairy | price of a kilo | lead time, days | deliveries on time |
# |---|---|---|---|
# | North | 5 | 2 | 90 % |
# | River | 4 | 8 | 80 % |
# | Hill | 6 | 1 | 95 % |
#
# The worst and the best are 8 and 4 dollars, 10 and 0 days, 50 % and 100 %. The weights are 0.4,
# 0.4 and 0.2. What is the score of the best dairy?

# %% tags=["exercise"]
# solution
rows = {"North": [5, 2, 0.90], "River": [4, 8, 0.80], "Hill": [6, 1, 0.95]}
dairies = pd.DataFrame(rows, index=["price", "lead_time", "on_time"]).T
posts = {"price": (8, 4), "lead_time": (10, 0), "on_time": (0.5, 1)}
weights = {"price": 0.4, "lead_time": 0.4, "on_time": 0.2}
answer = scoring.composite_score(dairies, weights, scale=posts)["score"].max()
check("54.1", answer)

# %% [markdown] tags=["needs-invoices", "needs-payments", "needs-complaints"]
# The **cycle time** is the number of days from the start of a case to its end. A case may still be
# open on the last day of the data, `until`. Then `cycle_times` counts it as longer than it has
# lasted so far. In the next cell a case is an invoice (`payment_cases` makes one row for each) or a
# complaint.

# %% [markdown] tags=["instructor", "needs-invoices", "needs-payments", "needs-complaints"]
# Ask before the figure: "Five orders took 2 days each, and five are open for 20 days. What is the
# usual time?" Many say 2. Nobody can know yet, but it is not 2.

# %% tags=["needs-invoices", "needs-payments", "needs-complaints"]
bills = delivery.payment_cases(db["invoices"], db["payments"])
talks = db["complaints"].rename(columns={"opened": "started", "closed": "ended"})
both = pd.concat([bills, talks.assign(process="complaint to closing")])
delivery.cycle_times(both, until=db.until).plot();

# %% [markdown] tags=["needs-invoices", "needs-payments", "needs-complaints"]
# Each dot is the day by which half of the cases have ended, with its 95 % interval.

# %% [markdown]
# ## Five days by hand
#
# On five days guests asked for 40, 45, 50, 60 and 75 croissants. One costs 1.20, sells for 3.00,
# and brings 0.30 if it is left over in the evening. We bake the same number, the *batch*, every
# day. How large should it be? One croissant too few loses 3.00 - 1.20 = 1.80. One too many loses
# 1.20 - 0.30 = 0.90.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Would you bake the mean of the five days, 54?" Most say yes. Ask which
# of the two mistakes is dearer, and in which direction that moves the batch. Come back to what they
# said at the opening.

# %%
five = pd.Series([40, 45, 50, 60, 75])
by_hand = pd.DataFrame({"batch": [40, 45, 50, 60, 75]})
by_hand["sold"] = [five.clip(upper=batch).mean() for batch in by_hand["batch"]]
by_hand["left_over"] = by_hand["batch"] - by_hand["sold"]
by_hand["profit"] = 3.00 * by_hand["sold"] + 0.30 * by_hand["left_over"] - 1.20 * by_hand["batch"]
by_hand

# %% [markdown]
# `five.clip(upper=batch)` is what we sell on each day: the demand, but never more than the batch.
# The best batch is 60, more than the mean demand of 54. The 60th croissant is sold on two days and
# left over on three. It wins 2 times 1.80 and loses 3 times 0.90, and this pays. The 61st is sold
# on one day and left over on four, and this does not pay.
#
# The loss from one too few, divided by the sum of both losses, is the **critical ratio**. Here it
# is 1.80 / (1.80 + 0.90), or two thirds. The best batch is the smallest one that was enough on at
# least this share of the days. A batch of 50 was enough on three days of five, less than two
# thirds. A batch of 60 was enough on four. This choice of an amount before the demand is known is
# called the **newsvendor problem** (Arrow and others 1951). In the code, `salvage` is what a piece
# that is left over still brings.

# %%
found = delivery.best_quantity(five, price=3.00, cost=1.20, salvage=0.30)
found.estimate, round(found.critical_ratio, 2), round(found.profit, 2)

# %% [markdown]
# The package finds the same batch, critical ratio and profit.

# %% [markdown]
# ## How many for tomorrow?
#
# Days differ by season and by weekday. For the season, we divide the demand of each day by the
# `usual` demand, the mean of the seven days before it. (`shift` moves each mean down by one day.)
# We begin with the region that has the most demand (`idxmax`).

# %%
busiest = cups.groupby("region")["demand"].sum().idxmax()
region = cups[cups["region"] == busiest].copy()
region["usual"] = region["demand"].rolling(7).mean().shift()
region["ratio"] = region["demand"] / region["usual"]
region.set_index("date")[["demand", "usual", "ratio"]].tail(3).round(2)

# %% [markdown]
# A ratio of 1.10 is a day with 10 % more demand than usual. `next_open_day` gives the next day on
# which the shops are open. We keep the ratios of its weekday (`dropna` leaves out the first week),
# and multiply each by the mean demand of the last seven days. So `likely` lists demands that are
# possible tomorrow.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Somebody takes the sales instead of the demand. Is her batch too small or
# too large?" Expect "the same". On a day that sold out, the sales are as small as the batch was.

# %%
tomorrow = delivery.next_open_day(cups)
same_weekday = region[region["date"].dt.day_name() == tomorrow.day_name()].dropna()
likely = same_weekday["ratio"] * region["demand"].tail(7).mean()
best = delivery.best_quantity(likely, price=PRICE, cost=COST, salvage=LEFT_OVER)
best.plot();

# %% [markdown]
# The green dot is the best batch of this region, and the green band is its 95 % interval.
#
# **Exercise 54.2** Take the Fridays of 2025 in the south from `crm.load("lantern")["cups"]`. Use
# their demand as it is, without ratios, and the prices of this lesson. Your answer is the best
# batch. Then find the best batch from the sales alone, and write one sentence to the baker about
# the difference.

# %% tags=["exercise"]
# solution
south = crm.load("lantern")["cups"].query("region == 'south' and date >= '2025-01-01'")
fridays = south[south["date"].dt.day_name() == "Friday"]
asked = fridays["sold"] + fridays["asked_in_vain"]
answer = delivery.best_quantity(asked, price=3.00, cost=1.20, salvage=0.30).estimate
check("54.2", answer)

# %% [markdown]
# ## Does it earn more than today's rule?
#
# `plan_batches` does the same for every region and each of the last `TEST_DAYS` days, and knows
# only the days before. It compares the profit with that of today's rule.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "On which weekdays does today's rule bake too much?" Let them write one
# down. The rule takes the mean of a week, so it does not know weekdays at all.

# %%
test_from = cups["date"].max() - pd.Timedelta(days=TEST_DAYS - 1)
plan = delivery.plan_batches(cups, test_from, price=PRICE, cost=COST, salvage=LEFT_OVER)
plan.plot();

# %% [markdown]
# Today's rule (`made`) bakes nearly the same on every weekday. The plan follows the weekdays. The
# title gives the gain: what the plan earned more than today's rule in a day, in dollars, all
# regions together, with its 95 % interval.
#
# ## Make first or sell first?
#
# With a fast oven we could bake each croissant after the guest asks. Nothing would be left over,
# and nobody would ask in vain. The next cell plans the busiest region alone. `missed` is what such
# an oven would earn more than this plan in a day, with its 95 % interval.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "What would you pay a day for an oven that bakes in three minutes?"
# Write down the sums. The usual mistake is to forget the guests who wait.

# %%
alone = delivery.plan_batches(region, test_from, price=PRICE, cost=COST, salvage=LEFT_OVER)
alone.missed.round(2)

# %% [markdown]
# So we buy the oven only if it costs less than `low` in a day, and if no guest leaves because of
# the wait. A day in another season may earn less.
#
# Some say "pull is the trend". We test this with 120 imagined products, which have a mean demand of
# 100 in a week. They differ in the lead time and in the standard deviation of demand, `sd`.
#
# To make first, we need a **safety stock**: pieces kept because demand may be higher than its mean.
# Here the stock is large enough in 95 of 100 lead times. To keep one piece costs `HOLDING` a week.
# If we sell first, each customer waits for the lead time. One week of waiting for one piece costs
# `WAITING`. `push_or_pull` adds up these costs for both ways, and names the cheaper one. `setup=0`
# says that starting a batch is free for now. `how="cross"` pairs each `sd` with each lead time.

# %%
swings = pd.DataFrame({"sd": range(10, 130, 10)})
times = pd.DataFrame({"lead_time": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]})
cases = swings.merge(times, how="cross").assign(demand=100, setup=0)
delivery.push_or_pull(cases, holding=HOLDING, waiting=WAITING).plot();

# %% [markdown]
# A period is a week here. Selling first is cheaper in the upper left corner: lead times are short,
# and demand swings widely, so it is hard to foresee.
#
# Now there is also a **set-up cost** of 1 or 5 dollars for each batch, whatever its size. The next
# table counts the products. `unstack` makes one column for push and one for pull.

# %%
setups = pd.DataFrame({"setup": [0, 1, 5]})
more_cases = cases.drop(columns="setup").merge(setups, how="cross")
more = delivery.push_or_pull(more_cases, holding=HOLDING, waiting=WAITING).table
more.groupby("setup")["cheaper"].value_counts().unstack(fill_value=0)

# %% [markdown]
# The higher the set-up cost, the fewer the products for which selling first is cheaper. To save
# set-ups, we make larger batches. Then customers wait longer, and here waiting costs more than
# stock. So for these products, "pull is the trend" holds only where lead times and
# set-ups are small and demand is hard to foresee (compare Fisher 1997).
#
# A firm can do both. Lantern roasts beans before anybody orders, and brews the cup afterwards. The
# **push-pull boundary** is the last step before the order: here, roasting.
#
# ## The decision
#
# Without such an oven, tomorrow's croissants are made first. These are the batches of the plan,
# rounded up to whole pieces, with their 95 % intervals.

# %%
plan.tomorrow.round(1)

# %% [markdown] tags=["instructor"]
# Ask: "Your oven takes trays of ten. What do you do with this table?" Expect somebody to fear for
# the optimum. Show the flat top of the curve again: any multiple of ten inside the interval will
# do.

# %% [markdown]
# We follow the plan only if the 95 % interval of its gain over today's rule lies above 0.

# %%
low, high = plan.gain["low"], plan.gain["high"]
order = "bake by plan" if low > 0 else "keep today's rule"
f"{plan.next_day:%d %B %Y}: {order}, the plan earned {low:+.2f} to {high:+.2f} a day"

# %% [markdown]
# What would change this order? If a croissant costs more to make, the best batch is smaller. And
# guests who find an empty shelf may stay away for days. The past cannot show this, because only one
# rule was used. So make a trial: for each region and each whole week, draw one of the two rules at
# random. Weeks differ by season, so divide the demand of each week by the mean of the four weeks
# before it: this is its `change`.
#
# The next cell computes it for past weeks. `pivot` makes one column for each region, and
# `resample("W")` makes weeks. `stack` puts the columns into one. From the standard deviation,
# `trial_size` finds how many weeks each of the two rules needs. The regions share these weeks.

# %%
from crmlab.evidence import trial_size

weekly = cups.pivot(index="date", columns="region", values="demand").resample("W").mean()
change = weekly / weekly.rolling(4).mean().shift()
size = trial_size(SMALLEST, sd=change.stack().std())
f"{size} weeks of a region under each rule: {2 * size / len(weekly.columns):.0f} weeks in all"

# %% [markdown]
# If the rules really differ by `SMALLEST` in the mean of `change`, 80 of 100 such trials show it.
#
# ## With your own data
#
# Save one row per open day and region as `cups.csv`, with the five columns that we used, for 40
# weeks or more.
#
# ```python
# DATA = "cups.csv"
# PRICE, COST, LEFT_OVER = 4.50, 1.50, 0.00
# ```

# %% [markdown]
# ## Take away
#
# - Orders swing more than sales, less so if all see the sales.
# - Bake enough for the share of days that the critical ratio gives, and plan from demand.
# - Test a plan against today's rule on days that it has not seen.
# - Sell first where making is quick, set-ups are small, and demand is hard to foresee.

# %% [markdown]
# ## Terms
#
# <!-- terms: demand; push; pull; lead time; bullwhip effect; moving average; value net; cycle time; critical ratio; newsvendor problem; set-up cost; safety stock; push-pull boundary -->

# %% [markdown]
# ## References
#
# - Arrow, K. J., Harris, T. and Marschak, J. (1951). Optimal inventory policy. *Econometrica* 19,
#   250-272.
# - Chen, F., Drezner, Z., Ryan, J. K. and Simchi-Levi, D. (2000). Quantifying the bullwhip effect in a
#   simple supply chain. *Management Science* 46, 436-443.
# - Fisher, M. L. (1997). What is the right supply chain for your product? *Harvard Business Review*
#   75(2), 105-116.
# - Kotler, P. (2003). *Marketing Management*, 11th edition. Prentice Hall.
