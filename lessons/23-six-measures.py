# %% [markdown]
# # 23 Six measures
#
# > "In December complaints fell by more than half. Our customers are happy again."
#
# A survey asks people how they feel. They also answer in other ways: they praise us to friends, come
# back, spend more, complain, or keep silent and leave. This lesson counts these answers. Each count
# needs a denominator, an interval, and the question who is missing from it.
#
# **You can then** measure satisfaction in six ways, each with its denominator and interval; tell a
# quiet month from a better one; weigh a survey back to all customers, and say what that cannot
# repair.
#
# **You need** a little pandas: `groupby`, `merge`, a boolean mask. From lesson 22 we use one idea: a
# **confidence interval** is a range made so that it holds the true value in 95 of 100 such surveys.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 3, by hand 10, six measures 9, goalposts 4, complaints 9, colleagues 5, who is silent 6, truth 2, decision 2.
#
# Ask for three stories that explain the fall in December, and write them on the board: somebody
# mended something, luck, people no longer bother to tell us. Add "reported in January" if nobody
# says it. Tick them off as you go. If you are late, cut price sensitivity, then exercise 23.3.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. We use its survey of two Novembers, its purchases and
# its complaints. The worst and the best value of each measure, below, come from Lantern's board.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
BRAND = "Lantern"  # as people write it when they name a brand
WITHIN = 90  # days in which a new customer should come back
GOALPOSTS = {  # worst and best value of each measure
    "reputation": (0.3, 0.9),
    "named_purchase": (0.1, 0.7),
    "repeat_rate": (0.3, 0.9),
    "spend": (50, 250),
    "complaint_rate": (40, 0),
    "price_sensitivity": (3, 0.5),
}
SILENT = 90  # days without a purchase after which we call a customer silent
MARGIN = 0.25  # points of satisfaction, to each side, to which we want to know the silent

# %%
import pandas as pd

import crmlab as crm
from crmlab import satisfaction as sat
from crmlab.check import check
from crmlab.evidence import trial_size

db = crm.load(DATA, **OPTIONS)
db.require("23-six-measures")
survey = db.survey
latest = survey[survey["wave"] == survey["wave"].max()]
survey.groupby("wave")[["satisfaction", "had_problem", "attitude", "first_named"]].count()

# %% [markdown]
# Each row counts the answers to four questions in one wave. The last two were also asked of people
# who are not customers, so the counts differ. A rate from this survey must say of whom it is a rate.

# %% [markdown] tags=["instructor"]
# Before the next output: "Four customers, two came back. What is the repeat rate?" Expect "a half".
# Ask whether Chen has had the same chance as the others, and whether Dana came back in time.

# %% [markdown]
# ## Four customers by hand
#
# We watch four new customers until the end of 2025. How many of them come back within 90 days?

# %%
names = ["Ana", "Ana", "Ben", "Chen", "Dana", "Dana"]
days = ["2025-01-10", "2025-02-20", "2025-02-01", "2025-11-20", "2025-03-05", "2025-09-01"]
log = pd.DataFrame({"customer_id": names, "date": pd.to_datetime(days)})
log

# %% [markdown]
# For each of them we take the first and the last purchase. Then we count the days between the two,
# and the days from the first purchase to the end of the year.

# %%
four = log.groupby("customer_id")["date"].agg(["min", "max"])
four["came_back_after"] = (four["max"] - four["min"]).dt.days
four["watched"] = (pd.Timestamp("2025-12-31") - four["min"]).dt.days
four[["came_back_after", "watched"]]

# %% [markdown]
# Ana came back in time and Dana too late. For Ben and Chen a 0 means that they have not come back.
# But we watched Chen for less than 90 days, so she may still do it. Such a customer is **censored**:
# she was not watched long enough to know. She belongs neither above nor below the line. The
# **repeat rate** is the share of those who had the time and used it.

# %%
fair = four[four["watched"] >= 90]
by_hand = fair["came_back_after"].between(1, 90).mean()
by_hand

# %% [markdown]
# Of the three who had the time, one used it. The package counts the same way; the `assert` says that
# it agrees with us.

# %%
package = sat.repeat_rate(log, within=90, until="2025-12-31")
assert package["estimate"] == by_hand
package[["estimate", "low", "high", "denominator", "censored"]].round(2)

# %% [markdown]
# The denominator is three, and one customer is censored. The interval from `low` to `high` is wide,
# because three customers say little.
#
# **Exercise 23.1** CDNOW sold music CDs on the web. Load the shipped data of its customers, new in
# early 1997, and compute the share that came back within 90 days. Then write one sentence that says
# what the number is, of whom, and how sure it is.

# %% tags=["exercise"]
cdnow = crm.load("cdnow")
# solution
answer = sat.repeat_rate(cdnow, within=90)["estimate"]
check("23.1", answer)

# %% [markdown] tags=["instructor"]
# Cover the last column of the table below, and ask for each measure: "How could it get better while
# customers get worse?" Spend is the one that most people miss: the mean rises when small customers
# leave.

# %% [markdown]
# ## The six measures
#
# | measure | what is counted | of whom | better | mind |
# |---|---|---|---|---|
# | reputation | think well of us | who know us | higher | awareness is another question |
# | named purchase | name us first, unprompted | who name any brand | higher | one voice per person |
# | repeat rate | buy again in 90 days | new, watched so long | higher | the newest are censored |
# | spend | what one paid in a year | who bought in it | higher | rises if small customers leave |
# | complaint rate | complaints | 1,000 purchases | lower | silence |
# | price sensitivity | per cent sold less | per cent dearer | lower | needs prices that varied |
#
# We begin with the two that must be asked. **Reputation** is the share of those who know the brand
# who think well of it. The share of all people who know the brand is its **awareness**, which is
# another question, since nobody can think well of a name she has never heard. The **named purchase**
# is the share of those who name any brand of coffee, without a prompt, who name ours first.

# %%
measures = {"reputation": sat.reputation(latest), "named_purchase": sat.named_purchase(latest, BRAND)}
pd.DataFrame(measures).T[["estimate", "low", "high", "denominator"]].round(2)

# %% [markdown] tags=["needs-transactions"]
# The two denominators differ, because each question leaves out other people. Next come two measures
# that customers show by what they do: the repeat rate and the **spend**, the mean amount of those who
# bought in the last year. A refund is no purchase; it is taken off the spending of its day
# (`refunds="net"`).

# %% tags=["needs-transactions"]
purchases = db.transactions[db.transactions["amount"] >= 0]
last_year = db.transactions[db.transactions["date"] > db.until - pd.DateOffset(years=1)]
measures["repeat_rate"] = sat.repeat_rate(db, within=WITHIN, refunds="net")
measures["spend"] = sat.spend(last_year, refunds="net").table.loc["mean"]
pd.DataFrame(measures).T[["estimate", "low", "high", "denominator", "n", "censored"]].round(2)

# %% [markdown] tags=["needs-complaints"]
# For the spend, `n` counts the customers who bought in the year. The **complaint rate** is the number
# of complaints per 1,000 purchases. We do not divide by customers, because who buys more often has
# more occasions to complain.

# %% tags=["needs-complaints"]
measures["complaint_rate"] = sat.complaint_rate(db.complaints, db, refunds="net")
measures["complaint_rate"].round(1)

# %% [markdown] tags=["needs-customers"]
# The **price sensitivity** says by how many per cent sales fall where the price is one per cent higher.
# It needs prices that varied. Each quarter Lantern's cafes are a little dearer in one region and
# cheaper in another. We take the mean price and the number of purchases of members in each region and
# quarter, and compare them after the usual level of each region and quarter is taken off.

# %% tags=["needs-customers"]
if "price_index" in db.transactions:
    bought = purchases.merge(db.customers.query("kind == 'member'"), on="customer_id")
    bought["quarter"] = bought["date"].dt.to_period("Q").astype(str)
    by = ["region", "quarter"]
    shops = bought.groupby(by)["price_index"].agg(["mean", "count"]).reset_index()
    prices, sold = shops["mean"], shops["count"]
    measures["price_sensitivity"] = sat.price_sensitivity(prices, sold, categories=shops[by])
pd.DataFrame(measures).T[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-customers"]
# One per cent dearer goes with about one per cent less sold. But the interval reaches from nothing to
# twice as much: with few regions and small price steps this measure is hardly known.

# %% [markdown] tags=["instructor"]
# Before the figure: "Which of the six would you work on first?" Most will pick the lowest score. Ask
# who set its worst and best value, and what would happen if somebody else had set them.

# %% [markdown]
# ## One scale for all
#
# Shares, dollars and complaints cannot be added up. For each measure the board has fixed two
# **goalposts**: the worst value becomes 0 points and the best becomes 100. Twelve complaints between
# a worst of 40 and a best of 0 have gone 28 of the 40 steps, so they score 100 × 28 / 40 = 70.
#
# The goalposts must not move with the data. If they did, a shop in which nothing happened would get
# another score because others changed.

# %%
six = sat.six_measures(measures, goalposts=GOALPOSTS)
six.plot();

# %% [markdown]
# Each line is a measure with its interval, and the last is their mean. A low score is a place to look
# only if its goalposts are fair. An interval that runs off the figure goes past a goalpost. Where it
# covers half of the scale or more, improve the measure before you improve the business.

# %% [markdown] tags=["instructor", "needs-complaints"]
# Show the figure without its grey band if you can, and let them tell a story for three months.
# Stories come easily. Then ask which months need one.

# %% [markdown] tags=["needs-complaints"]
# ## Fewer complaints
#
# Now to the quiet December. A **control chart** shows a rate over time, with limits. They lie three
# standard deviations (3 sigma) to each side of the mean rate, so a process that does not change
# passes them in only about three of 1,000 months (Montgomery 2019). They are that wide on purpose,
# since we look at many months.

# %% tags=["needs-complaints"]
months = sat.complaint_chart(db.complaints, db, refunds="net")
months.plot();

# %% [markdown] tags=["needs-complaints"]
# At Lantern no month passes the limits, so none needs a story. December comes close to the lower one.
# But the last month is always special. Who met a problem at the end of December may complain in
# January, after our data ends: these complaints are censored, as Chen was. And a fall can be silence.
# The **voiced share** is the share of problems that somebody tells us. If it falls, complaints fall
# while problems do not.
#
# So we ask. The survey has the question "Did you have a problem in the past year?"

# %% tags=["needs-complaints"]
problems = sat.by_group(survey["had_problem"], survey["wave"], sat.proportion)
change = sat.difference(problems.iloc[0], problems.iloc[-1])
change.round(3)

# %% [markdown] tags=["needs-complaints"]
# At Lantern more customers report a problem than a year before, if only just beyond chance. Do not read
# too much into the rise: other people answered, and Lantern opened in January 2024, so in the first
# wave nobody had had a whole year in which to meet a problem. But nothing here says that customers
# meet fewer problems.

# %% [markdown]
# **Exercise 23.2** In a company 12 complaints per 1,000 purchases came in last year, and 9 this year.
# Last year one in three of those who met a problem complained, this year one in five. By how much did
# the **problems** per 1,000 purchases change?

# %% tags=["exercise"]
# solution
answer = 9 / (1 / 5) - 12 / (1 / 3)
check("23.2", answer)

# %% [markdown] tags=["instructor"]
# Ask: "Whose customer are you inside this company?" Collect three answers. Then ask how many
# colleagues could rate each department, and what an interval of so few answers is worth.

# %% [markdown]
# ## A colleague is a customer too
#
# The roaster supplies the cafes, and the accounts office pays the roaster. Whoever depends on the work
# of another department is its **internal customer**. A late delivery inside reaches the customer
# outside. So some companies ask each department to rate those who serve it, with the same care:
# fixed questions, a denominator, an interval. The groups are small, and a mean of few answers says
# little, even if they all agree.
#
# **Exercise 23.3** Colleagues rate three departments from 1 to 5. Of which can you say, at 95 %, that
# the mean lies above the middle of the scale, 3? Demand five answers at least. Answer with a list of
# names.

# %% tags=["exercise"]
served = {"roasting": [4, 5, 4, 4, 5, 4], "delivery": [5, 4, 2, 5, 3, 4], "accounts": [5, 5]}
# solution
enough = {name: ratings for name, ratings in served.items() if len(ratings) >= 5}
answer = [name for name, ratings in enough.items() if sat.mean(ratings)["low"] > 3]
check("23.3", answer)

# %% [markdown] tags=["instructor", "needs-transactions"]
# Ask before the table: "Which customers do not answer surveys?" Expect "the unhappy" and "those who
# left". Both are right, and only one of them can be seen in our tables.

# %% [markdown] tags=["needs-transactions"]
# ## Who did not answer?
#
# A survey knows only those who answered it, while the purchases know everybody. We call a customer
# silent if she has bought nothing for 90 days (`SILENT`). We find that out for all customers, and
# then keep those who answered the latest wave.

# %% tags=["needs-transactions"]
since = db.until - purchases.groupby("customer_id")["date"].max()
everyone = (since.dt.days > SILENT).rename("silent").reset_index()
asked = latest.merge(everyone, on="customer_id")
asked[["customer_id", "satisfaction", "silent"]].head(3)

# %% [markdown] tags=["needs-transactions"]
# Each answer now has its group. How large are the groups among all customers, and among the answers?

# %% tags=["needs-transactions"]
of_all = everyone["silent"].value_counts(normalize=True)
of_answers = asked["silent"].value_counts(normalize=True)
pd.DataFrame({"all customers": of_all, "those who answered": of_answers}).round(3)

# %% [markdown] tags=["needs-transactions"]
# The silent are a smaller part of the answers than of the customers. We can repair that with
# **survey weights**: each answer counts by the share of its group among all customers, divided by the
# share of its group among the answers.

# %% tags=["needs-transactions"]
of_each = of_all / of_answers
of_each.round(2)

# %% [markdown] tags=["needs-transactions"]
# A silent person counts more than once, the others less. The package makes the same weights, and
# `mean` takes them.

# %% tags=["needs-transactions"]
weight = sat.weight_to(asked[["silent"]], everyone)
assert (weight - asked["silent"].map(of_each)).abs().max() < 1e-9
plain = sat.mean(asked["satisfaction"])
weighted = sat.mean(asked["satisfaction"], weights=weight)
found = pd.DataFrame({"as answered": plain, "weighted": weighted}).T
found[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-transactions"]
# At Lantern the weights lower the mean a little. They repair what the groups show. But if the happier
# ones answer more readily within each group, no weight for the groups can know it.

# %% [markdown] tags=["instructor", "needs-truth"]
# Let everybody write down a guess: has the weighting repaired all, half, or less? Then open the truth.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# We simulated Lantern, so we can look up the true satisfaction of everyone, whether she answered or
# not. It is that of the end of 2025, or of the day she left.

# %% tags=["needs-truth"]
known = everyone.merge(db.truth, on="customer_id")
known["answered"] = known["customer_id"].isin(asked["customer_id"])
known.pivot_table("true_satisfaction", "silent", "answered", margins=True).round(2)

# %% [markdown] tags=["needs-truth"]
# Read each row from left to right: among the silent and among the others alike, those who answered
# were happier. The weights move the answers only from row to row. So the weighted interval still lies
# above the true mean of all customers, at the lower right. The repair is partial, and that is the
# honest lesson. Nothing in the answers could have warned us. Only people who had not answered could.

# %% [markdown] tags=["instructor"]
# Return to the four stories on the board and ask which are still possible. Then: "What would you put
# on the first slide instead of the green number?"

# %% [markdown]
# ## What to decide

# %% [markdown] tags=["needs-complaints"]
# Do not celebrate December: it lies within the limits, it is not complete, and customers did not
# report fewer problems. How many purchases must we watch before and after a change, to see whether
# complaints fell by a quarter?

# %% tags=["needs-complaints"]
rate = measures["complaint_rate"]["estimate"] / 1000
enough_purchases = trial_size(rate / 4, sd=(rate * (1 - rate)) ** 0.5)
f"{enough_purchases:,} purchases in each period; last month had {months['purchases'].iloc[-1]:,.0f}"

# %% [markdown] tags=["needs-complaints"]
# One month can show only a change that is much larger than a quarter. So judge complaints by the year,
# and ask in each survey: did you meet a problem, and did you tell us?

# %% [markdown]
# The survey itself needs a check from outside. Ring some customers who did not answer, drawn by lot.
# How many tell us their mean satisfaction, to the `MARGIN` on each side?

# %%
calls = sat.answers_needed(MARGIN, variance=latest["satisfaction"].var())
f"{calls} calls that are answered, to know the mean to {MARGIN} points on each side"

# %% [markdown]
# If they are as satisfied as those who answered, believe the survey. If not, report both numbers.

# %% [markdown]
# ## With your own data
#
# Put `survey.csv`, `transactions.csv` and `complaints.csv` into one folder and give its name as `DATA`.
# The survey needs the columns used above; `sat.to_numbers` turns labels into numbers. Write your
# `BRAND`, and fix your `GOALPOSTS` before you look at the results. Parts whose table you do not have
# are left out by `python course.py run`.

# %% [markdown]
# ## Take away
#
# - A rate says of whom it is a rate, and how long each had the chance.
# - Fewer complaints can mean fewer problems, luck, reports still to come, or silence.
# - Fix goalposts before you look, and show the interval of each measure.
# - Weights repair what the groups show, and nothing else.

# %% [markdown]
# ## Terms
#
# <!-- terms: censored; repeat rate; reputation; awareness; named purchase; spend; complaint rate; price sensitivity; goalposts; control chart; voiced share; internal customer; survey weights -->

# %% [markdown]
# ## References
#
# - Montgomery, D. C. (2019). *Introduction to Statistical Quality Control*, 8th edition. Wiley.
