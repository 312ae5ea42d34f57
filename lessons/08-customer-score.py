# %% [markdown]
# # 08 Customer score
#
# > "Fifty seats at the tasting. Whom do we look after first, and can we defend the list?"
#
# Whoever is left out will ask why. A good list survives three questions: what counts, how much, and
# what if you are wrong?
#
# **You can then** place customers by profit now and profit to come; build one score from five
# factors; defend its weights; say who stays on the list when they are off.
#
# **You need** the idea of lesson 07's forecast, and a little pandas.
#
# **Minutes**: 55

# %% [markdown] tags=["instructor"]
# Ask each for one customer they would invite, and why. Sort the reasons on the board: money now,
# money later, pays, stays, could grow. All five factors are usually there in three minutes.
#
# 55 minutes: data 3, four by hand 9, Lantern's matrix 9, five factors 12, weights 10, good and
# loyal 7, truth and decision 5. If late, cut the fighters, then exercise 8.3.

# %% [markdown]
# ## The data
#
# Contracts and accounts need other forecasts, and somebody looks after them already. So the list
# is for those who come and go. Where no margin is recorded, we assume 40 % of the amount.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}

# %%
import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import scoring
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("08-customer-score")
bought = db.transactions.assign(margin=lambda log: log.get("margin", 0.4 * log["amount"]))
everyone = db.tables.get("customers", bought.drop_duplicates("customer_id"))
people = everyone.set_index("customer_id").reindex(columns=["kind", "segment"])
apart = people.index[people["kind"].isin(["subscriber", "wholesale"])]
members = bought[~bought["customer_id"].isin(apart)]

# %% [markdown]
# ## Four customers by hand
#
# Profit now is last year's margin; profit to come is a forecast. High begins at 50. Which word,
# high or low, for each number? Then a policy for each customer.
#
# | | profit now | profit to come |
# |---|---|---|
# | Ann | 90 | 200 |
# | Bo | 80 | 20 |
# | Cy | 10 | 150 |
# | Di, won yesterday | 60 | unknown |

# %%
import warnings

import pandas as pd

hand = pd.DataFrame({"current": [90, 80, 10, 60], "future": [200, 20, 150, None]})
hand.index = ["Ann", "Bo", "Cy", "Di"]
words = (hand >= 50).replace({True: "high", False: "low"}).astype(str)
with warnings.catch_warnings(action="ignore"):
    placed = scoring.value_matrix(hand, cut=50)
cells = placed.customers["cell"].astype(str)
assert (words["current"] + "_" + words["future"] == cells)[["Ann", "Bo", "Cy"]].all()
words.assign(cell=cells, policy=cells.map(placed.table["action"]))

# %% [markdown]
# Plain pandas called Di's future low. The helper leaves her **unclassified**: unknown is not 0.
#
# Cells are named by what they are: now first, later second. Metal names mislead. One school calls
# high-now-low-later platinum and high-high gold; another ranks platinum above gold, iron and lead.
# Say "platinum" and half the room protects the wrong customer.
#
# "Serve at low cost" is not "serve badly". Those you want to keep may be watching.

# %% [markdown] tags=["instructor"]
# Vote before the cell: who gets the visit, Ann or Bo? Most say Bo, "she is about to leave". Ask
# what a visit would change. High now, low later can mean a customer who is leaving, or one whose
# need is over: renew the first, harvest the second. If asked who is watching: customers who see
# others dropped react too (Haenlein and Kaplan 2010, in lesson 09).

# %% [markdown]
# **Exercise 8.1** Next quarter the numbers move. Nobody shall flicker over a few cents, hence a
# **hysteresis band**: within 5 of the cut, a customer keeps her side. Who changes cell?
#
# | | cell so far | profit now | profit to come |
# |---|---|---|---|
# | Ann | high_high | 47 | 180 |
# | Bo | high_low | 44 | 20 |
# | Cy | low_high | 54 | 150 |
# | Ed | low_low | 56 | 40 |

# %% tags=["exercise"]
# solution
moved = pd.DataFrame({"current": [47, 44, 54, 56], "future": [180, 20, 150, 40]})
moved.index = ["Ann", "Bo", "Cy", "Ed"]
so_far = pd.Series(["high_high", "high_low", "low_high", "low_low"], index=moved.index)
next_quarter = scoring.value_matrix(moved, cut=50, band=5, previous=so_far).customers["cell"]
answer = set(moved.index[next_quarter.astype(str) != so_far])
check("8.1", answer)

# %% [markdown]
# ## Profit now, profit to come
#
# For every customer: twelve months' margin, and lesson 07's forecast (Pareto/NBD) for three years,
# discounted at 12 % a year.

# %%
def measure(day):
    past = members[members["date"] <= day]
    recent = past[past["date"] > day - pd.DateOffset(years=1)]
    buyers = rb.summarise(past, until=day, refunds="net")
    model, spend = rb.ParetoNBD.fit(buyers), rb.GammaGamma.fit(buyers)
    rate = past["margin"].sum() / past["amount"].sum()
    value = rb.lifetime_value(model, spend, buyers, margin=rate, annual_rate=0.12, years=3)
    margin = recent.groupby("customer_id")["margin"].sum().reindex(buyers.index, fill_value=0)
    alive = model.p_alive(buyers)["estimate"]
    return buyers.table.assign(current=margin, future=value["estimate"], alive=alive)


# %% [markdown]
# Where does high begin? At **break-even** whoever bought is high. At the **median** half are, by
# definition. A **target** says more: here the average customer of six months ago, with a band of a
# quarter of it. Guess first: what share of the customers is high in both?

# %%
earlier, now = measure(db.until - pd.DateOffset(months=6)), measure(db.until)
cut = earlier[["current", "future"]].mean()
before = scoring.value_matrix(earlier, cut=cut)
matrix = scoring.value_matrix(now, cut=cut, band=cut / 4, previous=before)
matrix.plot();

# %% [markdown]
# Compare each cell's share of heads with its shares of profit. A cell that brings much now and
# little later looks fine in every report about last year. Forecasts have intervals (lesson 07):
# near the cut, either side may be true.

# %%
scoring.cell_moves(before, matrix)

# %% [markdown]
# Read along the rows. Those who left `high_high` deserve a call while they still know you.

# %% [markdown]
# ## Five factors, one score
#
# Two profits leave out three things: does she pay (**credit**), does she stay (**loyalty**), could
# she buy more (**growth**)? Scale each factor from 0 to 1, weigh, add. By min-max, the worst of the
# four gets 0, the best 1. The weights are **given**, by the board. Who is first?

# %%
names = ["current", "future", "credit", "loyalty", "growth"]
rows = [[120, 60, 0.9, 0.7, 0.2], [40, 150, 0.6, 0.8, 0.9]]
rows += [[80, 90, 0.8, 0.5, 0.5], [10, 15, 0.3, 0.2, 0.1]]
four = pd.DataFrame(rows, columns=names, index=["A", "B", "C", "D"])
given = pd.Series([0.30, 0.25, 0.15, 0.15, 0.15], index=names)
from_zero = (four - four.min()) / (four.max() - four.min())
helped = scoring.composite_score(four, given, scale="min_max")
assert (helped["score"] - from_zero @ given).abs().max() < 1e-12
helped.table.round(3)

# %% [markdown]
# **Exercise 8.2** A fifth customer arrives: 80 now, 600 to come, credit 0.7, loyalty 0.6, growth
# 0.4. Nothing about A or B has changed. What is B's score now?

# %% tags=["exercise"]
# solution
five = pd.concat([four, pd.DataFrame([[80, 600, 0.7, 0.6, 0.4]], columns=names, index=["E"])])
answer = scoring.composite_score(five, given, scale="min_max")["score"]["B"]
check("8.2", answer)

# %% [markdown]
# B falls behind A because a stranger came: **rank reversal**. You cannot explain that to B. So set
# **goalposts**: worst and best fixed beforehand, whoever comes.

# %% [markdown] tags=["instructor"]
# Before the exercise: "Can a newcomer change who is better, A or B?" Expect "no". Afterwards ask for
# a league where this happens. Percentiles and TOPSIS, below, suffer from it too.

# %% [markdown]
# ## What our tables allow
#
# | factor | what we take | what it is not |
# |---|---|---|
# | current | twelve months' margin | profit after contacts |
# | future | forecast, three years | certain |
# | credit | share of money not refunded | paying on time: no table has it, and a refund may be our fault |
# | loyalty | years from first to last purchase | share of wallet, or feeling |
# | growth | room up to the segment's top tenth, times the chance she is still ours | what she spends elsewhere: nobody asked her |
#
# Money counts in doublings: from 10 to 20 is about as far as from 100 to 200. A loss counts as 0.

# %%
import numpy as np

segment = people["segment"].reindex(now.index).astype(object).fillna("all")
paid = members.assign(asked=members["amount"].clip(lower=0)).groupby("customer_id")
kept = paid["amount"].sum() / paid["asked"].sum()
factors = np.log1p(now[["current", "future"]].clip(lower=0))
factors["credit"] = kept.reindex(now.index).clip(lower=0).fillna(1)
factors["loyalty"] = now["recency"] / 52.18
best = now.groupby(segment)["current"].transform("quantile", 0.9)
factors["growth"] = (1 - now["current"] / best).clip(0, 1).fillna(0) * now["alive"]
goalposts = {"current": np.log1p([0, 2_000]), "future": np.log1p([0, 5_000])}
goalposts |= {"credit": (0, 1), "loyalty": (0, 2), "growth": (0, 1)}

# %%
scores = scoring.composite_score(factors, given, scale=goalposts)
scores.plot();

# %% [markdown] tags=["instructor"]
# "Where is growth?" At Lantern nowhere: those who buy most have no room left. Every point of weight
# on growth takes seats from them. Is that what the board wants?

# %% [markdown]
# Each bar says why its customer is there. Which factor decides nothing among them?
#
# The fifty-first will ask why. Set her beside the median of the list: bars to the left of the tick
# cost the seat.

# %%
scaled = scores.scaled
top = scores["score"].nlargest(51).index
scoring.factor_profile(scaled.loc[top], top[-1]).plot();

# %% [markdown]
# ## Where do weights come from?
#
# Given; or **judged in pairs** (AHP): is current worth as much as future, three times as much as
# credit? Five factors make ten questions. The **consistency ratio** compares their contradictions
# with those of random answers; 0.10 is the usual limit. Always name the table of random answers:
# ours is Saaty's of 1980. Or **entropy**, which asks nobody.

# %%
from itertools import combinations

judgements = [1, 3, 2, 3, 4, 2, 2, 1 / 2, 1 / 2, 1]
judged = scoring.ahp_weights(dict(zip(combinations(names, 2), judgements, strict=True)))
print(f"consistency ratio {judged.consistency_ratio:.3f} ({judged.random_index})")
spread = scoring.entropy_weights(scaled)
pd.DataFrame({"given": given, "AHP": judged.weights, "entropy": spread}).round(2)

# %% [markdown]
# Entropy weights measure **dispersion, not importance**. A factor that everybody has in full gets
# nothing, as air would.

# %% [markdown] tags=["instructor"]
# Let the room answer three of the ten questions by hands and put their numbers in. Two camps appear.
# The ratio measures whether one person contradicts herself, not whether the camps agree.

# %% [markdown]
# **Exercise 8.3** Mei judges: a over b 1/3, a over c 5, b over c 7. What is her consistency ratio by
# Saaty's later table, `random_index="saaty-later"`?

# %% tags=["exercise"]
# solution
mei = {("a", "b"): 1 / 3, ("a", "c"): 5, ("b", "c"): 7}
answer = scoring.ahp_weights(mei, random_index="saaty-later").consistency_ratio
check("8.3", answer)

# %% [markdown]
# ## Must a score be a sum?
#
# In a sum, a strong factor buys back a weak one. TOPSIS ranks by closeness to the best and
# distance from the worst, both in squares: extremes weigh more. A published example: four fighter
# planes, the same weights. Which wins?

# %%
fighters = {"speed": [2.0, 2.5, 1.8, 2.2], "range": [1500, 2700, 2000, 1800]}
fighters |= {"load": [20000, 18000, 21000, 20000], "price": [5.5, 6.5, 4.5, 5.0]}
fighters |= {"reliability": [5, 3, 7, 5], "agility": [9, 5, 7, 5]}
planes = pd.DataFrame(fighters, index=["A1", "A2", "A3", "A4"])
wanted = pd.Series([0.2, 0.1, 0.1, 0.1, 0.2, 0.3], index=planes.columns)
low = ["price"]
total = scoring.composite_score(planes, wanted, scale="share_of_best", lower_is_better=low)
close = scoring.topsis(planes, wanted, lower_is_better=low)
pd.DataFrame({"sum": total["score"], "TOPSIS": close["closeness"]}).round(3)

# %% [markdown]
# A3 by the sum, A1 by TOPSIS. Choose the rule before you see the winner.

# %% [markdown]
# ## What if the weights are off?
#
# Draw ten thousand sets of weights, every mix equally likely. Count who comes first, second, third.
# Predict: will anybody be first in half of them?

# %%
scoring.rank_acceptability(scaled).plot();

# %% [markdown]
# Whoever is first under most weightings survives a quarrel about them. Whoever is first under a
# few, and nowhere else in the row, owes the place to one factor. Which?

# %% [markdown]
# ## Good is not big
#
# A **good customer** buys willingly, is profitable and pays, needs little service, carries little
# risk: four merits. A big one may bring five risks: unpaid bills, squeezed prices, swamping wishes,
# switching, making it themselves.
#
# **Exercise 8.4** Ratings from 1 to 10. Put each between 0 and 1 and take the mean of the merits less
# the mean of the risks. Scores of Giant and Steady?
#
# | | four merits | five risks |
# |---|---|---|
# | Giant | 10, 6, 3, 5 | 7, 9, 8, 6, 5 |
# | Steady | 7, 8, 9, 8 | 2, 3, 2, 4, 1 |

# %% tags=["exercise"]
# solution
ratings = [[10, 6, 3, 5, 7, 9, 8, 6, 5], [7, 8, 9, 8, 2, 3, 2, 4, 1]]
accounts = pd.DataFrame(ratings, columns=[*scoring.MERITS, *scoring.RISKS])
answer = scoring.good_customer(accounts, scale=(1, 10))["score"].tolist()
check("8.4", answer)

# %% [markdown]
# ## Is loyal profitable?
#
# "Loyal customers cost less, pay more, recommend us." Reinartz and Kumar found neither lower costs
# nor higher prices; loyalty and profit correlated at .20 to .45 in four firms. Ours? Take those
# who came over a year ago and bought within 52 weeks; then within 13.

# %%
loyal = now.assign(segment=segment).rename(columns={"recency": "loyalty", "current": "profit"})
blocks = {w: loyal.query("T > 52.18 and profit > 0 and T - loyalty < @w") for w in (52, 13)}
pd.concat({w: scoring.loyalty_and_profit(blocks[w], by="segment").table for w in blocks}).round(2)

# %% [markdown]
# At Lantern nothing is left in the second block. Who drifted away in spring has fewer years
# **and** less profit: the last purchase is in both numbers. Differing segments can do the same.

# %% [markdown] tags=["instructor"]
# Stop after the first block: "So loyalty pays?" Expect yes, "as in the four firms". Then ask when a
# customer who left in May made her last purchase, and what she spent since. If time is left: does
# staying make customers profitable, or do we keep the profitable ones? A correlation cannot tell.

# %% [markdown]
# ## The truth, opened
#
# What share of next year's sales do the fifty seats hold, by each rule? The last row knew the future.

# %%
rules = {"given": scores["score"], "AHP": scaled @ judged.weights, "entropy": scaled @ spread}
rules |= {"equal": scaled.mean(axis=1), "TOPSIS": scoring.topsis(scaled, given)["closeness"]}
rules |= {"forecast alone": now["future"], "last year alone": now["current"]}
if "truth" in db.tables:
    ahead = db.truth.set_index("customer_id")["spend_next_12_months"].reindex(now.index)
    rules["perfect"] = ahead
seats = pd.DataFrame(rules).rank(ascending=False, method="first") <= 50
shared = seats[seats["given"]].sum().to_frame("of our fifty")
if "truth" in db.tables:
    shared["share of next year"] = seats.mul(ahead, axis=0).sum() / ahead.sum()
shared.round(2)

# %% [markdown]
# At Lantern either profit alone finds more sales than the score. A composite is a **policy**, not a
# forecast: it says what we wish to honour. Growth cannot be judged this way: nobody tried to win it.

# %% [markdown]
# ## Whom do we look after first?

# %%
safe = seats.index[seats[["given", "AHP", "equal", "TOPSIS"]].all(axis=1)]
print(f"{len(safe)} of {seats['given'].sum()} keep their seat in all four lists:", *safe)

# %% [markdown]
# Entropy is left out: it never asked what matters. Invite these today, argue about the rest. Where
# AHP keeps almost the whole list and equal weights half, only large quarrels matter: settle what
# growth may weigh against profit before the letters go out. Credit is a stand-in: ask the
# bookkeeper for dates of payment.

# %% [markdown]
# ## With your own data
#
# Purchases of a year or more will do; `margin`, `kind` and `segment` help. Set the goalposts first. If
# you are warned that two factors correlate, merge them or halve their weights.
#
# ```python
# DATA = "my_sales.csv"
# OPTIONS = {"columns": {"buyer": "customer_id", "when": "date", "total": "amount"}}
# ```

# %% [markdown]
# ## Take away
#
# - Unknown is unclassified, never 0.
# - Fix goalposts, cuts and weights before you see the names.
# - A score is a policy; test the list, not the formula.
# - Good is not big. Loyal need not mean profitable.

# %% [markdown]
# ## Terms
#
# <!-- terms: current x future matrix; current contribution; future contribution; hysteresis band; composite value; goalposts; rank reversal; pairwise comparison (AHP); consistency ratio; random index; entropy weight; additive weighting; TOPSIS; rank acceptability; good customer; loyalty; growth potential -->

# %% [markdown]
# ## References
#
# - Hwang, C.-L. and Yoon, K. (1981). *Multiple Attribute Decision Making*. Springer.
# - Reinartz, W. and Kumar, V. (2002). The mismanagement of customer loyalty. *Harvard Business
#   Review* 80(7), 86-94.
