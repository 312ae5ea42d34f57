# %% [markdown]
# # 31 Retention
#
# > "An agency offers us new subscribers, at one price for each. What may a subscriber cost?"
#
# A new subscriber may cost no more than she will bring. Nobody knows how long she will stay, but
# the contracts of earlier subscribers tell us something about it. In this lesson we count how many
# of them renewed, draw a curve through the counts, and compute a highest price.
#
# **You can then** draw how many customers are left after each renewal; fit a model of renewals and
# say how sure it is; value new and older customers; and say what a subscriber may cost.
#
# **You need** two ideas of lesson 30. The **present value** of later payments is what they are
# worth today: each payment is made smaller, because we have to wait for it. The **contribution** is
# what is left of a price after the costs that arise only because of it.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 4, two kinds 8, counting 3, curve 11, older customers 4, truth 4, decision 12,
# own data 2.
#
# Ask: "What would you pay for one subscriber who costs us nothing but her beans?" Write three
# numbers on the board, each with the months until the money is back. If late, leave out the truth
# and give exercise 31.2 as homework.

# %% [markdown]
# ## The data
#
# Lantern Coffee, a roaster we made up, sells beans by subscription. Every month a customer renews
# her contract, or she leaves. The table `subscriptions` holds one row for each contract. The column
# `ended` is empty while the contract runs.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
UNTIL = "2025-12-31"  # last day of the data
MARGIN = 0.35  # share of the price that is left after beans and postage
SERVICE = 0.60  # dollars a month to answer the letters and calls of one subscriber
RATE = 0.10  # discount rate a year: 1.10 dollars in a year are worth 1 dollar today
MONTHS = 12  # payments in which the price must come back; not more than the data hold
DROP = 0.10  # smallest fall in the share left after six months that a trial must show

# %%
import pandas as pd

import crmlab as crm
from crmlab import lifetime_value as ltv
from crmlab import repeat_buying as rb
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("31-retention")
subscriptions = db.subscriptions
monthly = (1 + RATE) ** (1 / 12) - 1  # the discount rate for one month

# %% [markdown]
# ## Two kinds of customers
#
# Imagine a thousand customers who begin together. Half of them are stayers. A stayer renews with a
# chance of 0.95, every month. The other half are movers. A mover renews with a chance of 0.60.
# Nobody changes her chance. How many of each kind are left after some months?

# %% [markdown] tags=["instructor"]
# Ask before the cell: "Everybody keeps the same chance for ever. Will the share who renew stay the
# same from month to month?" Most say yes. Let them write down the first month's share, 0.775, and
# then their guess for the fifth.

# %%
month = pd.Series(range(7))
kinds = pd.DataFrame({"stayers": 500 * 0.95**month, "movers": 500 * 0.60**month})
kinds["all"] = kinds["stayers"] + kinds["movers"]
kinds["retention"] = kinds["all"] / kinds["all"].shift()
kinds.round(2)

# %% [markdown]
# The **retention rate** is the number of renewals made, divided by the number of renewals that were
# due. `shift` moves the column down by one row, so each row is divided by the row before it.
#
# Retention rises month after month, although no customer has become more loyal. The movers leave
# first, and those who remain are mostly stayers. Such lasting differences between customers are
# called **heterogeneity**. If customers did become more loyal, the column `retention` would rise in
# the same way. In both cases it is wrong to use one rate for all ages.
#
# **Exercise 31.1** Today is 31 March 2025. Contracts renew every month, on the day of the month on
# which they began. A contract ends on the day of a renewal that is not made. Ana began on 10
# January, and her contract ended on 10 March. Ben began on 15 January, and his contract runs. Chen
# began on 5 March, and her contract runs. What is the retention rate of the three together, up to
# today?

# %% tags=["exercise"]
# solution
answer = 3 / 4  # Ana 1 of 2, Ben 2 of 2, Chen 0 of 0
check("31.1", answer)

# %% [markdown]
# ## How many renew at each age?
#
# `ltv.count_renewals` counts the contracts by age. At age 1 the first renewal is due, at age 2 the
# second. The column `at_risk` holds the number of renewals that were due at this age, and `renewed`
# the number that were made.
#
# A **censored contract** is a contract that still runs on the last day, `UNTIL`. Nobody knows yet
# whether its next renewal will be made, so only its earlier renewals are counted.

# %%
renewals = ltv.count_renewals(subscriptions, until=UNTIL, unit="month")
shown = ["at_risk", "renewed", "retention", "retention_low", "retention_high", "survival"]
renewals.table.loc[[1, 2, 6, 12, 18], shown].round(3)

# %% [markdown]
# The column `retention` is `renewed` divided by `at_risk`, and the next two columns are its 95 %
# interval. The whole interval at age 12 lies above the interval at age 1, so older contracts renew
# more often. The **survival** is the share of new customers who are still there at this age. It is
# the product of all retention rates from age 1 on, also of those that are not shown.

# %% [markdown]
# ## A curve for all ages
#
# The counts jump up and down by chance, so we want a smooth curve. The simplest curve has one
# constant rate: all renewals made, divided by all renewals due.
#
# The second curve is the **shifted-beta-geometric model**. In our example there were two kinds of
# customers. In this model every customer has her own chance to leave at a renewal, and she keeps it
# for ever. Two numbers, `alpha` and `beta`, say how these chances are spread. On average a new
# customer leaves at her first renewal with a chance of `alpha / (alpha + beta)`. The model is
# fitted to `renewals.histories`, which holds the age of the contracts and says which have ended.

# %%
due = renewals.table.loc[1:]
constant = due["renewed"].sum() / due["at_risk"].sum()
model = rb.ShiftedBetaGeometric.fit(renewals.histories, unit="month")
pd.Series({"alpha": model.alpha, "beta": model.beta, "constant rate": constant}).round(3)

# %% [markdown] tags=["instructor"]
# Before the figure ask: "Where will a single rate be wrong, for new customers or for old ones?" The
# table has shown the answer: it is wrong for both, in opposite directions. Let somebody say why.

# %% [markdown]
# `model.survival(seen)` computes the survival up to age `seen`, the highest age in the data, with
# both ends of a 95 % interval. We draw both curves. The black points are the counts, each with its
# own interval.

# %%
seen = renewals.table.index.max()
survivors = model.survival(seen)
one_rate = ltv.survival(constant, periods=seen)
renewals.plot(fitted=survivors, constant=one_rate);

# %% [markdown]
# The dashed line of the constant rate lies above the points at first, and below them at the end. It
# expects too many young contracts, and too few old ones. The blue curve of the model stays close to
# the points, and its band is the 95 % interval. We draw no curve beyond the oldest contracts,
# because there is nothing to compare it with.
#
# **Exercise 31.2** Take only the contracts of the 28-dollar plan of `crm.load("lantern")`, and fit
# the model to them. What share of new subscribers of this plan is still there after 6 renewals?
# Give the estimate. Then write one sentence: would you use this share or that of all plans, and
# why?

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern").subscriptions
middle = lantern[lantern["monthly_price"] == 28]
counted = ltv.count_renewals(middle, until="2025-12-31", unit="month")
own_model = rb.ShiftedBetaGeometric.fit(counted.histories, unit="month")
answer = own_model.survival(6)["estimate"].iloc[6]
check("31.2", answer)

# %% [markdown] tags=["instructor"]
# Ask: "Two subscribers pay the same. One joined today, one eleven months ago. Whose leaving costs
# us more?" Let people vote. Those who trust a single rate must say: both the same.

# %% [markdown]
# ## What is an older customer worth?
#
# The **residual value** of a customer is the value today of what she is still expected to bring. We
# value the next 12 renewals (`years=1`), at one dollar each (the first 1.0 in the cell), for
# customers who have made 0, 6 or 11 renewals. The package calls the renewals made `T`. With
# `margin=1.0` the whole dollar is contribution.

# %%
ages = pd.DataFrame({"T": [0, 6, 11]})
residual = rb.lifetime_value(model, 1.0, ages, margin=1.0, annual_rate=RATE, years=1)
residual.table.set_index(ages["T"]).round(2)

# %% [markdown]
# The two older customers are worth more than the new one, and their intervals lie above hers. So it
# costs us more when an older customer leaves.
#
# The agency brings new customers. Their price must therefore be computed from age 0, and not from
# the average of the customers whom we have now.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# How many renewals will the running contracts make in the next twelve months? Lantern is made up,
# so its table `truth` knows. `ltv.contract_histories` has one row for each contract. The rows are
# in the order of `subscriptions`, but the index holds the customers, so the mask must lose its own
# index (`to_numpy`). `rb.luck` makes a forecast for the running contracts. Its range allows for
# luck: by chance some customers renew more often than expected, and others less often. The next
# cell prints nothing.

# %% [markdown] tags=["needs-truth", "instructor"]
# Collect guesses before the cell: does the model's range hold the truth, and does the constant rate
# come near it? After the cell ask: "The newer group is right. What about the older one?"

# %% tags=["needs-truth"]
histories = ltv.contract_histories(subscriptions, until=UNTIL, unit="month")
running = histories[subscriptions["ended"].isna().to_numpy()]
forecast = rb.luck(model, running, periods=12)
outcome = db.truth.set_index("customer_id").loc[running.index, "purchases_next_12_months"]

# %% [markdown] tags=["needs-truth"]
# We add up the renewals of the newer contracts, and those of the contracts that have made 12
# renewals or more. A mask chooses rows of the forecast, as in a table, and `total` adds them up to
# `estimate`, `low` and `high`. The last row is what the constant rate expects: the renewals of one
# contract, times the number of contracts.

# %% tags=["needs-truth"]
newer = running["T"] < 12
sums = pd.DataFrame({"newer": forecast[newer].total(), "older": forecast[~newer].total()})
sums.loc["truth"] = [outcome[newer].sum(), outcome[~newer].sum()]
each = ltv.survival(constant, periods=12).loc[1:].sum()
sums.loc["constant rate"] = [each * newer.sum(), each * (~newer).sum()]
sums.round()

# %% [markdown] tags=["needs-truth"]
# The rows `low` and `high` are the 95 % range of the model. For the newer contracts the truth lies
# inside the range. For the older contracts it lies a little above the range: they renew more often
# than the model expects. The constant rate is too low for both groups, and it is far too low for
# the older one.

# %% [markdown] tags=["instructor"]
# Before the table ask everybody to write down a price for a subscriber on the middle plan, with a
# wait of one year. Most forget the beans or the waiting. Collect the highest and the lowest price.

# %% [markdown]
# ## The decision
#
# We want the price back within `MONTHS` payments. The survival at ages 0, 1, 2 and so on is the
# share of subscribers who make the first payment, the second, the third. So a subscriber who pays
# one dollar each month is worth the present value of these shares. `apply` computes it for the
# estimate and for both ends of the interval, and `first="start"` means that the first payment is
# made at once.

# %%
most = survivors[:MONTHS].apply(ltv.present_value, rate=monthly, first="start")
most.round(2)

# %% [markdown]
# These are the payments that a new subscriber is expected to make, in today's money. The first
# payment is counted here. It was not counted in the table of residual values. Each plan has its own
# contribution a month. The highest price is this contribution times the number of payments.

# %%
plans = subscriptions["monthly_price"].drop_duplicates().sort_values()
prices = pd.DataFrame({"plan": plans, "contribution": MARGIN * plans - SERVICE})
for column in ["estimate", "low", "high"]:
    prices[column] = prices["contribution"] * most[column]
prices.round(1)

# %% [markdown]
# The last three columns are prices in dollars for one subscriber. The interval shows how sure the
# model is of its curve. To be careful, we pay no more than `low`.
#
# This price comes back on average, and not from everybody. The **break-even tenure** is the number
# of payments that one subscriber must make to earn back her own price. In every plan the price
# `low` is the contribution of one month times `most["low"]`. So this number of payments is the same
# for all plans, and we compute it with a contribution of 1 and a price of `most["low"]`. Payment
# number `tenure` is made at age `tenure - 1`.

# %%
tenure = int(ltv.break_even_tenure(most["low"], margin=1.0, rate=monthly, first="start"))
survivors.loc[tenure - 1].rename(f"share who make {tenure} payments").round(2)

# %% [markdown]
# Only this share of the subscribers earns back its price. Those who stay longer pay for the others.
#
# **Exercise 31.3** A gym wins 100 new members. All of them pay for the first month, 80 pay for the
# second month, and 56 for the third. One payment leaves a contribution of 20 dollars. The price of
# a member must come back within three payments. Leave out the discount. What may one member cost at
# most?

# %% tags=["exercise"]
# solution
answer = 20 * (1 + 0.80 + 0.56)
check("31.3", answer)

# %% [markdown]
# All this supposes that the agency's subscribers stay as long as ours. They may leave faster. So we
# first buy some of them, wait six months, and count who is left. Suppose that their share is lower
# than ours by `DROP`. `trial_size` says how large each of two groups must be, so that four trials in
# five show this difference. One group is our own subscribers; we buy only the other. The standard
# deviation of a share is the square root of `share * (1 - share)`. Then we suppose two results of the
# trial. `wilson` gives the 95 % interval for each.

# %%
from crmlab.evidence import trial_size
from crmlab.intervals import wilson

ours = survivors["estimate"][6]
group = trial_size(DROP, sd=(ours * (1 - ours)) ** 0.5)
cases = pd.DataFrame({"share left": [ours, ours - DROP]}, index=["like ours", "lower"])
cases["low"], cases["high"] = wilson((cases["share left"] * group).round(), [group, group])
cases.assign(bought=group).round(2)

# %% [markdown]
# If the agency's subscribers are like ours, we expect the first interval, and it holds our share.
# If their share is lower by `DROP`, we expect the second one, and all of it lies below our share.
#
# The order is therefore: buy the number in the last column, and pay at most the `low` price of the
# plan. Count after six months who is left. If the whole interval lies below our share, stop buying
# at this price, and fit the model to the agency's contracts. If it does not, go on at this price.

# %% [markdown] tags=["instructor"]
# Back to the board: who gave a price without a time? Ask two people for the one fact that would
# halve their price. Expect "retention". Insist on the wait, and on whom the agency finds.

# %% [markdown]
# ## With your own data
#
# Give one row for each contract, with `ended` empty while it runs, and set `UNTIL` to the last day
# that your file knows. The lesson counts months. If your contracts renew by the year, write
# `unit="year"` for `unit="month"`, let `monthly` be `RATE`, and read years for months.
#
# ```python
# DATA = "subscriptions.csv"
# yours = {"client": "customer_id", "from": "started", "to": "ended", "fee": "monthly_price"}
# OPTIONS = {"columns": yours}
# ```

# %% [markdown]
# ## Take away
#
# - Retention can rise although nobody becomes more loyal.
# - A renewal that is not due yet is neither made nor lost.
# - A price per subscriber needs a waiting time, and the data must reach that far.
# - The price comes back on average; those who stay pay for those who leave.

# %% [markdown]
# ## Terms
#
# <!-- terms: heterogeneity; censored contract; survival; shifted-beta-geometric model; residual value; break-even tenure -->

# %% [markdown]
# ## References
#
# The model is that of Fader and Hardie.
#
# - Fader, P. S. and Hardie, B. G. S. (2007). How to project customer retention. *Journal of
#   Interactive Marketing* 21(1), 76-90.
