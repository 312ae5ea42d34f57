# %% [markdown]
# # 14 Fees and terms
#
# > "Small accounts cost us money. Let them pay a fee."
#
# A seller can ask for a fee, give a discount to members, or let the buyer pay later. In this lesson we
# ask of each such offer: who pays the fee, who changes, and who leaves?
#
# **You can then** say how customers answer a fee; compute what a club with a fee and a discount must
# achieve; turn terms of payment into a yearly interest rate.
#
# **You need** pandas: `groupby`, a boolean mask. From lesson 13 we use the price elasticity: how many
# per cent more people buy if the price is one per cent lower.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 3, data 2, by hand 14, two-part tariff 13, price of time 8, promises 3, truth 2,
# decision 4.
#
# Ask: "Which fee did you avoid this year, and how?" Some paid it, some changed what they do, some left
# the seller. Write the three words on the board. If late, cut the section on promises, then the truth.

# %% [markdown]
# ## The data
#
# We use the purchases of Lantern Coffee, a roaster that we made up. Lantern thinks about a club: a fee,
# and a discount on everything.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
FEE = 10  # what a member pays for the club, for half of the time that the data cover
DISCOUNT = 0.10  # what a member of the club saves on each purchase
MARGIN = 0.30  # share of sales left after the cost of the goods, where data have no margin
ELASTICITY = (0.5, 2.0)  # low and high end, from a test of prices such as that of lesson 13

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import pricing, tiers
from crmlab import repeat_buying as rb
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("14-fees-and-terms")
log = rb.free_buyers(db)
f"{len(log):,} purchases of {log['customer_id'].nunique():,} customers"

# %% [markdown]
# `free_buyers` leaves out customers with a contract, because they cannot choose each time. It does not
# count a refund as a purchase. A refund is a negative amount, so it lowers what the customer spent.

# %% [markdown]
# ## Five accounts by hand
#
# A bank asks for a fee of 40 a month from each account that holds less than 5,000. Such a fee is a
# **small-balance fee**, and 5,000 is its threshold. A bank in Hong Kong really had such a fee; the
# five accounts are made up.
#
# Bo holds 1,000. She has two ways to answer. She can pay, which costs 12 times 40 a year. Or she can
# **top up**, which means to move 4,000 more into the account. Then she loses the interest that these
# 4,000 earn elsewhere. At which interest do both cost the same?

# %% [markdown] tags=["instructor"]
# Let them compute Bo's rate on paper. Expect "480 / 1,000". The fee must be compared with the missing
# money, not with the money that is there.

# %%
bo = 12 * 40 / (5_000 - 1_000)
bo

# %% [markdown]
# The **break-even rate** is 12 %. If Bo's money earns less than 12 % elsewhere, topping up is cheaper.
# If it earns more, paying is cheaper. The figure shows this rate for all balances below the threshold.

# %%
bank = {"threshold": 5_000, "fee": 40, "fees_per_year": 12}
assert pricing.break_even_rate(1_000, **bank) == bo
pricing.fee_map(**bank).plot();

# %% [markdown]
# The more an account holds, the higher the line, because a small gap is cheap to fill.
#
# There is a third way. If both ways cost more than the account is worth to its owner, she leaves. The
# column `rate` is the interest elsewhere, and `worth` is what the account is worth to her in a year.
# The `cost` of leaving is this worth.

# %%
accounts = pd.DataFrame({"balance": [20_000, 10_000, 1_000, 1_000, 500]})
accounts.index = ["Ann", "Al", "Bo", "Cy", "Di"]
accounts["rate"] = [0.05, 0.05, 0.05, 0.20, 0.20]
accounts["worth"] = [900, 900, 900, 900, 100]
answers = pricing.fee_response(accounts, **bank)
answers.table[["balance", "response", "cost"]]

# %% [markdown]
# Only Cy pays the fee. Bo tops up, Di leaves, and the two large accounts owe nothing. So the number of
# small accounts is not the number of fees.
#
# What does the bank gain? Say it earns 3 % a year on each balance, its spread, and an account costs
# it 100 a year. The owners of large accounts hear of the fee too. If some of them leave in anger, this
# is called a **spill-over**.

# %%
ledger = pricing.fee_ledger(answers, spread=0.03, service_cost=100)
ledger[["fees", "gain", "break_even_spillover"]].round(2)

# %% [markdown]
# The gain has three parts. Cy pays 480. Bo's 4,000 earn a spread of 120. Di's account no longer costs
# 100, and her 500 no longer earn 15, which makes 85. The two large accounts bring 900 - 200 = 700 in
# all. If the bank lost 98 % of this profit, the gain would be undone. That is the last row. In a bank
# with more money in its large accounts, a smaller share is enough. Such a loss is possible: in a study,
# people who saw how a firm dropped other customers wanted to leave or complain, too (Haenlein and
# Kaplan 2010). How many will leave, only a trial can tell.

# %% [markdown]
# **Exercise 14.1** Another bank asks for 20 a month below a threshold of 3,000. Eve holds 600. What is
# her break-even rate?

# %% tags=["exercise"]
# solution
answer = 12 * 20 / (3_000 - 600)
check("14.1", answer)

# %% [markdown]
# ## A fee that buys a lower price
#
# A **two-part tariff** has a fixed fee and a price for each unit. A club works in this way: members pay
# a fee and then less per purchase. In a video shop, members who paid for five films got the sixth free.
# On quiet days, members who paid for one film got a second one free. The **effective discount** is the
# share of the full price that a customer really saves.

# %%
# first the number of films that she takes; then: of each `get` films, `pay` are paid
sixth = pricing.effective_discount(6, pay=5, get=6)
second = pricing.effective_discount(2, pay=1, get=2)
round(sixth, 3), second

# %% [markdown]
# One film of six is free, which is 16.7 %. One of two is 50 %. Somebody who rents five films gets none
# free, and has still paid the fee.
#
# Now Lantern's club. Who would join? Suppose that customers decide by what they spent in the past. We
# cut the time of the data into two halves. `before` is the spending of the first half, and `after` is
# the spending of the second half. A customer who did not come back has 0.

# %%
first = log["date"].min()
early = log["date"] <= first + (db.until - first) / 2
spent = pd.DataFrame({"before": log[early].groupby("customer_id")["amount"].sum()})
spent["after"] = log[~early].groupby("customer_id")["amount"].sum()
spent = spent[spent["before"] > 0].fillna(0)
spent.head(3)

# %% [markdown]
# A customer joins if the discount on `before` is more than the fee. In the second half she pays
# us the fee, and we give her the discount on what she buys then, which is `after`. Who joins is called
# a joiner.

# %% [markdown] tags=["instructor"]
# Before the cell: "If every joiner spends as before, does the club win or lose money?" Many say it
# wins, because of the fees. But each joins only if she saves, and her saving is our loss.

# %%
joins = DISCOUNT * spent["before"] > FEE
promised = (FEE - DISCOUNT * spent.loc[joins, "before"]).mean()
really = (FEE - DISCOUNT * spent.loc[joins, "after"]).mean()
pd.Series({"joiners": joins.sum(), "if as before": promised, "really": really}).round(2)

# %% [markdown]
# The row `if as before` must be negative. A customer joins only if she saves, and what she saves is our
# loss. The row `really` is our gain after what the joiners bought later. It is higher when they bought
# less than before: some had an unusually good first half, and some never came back (a table below
# counts them). Customers who never came back would have paid the fee for nothing. In gyms this happens,
# too: members with a flat fee came so seldom that a ten-visit card would have been cheaper (DellaVigna
# and Malmendier 2006).
#
# A club can still pay, because members may buy more at the lower price. `margin` is the share of sales
# that is left after the cost of the goods. One extra dollar at full price brings us `margin` less
# `DISCOUNT`. The helper computes how many extra dollars make up for the loss.

# %%
margin = log["margin"].sum() / log["amount"].sum() if "margin" in log else MARGIN
club = pricing.club_fee(spent, fee=FEE, discount=DISCOUNT, margin=margin)
assert np.isclose(club["estimate"]["gain per joiner"], really, equal_nan=True)
club.table.round(3)

# %% [markdown]
# `low` and `high` are the ends of a 95 % interval, the range that a sample of this size cannot rule
# out. The row `extra purchases needed` is a share: 0.05 would be 5 % more purchases. The last row is
# the elasticity that would bring them, if prices fall by the discount. The figure shows the gain for
# each number of extra purchases.

# %%
club.plot();

# %% [markdown]
# At the dot the club begins to pay. The band is the interval. It closes where
# an extra purchase brings just what the discount costs: there we earn the fee, however much a joiner
# spends. The figure does not say how much more
# members will buy, only how much more they must buy.

# %% [markdown]
# **Exercise 14.2** Make the same table `spent` from `crm.load("cdnow").transactions`, for a club that
# costs 10, gives 10 % and has a margin of 0.30. The halves end on 30 September 1997 and on 30 June
# 1998. What is the gain per joiner? Write one sentence on paper: can these data tell whether that club
# wins or loses money?

# %% tags=["exercise"]
# solution
cds = crm.load("cdnow").transactions
half = cds["date"] <= "1997-09-30"
pair = pd.DataFrame({"before": cds[half].groupby("customer_id")["amount"].sum()})
pair["after"] = cds[~half].groupby("customer_id")["amount"].sum()
pair = pair[pair["before"] > 0].fillna(0)
answer = pricing.club_fee(pair, fee=10, discount=0.10, margin=0.30)["estimate"]["gain per joiner"]
check("14.2", answer)

# %% [markdown]
# ## The price of time
#
# A firm that delivers now and is paid later gives **trade credit**. A bill says "2/10 net 30": pay
# within 10 days and take off 2 %, or pay in full on day 30. What does it cost a cafe to wait?
#
# Take a bill of 100. The cafe can pay 98 on day 10. If it waits, it pays 100 on day 30. So it borrows
# 98 for 20 days, and pays 2 for it. A year has 365 / 20 such periods.

# %% [markdown] tags=["instructor"]
# "Would you wait?" Most would: two per cent sounds small. Then ask for the yearly rate before the cell.
# The usual mistake is to divide 2 by 100; the cafe borrows only 98.

# %%
interest = 2 / 98
simple = interest * 365 / 20
effective = (1 + interest) ** (365 / 20) - 1
round(simple, 4), round(effective, 4)

# %% [markdown]
# The first number is the simple rate: the interest of one period times the number of periods. The
# second is the **effective rate**, which also counts interest on interest. Both are far above what most
# banks ask. So a cafe that can borrow from a bank should take the discount. If it does not, the seller
# should ask why, because it may be short of money. The helper gives the same numbers.

# %%
credit = pricing.trade_credit(0.02, discount_days=10, net_days=30)
assert np.isclose(credit["effective"], effective)
credit.round(4)

# %% [markdown]
# **Exercise 14.3** A supplier writes "1/15 net 45". What is the simple yearly rate of a buyer who pays
# on day 45? Her bank asks 9 %. Say in one sentence: should she take the discount?

# %% tags=["exercise"]
# solution
answer = 1 / 99 * 365 / (45 - 15)
check("14.3", answer)

# %% [markdown]
# ## Promises have a price, too
#
# Some terms give value without a lower price. Delivery saves a customer time. A guarantee or an
# insurance takes a risk from her. A **price guarantee** says: if the price falls within a month, you
# get the difference back. Say that a machine costs 100, and that within a month the price falls to 80
# with a chance of 0.2.

# %%
pricing.expected_refund(100, [80, 100], chances=[0.2, 0.8])

# %% [markdown] tags=["instructor"]
# Ask: "Who of you would come back for the 20 dollars?" Count the hands: the promise costs less if some
# forget it.

# %% [markdown]
# On average the promise costs 4 per machine, if all buyers ask for their money. **Price
# discrimination** means that a seller asks different prices for the same thing, by time or place, as on
# quiet days. It fails if people can buy at the low price and sell again at a higher one.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is simulated, so we know how strongly each member reacts to a price. We take the mean over the
# joiners, weighted by what they spent.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    joiners = club.customers.query("joins").index
    own = db.truth.set_index("customer_id")["price_elasticity"].reindex(joiners)
    true_elasticity = np.average(own, weights=spent.loc[joiners, "after"])
    print(round(true_elasticity, 2))

# %% [markdown] tags=["instructor", "needs-truth"]
# Before the cell above: "Is the true elasticity above the one that we need?" Let them point at the row
# `elasticity needed`. After it: "What did we have to know that no list of sales tells?"

# %% [markdown] tags=["needs-truth"]
# Compare this number with the row `elasticity needed`. In Lantern it lies above the whole interval. So
# the club would pay, but a real company does not know this number.

# %% [markdown]
# ## What does each tier get?
#
# A **tier** is a group of customers by value. We take three: the key tier brought the first 80 % of the
# spending in the first half, the ordinary tier the next 15 %, and the small tier the rest.

# %% [markdown] tags=["instructor"]
# Before the table: "In which tier are the joiners?" Then ask who would complain if only they were
# invited. Return to the three words on the board.

# %%
tier = tiers.pyramid(spent["before"]).tier
club.by(tier).round(2)

# %% [markdown]
# The last three columns hold our gain per joiner and its interval, if nobody buys more. In a tier
# without joiners nobody saves enough, so there is no number.
#
# Should we open the club? We compare the elasticity needed with `ELASTICITY`, the two ends of the
# interval that a test of prices gave. If the two intervals overlap, we do not know enough.

# %%
low, high = club.table.loc["elasticity needed", ["low", "high"]]
order = "Do not open the club yet"
if ELASTICITY[0] > high:
    order = "Open the club"
elif ELASTICITY[1] < low:
    order = "Do not open the club"
f"{order}: {low:.2f} to {high:.2f} needed, {ELASTICITY[0]} to {ELASTICITY[1]} measured"

# %% [markdown]
# The first two numbers are the elasticity needed, and the last two are the elasticity measured. A trial
# of the club itself would offer it to one half of the joiners, chosen at random, and compare what both
# halves spend. `extra` is the difference that we look for, in dollars. `trial_size` says how many
# people each half needs, so that four of five such trials would find this difference.

# %%
after = spent.loc[joins, "after"]
extra = club["estimate"]["extra purchases needed"] * after.mean()  # in dollars
needed = trial_size(extra, sd=after.std())
pd.Series({"needed in each half": needed, "we have": len(after) // 2})

# %% [markdown]
# Where `needed` is far larger than `we have`, a trial of the club cannot prove that it pays, because
# what one member spends differs too much from what another spends. A test of prices is better, because
# every customer takes part in it.
#
# **What would change the order:** a longer test of prices, or one with larger steps. If its whole
# interval lies above the elasticity needed, open the club to all; only those who spend much will join.
# If it lies below, give up the club. And ask no tier for a new fee without a trial: these data do not
# say how many would leave.

# %% [markdown]
# ## With your own data
#
# A file of sales is enough. `FEE` is for half of the time in your file.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# FEE, DISCOUNT, MARGIN = 25, 0.05, 0.40
# ```

# %% [markdown]
# ## Take away
#
# - A fee has three answers: pay, change, leave. Count all three, and the others who hear of it.
# - Whoever joins a club expects to save, and her saving is our loss. The club pays only if members
#   buy more because of it, or if they later buy less than they expected.
# - Two per cent for twenty days is more than 37 % a year.

# %% [markdown]
# ## Terms
#
# <!-- terms: small-balance fee; top up; break-even rate; spill-over; two-part tariff; effective discount; trade credit; effective rate; price guarantee; price discrimination; tier -->

# %% [markdown]
# ## References
#
# - S. DellaVigna and U. Malmendier (2006), Paying not to go to the gym, American Economic Review 96,
#   694-719.
# - M. Haenlein and A. M. Kaplan (2010), An empirical analysis of attitudinal and behavioral reactions
#   toward the abandonment of unprofitable customer relationships, Journal of Relationship Marketing 9,
#   200-228.
