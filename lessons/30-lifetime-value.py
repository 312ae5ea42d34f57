# %% [markdown]
# # 30 Lifetime value
#
# > "Our subscribers are worth a fortune." What is one of them worth today?
#
# A subscriber pays a little every month, and nobody knows for how many months. In this lesson we
# turn such a row of payments into one number that can be compared with a price, and we use the
# number to test what people say about loyal customers.
#
# **You can then** say what later payments are worth today; value a customer who may leave; measure
# retention from contracts; and work a saying about loyalty backwards to what it assumes.
#
# **You need** a little pandas: a Series, a boolean mask, a sum.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, ten payments 11, customers leave 10, Lantern 12, sayings 8, truth 3, decision 3.
#
# Ask: "What is one subscriber worth?" Collect numbers without comment and write them on the board.
# Then ask each person over what time. You will hear "a year" and "for ever" for the same number.
# If late, leave exercise 30.3 for home and skip the sliders.

# %% [markdown]
# ## The data
#
# Lantern Coffee, a roaster we made up, sells beans by subscription. Every month a customer pays, or
# she leaves. The table `subscriptions` holds one row for each contract. The lesson also needs three
# assumptions, and they stand in the first cell so that you can change them.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
UNTIL = "2025-12-31"  # last day that the data know
MARGIN = 0.35  # share of the price that is left after beans and postage
SERVICE = 0.60  # dollars a month to serve one subscriber: letters, calls, complaints
RATE = 0.10  # discount rate a year
STEP = 0.01  # rise of monthly retention that we hope to reach

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
# price of waiting one year. At 10 %, a payment counts only 1 / 1.10 of itself after one year, and 1
# / 1.10 of that after two.

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
# the first payment comes now, and everything moves one year forward. This choice is the **payment
# timing**, and the next cell compares the two.

# %%
at_end = worth.sum() - 80
at_start = (payments / (1 + RATE) ** (years - 1)).sum() - 80
pd.Series({"no waiting": payments.sum() - 80, "end of year": at_end, "start of year": at_start})

# %% [markdown]
# One sum on paper has three answers. A value without its discount rate and its timing cannot be
# compared with another value. The package therefore asks for both, the timing as `first="end"` or
# `first="start"`. It also makes the whole account of one customer, and the account's bridge shows
# where the money goes.

# %%
assert abs(ltv.present_value(payments, RATE, first="end") - 80 - at_end) < 1e-9
assert abs(ltv.present_value(payments, RATE, first="start") - 80 - at_start) < 1e-9
account = ltv.cash_table(payments.to_frame("margin"), acquisition=80, rate=RATE, first="end")
account.bridge().plot();

# %% [markdown]
# The lines with `assert` print nothing: the function and our two sums agree. In the figure, green
# adds and orange takes away. Winning the cafe is the small orange bar, and waiting is the large
# one. At 10 %, waiting costs more than four times as much as winning, although nobody sends a bill
# for it.
#
# The account also knows the **payback time**, the years until the 80 dollars are earned back. At 10
# % it is less than one year, since the first payment alone is worth more than 80. Both readings
# assume that the cafe stays for ten years.
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
# the third. What does one of them bring on average? Each payment is weighed with the chance that
# the cafe is still there, and then with the waiting.

# %%
year = pd.Series(range(200))
still_there = 0.9**year
today = 100 * still_there / (1 + RATE) ** year
pd.Series({"payments": still_there.sum(), "in today's money": today.sum()}).round(2)

# %% [markdown]
# The first payment comes now, so `year` begins with 0. A cafe makes ten payments on average, as
# before. In today's money they are worth less than 1,000, because many of them are far away. After
# two hundred years nothing more is added.
#
# There is a shorter way. Each year counts `0.9 / 1.10` of the year before, and such a sum has a
# formula. With contribution $m$, retention $r$ and discount rate $i$ it is
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
# The two lines with `assert` print nothing. The formula agrees with the long sum, and so does
# `ltv.with_retention`, which multiplies by the contribution for us.
#
# The function below draws the value for many rates of retention and marks one of them. Both its
# inputs are in per cent.

# %%
def show(retention=90, rate=10):
    tried = pd.Series(range(50, 96)) / 100
    curve = ltv.retention_table(100, tried, rate=rate / 100, first="start")
    curve.plot(mark=retention / 100)

# %% [markdown]
# Before you move a slider, guess: which of the two moves the value more?

# %% tags=["nbval-ignore-output"]
from ipywidgets import interact

interact(show, retention=(50, 95), rate=(5, 30));

# %%
show(retention=90, rate=10)

# %% [markdown]
# The curve is the value of a customer who contributes 100 a year. Retention moves you along the
# curve, and the discount rate lifts or lowers it. Near the right edge a small error in retention is
# a large error in value. This is why we now measure retention, with an interval.

# %% [markdown] tags=["instructor"]
# Ask for retention 0.95 at a rate of zero, by the formula: 20 contributions. "And 0.99?" 100
# contributions. A formula that grows without limit deserves distrust, and so does every estimate
# close to 1. Before the next section ask: "Of our subscribers, how many in a hundred renew each
# month?" Keep the guesses.

# %% [markdown]
# ## What is a Lantern subscriber worth?
#
# A contract that began yesterday has not been asked to renew yet. It is no success and no failure,
# so it must not be counted. `ltv.count_renewals` counts, for each age, the customers whose renewal
# fell due (`at_risk`) and those who made it (`renewed`).

# %%
renewals = ltv.count_renewals(db, until=UNTIL, unit="month")
renewals.table[["at_risk", "renewed"]].head(4)

# %% [markdown]
# Row 0 is the start of every contract, where nothing is renewed. We add up all rows after it. The
# rate comes with its 95 % interval (Wilson's formula): the rates that these counts leave plausible,
# if one rate holds for all.

# %%
due = renewals.table.loc[1:]
kept = ltv.retention_rate(due["renewed"].sum(), due["at_risk"].sum())
assert kept["estimate"] == due["renewed"].sum() / due["at_risk"].sum()
kept.round(4)

# %% [markdown]
# This is a rate per **month**, so the discount rate must be one per month as well. Twelve months at
# the monthly rate make one year at `RATE`. The multiple rises with retention, so the low end of
# retention gives the low end of the multiple.

# %%
monthly = (1 + RATE) ** (1 / 12) - 1
multiples = ltv.margin_multiple(kept, rate=monthly, first="start")
multiples.round(1)

# %% [markdown]
# A subscriber is worth that many monthly contributions. Lantern has several plans, and we value
# each of them by its own contribution: `MARGIN` of its price, less `SERVICE`. The `.T` turns the
# table, so that each plan has a row.

# %%
plans = sorted(subscriptions["monthly_price"].unique())
values = pd.DataFrame({plan: (MARGIN * plan - SERVICE) * multiples for plan in plans}).T
values.rename_axis("plan").round(0)

# %% [markdown]
# Each row is a lifetime value in dollars, with its interval. The interval holds only the doubt
# about the retention rate. It does not hold the doubt about `MARGIN` and `RATE`, and it takes one
# rate for all plans and all ages.
#
# **Exercise 30.2** Take only the contracts of the 42-dollar plan of `crm.load("lantern")`. What is
# their own monthly retention rate? Then write one sentence: does its interval give a reason to use
# another rate for this plan than for all?

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
# "Keep five more, and profit rises by 85 %." "Lose five more, and it falls by 25 %." Both are
# quoted in many slides. Five what? From 80 % to 85 % is five **percentage points**, and five per
# cent more than 80 % is 84 %. Take profit as the value of one customer, and let us see what five
# points do.

# %%
before = [0.60, 0.70, 0.80, 0.90]
lift = ltv.retention_lift(before, change=5, unit="pp", rate=0, first="start")
pd.Series(lift.to_numpy(), index=before).round(2)

# %% [markdown]
# On the left is the retention before, on the right the growth of the value as a fraction. The same
# five points bring a small gain to a company that loses many customers. They double the value where
# retention is 0.90, because there they halve the number of leavers. So each saying belongs to one
# starting rate, and we can look for it.

# %%
sayings = pd.DataFrame(
    {"change": [5, -5], "unit": "pp", "lift": [0.85, -0.25]}, index=["+5 points", "-5 points"]
)
ltv.compare_claims(sayings, rate=0, first="start").round(2)

# %% [markdown]
# The column `retention` holds the rate at which the saying of that row would be true. The other two
# columns say what each change would do to that company. Where five points less cost 25 %, five
# points more bring 50 %, and not 85 %. The two sayings cannot be true of one company. Neither says
# what five points would cost.
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
# Our value rests on one retention rate for everybody. Does it foretell what the subscribers do
# next? Lantern is simulated, and its table `truth` holds the twelve months after the data. We
# forecast the renewals of all running contracts with our rate, and with both ends of its interval.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask before the cell: "Our interval is narrow. Will the true number lie inside?" Most say yes.
# After the cell ask what the interval did not know. Expect "luck". Then point out that luck would
# not miss by so much.

# %% tags=["needs-truth"]
running = subscriptions[subscriptions["ended"].isna()].merge(db.truth, on="customer_id")
forecast = {name: ltv.survival(kept[name], periods=12)[1:].sum() for name in kept.index}
forecast["truth"] = running["purchases_next_12_months"].sum() / len(running)
pd.Series(forecast, name="renewals per contract in 12 months").round(2)

# %% [markdown] tags=["needs-truth"]
# The truth lies above the whole interval, so our value is too low for a subscriber who has already
# stayed. The interval covers the doubt of counting, but not a wrong assumption. Customers are not
# all alike, and those who are still here are not like those who have left. Lesson 31 starts from
# this miss.

# %% [markdown] tags=["instructor"]
# Before the table ask: "What would you pay, once, for one point more of retention every month?"
# Most offer a dollar or two. Let them say for which plan.

# %% [markdown]
# ## The decision
#
# The head of the subscription wants to send every new subscriber a welcome parcel. She hopes that
# monthly retention rises by `STEP`. What may the parcel cost? At most what the better retention
# is worth.

# %%
better = ltv.margin_multiple(kept + STEP, rate=monthly, first="start")
limits = pd.DataFrame({plan: (MARGIN * plan - SERVICE) * (better - multiples) for plan in plans}).T
limits.rename_axis("plan").round(1)

# %% [markdown]
# For each plan, the column `low` is the most to spend once on a new subscriber **if** the parcel
# really brings the step. Nobody knows that yet, so it has to be tried on subscribers who are chosen
# by lot. We count who is still there after a year. How many subscribers must each group hold?

# %%
from crmlab.evidence import trial_size

after_a_year = kept["estimate"] ** 12
effect = (kept["estimate"] + STEP) ** 12 - after_a_year
trial_size(effect, sd=(after_a_year * (1 - after_a_year)) ** 0.5)

# %% [markdown]
# The standard deviation of a share $p$ is the root of $p(1 - p)$. The number holds for a power of
# 80 %: four trials in five of this size would show the step if it is there. If too few new
# subscribers join, test a parcel from which you expect more.
#
# The order is therefore: send the parcel to one group of this size and not to another, spend less
# than the `low` of the cheapest plan, and decide after a year. A larger contribution or a lower
# discount rate would raise the limit. A parcel that helps in the first month only would not earn
# it, because the table assumes the better rate in every month.

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
