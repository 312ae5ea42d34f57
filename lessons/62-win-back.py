# %% [markdown]
# # 62 Win back
#
# > "Our strongest offer brings back nearly three in ten of the lost customers who get it. Why do we see
# > no profit from it?"
#
# An offer to customers who left costs money. Some of them would have come back without it. Others come
# back, take a gift, and leave again. Whom should we win back?
#
# **You can then** say which lost customers return, what an offer adds, what a second life is worth,
# and whom not to call.
#
# **You need** pandas (`groupby`, `merge`, a boolean mask). From lesson 31 we use one idea: a customer is
# **censored** if we stop watching her before we know how it ends. A 95 % interval runs from `low` to
# `high`: of 100 intervals made in this way, about 95 hold the true number.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 5, return takes time 11, what an offer adds 8, who pays 15, truth 2,
# decision 7. If late, cut exercise 62.2, then the section of the truth.
#
# Ask: "Which customer would you rather win back: one who left because of the price, or one who left
# because of the service?" Let them vote, and write the votes down. The answer comes twice: first for
# who returns, then for who pays.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a company that we made up. A member who leaves closes her card and gives a reason.
# The table `win_back` has one row for each such member. The column `lost` is the day on which she
# closed the card.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
UNTIL = None  # last day of the data; None = the last day in the table
WITHIN = 180  # days after the offer in which a return counts
HORIZON = 365  # days of second life that count
FIXED = 300  # dollars that it costs to prepare an offer for 100 members
SMALLEST = 5  # dollars of added profit per member that a trial must not miss

# %%
import pandas as pd

import crmlab as crm
from crmlab import recovery
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("62-win-back")
lost = db["win_back"]
until = pd.Timestamp(UNTIL or lost[["offered", "returned", "left_again"]].max().max())
dealt = lost[lost["offer"].notna()]
within = min(WITHIN, recovery.longest_watch(lost, until))
dealt[["customer_id", "lost", "reason", "offer", "offered", "returned", "left_again"]].head(6)

# %% [markdown]
# A **win-back offer** is what a firm gives a lost customer so that she returns. Lantern has three: a
# discount, a personal call about the service, and a bundle of both. The offer `none` is no offer.
# Each member got one of the four **by lot**: chance decided, and nobody chose. So before the offers
# the four groups differ only by luck. `offered` is the day on which the lots were drawn. Where
# `returned` is empty (`NaT`), she has not come back yet.
#
# `dealt` holds the members for whom a lot was drawn. `until` is the last day in the data. `within`
# is `WITHIN`, or fewer days if the data are short.
#
# For some members no lot was drawn. How many, and why?

# %%
left_out = lost[lost["offer"].isna()]
counts = {"left out": len(left_out), "bad debt": left_out["bad_debt"].sum()}
counts["brought nothing"] = (left_out["first_margin"] <= 0).sum()
pd.Series(counts)

# %% [markdown]
# A bad debt means that she left without paying. Margin is what is left of her spending after the cost
# of what she bought. `first_margin` is her margin before she left, less the cost of our contacts with
# her. Where it is 0 or less, she brought nothing. Some members count in both rows. We do not want these
# members back. This was decided *before* the lots were drawn, so the four groups still differ only by
# luck.
#
# ## Return takes time
#
# Four lost customers got an offer. Ann returned after 20 days and Cem after 60. Dora was watched for
# 90 days, and Bea for only 40. Neither of them has returned so far. Which share returns within 90 days?

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which share returns within 90 days?" Expect two of four. Ask what Bea will
# do in the next 50 days. Then some leave Bea out and say two of three. Ask whether her 40 days without
# a return tell nothing.

# %% [markdown]
# Bea is censored. "Two of four" counts her as not returned, but she may still return. "Two of three"
# forgets that she stayed away for 40 days. So we look at the two days on which somebody returned.
# The column `still_away` counts those who were watched and away until that day.

# %%
hand = pd.DataFrame({"day": [20, 60], "still_away": [4, 2], "returned": [1, 1]})
hand["hazard"] = hand["returned"] / hand["still_away"]
hand["stays_away"] = (1 - hand["hazard"]).cumprod()
hand

# %% [markdown]
# The **hazard of return** on a day is the share of those still watched and away who return on that day.
# On day 20 it is 1 of 4. On day 60 only Cem and Dora are left, so it is 1 of 2. `cumprod` multiplies
# the shares that stay away: 3/4, then 3/4 times 1/2. So 37.5 % stay away, and 62.5 % return.
#
# **Exercise 62.1** Ten customers got a letter. On day 10 two of them return. Four others are watched
# for only 20 days. On day 30 one more returns. Which share returns within 30 days? Do it on paper.

# %% tags=["exercise"]
# solution
answer = 1 - (1 - 2 / 10) * (1 - 1 / 4)
check("62.1", answer)

# %% [markdown]
# Now we do the same for each of Lantern's offers. `return_shares` needs the last day of the data and
# the days in which a return counts. It leaves out the members without a lot.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Which offer will bring most back? And how many return for no offer at all?"
# Most guess that without an offer nobody returns.

# %%
shares = recovery.return_shares(lost, until, within=within)
shares.plot();

# %% [markdown]
# Each line is a **return curve**: it shows the share that has returned by each day after the offer. The
# band around a line is its 95 % interval. Many return late, so a count after one month would miss
# them. The grey line also rises: some members come back without an offer.
#
# ## What does an offer add?
#
# Those who got no offer show what would have happened anyway. So the effect of an offer is its share
# *minus* the share of `none`: the **added returns** of the offer.

# %%
shares.added.round(3)

# %% [markdown]
# An `estimate` of 0.10 means: of 100 members who get the offer, 10 more return than without it. At
# Lantern all three intervals lie above 0. So the data show that each offer brings members back, but
# not yet that it pays.
#
# If a firm had chosen the members, this comparison would be worth little. Firms like to call the
# customers who are easy to win. They return more often, even if the call changes nothing.

# %% [markdown] tags=["instructor"]
# Ask before the exercise: "Who reacts more to a discount: all members, or those who left because of the
# price?" This is the first half of the vote from the beginning.

# %% [markdown]
# **Exercise 62.2** Take `crm.load("lantern")["win_back"]` and keep the members with the reason
# `price`. How much does the discount add to the share that returns within 90 days? The last day is
# "2025-12-31". Write one sentence with the interval.

# %% tags=["exercise"]
# solution
table = crm.load("lantern")["win_back"]
price = table[table["reason"] == "price"]
answer = recovery.return_shares(price, "2025-12-31", within=90).added["estimate"]["discount"]
check("62.2", answer)

# %% [markdown]
# ## What is a return worth?
#
# The **second life** of a customer is the time from her return until she leaves again. What it brings
# is the **second lifetime value**. This is the number of months that she is expected to stay, times
# the margin of a month. Many second lives have not ended yet, so those who still stay are counted as
# in the example by hand. Only the first `HORIZON` days count. We compare members by the reason for
# which they left.

# %% [markdown] tags=["instructor"]
# Ask before the table: "Who brings more after a return: those who left because of the price, or those
# who left because of the service?" Let them look at their votes.

# %%
second = recovery.second_lives(lost, until, by="reason", horizon=HORIZON)
second.table[["returned", "months", "monthly", "estimate", "low", "high"]].round(1)

# %% [markdown]
# `returned` counts the members who came back. `months` and `monthly` are the two parts. `estimate`
# is the second lifetime value in dollars, with its interval. At Lantern, members who left because of
# the price stay briefly and bring little each month. Members who left because of the service stay
# longest and bring most. Kumar, Bhagwat and Zhang (2015) found a similar difference in a telephone
# company.
#
# An offer has two costs. The **offer cost** is paid for each customer who gets the offer. The **gift**
# is paid only if she returns. Here are two offers by hand. The second lifetime value is 40 dollars in
# both rows.

# %%
two = pd.DataFrame({"chance": [0.1, 0.3], "gift": [0, 24], "cost": [0, 4]})
two.index = ["none", "bundle"]
two["profit"] = two["chance"] * (40 - two["gift"]) - two["cost"]
two

# %% [markdown]
# `profit` is per customer who gets the offer. First we subtract the gift from the value. Then we
# multiply by the chance to return, and subtract the offer cost. The bundle brings back three times as
# many, but it earns less than no offer. One reason is that those who would have come anyway take the
# gift too. The **added profit** of an offer is its profit minus the profit of no offer. Here it is
# 0.8 - 4 = -3.2 dollars.
#
# **Exercise 62.3** A letter costs 1 dollar. Of 100 who get it, 20 return. Of 100 who do not get it, 12
# return. The second lifetime value is 50 dollars. A customer who returns after a letter gets a gift of
# 10 dollars. What does the letter add to the profit per customer? Do it on paper.

# %% tags=["exercise"]
# solution
answer = (0.20 * (50 - 10) - 1) - 0.12 * 50
check("62.3", answer)

# %% [markdown]
# For our three offers, the package takes the chance from the return curves, and the value from the
# second lives.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Will the offer with most returns also earn most?" After the exercise, most
# doubt it. Ask for a bet: which offer is on top?

# %%
profit = recovery.regain_profit(lost, until, within=within, horizon=HORIZON)
profit.plot();

# %% [markdown]
# Each dot is the added profit of an offer, in dollars per customer. The line is its 95 % interval,
# and the words above it are the added returns. At Lantern the bundle adds most returns. But the
# interval of its added profit holds 0, so we see no profit from it. One reason is that everybody
# who returns takes the gift. Another is in the table of second lives: many of those who returned
# had left because of the price, and they bring little. The dot of the call lies highest, but its
# interval also reaches 0.
#
# Perhaps an offer earns with some members and loses with others. So we compare inside each reason.

# %%
by_reason = recovery.profit_by(lost, "reason", until=until, within=within, horizon=HORIZON)
by_reason[["customers", "returns", "estimate", "low", "high"]].round(2)

# %% [markdown]
# `customers` is the number of members who got the offer. `returns` are the added returns, and
# `estimate` is the added profit in dollars per member. An empty interval (`NaN`) means that fewer
# than five returned with the offer, or fewer than five without it. Where `low` is above 0, the
# offer earns money before the fixed costs. Where `high` is below 0, it loses money, even if many
# return.
#
# Be careful with so many rows. About one interval in twenty misses the truth by chance alone.

# %% [markdown] tags=["instructor", "needs-truth_win_back"]
# Ask before the truth: "Which row of the table do you trust least?" Good answers name a wide interval,
# or a group with few members.

# %% [markdown] tags=["needs-truth_win_back"]
# ## The truth, opened
#
# We made the data of Lantern, so we know each member's true chance and value under every offer.
# `merge` adds them to `dealt`. The next cell computes the true added profit of the call, with the
# formula of the example by hand. `paid` holds the gift and the cost of a call. We take the largest
# (`max`), because the gift is 0 where nobody returned.

# %% tags=["needs-truth_win_back"]
both = dealt.merge(db["truth_win_back"], on="customer_id")
paid = dealt.loc[dealt["offer"] == "call", ["gift", "offer_cost"]].max()
with_call = both["chance_call"] * (both["value_call"] - paid["gift"]) - paid["offer_cost"]
added = with_call - both["chance_none"] * both["value_none"]
added.groupby(both["reason"]).mean().round(2)

# %% [markdown] tags=["needs-truth_win_back"]
# Compare each number with the row `call` of the same reason. In these rows, every interval that is
# not empty holds its true value. Some estimates are far from it, so use the interval, and not the
# estimate alone.

# %% [markdown]
# ## The decision

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Whom would you call, and with which offer?" Each group writes one line.
# Then ask what they do with the reasons for which no offer pays.

# %% [markdown]
# We multiply the added profit by 100 members and subtract the fixed costs. Then we keep the rows whose
# whole interval lies above 0.

# %%
gain = 100 * by_reason[["estimate", "low", "high"]] - FIXED
pays = gain[gain["low"] > 0].sort_values("estimate", ascending=False)
pays.round(0)

# %% [markdown]
# This table is the answer. Each row says: "Make this offer to members who left for this reason."
# `estimate` says how many dollars it adds for 100 members, after the fixed costs. If a reason has
# two rows, take the first. At Lantern one row is left: call those who left because of the service.
# All other members get no offer. The answer changes if the gift or the costs change, or if members
# leave in order to get a gift.
#
# Where an interval is empty or holds 0, we do not know enough. How many members does the next trial
# need? If the true added profit is `SMALLEST`, we want 80 of 100 such trials to show it. `earned` is
# what each member brought so far, after gift and offer cost. `spread` is its standard deviation.
# `trial_size` turns `SMALLEST` and `spread` into `each_offer`: the number of members for each offer,
# and for `none` too.

# %%
earned = dealt["margin"] - dealt["gift"] - dealt["offer_cost"]
spread = earned.groupby(dealt["reason"]).std()
size = [trial_size(SMALLEST, sd=one) for one in spread]
pd.DataFrame({"returned": second["returned"], "spread": spread, "each_offer": size}).round(1)

# %% [markdown]
# Compare `each_offer` with the column `customers` above. Where it is larger, our trial was too small
# for this. At Lantern this is so for `other` and `service`. Take more members than the table says.
# Some returned members will still earn more, so the true spread is larger. And where few have
# `returned`, we hardly know it.
#
# ## With your own data
#
# Save `win_back.csv` with the columns `customer_id`, `lost`, `reason`, `first_margin`, `bad_debt`,
# `offer`, `offered`, `offer_cost`, `returned`, `left_again`, `gift` and `margin` (of the second life).
# Write `none` as the offer of members whose lot was no offer. `UNTIL` is the day up to which you
# counted the margins.
#
# ```python
# DATA = "my_folder"
# UNTIL = "2025-11-30"
# ```

# %% [markdown]
# ## Take away
#
# - Return takes time. Count each customer for as many days as she was watched.
# - An offer's effect is what it adds to no offer. To know it, give the offers by lot.
# - The offer that wins most can earn least, because everybody who returns takes the gift.
# - Make an offer only where the whole interval says that it pays.

# %% [markdown]
# ## Terms
#
# <!-- terms: win-back offer; by lot; hazard of return; return curve; added returns; second life; second lifetime value; offer cost; gift; added profit -->

# %% [markdown]
# ## References
#
# The share that returns is that of Kaplan and Meier. The formula of the profit is that of Stauss and
# Friege.
#
# - Kaplan, E. L., & Meier, P. (1958). Nonparametric estimation from incomplete observations. *Journal
#   of the American Statistical Association*, 53, 457-481.
# - Kumar, V., Bhagwat, Y., & Zhang, X. (2015). Regaining "lost" customers. *Journal of Marketing*, 79,
#   34-55.
# - Stauss, B., & Friege, C. (1999). Regaining service customers. *Journal of Service Research*, 1,
#   347-361.
