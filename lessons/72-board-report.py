# %% [markdown]
# # 72 Board report
#
# > "We have ten minutes at the board meeting, and one sheet of paper. What do we say about our
# > customers?"
#
# The board sees only the sheet. So each number on it must be clear without us, and each must say how
# sure we are.
#
# **You can then** write a number so that nobody has to ask what it means; say by how much models
# disagree; write a decision together with what would change it; make the whole page with one command.
#
# **You need** a little pandas: `groupby` and a boolean mask, and two ideas of other lessons. A
# top share is the part of all sales that the largest customers bring (lesson 42). A model is a rule
# that makes a forecast from past purchases (lesson 33).
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 3, number 14, models 12, decision 13, truth 2, own data 2.
#
# If you are late, cut the exercise on CDNOW, then the question of the offer.
#
# Ask: "Tell me one number about your customers." Write three on the board, exactly as they are said.
# Then ask of each: "When? Out of how many? How sure?" Leave them there until the end.

# %% [markdown]
# ## The data
#
# Lantern Coffee is a roaster that we made up. It has records of sales, a survey, complaints, and the
# costs of visits and calls.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
CURRENCY = "$"  # the sign that is written before amounts
MARGIN = None  # share of sales left after the cost of the goods, where data have no column margin
EFFECTS = (0.05, 0.10, 0.20)  # differences that a trial should be able to show

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import evidence
from crmlab.check import check

db = crm.load(DATA, **OPTIONS)
db.require("72-board-report")
report = evidence.board_report(db, margin=MARGIN, currency=CURRENCY)
report.part("customers")

# %% [markdown]
# A **board report** is one page about all customers that is understood without any other paper.
# `board_report` has made it, and `report` holds it. `report.part("customers")` shows its first part.
# The numbers in brackets are a range, which the next section explains.
#
# To leave "without a word" means to stay away and tell us nothing. Customers with a contract or an
# account do not leave like that, so the last sentence is not about them.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "How many customers does Lantern have?" They have just read two numbers.
# Let two people defend one each. Both are right, and that is the point.

# %% [markdown]
# ## A number that stands alone
#
# How many customers are there? Let us count twice: over the whole record, and over its last year.

# %%
log = db.transactions
bought = log[log["amount"] > 0]
recent = bought[bought["date"] > db.until - pd.DateOffset(years=1)]
counts = [bought["customer_id"].nunique(), recent["customer_id"].nunique()]
pd.Series(counts, index=["whole record", "last year"])

# %% [markdown]
# Both numbers are called "customers", and both are right. They differ because they have two
# **windows**: the window is the time over which we count. A board that hears first one number and then
# the other may believe that customers were lost.
#
# A number needs three more things. It needs a **unit**: customers, dollars, a share. It needs a
# **base**, which is the group that the number describes. For a share, the base is the number by
# which we divide. And if the number is an estimate, it needs an **interval**: a range from `low` to
# `high` that probably holds the true number.
#
# As an example, we compute the top share of the largest fifth in the latest window. The page calls it
# `now`, and `spans` has its first and last day.

# %%
begin, end = report.windows.spans["now"]
spent = log[log["date"].between(begin, end)].groupby("customer_id")["amount"].sum()
spent = spent[spent > 0]
fifth = int(np.ceil(len(spent) / 5))
pd.Series({"base": len(spent), "share": spent.nlargest(fifth).sum() / spent.sum()}).round(3)

# %% [markdown]
# `base` is the number of customers who spent more than 0 in the window. Refunds are taken off, so it
# may be smaller than the number of buyers above. `share` is the top share.
#
# Now we compare with the page. `numbers` gives the rows of one part.

# %%
found = report.numbers("concentration")
found[["estimate", "low", "high", "denominator", "basis"]].head(3).round(3)

# %% [markdown]
# The row `top.share` has our share, and our base as its `denominator`. It adds a 95 % interval: with
# other customers of the same kind, the share would most likely lie in this range.
#
# The last column says how each number is known. `top.customers` is the number of customers in the
# largest fifth. It is a **counted number**: we looked and counted, so it has no interval. An
# **estimated number** says something about people or times that we have not seen, so it needs an
# interval. A share is often meant for all customers of this kind, and not only for those in the
# record. Then it is an estimate. `rest.share` is 1 minus the top share, so it follows from an estimate.

# %% [markdown] tags=["instructor"]
# Let them do 72.1 alone, then vote. Many accept C: "61 % is clear." Ask: "61 % of whom? Of those who
# joined, of those who bought, of all we ever had?" Each gives another number.

# %% [markdown]
# **Exercise 72.1** Four sentences from board papers. Which of them have a unit, a window, a base and an
# interval? Answer with a set of letters, such as `{"A", "B"}`.
#
# - A: Our customers spend 40 dollars.
# - B: In 2025 the 200 members who bought spent 40 dollars each on average (38 to 42).
# - C: In 2025, 61 % came back.
# - D: Of the 500 customers who joined in 2024, 61 % bought again in 2025 (57 % to 65 %).

# %% tags=["exercise"]
# solution
answer = {"B", "D"}
check("72.1", answer)

# %% [markdown]
# What has changed? The page compares the window `now` with the one before, which has the same length.
# The window before is the **comparison window**.

# %%
report.part("change")

# %% [markdown]
# Both sales are counted, so at Lantern they have certainly grown. The range says what the difference
# might be with other customers of the same kind. If a range held 0, it might be chance alone.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Five customers bought last year. How many will buy this year?" Take two
# answers and ask for the rule behind each. You will get the two rules of the cell.

# %% [markdown]
# ## Models differ, and by how much
#
# What are today's customers worth in the next year? Nobody has seen that year, so we need a rule.
# Here are five customers: how many purchases each made last year, and how many months ago the last one
# was. Rule A says: all go on as before. Rule B says: a customer who was away for six months or more
# is gone.

# %%
five = pd.DataFrame({"purchases": [12, 6, 4, 2, 1], "months_ago": [1, 2, 7, 3, 11]})
rule_a = five["purchases"].sum()
rule_b = five.loc[five["months_ago"] < 6, "purchases"].sum()
pd.Series({"rule A": rule_a, "rule B": rule_b, "A above B": rule_a / rule_b - 1})

# %% [markdown]
# The same data give two answers, and A is a quarter above B. More customers would not change this,
# because the rules treat a long silence differently. This is **model disagreement**: the
# difference between answers that rest on the same data but on different rules.
#
# The page uses three models with different rules. The figure shows what contribution each expects of
# today's customers in the next year. Contribution is what is left of sales after the costs of the
# purchases.

# %%
report.plot();

# %% [markdown]
# Each dot is the answer of one model; the names are those of the literature. The line through the dot
# is the model's 95 % interval. It is right only if the model is right (Chatfield 1995). So no single
# line shows how far apart the models are. The title of the figure says this, and the page prints the
# range as well as the disagreement.

# %%
report.part("worth")

# %% [markdown]
# What customers with a contract or an account brought is given in sales. What customers of this kind
# brought is contribution, like the forecast. At Lantern the models disagree little about the money. They
# disagree much more about how many will buy again: see the first part.
#
# The last lines are a **back-test**. The page goes back to the day on which two thirds of the record
# had passed. It makes a forecast from that day, and compares it with what came. At Lantern fewer
# purchases came than the range allows. So the next forecast may be too high as well.

# %% [markdown] tags=["instructor"]
# For 72.2, ask for the sentence aloud. Expect the number without the word "models". Insist on both:
# what was computed, and what it does not cover.

# %% [markdown]
# **Exercise 72.2** Make a report of `crm.load("cdnow")`, the record of a shop for music. Its `table` has
# the rows `worth.BGNBD`, `worth.MBGNBD` and `worth.ParetoNBD`. By what share is the highest `estimate`
# above the lowest? Then write one sentence for the board that uses this number.

# %% tags=["exercise"]
# solution
music = evidence.board_report(crm.load("cdnow")).table["estimate"]
models = music[["worth.BGNBD", "worth.MBGNBD", "worth.ParetoNBD"]]
answer = models.max() / models.min() - 1
check("72.2", answer)

# %% [markdown]
# ## A decision, and what would change it
#
# A board decides. For this, a number must be compared with a limit. Say that a call costs 3 dollars,
# and that a customer who comes back because of a call brings 20 dollars. Twenty calls cost 60 dollars,
# so three of the twenty customers must come back. That is 15 %.
#
# The 15 % are the **decision limit**. Above it we call, and below it we do not. If a trial says 18 %,
# with an interval from 12 % to 24 %, the limit lies inside the interval. So the decision could still
# change.

# %% [markdown] tags=["instructor"]
# Ask before 72.3: "The estimate is above the limit. Are we done?" Expect yes. Point at the low end.

# %% [markdown]
# **Exercise 72.3** A catalogue costs 2 dollars. A customer who buys because of it brings 25 dollars. In
# a trial, 11 more of 100 customers bought with the catalogue than without it (7 to 15). What is the
# decision limit, as a share? Say to yourself whether the decision could still change.

# %% tags=["exercise"]
# solution
answer = 2 / 25
check("72.3", answer)

# %% [markdown]
# Now read the decisions of the page. Each is followed by what would change it.
#
# At Lantern the third is about small and ordinary customers. The page sorts all customers by their
# profit in the window `now`, the largest first. Those who bring the first 80 % of it are key
# customers. Those who bring the next 15 % are ordinary, and those who bring the last 5 % are small.
# Their costs are those of the same window.

# %%
report.part("decisions")

# %% [markdown]
# The first decision is a plan. Below it stand two limits that we can watch in the next 13 weeks. At
# Lantern the page also asks for a reserve, because the back-test missed. The second decision would
# change if the low end of the top share rose above 80 %. In the third, the two ranges of the costs
# overlap at Lantern, so the difference may be chance.
#
# The next cell takes the numbers of the first decision from the page. If the page asks for no
# reserve, `get` puts the low end there instead.

# %%
page = report.table["estimate"]
low_end = page.get("plan.low", np.nan)
order = {"low end": low_end, "after the reserve": page.get("plan.left", low_end)}
pd.Series(order).round()

# %% [markdown]
# The record cannot decide every question. Would an offer bring back those who bought in the window
# before, but not now? Only a trial can tell: one half of them, drawn by lot, gets the offer. The row
# `gone.customers` of the page counts them. `trial_size` says how many customers each half needs. Its
# argument `sd` is the standard deviation, which says how much customers differ. For a yes or no it is
# at most 0.5.

# %%
half = page.get("gone.customers", 0) // 2
sizes = [evidence.trial_size(effect, sd=0.5) for effect in EFFECTS]
pd.DataFrame({"effect": EFFECTS, "needed": sizes, "we have": half})

# %% [markdown]
# `effect` is the difference in the share who come back: 0.05 means five more in a hundred. With as many
# as `needed`, a trial shows this effect with a chance of 80 %. `we have` is half of those who stayed
# away.
#
# **The order:**
#
# - Plan with the number `after the reserve`. If the page has no forecast, make no plan.
# - Change the plan if the purchases of the next 13 weeks leave the two limits.
# - Try the offer on one half, drawn by lot. The trial can show the effects whose `needed` is at most
#   `we have`. If you expect an effect smaller than these, do not begin.

# %% [markdown] tags=["needs-truth"]
# ## The truth, opened
#
# Lantern is made up, so we know what the customers of the forecast will spend. The row `worth.kept` of
# the page is the share of sales that is contribution. So we can compare with the order.

# %% [markdown] tags=["instructor", "needs-truth"]
# Ask: "Will the truth lie within the ranges of the models?" Most say yes. Then ask what the reserve
# was for.

# %% tags=["needs-truth"]
if "truth" in db.tables:
    ids = crm.repeat_buying.free_buyers(db)["customer_id"].unique()
    comes = db.truth.set_index("customer_id").loc[ids, "spend_next_12_months"].sum()
    display(pd.Series({"truth": comes * page["worth.kept"], **order}).round())

# %% [markdown] tags=["needs-truth"]
# At Lantern the truth lies below the low end of the forecast, and just above the number after the
# reserve. One year proves little. But without the back-test the page would have promised too much.

# %% [markdown]
# ## With your own data
#
# A file of sales is enough, and no Python is needed:
#
# ```
# python course.py report --data my_sales.csv --columns buyer=customer_id,when=date,total=amount
# ```
#
# The command writes one HTML page beside the data. It prints on one or two sheets, opens without the
# internet, and names no customer. What your data do not allow is left out, and the last part of the
# page says why. `--language zh` writes it in Chinese.

# %% [markdown]
# ## Take away
#
# - A number needs a unit, a window, a base, and an interval if it is estimated.
# - The interval of one model does not cover the disagreement of models. Print both, and a back-test.
# - Write each decision with the number that would change it.

# %% [markdown]
# ## Terms
#
# <!-- terms: board report; counted number; estimated number; comparison window; model disagreement; back-test; decision limit -->

# %% [markdown]
# ## References
#
# - Chatfield, C. (1995). Model uncertainty, data mining and statistical inference. *Journal of the
#   Royal Statistical Society, Series A* 158, 419-466.
