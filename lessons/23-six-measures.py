# %% [markdown]
# # 23 Six measures
#
# > "In December complaints fell by more than half. Our customers are happy again."
#
# A survey asks people how they feel. But customers also praise us, come back, spend more, complain, or
# leave without a word. This lesson measures satisfaction in six such ways. For each measure we ask:
# what is its denominator, how wide is its interval, and who is missing?
#
# **You can then** measure satisfaction in six ways, each with its denominator and interval; see
# whether a month with few complaints is more than chance; and correct a survey for the groups that
# answered less often.
#
# **You need** a little pandas: `groupby`, `merge`, a boolean mask. From lesson 22 we use one idea:
# a **confidence interval** is a range around an estimate, made so that about 95 of 100 such ranges
# hold the true value.
#
# **Minutes**: 49

# %% [markdown] tags=["instructor"]
# Clock: opening 4, by hand 10, six measures 11, goalposts 3, complaints 8, who is silent 6, truth 3, decision 4.
#
# Ask for three stories that explain the fall in December, and write them on the board: somebody
# mended something, luck, people no longer bother to tell us. Add "reported in January" if nobody
# says it. Tick them off as you go. If you are late, cut the price sensitivity.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a company that we made up. We use its survey of two Novembers, its purchases and
# its complaints. Lantern's managers have fixed the worst and the best value of each measure, below.

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
# Each row is one November: `wave` is 1 for the first and 2 for the second. Each column holds the number
# of answers to one question. The last two questions were also asked of people who are not customers, so
# these numbers differ. So say of each rate which people it counts.

# %% [markdown] tags=["instructor"]
# Before the next output: "Four customers, two came back. What is the repeat rate?" Expect "a half".
# Ask whether Chen has had the same chance as the others, and whether Dana came back in time.

# %% [markdown]
# ## Four customers by hand
#
# We watch four new customers until the end of 2025. How many of them come back within 90 days? For each
# customer we take the first and the last purchase. None of the four bought more than twice, so the last
# one is the second one. Then we count the days between the two, and the days from the first purchase to
# the end of the year.

# %%
names = ["Ana", "Ana", "Ben", "Chen", "Dana", "Dana"]
days = ["2025-01-10", "2025-02-20", "2025-02-01", "2025-11-20", "2025-03-05", "2025-09-01"]
log = pd.DataFrame({"customer_id": names, "date": pd.to_datetime(days)})
four = log.groupby("customer_id")["date"].agg(["min", "max"])
four["came_back_after"] = (four["max"] - four["min"]).dt.days
four["watched"] = (pd.Timestamp("2025-12-31") - four["min"]).dt.days
four

# %% [markdown]
# Ana came back in time and Dana came back too late. For Ben and Chen a 0 means that they have not come
# back. We watched Chen for less than 90 days, so she still has time. Such a customer is **censored**:
# she was not watched long enough to know. We leave her out.
#
# The **repeat rate** is the share of customers who came back in time, among those who were watched long
# enough. The next cell computes it by hand. The `assert` checks that the package finds the same number.

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
# **Exercise 23.1** CDNOW sold music CDs on the web. The exercise loads the data of its customers, new
# in early 1997. Compute the share that came back within 90 days. `sat.repeat_rate` takes `cdnow` in the
# place of our `log`, and then needs no `until`. The share is the `answer`. Then write one sentence that
# says what the number is, which people it counts, and how sure it is.

# %% tags=["exercise"]
cdnow = crm.load("cdnow")
# solution
answer = sat.repeat_rate(cdnow, within=90)["estimate"]
check("23.1", answer)

# %% [markdown] tags=["instructor"]
# After each measure ask: "How could it get better while customers get worse?" Spend is the one
# that most people miss: the mean rises when small customers leave.

# %% [markdown]
# ## The six measures
#
# We begin with two questions of the survey. The **reputation** is the share of people who think well of
# the brand, among those who know it. Their attitude is 4 or 5, on a scale from 1 to 5.
#
# The other question asks which coffee people buy, and shows them no list. The **named purchase** is the
# share of people who name our brand first, among those who name any brand.

# %%
measures = {"reputation": sat.reputation(latest), "named_purchase": sat.named_purchase(latest, BRAND)}
pd.DataFrame(measures).T[["estimate", "low", "high", "denominator"]].round(2)

# %% [markdown] tags=["needs-transactions"]
# The two denominators differ. People who do not know the brand have no attitude, and some people name no
# brand. Next come two measures from purchases. One is the repeat rate of all customers in the data.
# The other is the **spend**: the mean amount, in dollars, per customer who bought in the last year.
#
# `db.until` is the last day of the data. A refund is a row with a negative amount. With `refunds="net"` it
# does not count as a purchase, and its amount is subtracted.

# %% tags=["needs-transactions"]
last_year = db.transactions[db.transactions["date"] > db.until - pd.DateOffset(years=1)]
measures["repeat_rate"] = sat.repeat_rate(db, within=WITHIN, refunds="net")
measures["spend"] = sat.spend(last_year, refunds="net").table.loc["mean"]
both = pd.DataFrame(measures).T.loc[["repeat_rate", "spend"]]
both[["estimate", "low", "high", "denominator", "n", "censored"]].round(2)

# %% [markdown] tags=["needs-complaints"]
# For the spend, `n` counts the customers who bought in the year. `NaN` means that the number does not
# belong to this measure. The spend also rises if small customers leave, although nobody spends more.
#
# The **complaint rate** is the number of complaints per 1,000 purchases, here of all months in the data.
# We do not divide by customers, because those who buy more often have more occasions to complain.

# %% tags=["needs-complaints"]
measures["complaint_rate"] = sat.complaint_rate(db.complaints, db, refunds="net")
measures["complaint_rate"].round(1)

# %% [markdown] tags=["needs-customers"]
# Last comes the **price sensitivity**. If the price is one per cent higher, by how many per cent do sales
# fall? In some quarters of the year a region is a little dearer, and in others a little cheaper. So we
# make one row for each region and quarter, with its mean price and its number of purchases.
# `price_index` is the price level on the day of the purchase, and 1 is the usual price.
# `dt.to_period("Q")` names the quarter of each day.
#
# At Lantern the prices move only for members, one kind of customers. So `query`, which works as a mask,
# keeps the purchases of members. It leaves out their first purchase, because newcomers do not yet know
# our prices. Some regions always sell more, and some quarters too; `fixed` takes these differences out.
# The `if` skips all this where the data have no prices.

# %% tags=["needs-customers"]
if "price_index" in db.transactions:
    bought = db.transactions.merge(db.customers, on="customer_id")
    bought = bought.query("amount >= 0 and kind == 'member' and date > joined")
    bought["quarter"] = bought["date"].dt.to_period("Q").astype(str)
    shops = bought.groupby(["region", "quarter"])["price_index"].agg(price="mean", quantity="size")
    slope = pricing.elasticity(shops.reset_index(), fixed=["region", "quarter"])
    measures["price_sensitivity"] = slope.table.loc["elasticity"]
pd.DataFrame(measures).T[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-customers"]
# At Lantern sales are about one per cent lower where the price is one per cent higher. But the interval
# reaches from no effect at all to more than 2 per cent, so we hardly know this measure. It has no
# denominator, because it compares regions and quarters, not people.

# %% [markdown] tags=["instructor"]
# Before the figure: "Which of the six would you work on first?" Most will pick the lowest score. Ask
# who set its worst and best value, and what would happen if somebody else had set them.

# %% [markdown]
# ## One scale for all
#
# Shares, dollars and complaints cannot be added up. So each measure has two **goalposts**: the worst value
# becomes 0 points and the best value becomes 100. Take 12 complaints per 1,000 purchases, with a worst
# value of 40 and a best value of 0. From 40 down to 12 are 28 of 40 steps, so the score is
# 100 × 28 / 40 = 70. Whatever lies beyond a goalpost becomes 0 or 100.
#
# Fix the goalposts before you look at the data. `six_measures` computes the scores, and their mean.

# %%
six = sat.six_measures(measures, goalposts=GOALPOSTS)
six.plot();

# %% [markdown]
# Each line is a measure with its interval, and the last line, `index`, is the mean of the scores. A low
# score tells us something only if its goalposts are fair. At Lantern the interval of the price
# sensitivity covers more than half of the scale. So measure it better before you act on its score.

# %% [markdown] tags=["instructor", "needs-complaints"]
# Show the figure without its grey band if you can, and let them tell a story for three months.
# Stories come easily. Then ask which months need one.

# %% [markdown] tags=["needs-complaints"]
# ## Fewer complaints
#
# Even if nothing changes, the complaint rate of a month moves a little by chance.
# A **control chart** shows the rate over time, with the limits of chance. Here a standard deviation says
# how far the rate of a month typically moves by chance. The limits lie three such deviations above and
# below the mean rate. In a month with few purchases they lie wider apart. If nothing changes, only about three of
# 1,000 months lie outside (Montgomery 2019).

# %% tags=["needs-complaints"]
months = sat.complaint_chart(db.complaints, db, refunds="net")
months.plot();

# %% [markdown] tags=["needs-complaints"]
# The last two dots are November and December. At Lantern no month lies outside the limits, so chance
# alone can explain each of them. Also, customers who met a problem at the end of December may complain
# in January, after our data ends. These complaints are censored, as Chen was.
#
# Or customers may tell us less. The **voiced share** is the share of problems that customers tell us:
# complaints divided by problems. If this share falls, complaints fall and the problems stay. Complaints
# alone cannot show that. A survey can ask who had a problem.

# %% [markdown]
# **Exercise 23.2** A company had 12 complaints per 1,000 purchases last year, and 9 this year. Last year
# the voiced share was one third, and this year it is one fifth. By how many did the **problems** per
# 1,000 purchases change? Give this year's number minus last year's.

# %% tags=["exercise"]
# solution
answer = 9 / (1 / 5) - 12 / (1 / 3)
check("23.2", answer)

# %% [markdown] tags=["instructor", "needs-transactions"]
# Ask before the table: "Which customers do not answer surveys?" Expect "the unhappy" and "those who
# left". Both are right, and only one of them can be seen in our tables.

# %% [markdown]
# Complaints often begin inside the company. If the roaster's beans come late, the guests of a cafe
# wait. A cafe depends on the work of the roaster, so it is the roaster's **internal customer**. It
# can be asked the same questions.

# %% [markdown] tags=["needs-transactions"]
# ## Who did not answer?
#
# The survey holds only those who answered, but the table of purchases holds all customers. We call a
# customer silent if she has bought nothing for 90 days (`SILENT`). We compute this for all customers.
# Then `merge` adds it to the answers of the latest November.

# %% tags=["needs-transactions"]
purchases = db.transactions[db.transactions["amount"] >= 0]
since = db.until - purchases.groupby("customer_id")["date"].max()
everyone = (since.dt.days > SILENT).rename("silent").reset_index()
asked = latest.merge(everyone, on="customer_id")
asked[["customer_id", "satisfaction", "silent"]].head(3)

# %% [markdown] tags=["needs-transactions"]
# The next cell computes the share of each group, silent or not, among all
# customers and among the answers. If the shares differ, **survey weights** repair that. The weight of
# each answer in a group is `of all` divided by `of answers`.

# %% tags=["needs-transactions"]
of_all = everyone["silent"].value_counts(normalize=True)
of_answers = asked["silent"].value_counts(normalize=True)
of_each = of_all / of_answers
pd.DataFrame({"of all": of_all, "of answers": of_answers, "weight": of_each}).round(2)

# %% [markdown] tags=["needs-transactions"]
# The silent are a smaller part of the answers than of the customers. So the answer of a silent person
# counts more than once, and the answers of the others count less. `weight_to` makes the same weights,
# and `sat.mean` uses them.

# %% tags=["needs-transactions"]
weight = sat.weight_to(asked[["silent"]], everyone)
assert (weight - asked["silent"].map(of_each)).abs().max() < 1e-9
plain = sat.mean(asked["satisfaction"])
weighted = sat.mean(asked["satisfaction"], weights=weight)
found = pd.DataFrame({"as answered": plain, "weighted": weighted}).T
found[["estimate", "low", "high"]].round(2)

# %% [markdown] tags=["needs-transactions"]
# At Lantern the weights lower the mean a little. They correct the sizes of the two groups. But within
# each group the happier customers may answer more often, and our weights do not correct that.

# %% [markdown] tags=["instructor", "needs-truth"]
# Let everybody write down a guess: has the weighting repaired all, half, or less? Then open the truth.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# We simulated Lantern, so we can look up the true satisfaction of all customers, also of those who did
# not answer. It is measured at the end of 2025, or on the day when a customer left. `pivot_table`
# computes the mean of each group, and `margins=True` adds the means of both groups together.

# %% tags=["needs-truth"]
known = everyone.merge(db.truth, on="customer_id")
known["answered"] = known["customer_id"].isin(asked["customer_id"])
known.pivot_table("true_satisfaction", "silent", "answered", margins=True).round(2)

# %% [markdown] tags=["needs-truth"]
# The column `True` holds those who answered, and `False` the others. In
# both groups those who answered were happier. The true mean of all customers stands at the lower right. Our weighted
# interval lies above it, so the weights correct only a part of the error.

# %% [markdown] tags=["instructor"]
# Return to the four stories on the board and ask which are still possible. Then: "What would you put
# on the first slide instead of the green number?"

# %% [markdown]
# ## What to decide

# %% [markdown] tags=["needs-complaints"]
# Do not celebrate December. It lies within the limits, its complaints are not complete, and we do not
# know the voiced share.
#
# Suppose that we want to lower the complaint rate by a quarter. How many purchases must we watch before
# and after, to find such a fall in four cases of five? `trial_size` takes the fall and the standard
# deviation, `sd`. Let $p$ be the share of purchases with a complaint. Then `sd` is $\sqrt{p(1-p)}$.

# %% tags=["needs-complaints"]
rate = measures["complaint_rate"]["estimate"] / 1000
enough_purchases = trial_size(rate / 4, sd=(rate * (1 - rate)) ** 0.5)
month, year = months["purchases"].iloc[-1], months["purchases"].iloc[-12:].sum()
f"{enough_purchases:,} purchases in each period; last month {month:,}, last 12 months {year:,}"

# %% [markdown] tags=["needs-complaints"]
# At Lantern one month has far too few purchases, and 12 months have nearly enough. So do not compare
# months. Compare a whole year before the change with a whole year after it. And ask in each survey: did
# you have a problem, and did you tell us?

# %% [markdown]
# The survey needs a check too. Choose at random some customers who did not answer, and call them. If
# they are less satisfied than those who answered, report both means.

# %% [markdown]
# ## With your own data
#
# Put `survey.csv`, `transactions.csv` and `complaints.csv` into one folder and give its name as `DATA`.
# The survey needs the columns used above; `sat.to_numbers` turns answers in words into numbers. Write
# your `BRAND`, and fix your `GOALPOSTS` before you look at the results. Parts whose table you do not have
# are left out by `python course.py run`.

# %% [markdown]
# ## Take away
#
# - Say of each rate which people it counts, and how long they were watched.
# - Fewer complaints can mean fewer problems, chance, complaints still to come, or a lower voiced share.
# - Fix goalposts before you look, and show the interval of each measure.
# - Survey weights correct the sizes of the groups, and nothing else.

# %% [markdown]
# ## Terms
#
# <!-- terms: censored; repeat rate; reputation; named purchase; spend; complaint rate; price sensitivity; goalposts; control chart; voiced share; internal customer; survey weights -->

# %% [markdown]
# ## References
#
# - Montgomery, D. C. (2019). *Introduction to Statistical Quality Control*, 8th edition. Wiley.
