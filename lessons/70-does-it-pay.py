# %% [markdown]
# # 70 Does it pay?
#
# > "The members we spend money on stay longer. So the money is well spent. Or is it?"
#
# Lantern Coffee is a company that we made up. To keep its members, it spends 1, 2 or 4 dollars a month
# on some of them, and nothing on the others. Does this pay?
#
# **You can then** read a fair trial with its interval; say how large a trial must be; choose whom to
# treat by what the action changes.
#
# **You need** pandas, and one idea from lesson 22. A **confidence interval** is a range around an
# estimate. Of 100 such ranges, from 100 samples, about 95 hold the true value.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, lot 6, effect 12, size 10, group 6, whom 6, truth 2, decision 3. If late,
# cut the truth.
#
# Ask: "Your firm gives its best customers a present. They buy more than the others. Does the present
# pay?" Most see the catch at once. Keep the answer for the part on the lot.

# %% [markdown] tags=["instructor"]
# Ask: "We look at members of two years. Why may we not simply add up what each has brought?" Those who
# joined early had more time. So each is watched for the same days.

# %% [markdown]
# ## The data
#
# The second cell follows the members, who are the customers without a contract. How much is spent on
# each of them was decided by **lot**, that is, by chance alone.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
DAYS = 365  # how long each member is watched
MONTHS = 12  # months that are paid for each member
KNOWN = ["before", "segment", "channel"]  # what was known on the day of the lot
MEMBERS = 1500  # new members whom the next decision concerns
APART = 4  # dollars by which the results of such actions usually lie apart: a guess
CHEAP = 3  # dollars a year for a cheaper action with the same effect: a guess
CUT = 0.20  # share of those who leave whom the action keeps: an example

# %%
import pandas as pd

import crmlab as crm
from crmlab import evidence
from crmlab import repeat_buying as rb
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("70-does-it-pay")
free = rb.free_buyers(db)["customer_id"]  # customers without a contract
joined = db.customers[db.customers["customer_id"].isin(free)]
lot = joined.rename(columns={"joined": "start"})
members = evidence.follow(lot, db, within=DAYS, until=db.until).table
members["treated"] = members["retention_spend"] > 0
members[["retention_spend", "treated", "before", "margin", "still"]].head(3)

# %% [markdown]
# `follow` watches each member for `DAYS` days from `start`, the day she joined. Members who joined too
# late for that are left out.
#
# - `retention_spend`: the dollars a month that are spent on her;
# - `treated`: whether anything is spent on her (this is the **treatment**);
# - `before`: what she spent on the day on which she joined;
# - `margin`: the dollars of her later purchases, less refunds and the cost of the goods;
# - `still`: whether she bought in the second half of these `DAYS` days.

# %% [markdown]
# ## Why a lot
#
# Here are four members and what each spends in a year: Ann 40 dollars, Ben 30, Cleo 10 and Dora 8. A
# manager treats his best customers, Ann and Ben. Their mean is 35 dollars, and the mean of the others
# is 9. The difference is 26 dollars, even if the treatment does nothing.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "How can the manager find out whether the treatment does anything?" Expect
# "compare with last year". Ask what else has changed since. Then let them draw two of the four by lot.

# %% [markdown]
# Now we draw two of the four by lot. There are six ways to draw two of four. For each way, the cell
# takes the mean of the two who are drawn minus the mean of the others.

# %%
from itertools import combinations

spends = pd.Series({"Ann": 40, "Ben": 30, "Cleo": 10, "Dora": 8})
gaps = []
for pair in combinations(spends.index, 2):
    drawn = spends.index.isin(pair)
    gaps.append(spends[drawn].mean() - spends[~drawn].mean())
pd.Series(gaps).describe()[["mean", "min", "max"]]

# %% [markdown]
# A single draw can be far off, by 26 dollars. But over all six draws the mean difference is 0. With many
# customers, the two groups become alike.
#
# A **fair trial** is a trial in which a lot decides who is treated. Those who are not treated are the
# **control group**. The **balance** of a trial says how alike the groups were before it. The argument
# `covariates` names the columns that we compare.

# %%
known = [name for name in KNOWN if name in members.columns]
trial = evidence.trial_effect(members, "margin", covariates=known)
trial.balance[[0, 1, "p"]].round(3)

# %% [markdown]
# Column 0 is the control group, and column 1 the treated. The row `before` holds means in dollars.
# The other rows hold shares.
#
# If only a lot decides, the groups still differ a little. Think of many such draws: `p` is the share
# of them in which the groups differ at least as much as here. All segments together have one `p`. A
# very small `p`, below 0.001, would make us doubt the lot. At Lantern every `p` is larger.

# %% [markdown]
# ## The effect, with its interval
#
# The **effect** of an action is the difference that it makes, on average. In a fair trial, the
# difference between the two means is an estimate of the effect.

# %%
means = members.groupby("treated")["margin"].mean()
difference = means[True] - means[False]
means.round(2)

# %% [markdown] tags=["instructor"]
# Before the next cell: "Is the difference of these means the effect?" Expect yes. Ask what another
# lot would have given. It is one draw of many, so it needs an interval.

# %% [markdown]
# The package finds the same difference, and adds its 95 % interval.

# %%
assert abs(trial["estimate"].iloc[0] - difference) < 1e-9
trial.table[["customers", "mean", "estimate", "low", "high"]].round(2)

# %% [markdown]
# `customers` and `mean` are those of the treated. `estimate` is the effect in dollars, with its interval
# from `low` to `high`. At Lantern it lies above 0, so the spending probably raises the margin. But the
# true effect may be much smaller or larger.
#
# **Intention to treat** means that customers are compared as the lot drew them, even if some of them do
# not take what they are offered. Those who take it would often buy more even without it.
#
# **Exercise 70.1** A lot offers a voucher to 100 of 200 customers. Of these 100, 40 take the voucher,
# and 20 of the 40 buy. Of the 60 who do not take it, 12 buy. Of the 100 customers without an offer,
# 25 buy. What is the effect of the offer on the share who buy?

# %% tags=["exercise"]
# solution
answer = (20 + 12) / 100 - 25 / 100
check("70.1", answer)

# %% [markdown]
# Does the effect pay? We compare each amount of dollars a month with the control group, and take off
# what it cost in `MONTHS` months. The **net effect** is the effect minus the cost.

# %%
net = evidence.trial_effect(members, "margin", treated="retention_spend").table.reset_index()
net["cost"] = MONTHS * net["retention_spend"]
for column in ["estimate", "low", "high"]:
    net[column] = net[column] - net["cost"]
net[["retention_spend", "cost", "estimate", "low", "high"]].round(1)

# %% [markdown]
# `estimate` is now the net effect. At Lantern all three are below 0. For 2 and 4 dollars the whole
# interval is below 0: the spending costs more than it brings within `DAYS` days.

# %% [markdown]
# ## How large must a trial be?
#
# The **power** of a trial is the chance that it shows an effect that is there. Suppose that the true
# effect is as large as our estimate. How many members must each group have for a power of 80 %?
# `trial_size` says it. It also needs the standard deviation `sd`, which says how much members differ.

# %%
spread = members["margin"].std()
needed = evidence.trial_size(abs(difference), sd=spread)
f"{needed:,} in each group are needed, {members['treated'].sum():,} were treated"

# %% [markdown]
# At Lantern more are needed than were treated, so such a trial often misses an effect of this size.
#
# A firm that only chooses between two actions need not be so sure. One of the two may be to do nothing.
# **Test and roll** means: try both on a few of the `MEMBERS` new members, then give the better one to
# all the others, even if it is only a little better (Feit and Berman 2019). A larger test finds the
# better action more often, but leaves fewer members to gain from it.

# %% [markdown] tags=["instructor"]
# Before the next cell: "We take the better one even if its lead may be luck. Is that wrong?" If the
# lead is luck, the two are nearly equal, and a mistake costs little.

# %%
plan = evidence.test_and_roll(MEMBERS, mean=means[False], sd=spread, prior_sd=APART)
plan.plot();

# %% [markdown]
# `prior_sd` says how much the means of such actions differ. Here it is the guess `APART`; better is a
# number from past trials. `mean` is the mean of such actions; it does not change the size of the test.
#
# The curve shows, in dollars, how much more all members together bring than without a test. It is
# highest at the point, which is `plan.per_group`.
#
# **Exercise 70.2** A shop has 20,000 customers and two letters. Customers spend 30 on average, with a
# standard deviation of 50. The means of past letters had a standard deviation of 5. How many
# customers does test and roll take in each group? And how many does a power of 80 % need, to show an
# effect of 5? Give `[test and roll, power]`.

# %% tags=["exercise"]
# solution
rolled = evidence.test_and_roll(20_000, mean=30, sd=50, prior_sd=5).per_group
answer = [rolled, evidence.trial_size(5, sd=50)]
check("70.2", answer)

# %% [markdown]
# ## Does it help everybody?
#
# An action can help some and harm others. The **uplift** of a group is the effect in this group.

# %% [markdown] tags=["instructor"]
# Before the figure: "On average the spending helps. Can it harm somebody?" Ask for examples: a call at
# dinner time, a letter to somebody who had forgotten her contract.

# %%
by_group = evidence.uplift(members, "margin", by="segment")
by_group.plot();

# %% [markdown]
# Each point is the uplift of one segment, in dollars, with its 95 % interval. A green interval lies
# above 0, and a grey one holds 0. At Lantern the intervals overlap widely, so the effects may all be
# equal. No whole interval lies below 0, so no harm is shown. But where an interval reaches below 0,
# harm is still possible.
#
# **Exercise 70.3** The next cell follows the members of `crm.load("lantern")` for 180 days. What is the
# uplift of connoisseurs in `still`? Then write one sentence to the manager: does the spending drive
# connoisseurs away?

# %% tags=["exercise"]
lantern = crm.load("lantern")
own = lantern.customers[lantern.customers["kind"] == "member"].rename(columns={"joined": "start"})
half = evidence.follow(own, lantern, within=180, until=lantern.until).table
half["treated"] = half["retention_spend"] > 0
# solution
answer = evidence.uplift(half, "still", by="segment")["estimate"]["connoisseur"]
check("70.3", answer)

# %% [markdown]
# ## Whom to treat?
#
# Many firms call the customers who are most likely to leave. Is that right? The **leaving rate** is here
# the chance that a member leaves within a month. She is there in the first month, in the second with
# the chance 1 - rate, in the third with (1 - rate) times (1 - rate), and so on. The sum over 12 months
# is the number of months that she stays in a year, on average.

# %% [markdown] tags=["instructor"]
# Before the cell: "Whom would you call: Gita, who leaves with a chance of 0.9 a month, Fay with 0.2, or
# Emma with 0.02?"
# Most say Gita. She is gone before the call helps.

# %%
def months(rate):
    there = [(1 - rate) ** month for month in range(12)]
    return sum(there)

# %% [markdown]
# Here are three members. Each brings 4 dollars a month while she stays. The action makes each rate
# smaller by the share `CUT`.

# %%
three = pd.DataFrame({"rate": [0.02, 0.2, 0.9]}, index=["Emma", "Fay", "Gita"])
three["without"] = months(three["rate"])
three["with"] = months((1 - CUT) * three["rate"])
three.assign(effect=4 * (three["with"] - three["without"])).round(2)

# %% [markdown]
# `without` and `with` are months, and `effect` is dollars. Gita has the highest risk to leave, but the
# action keeps her for a few days only. Emma stays anyway. For Fay the action changes most. In two real
# trials, too, customers at the highest risk were not the best to treat (Ascarza 2018).
#
# So we try to rank by effect. `foresee` learns from the trial, and uses only the columns in `KNOWN`. For
# each member it estimates the result `without` the action, and the `effect`. It learns this from
# other members, not from her own result. We make two rankings: by the effect on the margin, and by
# the risk that she does not buy in the second half. The cell prints nothing.

# %%
brings = evidence.foresee(members, "margin", covariates=known)
stays = evidence.foresee(members, "still", covariates=known)
members["effect"] = brings["effect"]
members["risk"] = 1 - stays["without"]

# %% [markdown]
# Suppose that a cheaper action has the same effect and costs `CHEAP` dollars a member. A
# **targeting curve** shows the net gain if we treat only the first 10 % of a ranking, the first 20 %,
# and so on. The net gain is the effect on all treated members minus the cost.

# %%
rankings = ["effect", "risk"]
curve = evidence.targeting_curve(members, "margin", rankings=rankings, cost=CHEAP)
curve.plot();

# %% [markdown]
# Treating members at random gives the dashed line. A good ranking lies above it, but it can also lie
# there by luck. So the package makes a 95 % interval of the distance, and the title says what follows.
# At Lantern no ranking is clearly better: this trial does not show whom to treat.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# A firm never sees what its treated members would have done without the treatment. Here we can. We make
# Lantern once more, with the same members and the same lot, but now the spending changes nothing.

# %% [markdown] tags=["needs-truth", "instructor"]
# Ask: "Was the estimate too high or too low?" Nobody can know. This lot was lucky, and the interval
# said that it might be.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    idle = crm.company.simulate(world=crm.company.World(retention_effect=0))
    idle = evidence.follow(lot, idle["transactions"], within=DAYS, until=db.until).table
    treated = members["treated"]
    true_effect = (members["margin"] - idle["margin"])[treated].mean()
    luck = idle.loc[treated, "margin"].mean() - means[False]
    display(pd.Series({"true effect": true_effect, "luck of the lot": luck}).round(1))

# %% [markdown] tags=["needs-truth"]
# The two numbers add up to the estimate. At Lantern the true effect is smaller, and lies inside the
# interval. The rest was luck: without any spending, the treated would still have brought more than the
# control group. (The second Lantern draws its purchases anew, so both numbers are close but not exact.)

# %% [markdown]
# ## What do we do?
#
# The next cell takes the amount with the best net effect, and the size of the next test.

# %%
columns = ["retention_spend", "estimate", "low", "high"]
order = net.loc[net["estimate"].idxmax(), columns].rename({"estimate": "net effect"})
order["test in each group"] = plan.per_group
order.round(1)

# %% [markdown]
# **The order:** stop every amount whose `high` is below 0 in the table of net effects. If none is left,
# spend nothing. Else look at the best:
#
# - If its `low` is above 0, spend it on all members.
# - If 0 lies between `low` and `high`, as at Lantern, nobody knows yet whether it pays. Then test it
#   against spending nothing. Draw two groups of new members by lot, each of the size `test in each
#   group`. Take the action with the higher margin minus cost for all others.
#
# What would change the order? Another guess `APART` changes the size of the test. Lower costs or more
# `DAYS` change the net effect.

# %% [markdown] tags=["instructor"]
# "The spending works. Why do we stop it?" An effect above 0 is not enough: it must be larger than its
# cost. Let them say what would change their mind.

# %% [markdown]
# ## With your own data
#
# Put two tables in one folder: purchases with their `margin`, and customers. For each customer, give
# the day of the lot (`joined`), the dollars a month (`retention_spend`, 0 for the control group) and a
# `segment`:
#
# ```python
# DATA = "my_folder"
# ```
#
# If nobody was drawn by lot, this lesson cannot give you the effect.

# %% [markdown]
# ## Take away
#
# - A lot makes the groups alike. The difference that remains estimates the effect.
# - An effect is not yet a gain: take off what the action cost.
# - Choose the size of a trial by power to be sure, and by test and roll to earn most.
# - High risk does not make a customer worth treating. Use a ranking only if a trial shows its gain.

# %% [markdown]
# ## Terms
#
# <!-- terms: fair trial; control group; balance; effect; intention to treat; net effect; power; test and roll; uplift; leaving rate; targeting curve -->

# %% [markdown]
# ## References
#
# - Ascarza, E. (2018). Retention futility: Targeting high-risk customers might be ineffective.
#   *Journal of Marketing Research* 55(1), 80-98.
# - Feit, E. M. and Berman, R. (2019). Test & roll: Profit-maximizing A/B tests. *Marketing Science*
#   38(6), 1038-1058.
