# %% [markdown]
# # 23 Six measures
#
# > "In December complaints fell by more than half. Our customers are happy again."
#
# A survey asks people how they feel. They also answer in other ways: they praise us to friends,
# come back, spend more, complain, or keep silent and leave. This lesson measures these answers. For
# each measure we ask: what is its denominator, how wide is its interval, and who is missing?
#
# **You can then** measure satisfaction in six ways, each with its denominator and interval; see
# whether a month with few complaints is more than chance; correct a survey for the groups that
# answered less often, and say what that cannot repair.
#
# **You need** a little pandas: `groupby`, `merge`, a boolean mask. From lesson 22 we use one idea:
# a **confidence interval** is a range around an estimate, made so that about 95 of 100 such ranges
# hold the true value.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 11, six measures 9, goalposts 3, complaints 7, colleagues 1, who is silent 6, truth 3, decision 4.
#
# Ask for three stories that explain the fall in December, and write them on the board: somebody
# mended something, luck, people no longer bother to tell us. Add "reported in January" if nobody
# says it. Tick them off as you go. If you are late, cut price sensitivity, then the colleagues.

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
from crmlab import pricing
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
# who are not customers, so the counts differ. Whoever reports a rate from this survey must
# therefore say which people it counts.

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
# But we watched Chen for less than 90 days, so she may still do it. Such a customer is
# **censored**: she was not watched long enough to know. We leave her out. The **repeat rate** is the
# share of customers who came back in time, among those who were watched long enough.
#
# The package counts the same way, as the `assert` checks.

# %%
fair = four[four["watched"] >= 90]
by_hand = fair["came_back_after"].between(1, 90).mean()
package = sat.repeat_rate(log, within=90, until="2025-12-31")
assert package["estimate"] == by_hand
package[["estimate", "low", "high", "denominator", "censored"]].round(2)

# %% [markdown]
# Of the three who were watched long enough, one came back in time. The interval from `low` to
# `high` is wide, because three customers say little.
#
# **Exercise 23.1** CDNOW sold music CDs on the web. Load the shipped data of its customers, new in
# early 1997, and compute the share that came back within 90 days. This share is the `answer`. Then
# write one sentence that says what the number is, which people it counts, and how sure it is.

# %% tags=["exercise"]
cdnow = crm.load("cdnow")
# solution
answer = sat.repeat_rate(cdnow, within=90)["estimate"]
check("23.1", answer)

# %% [markdown] tags=["instructor"]
# After each measure ask: "How could it get better while customers get worse?" Spend is the one
# that most people miss: the mean rises when small customers leave. The table at the end of the
# section has an answer for each.

# %% [markdown]
# ## The six measures
#
# Two of the six measures come from questions in the survey, two from purchases, one from
# complaints, and one from prices.
#
# We begin with the questions. The share of all people who know the brand is its **awareness**. The
# **reputation** looks only at those who know it: which share of them thinks well of it? For the
# **named purchase** we ask which coffee people buy, and show them no list. It is the share who name
# ours first, among those who name any brand.

# %%
measures = {"reputation": sat.reputation(latest), "named_purchase": sat.named_purchase(latest, BRAND)}
pd.DataFrame(measures).T[["estimate", "low", "high", "denominator"]].round(2)

# %% [markdown] tags=["needs-transactions"]
# The two denominators differ, because each question leaves out other people. Next come two measures
# from purchases: the repeat rate and the **spend**, which is the mean amount of those who bought in
# the last year. With `refunds="net"` a refund is not counted as a purchase, but subtracted from the
# amount of its day.

# %% tags=["needs-transactions"]
purchases = db.transactions[db.transactions["amount"] >= 0]
last_year = db.transactions[db.transactions["date"] > db.until - pd.DateOffset(years=1)]
measures["repeat_rate"] = sat.repeat_rate(db, within=WITHIN, refunds="net")
measures["spend"] = sat.spend(last_year, refunds="net").table.loc["mean"]
pd.DataFrame(measures).T[["estimate", "low", "high", "denominator", "n", "censored"]].round(2)

# %% [markdown] tags=["needs-complaints"]
# For the spend, `n` counts the customers who bought in the year. The **complaint rate** is the number
# of complaints per 1,000 purchases. We do not divide by customers, because a customer who buys more
# often has more occasions to complain.

# %% tags=["needs-complaints"]
measures["complaint_rate"] = sat.complaint_rate(db.complaints, db, refunds="net")
measures["complaint_rate"].round(1)

# %% [markdown] tags=["needs-customers"]
# The **price sensitivity** says by how many per cent sales fall where the price is one per cent
# higher. In some quarters a region is a little dearer, and in others a little cheaper. So we make
# one row for each region and quarter, with its mean price and its number of purchases by members.
# First purchases are left out, because newcomers do not yet know our prices.
#
# Some regions always sell more, and some quarters too. This has nothing to do with the price. The
# argument `fixed` names region and quarter, so that the package takes these differences out.

# %% tags=["needs-customers"]
if "price_index" in db.transactions:
    bought = purchases.merge(db.customers, on="customer_id")
    bought = bought.query("kind == 'member' and date > joined")
    by = ["region", bought["date"].dt.to_period("Q").astype(str).rename("quarter")]
    shops = bought.groupby(by)["price_index"].agg(price="mean", quantity="size").reset_index()
    slope = pricing.elasticity(shops, fixed=["region", "quarter"])
    measures["price_sensitivity"] = slope.table.loc["elasticity"]
pd.DataFrame(measures).T[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-customers"]
# At Lantern one per cent dearer goes with about one per cent less sold. But the interval reaches
# from no effect at all to more than 2 per cent, so we hardly know this measure.

# %% [markdown]
# Each measure can mislead:
#
# | measure | better | how it can mislead |
# |---|---|---|
# | reputation | higher | people who do not know us are left out |
# | named purchase | higher | people who name no brand are left out |
# | repeat rate | higher | the newest customers are censored |
# | spend | higher | the mean rises if small customers leave |
# | complaint rate | lower | unhappy customers may keep silent |
# | price sensitivity | lower | it is hardly known if prices vary little |

# %% [markdown] tags=["instructor"]
# Before the figure: "Which of the six would you work on first?" Most will pick the lowest score. Ask
# who set its worst and best value, and what would happen if somebody else had set them.

# %% [markdown]
# ## One scale for all
#
# Shares, dollars and complaints cannot be added up. For each measure the board has fixed two
# **goalposts**: the worst value becomes 0 points and the best becomes 100. A rate of 12 complaints
# per 1,000 purchases, between a worst of 40 and a best of 0, has gone 28 of the 40 steps, so it
# scores 100 × 28 / 40 = 70.
#
# The goalposts must not move with the data. If they did, a shop in which nothing happened would
# get another score because others changed.

# %%
six = sat.six_measures(measures, goalposts=GOALPOSTS)
six.plot();

# %% [markdown]
# Each line is a measure with its interval, and the last line is the mean of the scores. A low score
# tells us something only if its goalposts are fair. Where an interval covers half of the scale or
# more, measure better before you act on the score.

# %% [markdown] tags=["instructor", "needs-complaints"]
# Show the figure without its grey band if you can, and let them tell a story for three months.
# Stories come easily. Then ask which months need one.

# %% [markdown] tags=["needs-complaints"]
# ## Fewer complaints
#
# Now to December, in which few complained. A **control chart** shows a rate over time, with
# limits. They lie three standard deviations to each side of the mean rate. If nothing changes, only
# about three of 1,000 months lie outside the limits by chance (Montgomery 2019).

# %% tags=["needs-complaints"]
months = sat.complaint_chart(db.complaints, db, refunds="net")
months.plot();

# %% [markdown] tags=["needs-complaints"]
# At Lantern no month lies outside the limits, so chance alone can explain each of them. December
# comes close to the lower limit. But customers who met a problem at the end of December may complain
# in January, after our data ends. These complaints are censored, as Chen was.
#
# Fewer complaints can also mean that customers keep silent. The **voiced share** is the share of
# problems that customers tell us: complaints divided by problems. If it falls, complaints fall and
# the problems stay. Complaints alone cannot show this. A survey can ask who had a problem.

# %% [markdown]
# **Exercise 23.2** In a company 12 complaints per 1,000 purchases came in last year, and 9 this
# year. Last year one in three of those who met a problem complained, this year one in five. By how
# many did the **problems** per 1,000 purchases change? Give this year's number minus last year's.

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
# Problems often begin inside the company. The roaster supplies the cafes; if the beans come late,
# the guests wait. A cafe that depends on the roaster's work is its **internal customer**. So some
# companies let each department rate those who serve it. Such a survey also needs a denominator and
# an interval, and with five or ten colleagues the interval is wide.

# %% [markdown] tags=["instructor", "needs-transactions"]
# Ask before the table: "Which customers do not answer surveys?" Expect "the unhappy" and "those who
# left". Both are right, and only one of them can be seen in our tables.

# %% [markdown] tags=["needs-transactions"]
# ## Who did not answer?
#
# A survey knows only those who answered it, while the purchases know everybody. We call a customer
# silent if she has bought nothing for 90 days (`SILENT`). We compute this for all customers. Then
# `merge` adds it to the answers of the latest wave.

# %% tags=["needs-transactions"]
since = db.until - purchases.groupby("customer_id")["date"].max()
everyone = (since.dt.days > SILENT).rename("silent").reset_index()
asked = latest.merge(everyone, on="customer_id")
asked[["customer_id", "satisfaction", "silent"]].head(3)

# %% [markdown] tags=["needs-transactions"]
# Each answer now has its group. How large are the groups among all customers, and among the
# answers? If the shares differ, we can repair that with **survey weights**. The weight of an
# answer is the share of its group among all customers, divided by the share of its group among the
# answers.

# %% tags=["needs-transactions"]
of_all = everyone["silent"].value_counts(normalize=True)
of_answers = asked["silent"].value_counts(normalize=True)
of_each = of_all / of_answers
pd.DataFrame({"of all": of_all, "of answers": of_answers, "weight": of_each}).round(2)

# %% [markdown] tags=["needs-transactions"]
# The silent are a smaller part of the answers than of the customers, so a silent person counts
# more than once, and the others count less. The package makes the same weights, and `sat.mean`
# takes them.

# %% tags=["needs-transactions"]
weight = sat.weight_to(asked[["silent"]], everyone)
assert (weight - asked["silent"].map(of_each)).abs().max() < 1e-9
plain = sat.mean(asked["satisfaction"])
weighted = sat.mean(asked["satisfaction"], weights=weight)
found = pd.DataFrame({"as answered": plain, "weighted": weighted}).T
found[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-transactions"]
# At Lantern the weights lower the mean a little. They correct the sizes of the two groups. But
# within each group the happier customers may answer more often, and no weight corrects that.

# %% [markdown] tags=["instructor", "needs-truth"]
# Let everybody write down a guess: has the weighting repaired all, half, or less? Then open the truth.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# We simulated Lantern, so we can look up the true satisfaction of everyone, whether she answered
# or not. It is that of the end of 2025, or of the day she left.

# %% tags=["needs-truth"]
known = everyone.merge(db.truth, on="customer_id")
known["answered"] = known["customer_id"].isin(asked["customer_id"])
known.pivot_table("true_satisfaction", "silent", "answered", margins=True).round(2)

# %% [markdown] tags=["needs-truth"]
# Compare the columns `False` and `True` in each row: in both groups those who answered were happier.
# The true mean of all customers stands at the lower right. Our weighted interval lies above it. So
# the weights correct only a part of the error, and nothing in the answers could have told us.

# %% [markdown] tags=["instructor"]
# Return to the four stories on the board and ask which are still possible. Then: "What would you put
# on the first slide instead of the green number?"

# %% [markdown]
# ## What to decide

# %% [markdown] tags=["needs-complaints"]
# Do not celebrate December. It lies within the limits, its complaints are not complete, and we do
# not know the voiced share. How many purchases must we watch before and after a change, to see
# whether complaints fell by a quarter? `trial_size` answers, for a fall that should be found in four
# cases out of five. It needs the standard deviation `sd`. For a yes or no, such as complaint or no
# complaint, it is $\sqrt{p(1-p)}$, where $p$ is the share of yes.

# %% tags=["needs-complaints"]
rate = measures["complaint_rate"]["estimate"] / 1000
enough_purchases = trial_size(rate / 4, sd=(rate * (1 - rate)) ** 0.5)
f"{enough_purchases:,} purchases in each period; last month had {months['purchases'].iloc[-1]:,.0f}"

# %% [markdown] tags=["needs-complaints"]
# At Lantern one month has far too few purchases. So judge complaints by the year, and ask in each
# survey: did you have a problem, and did you tell us?

# %% [markdown]
# The survey needs a check too. Choose at random some customers who did not answer, and call them.
# How many must we reach, to know their mean satisfaction to `MARGIN` points on each side?

# %%
calls = sat.answers_needed(MARGIN, variance=latest["satisfaction"].var())
f"{calls} calls that are answered, to know the mean to {MARGIN} points on each side"

# %% [markdown]
# If their interval lies below the mean of those who answered, report both numbers.

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
# - Say of each rate which people it counts, and how long they were watched.
# - Fewer complaints can mean fewer problems, luck, reports still to come, or silence.
# - Fix goalposts before you look, and show the interval of each measure.
# - Weights repair the sizes of the groups, and nothing else.

# %% [markdown]
# ## Terms
#
# <!-- terms: censored; repeat rate; reputation; awareness; named purchase; spend; complaint rate; price sensitivity; goalposts; control chart; voiced share; internal customer; survey weights -->

# %% [markdown]
# ## References
#
# - Montgomery, D. C. (2019). *Introduction to Statistical Quality Control*, 8th edition. Wiley.
