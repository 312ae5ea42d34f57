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
# per cent more is bought if the price is one per cent lower. `low` and `high` are the ends of a
# 95 % interval: 95 of 100 such intervals hold the true number.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 3, data 2, by hand 13, two-part tariff 16, price of time 7, promises 1, truth 2,
# decision 5.
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
FEE = 10  # what a member pays; we cut the data into two halves, and this is for one half
DISCOUNT = 0.10  # what a member of the club saves on each purchase
MARGIN = 0.30  # share of sales left after the cost of the goods, if the data do not say
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
# **small-balance fee**, and 5,000 is its threshold. The bank and the
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
# If it earns more, paying is cheaper. `break_even_rate` computes the same number. We write `**bank` to
# pass the three entries of `bank`. The figure shows this rate for all balances below the threshold.

# %%
bank = {"threshold": 5_000, "fee": 40, "fees_per_year": 12}
assert pricing.break_even_rate(1_000, **bank) == bo
pricing.fee_map(**bank).plot();

# %% [markdown]
# If the account holds much, little is missing, and topping up costs little. So the line rises.
#
# There is a third way: the owner leaves. She leaves if paying and topping up both cost more than the
# account is worth to her. In the next table, `rate` is the interest elsewhere. `worth` is what the
# account is worth to its owner in a year. `fee_response` takes the cheapest of the three ways. If she
# leaves, she loses this worth.

# %%
accounts = pd.DataFrame({"balance": [20_000, 10_000, 1_000, 1_000, 500]})
accounts.index = ["Ann", "Al", "Bo", "Cy", "Di"]
accounts["rate"] = [0.05, 0.05, 0.05, 0.20, 0.20]
accounts["worth"] = [900, 900, 900, 900, 100]
answers = pricing.fee_response(accounts, **bank)
answers.table[["balance", "response", "cost"]]

# %% [markdown]
# Only Cy pays the fee. Bo tops up, Di leaves, and the two large accounts owe nothing. So a bank with
# three small accounts gets only one fee.
#
# The owners of large accounts hear of the fee too. If some of them leave in anger, this is called a
# **spill-over**. The fee brings 480 a year. Suppose that the accounts of Ann and Al together bring the
# bank 700 a year. If both leave, the bank loses more than the fee brings. In a study, people saw how a
# firm dropped other customers, and some of them also wanted to leave or complain (Haenlein and Kaplan
# 2010).

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
# a fee, and then they pay less per purchase. The **effective discount** is the share of the full price
# that a member really saves. For example, a video shop gives its members the sixth film free when they
# have paid for five. One film of six is free, so the effective discount is 1 / 6, or 16.7 %. A member
# who rents only five films saves nothing.
#
# Now Lantern's club. Who would join? Suppose that customers decide by what they spent in the past.
# `db.until` is the last day of the data. We cut the time of the data at `half`, and `early` marks the
# purchases of the first half. `~early` marks the others. `before` is what a customer spent in the first
# half, and `after` is what she spent in the second half. A customer who did not come back has 0.

# %%
first = log["date"].min()
half = first + (db.until - first) / 2
early = log["date"] <= half
spent = pd.DataFrame({"before": log[early].groupby("customer_id")["amount"].sum()})
spent["after"] = log[~early].groupby("customer_id")["amount"].sum()
spent = spent[spent["before"] > 0].fillna(0)
spent.head(3)

# %% [markdown]
# A customer joins if the discount on `before` is more than the fee. We call her a joiner. In the second
# half she pays us the fee, and we give her the discount on `after`. The difference is our gain.

# %% [markdown] tags=["instructor"]
# Before the cell: "If every joiner spends as before, does the club win or lose money?" Many say it
# wins, because of the fees. But each joins only if she saves, and her saving is our loss.

# %%
joiners = spent[DISCOUNT * spent["before"] > FEE]
gain = FEE - DISCOUNT * joiners["after"]
pd.Series({"joiners": len(joiners), "gain per joiner": gain.mean()}).round(2)

# %% [markdown]
# If the gain is below 0, we lose money on each joiner. This is no accident: she joins because she
# expects to save, and what she saves is our loss.
#
# A club can still pay, because members may buy more at the lower price. Suppose that a member buys one
# dollar more, at the price without the discount. Of this dollar we keep the `margin`, and we give back
# `DISCOUNT`. Lantern's data hold the margin of each purchase, so the next cell computes `margin` from
# them. It does not use `MARGIN` here.

# %%
margin = MARGIN
if "margin" in log:
    margin = log["margin"].sum() / log["amount"].sum()
round(float(margin), 3)

# %% [markdown]
# `club_fee` computes how many extra purchases make up for the loss.

# %%
club = pricing.club_fee(spent, fee=FEE, discount=DISCOUNT, margin=margin)
assert np.isclose(club["estimate"]["gain per joiner"], gain.mean(), equal_nan=True)
club.table.round(3)

# %% [markdown]
# The `assert` checks that the gain is the same as ours. (With `equal_nan`, two missing numbers are the
# same too.) The row `extra purchases needed` is a share: 0.05 would be 5 % more purchases. The last row
# is the price elasticity that would bring these extra purchases at the lower price. The figure shows
# the gain for each share of extra purchases.

# %%
club.plot();

# %% [markdown]
# At the dot the club begins to pay. The band is the interval. Where the band closes on the right, what
# we keep of the extra purchases equals the discount on the other purchases. There our gain is just the
# fee, whatever a joiner spends. The figure does not say how much more members will buy. It says how
# much more they must buy.

# %% [markdown]
# **Exercise 14.2** CDNOW was a shop that sold music on the web. The next cell makes the table `cd` from
# its real sales, as we made `spent`. There the halves end on 30 September 1997 and on 30 June 1998. A
# club costs 10, gives 10 % and has a margin of 0.30. What is the gain per joiner? Write one sentence:
# does the interval tell whether that club wins or loses money?

# %% tags=["exercise"]
cdnow = crm.load("cdnow").transactions
past = cdnow["date"] <= "1997-09-30"
cd = pd.DataFrame({"before": cdnow[past].groupby("customer_id")["amount"].sum()})
cd["after"] = cdnow[~past].groupby("customer_id")["amount"].sum()
cd = cd[cd["before"] > 0].fillna(0)
# solution
found = pricing.club_fee(cd, fee=10, discount=0.10, margin=0.30)
answer = found["estimate"]["gain per joiner"]
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
# second is the **effective rate**, which also counts interest on interest. (`pricing.trade_credit`
# computes both.) If a bank lends at a lower rate, the cafe should borrow there, pay on day 10 and take
# the discount. A cafe that still waits may be short of money. The seller should ask why it waits.

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
# Some terms give value without a lower price. Delivery saves a customer time, and a guarantee takes a
# risk from her. A **price guarantee** says: if the price falls within a month, you get the difference
# back. Say that a machine costs 100, and that the price falls to 80 with a chance of 0.2. Then the
# promise costs 20 * 0.2 = 4 per machine, if all buyers ask for their money.
#
# **Price discrimination** means that a seller asks different prices for the same thing, by time or
# place. A cafe can be cheaper in the morning. Two prices for the same thing do not last if people can
# buy at the low price and sell at the high one.

# %% [markdown] tags=["instructor"]
# Ask: "Who of you would come back for the 20 dollars?" Count the hands: the promise costs less if some
# forget it.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is simulated, so we know the true elasticity of each member. We take the mean over the
# joiners.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    own = db.truth.set_index("customer_id").loc[joiners.index, "price_elasticity"]
    print(round(own.mean(), 2))

# %% [markdown] tags=["instructor", "needs-truth"]
# Before the cell above: "Is the true elasticity above the one that we need?" Let them point at the row
# `elasticity needed`. After it: "What did we have to know that no list of sales tells?"

# %% [markdown] tags=["needs-truth"]
# Compare this number with the row `elasticity needed`. It lies above the whole interval, so in Lantern
# the club would pay. But a real company does not know this number.

# %% [markdown]
# ## What do we do?
#
# First we see which customers would join. A **tier** is a group of customers by value. `pyramid` sorts
# them by what they spent in the first half. The key tier brought the first 80 % of this money, the
# ordinary tier the next 15 %, and the small tier the rest.

# %% [markdown] tags=["instructor"]
# Before the table: "In which tier are the joiners?" Then ask who would complain if only they were
# invited. Return to the three words on the board.

# %%
tier = tiers.pyramid(spent["before"]).tier
club.by(tier).round(2)

# %% [markdown]
# `did not come back` counts the joiners who bought nothing in the second half. `estimate` is our gain
# per joiner if nobody buys more, with its interval. In a tier without joiners, nobody saves enough, so
# there is no number.
#
# Should we open the club? We compare two intervals: the elasticity needed, and the elasticity that a
# test of prices measured. `ELASTICITY` holds the two ends of the second one. If the two intervals
# overlap, we do not know enough.

# %%
low, high = club.table.loc["elasticity needed", ["low", "high"]]
order = "Do not open the club yet"
if ELASTICITY[0] > high:
    order = "Open the club"
elif ELASTICITY[1] < low:
    order = "Do not open the club"
f"{order}: {low:.2f} to {high:.2f} needed, {ELASTICITY[0]} to {ELASTICITY[1]} measured"

# %% [markdown]
# The sentence is the order, and it says which numbers it rests on. Could a trial of the club tell us
# more? We would offer the club to one half of the joiners, chosen at random. Then we would compare what
# the two halves spend.
#
# `extra` is the difference that we look for, in dollars per joiner. `sd` is the standard deviation of
# what a joiner spends. `trial_size` says how many people each half needs. A trial of this size finds
# such a difference four times out of five.

# %%
after = joiners["after"]
extra = club["estimate"]["extra purchases needed"] * after.mean()
needed = trial_size(extra, sd=after.std())
pd.Series({"needed in each half": needed, "we have in each half": len(after) // 2})

# %% [markdown]
# If the first number is far larger than the second, a trial of the club cannot tell whether it pays. A
# test of prices has more people, because every customer takes part in it.
#
# **What would change the order?** A longer test of prices, or one with larger steps, gives a narrower
# interval. If this interval lies wholly above that of the elasticity needed, open the club to all. If
# it lies wholly below, give up the club. And ask no tier for a new fee without a trial: these data do
# not say how many would leave.

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
# - A customer joins a club because she expects to save, and her saving is our loss. The club pays if
#   members buy enough more because of it.
# - Two per cent for twenty days is more than 37 % a year.

# %% [markdown]
# ## Terms
#
# <!-- terms: small-balance fee; top up; break-even rate; spill-over; two-part tariff; effective discount; trade credit; effective rate; price guarantee; price discrimination; tier -->

# %% [markdown]
# ## References
#
# - M. Haenlein and A. M. Kaplan (2010), An empirical analysis of attitudinal and behavioral reactions
#   toward the abandonment of unprofitable customer relationships, Journal of Relationship Marketing 9,
#   200-228.
