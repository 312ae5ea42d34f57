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
# **You need** pandas, and one idea from lesson 22: a **confidence interval** is a range that holds
# the true value in 95 of 100 such samples.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, lot 6, effect 13, size 10, group 6, whom 5, truth 3, decision 2. If late,
# cut the second world.
#
# Ask: "Your firm gives its best customers a present. They buy more than the others. Does the present
# pay?" Most see the catch at once. Keep the answer for the part on the lot.

# %% [markdown] tags=["instructor"]
# Ask: "We look at members of two years. Why may we not simply add up what each has brought?" Those who
# joined early had more time. So each is watched for the same days.

# %% [markdown]
# ## The data
#
# You may change the next cell. Its names are explained where they are used.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
DAYS = 365  # how long each member is watched
MONTHS = 12  # months that are paid for each member
KNOWN = ["before", "segment", "channel"]  # what was known on the day of the lot
MEMBERS = 1500  # new members whom the next decision concerns
APART = 4  # dollars by which such actions usually differ: a guess
CHEAP = 3  # dollars a year for a cheaper action with the same effect: a guess
CUT = 0.19  # share that the action takes off a leaving rate; true for 2 dollars a month
FIRST = 0.30  # share of the members who are treated
MARGIN = 0.57  # what is left of a dollar of sales, before fixed costs

# %%
import numpy as np
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
# Members are the customers without a contract. `follow` watches each for `DAYS` days from `start`, the
# day she joined. Members who joined too late for that are left out. The columns are:
#
# - `retention_spend`: the dollars a month that are spent on her;
# - `treated`: whether anything is spent on her (this is the **treatment**);
# - `before`: what she spent on the day on which she joined;
# - `margin`: the dollars of her later purchases, less refunds and the cost of the goods;
# - `still`: whether she bought in the second half of these `DAYS` days.

# %% [markdown]
# ## Why a lot
#
# Here are four members and what each spends in a year.

# %% [markdown] tags=["instructor"]
# Before the cell: "The manager treats Ann and Ben, and the treatment does nothing. What difference
# will he see?" Let them compute it: 35 against 9.

# %%
spends = pd.Series({"Ann": 40, "Ben": 30, "Cleo": 10, "Dora": 8})
chosen = spends[["Ann", "Ben"]].mean()
others = spends[["Cleo", "Dora"]].mean()
f"{chosen:.0f} against {others:.0f}"

# %% [markdown]
# A manager treats his best customers, Ann and Ben. They spend 26 dollars more than the other two, even
# if the treatment does nothing.
#
# Now we draw two of the four by **lot**, that is, by chance alone. There are six ways to draw two of
# four.

# %%
from itertools import combinations

gaps = []
for pair in combinations(spends.index, 2):
    drawn = spends.index.isin(pair)
    gaps.append(spends[drawn].mean() - spends[~drawn].mean())
pd.Series(gaps).describe()[["mean", "min", "max"]]

# %% [markdown]
# A single draw can be far off, by 26 dollars on either side. But over all six draws the mean difference
# is 0. With many customers, the two groups become alike.
#
# A **fair trial** is a trial in which a lot decides who is treated. Those who are not treated are the
# **control group**. At Lantern, a lot decided how much is spent on each member. The **balance** of a
# trial says how alike the groups were before it.

# %%
known = [name for name in KNOWN if name in members.columns]
trial = evidence.trial_effect(members, "margin", covariates=known)
trial.balance[[0, 1, "p"]].round(3)

# %% [markdown]
# Column 0 is the control group, and column 1 the treated. The row `before` holds means in dollars.
# The other rows hold shares, such as the share of savers. `p` is the chance that a lot makes groups
# at least as unequal as these; all segments share one `p`. If a `p` were very small, below 0.001, we
# would doubt that members were drawn by lot. At Lantern every `p` is larger.

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
# The package finds the same difference, and its interval.

# %%
assert abs(trial["estimate"].iloc[0] - difference) < 1e-9
trial.table.round(2).T

# %% [markdown]
# `customers` and `mean` are those of the treated. The interval of the `estimate` goes from `low` to
# `high`. At Lantern it lies above 0, so the spending probably raises the margin. But the true effect may
# be much smaller or larger. The rows that begin with `adjusted` correct for small differences in the
# columns of `KNOWN`.
#
# **Intention to treat** means that customers are compared as the lot drew them, even if some of them do
# not take what they are offered. Those who take it often buy more anyway.
#
# **Exercise 70.1** A lot offers a voucher to 100 of 200 customers. Of these 100, 40 take the voucher,
# and 20 of the 40 buy. Of the 60 who do not take it, 12 buy. Of the 100 customers without an offer,
# 25 buy. What is the effect of the offer on the share who buy?

# %% tags=["exercise"]
# solution
answer = (20 + 12) / 100 - 25 / 100
check("70.1", answer)

# %% [markdown]
# Does the effect pay? We compare each sum of dollars with the control group, and take off what it
# cost in `MONTHS` months. The **net effect** is the effect less the cost.

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
# The **power** of a trial is the chance that it shows an effect that is there. The next cell asks for
# a power of 80 %. It needs the standard deviation, which says how much members differ.

# %%
spread = members["margin"].std()
sizes = {}
for wanted in [2, 4, 8, 12]:
    sizes[wanted] = evidence.trial_size(wanted, sd=spread)
pd.Series(sizes, name="members in each group").rename_axis("effect in dollars")

# %% [markdown]
# Half the effect needs four times as many members. At Lantern, an effect as large as our estimate needs
# more treated members than there were. So such a trial often misses it.
#
# A firm that only chooses between two actions need not be so sure. Suppose that we have two actions for
# `MEMBERS` new members. **Test and roll** means: try both on a few, then give the better one to all the
# others, even if it is only a little better (Feit and Berman 2019). A larger test finds the better action
# more often, but then fewer members are left to gain from it.

# %% [markdown] tags=["instructor"]
# Before the next cell: "We take the better one even if its lead may be luck. Is that wrong?" If the
# lead is luck, the two are nearly equal, and a mistake costs little.

# %%
plan = evidence.test_and_roll(MEMBERS, mean=means[False], sd=spread, prior_sd=APART)
plan.plot();

# %% [markdown]
# `prior_sd` is the standard deviation of the means of such actions. Here it is the guess `APART`; it
# should come from past trials. The curve shows how many dollars more we expect from all members than
# without a test. It is highest at the point, which is `plan.per_group`. Such a small test leaves us
# unsure which action is better, but it makes the better choice more likely.
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
# Each point is the uplift of one segment, with its 95 % interval. If a whole interval lies below 0, the
# title names this group as harmed. At Lantern it names none, and the effects may all be equal. But where
# an interval reaches below 0, harm is still possible.
#
# **Exercise 70.3** Take `crm.load("lantern")` and its members, as above, but watch each for 180 days.
# What is the uplift of connoisseurs in `still`? Then write one sentence to the manager: does the
# spending drive connoisseurs away?

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
own = lantern.customers[lantern.customers["kind"] == "member"].rename(columns={"joined": "start"})
half = evidence.follow(own, lantern, within=180, until=lantern.until).table
half["treated"] = half["retention_spend"] > 0
answer = evidence.uplift(half, "still", by="segment")["estimate"]["connoisseur"]
check("70.3", answer)

# %% [markdown]
# ## Whom to treat?
#
# Many firms call the customers who are most likely to leave. Is that right? The **leaving rate** says
# how fast a member leaves: at a rate of 0.2 a month, about 18 of 100 leave in the first month. This
# function gives the months of the first year that a member stays, on average.

# %% [markdown] tags=["instructor"]
# Before the cell: "Whom would you call: Gita, who leaves at 2 a month, Fay at 0.2, or Emma at 0.02?"
# Most say Gita. She is gone before the call helps.

# %%
def months(rate):
    return (1 - np.exp(-12 * rate)) / rate

# %% [markdown]
# Here are three members. Each brings 4 dollars a month while she stays. The action takes the share
# `CUT` off each rate.

# %%
three = pd.DataFrame({"rate": [0.02, 0.2, 2.0]}, index=["Emma", "Fay", "Gita"])
three["without"] = months(three["rate"])
three["with"] = months((1 - CUT) * three["rate"])
three.assign(effect=4 * (three["with"] - three["without"])).round(2)

# %% [markdown]
# Gita has the highest risk to leave, but the action keeps her for a few days only. Emma stays anyway.
# The action changes most for Fay. In two trials of real firms, too, the customers at the highest risk
# were not the best to treat (Ascarza 2018).
#
# So a firm should rank its members by effect, if it can estimate the effect on each. `foresee` estimates
# from the trial what each member brings `without` the action, and the `effect` on her. It uses only the
# columns in `KNOWN`, and prints nothing.

# %%
foreseen = evidence.foresee(members, "margin", covariates=known)
members["effect"] = foreseen["effect"]
members["value"] = foreseen["without"]

# %% [markdown]
# The next cell computes the risk: the chance that a member, if she is not treated, does not buy in the
# second half. It prints nothing either.

# %%
stays = evidence.foresee(members, "still", covariates=known)
members["risk"] = 1 - stays["without"]

# %% [markdown]
# Suppose that a cheaper action has the same effect and costs `CHEAP` dollars a member.
# A **targeting curve** shows the net gain if we treat only the first 10 % of a ranking, the first 20 %,
# and so on.

# %%
rankings = ["effect", "value", "risk"]
curve = evidence.targeting_curve(members, "margin", rankings=rankings, cost=CHEAP)
curve.plot();

# %% [markdown]
# Treating members at random gives the straight line. A good ranking lies above it. The title says
# whether one does so by more than luck (by a 95 % interval). At Lantern none does.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# A firm never sees what its treated members would have done without the treatment. For a made-up
# company we can see it. We make Lantern once more, with the same members and the same lot, but now the
# spending changes nothing.

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
# The two numbers add up to the estimate, and the true effect lies inside the interval. The rest was luck:
# without any spending, the treated would still have brought more than the control group. (The copy
# draws purchases anew, so neither number is exact.)
#
# Now suppose that we knew each member's true leaving rate and purchases. The next function ranks
# members in three ways, and treats the share `FIRST` at the top of each ranking. It adds up the true
# effects on these members, and takes off `CHEAP` for each.

# %% tags=["needs-truth"]
def gain_of_first(truth):
    rate = truth["leaving_rate"].clip(lower=0.001)  # never divide by 0
    a_month = MARGIN * truth["mean_spend"] * truth["purchase_rate"] * 52 / 12
    true = pd.DataFrame({"risk": rate, "value": a_month * months(rate)})
    true["effect"] = a_month * months((1 - CUT) * rate) - true["value"]
    count = int(FIRST * len(true))
    return {name: true.nlargest(count, name)["effect"].sum() - CHEAP * count for name in true}

# %% [markdown] tags=["needs-truth"]
# `purchase_rate` is per week, and a month has `52 / 12` weeks. `a_month` is the margin of a month, and
# `value` is what she brings in a year. We also make a second company, in which members leave more slowly
# and all buy about equally often.

# %% [markdown] tags=["needs-truth", "instructor"]
# Before the table: "Will risk be a bad ranking in every firm?" Most say yes by now. It is a good one
# where the riskiest leave slowly enough to be helped.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    second = crm.company.simulate(1, world=crm.company.World(churn_rate=0.05, rate_shape=100))
    lantern_members = db.truth[db.truth["customer_id"].isin(free)]
    second_members = second["truth"][second["customers"]["kind"] == "member"]
    gains = {"Lantern": gain_of_first(lantern_members), "second": gain_of_first(second_members)}
    display(pd.DataFrame(gains).round())

# %% [markdown] tags=["needs-truth"]
# At Lantern, the ranking by risk loses money. In the second company, the ranking by value does. Only
# the ranking by effect is best in both.

# %% [markdown]
# ## What do we do?
#
# The next cell shows the sum of dollars with the best net effect, and the size of the next test.

# %%
columns = ["retention_spend", "estimate", "low", "high"]
order = net.loc[net["estimate"].idxmax(), columns].rename({"estimate": "net effect"})
order["test in each group"] = plan.per_group
order.round(1)

# %% [markdown]
# First stop every sum whose `high` is below 0 in the table of net effects. Then look at the best sum:
#
# - If its `low` is above 0, spend it on all members.
# - If 0 lies between `low` and `high`, as at Lantern, nobody knows yet whether it pays. Then test it
#   against the cheaper action. Draw two groups by lot, each of the size `test in each group`. Compare
#   their margins less the costs, and give the better action to all others.
#
# Use a ranking only if its targeting curve beats treating at random. Decide anew if the costs change, or
# if a larger `DAYS` shows a larger effect.

# %% [markdown] tags=["instructor"]
# "The spending works. Why do we stop it?" An effect above 0 is not enough: it must be larger than its
# cost. Let them say what would change their mind.

# %% [markdown]
# ## With your own data
#
# Two tables in one folder are needed: purchases with their `margin`, and customers. For each customer,
# give the day of the lot (`joined`), the dollars a month (`retention_spend`, 0 for the control group)
# and a `segment`:
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
# - Treat the customers for whom the action changes most, if a trial can tell who they are.

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
