# %% [markdown]
# # 30 Lifetime value
#
# > "Our subscribers are worth a fortune." What is one of them worth today?
#
# A subscriber pays a little every month, and nobody knows for how many months. In this lesson we
# turn these payments into one number, so that they can be compared with a price. With this number
# we also test two sayings about loyal customers.
#
# **You can then** say what later payments are worth today; value a customer who may leave; measure
# retention from contracts; and test a saying about loyalty.
#
# **You need** a little pandas: a Series, a boolean mask, a sum.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, ten payments 12, customers leave 8, Lantern 12, sayings 7, truth 3, decision 5.
#
# Ask: "What is one subscriber worth?" Collect numbers without comment and write them on the board.
# Then ask each person over what time. You will hear "a year" and "for ever" for the same number.
# If late, leave exercise 30.3 for home.

# %% [markdown]
# ## The data
#
# Lantern Coffee, a roaster we made up, sells beans by subscription. Every month a customer pays, or
# she leaves. The table `subscriptions` holds one row for each contract. The lesson also needs some
# assumptions. They stand in the first cell, so that you can change them.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
UNTIL = "2025-12-31"  # last day of the data
MARGIN = 0.35  # share of the price that is left after beans and postage
SERVICE = 0.60  # dollars a month to serve one subscriber: letters, calls, complaints
RATE = 0.10  # discount rate a year
STEP = 0.02  # rise of monthly retention that we hope to reach

# %%
import pandas as pd

import crmlab as crm
from crmlab import lifetime_value as ltv
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("30-lifetime-value")
subscriptions = db.subscriptions

# %% [markdown]
# ## Ten payments
#
# We begin on paper. A cafe costs a roaster 80 dollars to win, and this is its **acquisition cost**.
# It then brings 100 dollars a year for ten years. The 100 is a **contribution**: what is left of
# the revenue after the costs that arise only because of this customer.
#
# Ten times 100, less 80, makes 920. But a dollar that comes in ten years is worth less than a
# dollar today, because today's dollar could earn interest until then. The **discount rate** is the
# price of waiting one year. At 10 %, a payment that comes in one year is divided by 1.10. A payment
# that comes in two years is divided by 1.10 twice.

# %% [markdown] tags=["instructor"]
# Let people vote before the cells run: at 10 % a year, is the 920 worth nearer 800, 700 or 500
# today? Most say 800. Ask as well which timing a subscription has. She pays before she drinks, so
# her first payment comes at the start.

# %%
payments = pd.Series(100.0, index=range(1, 11))
years = payments.index
worth = payments / (1 + RATE) ** years
worth.round(1)

# %% [markdown]
# The index is the year in which the payment comes. At 10 %, the first 100 is worth a little over 90
# today, and the last one less than 40. Each of these numbers is the **present value** of one
# payment. Their sum, less the 80, is what the cafe is worth today.
#
# We assumed that the first 100 comes after a year. A subscription is paid in advance, so there
# every payment comes one year earlier, and the first one comes now. This choice is the **payment
# timing**, and the next cell compares the two.

# %%
at_end = worth.sum() - 80
at_start = (payments / (1 + RATE) ** (years - 1)).sum() - 80
pd.Series({"no waiting": payments.sum() - 80, "end of year": at_end, "start of year": at_start})

# %% [markdown]
# The same payments have three values. A value without its discount rate and its timing cannot be
# compared with another value. The package therefore asks for both. The timing is `first="end"` or
# `first="start"`. The function `ltv.cash_table` has one row for each year. Its bridge is a figure
# that leads from the plain sum to the value today.

# %%
assert abs(ltv.present_value(payments, RATE, first="end") - 80 - at_end) < 1e-9
assert abs(ltv.present_value(payments, RATE, first="start") - 80 - at_start) < 1e-9
account = ltv.cash_table(payments.to_frame("margin"), acquisition=80, rate=RATE, first="end")
account.bridge().plot();

# %% [markdown]
# The two lines with `assert` print nothing, because the function and our two sums agree. The
# package says `margin` for contribution. In the figure, green adds and orange takes away. At 10 %,
# waiting takes away more than four times as much as winning the cafe.
#
# The **payback time** is the time until the acquisition cost is earned back. Here the first payment
# is enough, because it is worth more than 80 today. The value of the cafe is less certain, since it
# assumes that the cafe stays for ten years.
#
# **Exercise 30.1** A small cafe buys for 400 dollars a year, and 30 % of it is contribution before
# service. Its **service cost**, for visits and calls, is 20 a year. Winning it cost 150. It stays
# five years, the rate is 8 %, and it pays at the end of each year. What is it worth today?

# %% tags=["exercise"]
# solution
answer = ltv.present_value([0.30 * 400 - 20] * 5, rate=0.08, first="end") - 150
check("30.1", answer)

# %% [markdown]
# ## Customers leave
#
# Now suppose that nine in ten cafes stay each year. The **retention rate** is the share of
# customers who renew among those who could. Of 100 cafes, 90 are there in the second year and 81 in
# the third. What does one of them bring on average? We multiply each payment by the chance that the
# cafe is still there, and divide it by 1.10 for each year of waiting.

# %%
year = pd.Series(range(200))
still_there = 0.9**year
today = 100 * still_there / (1 + RATE) ** year
pd.Series({"payments": still_there.sum(), "in today's money": today.sum()}).round(2)

# %% [markdown]
# The first payment comes now, so `year` begins with 0. A cafe makes ten payments on average, as
# before. In today's money they are worth less than 1,000, because many of them are far away. We
# stop after two hundred years, when hardly any cafe is left.
#
# There is a shorter way. Each year counts `0.9 / 1.10` of the year before, and such a sum has a
# formula. With contribution $m$, retention $r$, discount rate $i$ and the first payment now, it is
#
# $$m \times \frac{1 + i}{1 + i - r}$$
#
# The fraction is called the **margin multiple**: the number of yearly contributions that a customer
# is worth. The product is the **customer lifetime value**, the value today of all that the customer
# is expected to bring.

# %%
multiple = ltv.margin_multiple(0.9, rate=RATE, first="start")
assert abs(100 * multiple - today.sum()) < 1e-6
assert abs(ltv.with_retention(100, 0.9, rate=RATE, first="start") - today.sum()) < 1e-6
round(multiple, 2)

# %% [markdown]
# The two checks hold: the formula agrees with the long sum, and so does `ltv.with_retention`, which
# multiplies by the contribution for us. The next cell draws the value for many rates of retention.

# %%
tried = pd.Series(range(50, 96)) / 100
ltv.retention_table(100, tried, rate=RATE, first="start").plot(mark=0.9);

# %% [markdown]
# The curve shows the value of a customer who contributes 100 a year. It becomes steeper to the
# right, so near the right edge a small error in retention is a large error in value. Therefore we
# now measure retention, with an interval.

# %% [markdown] tags=["instructor"]
# Ask for retention 0.95 at a rate of zero, by the formula: 20 contributions. "And 0.99?" 100
# contributions. A formula that grows without limit deserves distrust, and so does every estimate
# close to 1. Before the next section ask: "Of our subscribers, how many in a hundred renew each
# month?" Keep the guesses.

# %% [markdown]
# ## What is a Lantern subscriber worth?
#
# A renewal is **due** when its day has come. A contract that began yesterday has no renewal due. It
# is no success and no failure, so it must not be counted. `ltv.count_renewals` takes a table of
# contracts. For each age in months it counts the renewals due (`at_risk`) and those that were made
# (`renewed`).

# %%
renewals = ltv.count_renewals(subscriptions, until=UNTIL, unit="month")
renewals.table[["at_risk", "renewed"]].head(4)

# %% [markdown]
# Row 0 counts the starts of the contracts, and a start is no renewal. We leave this row out and add
# up the others. `ltv.retention_rate` divides the renewals made by the renewals due. It adds a 95 %
# interval, the range of rates that agree with these counts. The interval assumes that one rate
# holds for all customers.

# %%
due = renewals.table.loc[1:]
kept = ltv.retention_rate(due["renewed"].sum(), due["at_risk"].sum())
kept.rename(f"of {due['at_risk'].sum():,} renewals due").round(4)

# %% [markdown]
# This is a rate per **month**, so the discount rate must be one per month as well: twelve months
# must cost as much as one year at `RATE`. The multiple rises with retention, so the low end of
# retention gives the low end of the multiple. Lantern has several plans, and we name each by its
# monthly price. Its contribution is `MARGIN` of the price, less `SERVICE`. The `.T` turns the
# table, so that each plan has a row.

# %%
monthly = (1 + RATE) ** (1 / 12) - 1
multiples = ltv.margin_multiple(kept, rate=monthly, first="start")
plans = sorted(subscriptions["monthly_price"].unique())
values = pd.DataFrame({plan: (MARGIN * plan - SERVICE) * multiples for plan in plans}).T
values.rename_axis("plan").round(0)

# %% [markdown]
# Each row is a lifetime value in dollars, with its interval. The interval holds only the doubt
# about the retention rate. It does not hold the doubt about `MARGIN` and `RATE`, and it takes one
# rate for all plans and all ages.
#
# **Exercise 30.2** Take only the contracts of the 42-dollar plan of `crm.load("lantern")`. What is
# their own monthly retention rate? Then write one sentence: does the rate of all plans lie inside
# the interval of this plan, and what follows for its value?

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
dear = lantern.subscriptions[lantern.subscriptions["monthly_price"] == 42]
counted = ltv.count_renewals(dear, until="2025-12-31", unit="month").table.loc[1:]
own_rate = ltv.retention_rate(counted["renewed"].sum(), counted["at_risk"].sum())
answer = own_rate["estimate"]
check("30.2", answer)

# %% [markdown] tags=["instructor"]
# Before the sayings ask for hands: "Retention rises from 80 % by five. Is it 85 or 84?" Both
# readings are used in print, often in one article. Then ask for which company five points would be
# worth more, one that keeps 60 % or one that keeps 90 %.

# %% [markdown]
# ## Two sayings, tested
#
# "Keep five more in a hundred, and profit rises by 85 %." "Lose five more, and it falls by 25 %."
# From 80 % to 85 % is a rise of five **percentage points**. A rise of five per cent would lead from
# 80 % to 84 % only. The sayings mean points. We take profit as the value of one customer, and
# `rate=0` leaves out the discount rate, to keep the account simple.

# %%
before = pd.Series([0.60, 0.70, 0.80, 0.85, 0.90])
more = ltv.retention_lift(before, change=5, unit="pp", rate=0, first="start")
fewer = ltv.retention_lift(before, change=-5, unit="pp", rate=0, first="start")
pd.DataFrame({"before": before, "five more": more, "five fewer": fewer}).round(2)

# %% [markdown]
# Each row is a company. The column `before` is its retention, and the other two say how the value
# changes, as a fraction. Five points bring little to a company that loses many customers. At 0.90
# they double the value, because there they halve the number of leavers.
#
# The second saying is true in the row of 0.85. In the same row, five points more bring 50 %, and
# not 85 %. The first saying needs a retention between 0.85 and 0.90. The two sayings cannot both be
# true of one company. Neither says what five points would cost.
#
# **Exercise 30.3** "A loyal telephone customer is worth 72,000", says a book: 2,400 a year for
# thirty years. Take the 2,400 as contribution, the first one paid now, a retention of 0.85 and a
# rate of 10 % a year. What is the customer worth?

# %% tags=["exercise"]
# solution
answer = ltv.with_retention(2_400, 0.85, rate=0.10, first="start")
check("30.3", answer)

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Our value rests on one retention rate for everybody. Does this rate predict what the subscribers
# do next? Lantern is simulated, and its table `truth` holds the twelve months after the data. We
# forecast the renewals of one running contract, with our rate and with both ends of its interval.
# In the cell, `[1:]` leaves out the start, which is no renewal.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask before the cell: "Our interval is narrow. Will the true number lie inside?" Most say yes.
# After the cell ask what the interval did not know. Expect "luck". Then point out that luck would
# not miss by so much.

# %% tags=["needs-truth"]
running = subscriptions[subscriptions["ended"].isna()].merge(db.truth, on="customer_id")
forecast = {name: ltv.survival(kept[name], periods=12)[1:].sum() for name in kept.index}
forecast["truth"] = running["purchases_next_12_months"].sum() / len(running)
pd.Series(forecast, name=f"renewals in 12 months, mean of {len(running)} contracts").round(2)

# %% [markdown] tags=["needs-truth"]
# The truth lies above the whole interval, so our value is too low for a subscriber who has already
# stayed. The interval covers the doubt of counting, but not a wrong assumption. Customers are not
# all alike, and those who are still here are not like those who have left. Lesson 31 starts from
# this miss.

# %% [markdown] tags=["instructor"]
# Before the table ask: "What would you pay, once, for two points more of retention every month?"
# Most offer a dollar or two. Let them say for which plan.

# %% [markdown]
# ## The decision
#
# The head of the subscription wants to send a welcome parcel to every new subscriber. She hopes
# that it raises monthly retention by `STEP`. The parcel may cost at most what the better retention
# is worth.

# %%
better = ltv.margin_multiple(kept + STEP, rate=monthly, first="start")
limits = pd.DataFrame({plan: (MARGIN * plan - SERVICE) * (better - multiples) for plan in plans}).T
limits.rename_axis("plan").round(1)

# %% [markdown]
# For each plan, the column `low` is the most to spend once on a new subscriber **if** the parcel
# really brings the step. Nobody knows that yet, so we try it. A draw decides which new subscribers
# get the parcel, and after a year we count who is still there. How many subscribers must each of
# the two groups hold, and how many joined in the last year?

# %%
from crmlab.evidence import trial_size

after_a_year = kept["estimate"] ** 12
effect = (kept["estimate"] + STEP) ** 12 - after_a_year
group = trial_size(effect, sd=(after_a_year * (1 - after_a_year)) ** 0.5)
joined = (subscriptions["started"] > pd.Timestamp(UNTIL) - pd.DateOffset(years=1)).sum()
pd.Series({"each group": group, "joined in the last year": joined})

# %% [markdown]
# Each subscriber counts as 1 if she is still there, and as 0 if not. If the share of ones is $p$,
# the standard deviation of these numbers is the root of $p(1 - p)$. If the step is real, four in
# five trials of this size show it. If two groups are more than those who join in a year, test a
# parcel from which you expect more.
#
# The order is therefore: send the parcel to one group of this size and not to the other, and spend
# less than the `low` of the cheapest plan. After a year, go on only if clearly more are still there
# with the parcel. A larger contribution or a lower discount rate would raise the limit. A parcel
# that helps in the first month only would not earn it, because the limit assumes the better rate in
# every month. The limit also takes one rate for all subscribers, so spend clearly less than it.

# %% [markdown] tags=["instructor"]
# "We have 40 new subscribers a month. When do you know?" Let people divide. Then ask who would stop
# earlier, and what they would have to see. Back to the board: which of the first guesses named a
# time and a rate?

# %% [markdown]
# ## With your own data
#
# Give one row for each contract, with `ended` empty while it runs. Set `MARGIN` and `SERVICE` to
# your own numbers. If your contracts renew by the year, write `unit="year"` and let `monthly` be
# `RATE`.
#
# ```python
# DATA = "subscriptions.csv"
# yours = {"client": "customer_id", "from": "started", "to": "ended", "fee": "monthly_price"}
# OPTIONS = {"columns": yours}
# ```

# %% [markdown]
# ## Take away
#
# - A value needs its discount rate, its payment timing and its period.
# - Count contribution, not revenue.
# - Retention is renewals made, divided by renewals due.
# - Five points are worth more to a company that already keeps many.

# %% [markdown]
# ## Terms
#
# <!-- terms: contribution; acquisition cost; service cost; discount rate; present value; payment timing; payback time; retention rate; margin multiple; customer lifetime value; percentage point -->

# %% [markdown]
# ## References
#
# The formula is that of Gupta and Lehmann. The saying of 85 % goes back to Reichheld and Sasser,
# who computed it for branches of a bank.
#
# - Gupta, S. and Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing*
#   17(1), 9-24.
# - Reichheld, F. F. and Sasser, W. E. (1990). Zero defections. *Harvard Business Review* 68(5),
#   105-111.
