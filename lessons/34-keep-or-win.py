# %% [markdown]
# # 34 Keep or win
#
# > "Keeping a customer is cheaper than winning one. So where should the next 1,000 dollars go?"
#
# A company can spend money on its customers, so that they stay. It can also spend money on
# strangers, so that they come. We ask what the next customer costs, in both ways, and what a
# customer brings.
#
# **You can then** say what lost customers cost in a year; tell an average cost from the cost of one
# more customer; decide where the next money goes; and name what a customer brings besides money.
#
# **You need** two ideas of earlier lessons. The **contribution** is what is left of a price after
# the costs that arise only because of it. The **retention rate** is the share of customers who
# stay, among those who could.
#
# **Minutes**: 46

# %% [markdown] tags=["instructor"]
# Clock: opening 4, lost customers 9, one more 8, curve 7, besides money 9, truth 3, decision 6.
#
# Ask: "You have 1,000 dollars. Do you spend it on customers who may leave, or on strangers who may
# come?" Let everybody vote, and write the result on the board. If late, leave out the truth and
# give exercise 34.3 as homework.

# %% [markdown]
# ## The data
#
# Lantern Coffee, a roaster we made up, sells beans by subscription. The table `subscriptions` holds
# one row for each contract. The column `ended` is empty while the contract runs.
#
# What the company spends on keeping and on winning stands in no table. We suppose the amounts and
# results below; you replace them by your own.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
START = "2025-01-01"  # first day of the year that we look at
UNTIL = "2025-12-31"  # last day of the year, and of the data
MARGIN = 0.35  # share of the price that is left after beans and postage
SERVICE = 0.60  # dollars a month to answer the letters and calls of one subscriber
RATE = 0.10  # discount rate a year
KEEP_SPEND = 24.0  # dollars a year spent on each subscriber so that she stays
KEEP_CEILING = 0.75  # highest share that any spending could keep, as the manager judges
WIN_SPEND = 4.0  # dollars spent on each stranger who gets our offer
ASKED, WON = 4_000, 240  # strangers who got the offer, and those who subscribed
WIN_CEILING = 0.20  # highest share that any spending could win, as the manager judges
LIFT = 0.12  # rise of the share who stay that a trial must not miss

# %%
import pandas as pd

import crmlab as crm
from crmlab import lifetime_value as ltv
from crmlab.check import check
from crmlab.evidence import trial_size
from crmlab.intervals import wilson

db = crm.load(DATA, **OPTIONS)
db.require("34-keep-or-win")
subscriptions = db.subscriptions

# %% [markdown]
# ## What do lost customers cost?
#
# We take the subscribers who were there when the year began, and count how many of them had left
# when it ended. A contract that runs has an empty `ended`, and the comparison of an
# empty date with a day gives `False`. The next cell prints nothing.

# %%
begun, gone = subscriptions["started"] < START, subscriptions["ended"] < START
there = subscriptions[begun & ~gone]
lost = int((there["ended"] <= UNTIL).sum())
staying = len(there) - lost

# %% [markdown]
# The **cost of lost customers** is the contribution that they would have brought in a year, less
# the service that the company saves. The company's rent and salaries stay the same, so we must not
# use the profit after all costs.

# %%
revenue, service = 12 * there["monthly_price"].mean(), 12 * SERVICE
losses = ltv.cost_of_lost_customers(
    len(there), loss_rate=lost / len(there), revenue=revenue, margin=MARGIN, cost_to_serve=service
)
losses.round()

# %% [markdown]
# The last row is the cost of one year in dollars. It is far below the lost revenue, because the
# company no longer has to buy the beans. The number does not say what the company could save. Some
# of these customers would have left in any case.
#
# **Exercise 34.1** A carrier loses 5 % of its 64,000 customers in a year. Each paid 40,000 dollars
# a year. The contribution is 30 % of the price. The profit after all costs is 10 % of it. A lost
# customer saves 5,000 dollars of service a year. How many **millions** do the lost customers cost
# in one year?

# %% tags=["exercise"]
# solution
carrier = ltv.cost_of_lost_customers(
    64_000, loss_rate=0.05, revenue=40_000, margin=0.30, cost_to_serve=5_000
)
answer = carrier["one_year_cost"] / 1_000_000
check("34.1", answer)

# %% [markdown] tags=["instructor"]
# Ask before the next table: "Keeping one customer costs 7 dollars, winning one costs 33. Where does
# the next 1,000 go?" Nearly everybody says: to keeping. Write it on the board.

# %% [markdown]
# ## One more won, or one more kept?
#
# A second company has tried three levels of spending. At each level it counted how many customers
# it won, and how many stayed because of the money. The numbers are made up.

# %%
spent = pd.Series([1_000, 2_000, 3_000])
won, stayed = pd.Series([40, 60, 70]), pd.Series([260, 300, 305])
efforts = pd.DataFrame({"average won": spent / won, "average kept": spent / stayed})
efforts["next won"] = spent.diff() / won.diff()
efforts["next kept"] = spent.diff() / stayed.diff()
efforts.index = spent
efforts.round(1)

# %% [markdown]
# The **average cost** is all spending divided by all customers won, or kept, with it. At 2,000
# dollars it is 33.3 for a customer won and 6.7 for a customer kept. So the saying is true: keeping
# is five times cheaper.
#
# The **marginal cost** is the cost of one more customer. `diff` subtracts the row before, so the
# last row holds the step from 2,000 to 3,000 dollars. In this step the company wins 10 customers
# more, and each costs 100. It keeps 5 customers more, and each costs 200. So the next 1,000 dollars
# should go to winning, if both kinds of customers are worth the same. The average cost describes
# money that is already spent (Pfeifer 2005).
#
# **Exercise 34.2** A gym spends 3,000 dollars on winning and gets 60 members. With 5,000 dollars it
# would get 76. A member brings a contribution of 110 dollars. What does one more member cost, in
# this step? Then say whether the gym should take the step.

# %% tags=["exercise"]
# solution
answer = (5_000 - 3_000) / (76 - 60)
check("34.2", answer)

# %% [markdown]
# ## A curve through what we know
#
# Lantern has not tried three levels. It knows what it spends now, and which share of customers it
# gets with that. Blattberg and Deighton (1996) ask the manager one question more: what is the
# highest share that any spending could reach? This is the **ceiling**. Without spending, the share
# on their curve is zero. The curve passes through today's point, and comes closer and closer to the
# ceiling.
#
# First we need today's two points, each with its 95 % interval.

# %%
rates = pd.DataFrame({"counted": [WON, staying], "of": [ASKED, len(there)]}, ["won", "kept"])
rates["share"] = rates["counted"] / rates["of"]
rates["low"], rates["high"] = wilson(rates["counted"], rates["of"])
rates.round(3)

# %% [markdown] tags=["instructor"]
# Ask: "A manager says that 75 % is the most who would ever stay. How does she know?" She judges.
# The decision will show how much hangs on it.

# %% [markdown]
# `ltv.Response.through` computes the curve through the point of spending and share. Its method
# `marginal_cost` says what one more customer costs at a given spending. The worth of a customer is
# the contribution that we expect of her in all years, less the money spent on keeping her, in
# today's money. `ltv.best_spending` finds one spending for winning and one for keeping. At both of
# them one more customer costs just what she is worth. Here `margin` is dollars: the contribution of
# one subscriber in a year, less her service. In the table, `acquisition` is winning and `retention`
# is keeping. The column `spend` is the money for one person, and `rate` is the share won or kept.

# %%
winning = ltv.Response.through(WIN_SPEND, rates["share"]["won"], ceiling=WIN_CEILING)
keeping = ltv.Response.through(KEEP_SPEND, rates["share"]["kept"], ceiling=KEEP_CEILING)
best = ltv.best_spending(winning, keeping, margin=MARGIN * revenue - service, rate=RATE)
best.table.round(2)

# %% [markdown]
# Both marginal costs are equal, and they equal the worth of a customer. The average costs are not
# equal: a customer won costs more on average than a customer kept, even where the money is spent
# best. So a difference of the averages is no reason to move money.
#
# The next figure shows both marginal costs. The points are today's spending, and the dashed line is
# the worth of a customer.

# %%
best.plot(won=WIN_SPEND, kept=KEEP_SPEND);

# %% [markdown]
# Both lines rise: each further customer costs more than the one before. Both points lie below the
# dashed line, so one more customer is worth her cost in both ways. The curve of the shares says
# that nobody would stay without any spending, and this is not true. So we use it only near today's
# spending.

# %% [markdown] tags=["instructor"]
# Ask: "Who of you came to your bank or your dentist because somebody told you to?" Then ask where
# that money stands in the books of the bank. Nobody finds it under the name of the friend who
# spoke.

# %% [markdown]
# ## What does a customer bring besides her money?
#
# What a customer has brought so far is her **historical value**. Her **current value** is what she
# brings in the coming year if nothing changes. Her **potential value** is what may still come
# beyond that. Mei has brought 300 dollars, brings 100 in the coming year, and may bring 340 beyond
# that. No money is counted twice, so the three can be added: 740 dollars.
#
# A customer also brings three things that are not her money.
#
# - **Word of mouth** is what she tells others about the company. Some of them become customers.
# - The **crowd** is the effect that many customers have on each other. A full cafe draws people in.
# - The third is **customer information**. Her complaints and answers show the company what to mend.
#
# Both sides can gain: a friend finds coffee that she likes, and the company finds a customer
# without advertising. A friend's money must be counted once: with the friend, or with the one who
# brought her.

# %% [markdown] tags=["needs-customers"]
# Word of mouth can be counted. The column `referred_by` of the table `customers` names the customer
# who brought this one, and it is empty for the others.

# %% tags=["needs-customers"]
brought = db.customers["referred_by"].notna()
bringing = db.customers["customer_id"].isin(db.customers["referred_by"])
friends = pd.DataFrame({"share": [brought.mean(), bringing.mean()]}, index=["brought", "bringing"])
friends["low"], friends["high"] = wilson([brought.sum(), bringing.sum()], [len(brought)] * 2)
friends.round(3)

# %% [markdown] tags=["needs-customers"]
# The first row is the share of all customers (`len(brought)`) who were brought by a friend. The
# second row is the share who have brought at least one. It is smaller, because one customer can
# bring several. The table does not say how many would have come without their friend.

# %% [markdown]
# **Exercise 34.3** Take the customers of `crm.load("lantern")` who joined on 1 January 2025 or
# later. What share of them was brought by a friend? Then write one sentence: would you pay a gift
# for every friend who is brought, and what would you have to know first?

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern").customers
recent = lantern[lantern["joined"] >= "2025-01-01"]
answer = recent["referred_by"].notna().mean()
check("34.3", answer)

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Does money keep customers at all? Lantern sends its members, who have no contract, vouchers of 0,
# 1, 2 or 4 dollars a month, drawn by lot. Nobody sees when a member leaves, but Lantern is
# simulated, and `left_on` in the table `truth` knows. We take the members who joined before
# `START`.

# %% [markdown] tags=["needs-truth", "instructor"]
# Collect guesses before the cell: how many more of a hundred stay with 4 dollars a month than with
# none? Most guess far too high. After the cell ask who would dare to draw a curve through it.

# %% tags=["needs-truth"]
members = db.customers.merge(db.truth, on="customer_id")
members = members[(members["kind"] == "member") & (members["joined"] < START)]
stay = members["left_on"].isna().groupby(members["retention_spend"]).agg(["sum", "size", "mean"])
stay["low"], stay["high"] = wilson(stay["sum"], stay["size"])
stay.round(3)

# %% [markdown] tags=["needs-truth"]
# The column `mean` is the share who are still there. It is higher with vouchers than without, but
# all intervals overlap, so the difference may be chance. Even a trial with all these members cannot
# say how much one dollar more does.

# %% [markdown] tags=["instructor"]
# Before the last table ask: "Our share who stay is uncertain, and the ceiling is a judgement. Which
# of the two can change the decision?" Let everybody choose one.

# %% [markdown]
# ## The decision
#
# Today's shares are estimates. We compute what the next customer costs for the estimate and for
# both ends of the interval. The last row shows keeping once more, with a ceiling that is higher by
# 0.05. The next cell defines the computation, and prints nothing. In the cell after it, `.T` makes
# columns of the rows `won` and `kept`. Then `apply` calls our function with each of the three shares,
# and hands over `spend` and `ceiling`.

# %%
def next_cost(share, spend, ceiling):
    return ltv.Response.through(spend, share, ceiling=ceiling).marginal_cost(spend)

# %%
ends = rates[["share", "low", "high"]].T.rename({"low": "low share", "high": "high share"})
kept, higher = ends["kept"], KEEP_CEILING + 0.05
nexts = pd.DataFrame({"won": ends["won"].apply(next_cost, spend=WIN_SPEND, ceiling=WIN_CEILING)})
nexts["kept"] = kept.apply(next_cost, spend=KEEP_SPEND, ceiling=KEEP_CEILING)
nexts["kept, higher ceiling"] = kept.apply(next_cost, spend=KEEP_SPEND, ceiling=higher)
nexts.T.round(1)

# %% [markdown]
# Every number in the row `won` is smaller than every number in the row `kept`. So the uncertain
# shares do not change the order: one more customer is cheaper to win. (In the row `kept` the high
# share costs most, because it is closest to the ceiling.) A ceiling can change the order. With the
# higher ceiling of keeping the rows overlap, and we cannot say which is cheaper. Try a lower
# `WIN_CEILING` as well.
#
# In a trial, two groups of subscribers are drawn by lot, and we spend more on one of them.
# `trial_size` says how many subscribers each group needs, so that four trials in five show a rise
# of `LIFT` in the share who stay. For a share, the standard deviation is the square root of
# `share * (1 - share)`.

# %%
share = rates["share"]["kept"]
group = trial_size(LIFT, sd=(share * (1 - share)) ** 0.5)
running = int(subscriptions["ended"].isna().sum())
pd.Series({"needed in two groups": 2 * group, "subscribers now": running})

# %% [markdown]
# At Lantern, `LIFT` is a rise almost to the ceiling. A trial of a smaller rise needs more
# subscribers than there are.
#
# The order is: spend the next 1,000 dollars on winning, as more money for each stranger. One more
# customer costs less to win than to keep. Take no money away from keeping: both costs lie far below
# the worth, which has no interval here. Start the trial with the subscribers of today: spend more
# on one group, and after a year count who stayed. `keeping.rate(x)` is the share that the curve
# expects at a spending of `x`. If the whole 95 % interval of the counted share lies above it, the
# ceiling is too low, and the order may change.

# %% [markdown] tags=["instructor"]
# Back to the vote of the beginning: who changed her mind, and because of which table? Insist that
# the saying is true and still does not answer the question.

# %% [markdown]
# ## With your own data
#
# Give one row for each contract, with `ended` empty while it runs. Set the year with `START` and
# `UNTIL`. Replace the assumptions by your own, and ask two managers for each ceiling. Word of mouth
# needs a table `customers` with a column `referred_by`.
#
# ```python
# DATA = "subscriptions.csv"
# yours = {"client": "customer_id", "from": "started", "to": "ended", "fee": "monthly_price"}
# OPTIONS = {"columns": yours}
# ```

# %% [markdown]
# ## Take away
#
# - Lost customers cost their contribution, less the service that is saved.
# - The average cost describes the money already spent; the marginal cost decides about the next.
# - A ceiling is a judgement: try another one before you move money.
# - A customer also brings friends, a crowd and information; a friend's money is counted once.

# %% [markdown]
# ## Terms
#
# <!-- terms: cost of lost customers; average cost; marginal cost; ceiling; historical value; current value; potential value; word of mouth; crowd; customer information -->

# %% [markdown]
# ## References
#
# - Blattberg, R. C. and Deighton, J. (1996). Manage marketing by the customer equity test. *Harvard
#   Business Review* 74(4), 136-144.
# - Pfeifer, P. E. (2005). The optimal ratio of acquisition and retention costs. *Journal of
#   Targeting, Measurement and Analysis for Marketing* 13(2), 179-188.
