# %% [markdown]
# # 30 Lifetime value
#
# > "Our subscribers are worth a fortune." What is one of them worth today?
#
# A subscriber pays a little every month, and nobody knows for how many months. In this lesson we
# turn all her payments into one number: what they are worth today. With this number we also test
# two sayings about loyal customers.
#
# **You can then** say what later payments are worth today; value a customer who may leave; measure
# retention from contracts; and test a saying about loyalty.
#
# **You need** a little pandas: a Series, a boolean mask, a sum.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 3, ten payments 13, customers leave 7, Lantern 13, sayings 4, truth 3, decision 5.
#
# Ask: "What is one subscriber worth?" Collect numbers without comment and write them on the board.
# Then ask each person over what time. You will hear "a year" and "for ever" for the same number.
# If late, leave out the figure of the account.

# %% [markdown]
# ## The data
#
# Lantern Coffee, a roaster we made up, sells beans by subscription. Every month a customer pays, or
# she leaves. The table `subscriptions` holds one row for each contract. The assumptions stand in
# the first cell, so that you can change them.

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
from crmlab.frames import frames

db = crm.load(DATA, **OPTIONS)
db.require("30-lifetime-value")
subscriptions = db.subscriptions

# %% [markdown]
# ## Ten payments
#
# We begin on paper. A roaster pays 80 dollars to win a cafe. This is the **acquisition cost** of
# the cafe. The cafe then brings 100 dollars a year for ten years. The 100 is a **contribution**:
# the revenue, less the costs that arise only because of this customer.
#
# Ten times 100, less 80, makes 920. But a dollar that comes in ten years is worth less than a
# dollar today, because we could put today's dollar into a bank and would have more in ten years.
# The **discount rate** says how much less a payment is worth for each year of waiting. At 10 %, we
# divide a payment that comes in one year by 1.10. We divide a payment that comes in two years by
# 1.10 twice.

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
# Here the first 100 comes at the end of the first year. If the cafe paid at the start of each year,
# every payment would come one year earlier. This choice is the **payment timing**, and the next
# cell compares the two.

# %%
at_end = worth.sum() - 80
at_start = (payments / (1 + RATE) ** (years - 1)).sum() - 80
pd.Series({"no waiting": payments.sum() - 80, "end of year": at_end, "start of year": at_start})

# %% [markdown]
# The same payments have three values. So whoever names a value must also name the discount rate and
# the timing. In the package the timing is `first="end"` or `first="start"`.
#
# The function `ltv.cash_table` makes an account with one row for each year. Its `bridge()` is a
# figure that leads from the plain sum to the value today. The two lines with `assert` print
# nothing: the function `ltv.present_value` and our two sums agree.

# %%
assert abs(ltv.present_value(payments, RATE, first="end") - 80 - at_end) < 1e-9
assert abs(ltv.present_value(payments, RATE, first="start") - 80 - at_start) < 1e-9
account = ltv.cash_table(payments.to_frame("margin"), acquisition=80, rate=RATE, first="end")
account.bridge().plot();

# %% [markdown]
# The package says `margin` for contribution. In the figure, orange bars are taken away from the
# plain sum. The largest of them, `discounting`, is what the waiting costs.
#
# The **payback time** is the time until the acquisition cost is earned back. Here it is one year,
# because the first payment is worth more than 80 today.
#
# **Exercise 30.1** A small cafe buys for 400 dollars a year, and 30 % of this is contribution. From
# the contribution we take off the **service cost**, for visits and calls, of 20 dollars a year. The
# cafe pays at the end of each year and stays for five years. The discount rate is 8 %. The
# acquisition cost is 150 dollars. What is the cafe worth today?

# %% tags=["exercise"]
# solution
answer = ltv.present_value([0.30 * 400 - 20] * 5, rate=0.08, first="end") - 150
check("30.1", answer)

# %% [markdown]
# ## Customers leave
#
# Now suppose that nine in ten cafes stay each year. A customer who stays for one more period makes
# a renewal. The **retention rate** is the number of renewals made, divided by the number of
# renewals that were due. Of 100 cafes, 90 are there in the second year and 81 in the third. What
# does one of them bring on average, if it pays at the start of each year? We multiply each payment
# by the chance that the cafe is still there. Then we divide it by 1.10 for each year of waiting.

# %%
year = pd.Series(range(200))
still_there = 0.9**year
today = 100 * still_there / (1 + RATE) ** year
pd.Series({"payments": still_there.sum(), "in today's money": today.sum()}).round(2)

# %% [markdown]
# The first payment comes now, so `year` begins with 0. We stop after two hundred years, when hardly
# any cafe is left. A cafe makes ten payments on average. In today's money they are worth less than
# 1,000, because many of them are far away.
#
# There is a shorter way, without the long sum. With contribution $m$, retention $r$, discount rate
# $i$ and the first payment now, the sum is
#
# $$m \times \frac{1 + i}{1 + i - r}$$
#
# The fraction is called the **margin multiple**: the number of yearly contributions that a customer
# is worth. The product is the **customer lifetime value**, the value today of all that the customer
# is expected to bring.

# %%
multiple = ltv.margin_multiple(0.9, rate=RATE, first="start")
assert abs(100 * multiple - today.sum()) < 1e-6
round(multiple, 2)

# %% [markdown]
# The formula and the long sum agree. For one rate of retention, `ltv.with_retention` multiplies by
# the contribution for us. The next cell uses `ltv.retention_table`, which does this for many rates.
# Then `frames` calls our function `draw` twelve times. Each time another rate is marked on the
# curve.

# %%
tried = pd.Series(range(50, 96)) / 100
curve = ltv.retention_table(100, tried, rate=RATE, first="start")

def draw(retention):
    curve.plot(mark=retention)

frames(draw, tried[10::3], name="retention", form="{:.0%}")

# %% [markdown]
# Move the slider under the figure. The words at the point say what a customer with this rate is
# worth, in dollars and in yearly contributions (margins). The curve shows the value of a customer
# who contributes 100 a year. It becomes steeper to the right. There a small error in retention
# makes a large error in value. Therefore we now measure retention, with an interval.

# %% [markdown] tags=["instructor"]
# Ask for retention 0.95 at a rate of zero, by the formula: 20 contributions. "And 0.99?" 100
# contributions. A formula that grows without limit deserves distrust, and so does every estimate
# close to 1. Before the next section ask: "Of our subscribers, how many in a hundred renew each
# month?" Keep the guesses.

# %% [markdown]
# ## What is a Lantern subscriber worth?
#
# A renewal is **due** when its day has come. A contract that began yesterday has no renewal due
# yet, so this contract is not counted. `ltv.count_renewals` takes a table of contracts. For each
# age in months it counts the renewals due (`at_risk`) and the renewals made (`renewed`).

# %%
renewals = ltv.count_renewals(subscriptions, until=UNTIL, unit="month")
renewals.table[["at_risk", "renewed"]].head(4)

# %% [markdown]
# Row 0 counts the starts of the contracts, and a start is no renewal. We leave this row out and add
# up the others. `ltv.retention_rate` divides the renewals made by the renewals due. It adds a 95 %
# interval, the range of rates that agree with these counts.

# %%
due = renewals.table.loc[1:]
kept = ltv.retention_rate(due["renewed"].sum(), due["at_risk"].sum())
kept.rename(f"of {due['at_risk'].sum():,} renewals due").round(4)

# %% [markdown]
# This is a rate per **month**, so we also need a discount rate per month. Twelve months of waiting
# at this rate must cost as much as one year of waiting at `RATE`. The multiple is computed for the
# estimate of retention and for both ends of its interval. A subscriber pays at the start of each
# month, so we write `first="start"`.
#
# Each plan has its own price. Its contribution is `MARGIN` of the price, less `SERVICE`, and its
# lifetime value is the contribution times the multiple.

# %%
monthly = (1 + RATE) ** (1 / 12) - 1
multiples = ltv.margin_multiple(kept, rate=monthly, first="start")
plans = subscriptions["monthly_price"].drop_duplicates().sort_values()
values = pd.DataFrame({"plan": plans, "contribution": MARGIN * plans - SERVICE})
for column in ["estimate", "low", "high"]:
    values[column] = values["contribution"] * multiples[column]
values.round(1)

# %% [markdown]
# The last three columns are lifetime values in dollars. Their interval comes from the counted
# renewals alone. We suppose that `MARGIN` and `RATE` are right, and that one retention rate holds
# for all plans and all ages.
#
# **Exercise 30.2** Take only the contracts of the 42-dollar plan of `crm.load("lantern")`. What is
# their own monthly retention rate? Then write one sentence: does the rate of all plans lie inside
# the interval of this plan, and is the value of this plan in our table too high, too low or right?

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
# From 80 % to 85 % is a rise of five **percentage points**. (A rise of five per cent would lead
# from 80 % to 84 % only.) The sayings mean points. We do not know the profit, so we look at the
# value of one customer instead. To keep the account simple we leave out the discount rate, with
# `rate=0`.

# %%
before = pd.Series([0.60, 0.70, 0.80, 0.85, 0.90])
more = ltv.retention_lift(before, change=5, unit="pp", rate=0, first="start")
fewer = ltv.retention_lift(before, change=-5, unit="pp", rate=0, first="start")
pd.DataFrame({"before": before, "five more": more, "five fewer": fewer}).round(2)

# %% [markdown]
# Each row is a company. The column `before` is its retention, and the other two say how the value
# changes, as a fraction. Five points bring little to a company that loses many customers, and much
# to a company that keeps many.
#
# For the company with 0.85 the value falls by 25 %, as in the second saying. For the same company
# five points more bring 50 %, and not 85 %. So, for this value, the two sayings cannot both be true
# of one company. Neither says what the five points would cost.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Our value rests on one retention rate for everybody. Does this rate predict what the subscribers
# do next? Lantern is simulated, and its table `truth` holds the twelve months after the data. There
# a renewal counts as a purchase. We forecast how often one running contract renews in these months,
# with our rate and with both ends of its interval. `ltv.survival` gives the chance that the
# contract is still there after each month. The sum of these chances, without the start, is the
# number of renewals that we expect.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask before the cell: "Our interval is narrow. Will the true number lie inside?" Most say yes.
# After the cell ask what the interval did not know. Expect "luck". Then point out that luck would
# not miss by so much.

# %% tags=["needs-truth"]
running = subscriptions[subscriptions["ended"].isna()].merge(db.truth, on="customer_id")
forecast = pd.Series(dtype=float)
for end in kept.index:
    forecast[end] = ltv.survival(kept[end], periods=12).loc[1:].sum()
forecast["truth"] = running["purchases_next_12_months"].mean()
forecast.rename(f"renewals of one contract, mean of {len(running)}").round(2)

# %% [markdown] tags=["needs-truth"]
# The truth lies above the whole interval, so our value is too low for a subscriber who has already
# stayed for some time. The counts are right. So we doubt the assumption that one rate holds for
# everybody. If customers differ, those who leave easily have left already, and the others renew
# more often. Lesson 31 looks at this.

# %% [markdown] tags=["instructor"]
# Before the table ask: "What would you pay, once, for two points more of retention every month?"
# Most offer a dollar or two. Let them say for which plan.

# %% [markdown]
# ## The decision
#
# We want to send a welcome parcel to every new subscriber. We hope that it raises monthly retention
# by `STEP`. The parcel may cost at most what the better retention is worth. We compute this limit
# for the cheapest plan, since every subscriber gets the same parcel. We again use one rate for all
# ages. Compare it with rows 1 to 3 of the table of renewals. If new subscribers renew less often
# than this rate, as at Lantern, the limit is only a rough one.

# %%
better = ltv.margin_multiple(kept + STEP, rate=monthly, first="start")
limit = (MARGIN * plans.min() - SERVICE) * (better - multiples)
limit.rename("highest cost of a parcel").round(1)

# %% [markdown]
# The value `low` is the most to spend on one parcel, **if** the parcel really brings the step.
# Nobody knows that yet, so we try it. We draw by lot which new subscribers get the parcel. One year
# after the start of each, we look whether she is still there. `trial_size` says how many
# subscribers each of the two groups needs. It needs the difference of the two shares, and the
# standard deviation. For a share this is the square root of `share * (1 - share)`.

# %%
from crmlab.evidence import trial_size

without, with_parcel = kept["estimate"] ** 12, (kept["estimate"] + STEP) ** 12
group = trial_size(with_parcel - without, sd=(without * (1 - without)) ** 0.5)
joined = (subscriptions["started"] > pd.Timestamp(UNTIL) - pd.DateOffset(years=1)).sum()
pd.Series({"needed in two groups": 2 * group, "joined in the last year": joined})

# %% [markdown]
# Four in five trials of this size show the step, if it is real. If fewer subscribers join in a year
# than the trial needs, it takes longer to find them.
#
# The order is therefore: send the parcel to one group and not to the other, and spend less than
# `low` on it. When all of them have had their year, compare the shares who are still there. Stop if
# the 95 % interval of the difference does not lie above zero. If it does, compute the limit again
# with the step that the trial shows, and go on only if the parcel costs less. (A monthly rate is
# the twelfth root of the share left after a year.) A larger contribution would raise the limit.

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
