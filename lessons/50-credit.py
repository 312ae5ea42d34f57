# %% [markdown]
# # 50 Credit
#
# > "Our best customer took half the stock this year. We have not seen her money since spring. Do we
# > load the van again?"
#
# A shop that pays later has borrowed from us. Most shops pay, some pay late, and a few never pay. Who
# will not pay? We ask it for Lantern Coffee, a firm that we made up.
#
# **You can then** say what customers owe, what of it will not be paid, and which new customers should
# get credit.
#
# **You need** a little pandas: `groupby`, a boolean mask, `cumsum`.
#
# **Minutes**: 45

# %% [markdown] tags=["instructor"]
# Clock: opening 2, data 2, by hand 5, what is open 11, what is lost 8, points 12, decision 5.
#
# Ask: "Who gives credit here?" Most say banks. Ask next: "Who pays for goods 30 days after delivery?"
# All who deliver to them give credit. Write down one guess: of 100 dollars that are 60 days late, how
# many will come? If late, leave out the card with the year of birth.

# %% [markdown]
# ## The data
#
# The table `invoices` has one row for each delivery to a shop or an office: when it was billed, when
# it was `due`, and the amount. The table `payments` says what came in.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
UNTIL = None  # the day on which we ask; None = the day of the last invoice
OLD_DAYS = 180  # an invoice is old if it was due so many days ago
CALL_AFTER = 30  # days late after which we call
STOP_AFTER = 90  # days late after which we stop deliveries
COLUMNS = ["sector", "age_of_firm", "equity_ratio", "days_late", "limit_use"]
SCALE = {"points": 600, "odds": 50, "double": 20}
GAIN = 400  # dollars that a new account brings if it pays
LOSS = 2_000  # dollars that it costs if it fails
SMALLEST = 0.10  # change of a share that would matter

# %%
import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import alerts
from crmlab.check import check
from crmlab.intervals import wilson

db = crm.load(DATA, **OPTIONS)
db.require("50-credit")
invoices, payments = db["invoices"], db["payments"]
day = pd.Timestamp(UNTIL or invoices["date"].max())
invoices[["invoice_id", "customer_id", "date", "due", "amount"]].tail(3)

# %% [markdown]
# ## Three invoices by hand
#
# Ann's shop has three invoices. On 10 April she paid 130, and did not say for which. Today is 20
# April. What does she owe?

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which invoices did Ann pay?" Some say the third, because it is nearest to
# 130. Agree on a rule first: money without a name pays the oldest invoice first.

# %%
bills = pd.DataFrame({"invoice_id": ["A1", "A2", "A3"], "amount": [100.0, 60.0, 80.0]})
bills["due"] = pd.to_datetime(["2025-03-01", "2025-03-31", "2025-04-30"])
bills["before"] = bills["amount"].cumsum() - bills["amount"]
bills["open"] = bills["amount"] - (130 - bills["before"]).clip(0, bills["amount"])
bills["days_late"] = (pd.Timestamp("2025-04-20") - bills["due"]).dt.days
bills

# %% [markdown]
# The column `before` is what the older invoices need first. The 130 dollars pay the first invoice,
# and 30 dollars are left for the second. An **open invoice** is one that is not fully paid. Ann has
# two: one is 20 days late, and the other is not due for ten days, which is the -10.
#
# The function `open_items` does the same for all customers. It needs to know when each invoice was
# written, here 30 days before it was due.

# %%
ann = bills.assign(customer_id="Ann", date=bills["due"] - pd.Timedelta(days=30))
paid = pd.DataFrame({"customer_id": ["Ann"], "date": ["2025-04-10"], "amount": [130.0]})
by_hand = alerts.open_items(ann, paid, until="2025-04-20")
by_hand.table[["open", "days_late", "bucket"]]

# %% [markdown]
# Both agree. The last column names the group of days late, which is called a **bucket**.
#
# ## What is open today?
#
# Sorting open money into buckets is called **ageing**. Here are all customers of Lantern.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Which bar will be the highest, and which bar worries you most?" Most name
# the first bar for both. The last one holds money of customers who stopped long ago.

# %%
items = alerts.open_items(invoices, payments, until=day)
items.plot();

# %% [markdown]
# The green bar is not due yet. The orange bars are late, and the title gives their share. Late
# money is not yet lost money.
#
# **Exercise 50.1** Take `crm.load("lantern")`. How much money was more than 60 days late on 30 June
# 2025? Write one sentence about it to the manager.

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
in_june = alerts.open_items(lantern["invoices"], lantern["payments"], until="2025-06-30").table
answer = in_june.loc[in_june["days_late"] > 60, "open"].sum()
check("50.1", answer)

# %% [markdown]
# Many firms watch one number instead. The **days sales outstanding** are the open money divided by
# the sales on credit of a period, times the days of this period. They say how many days of sales are
# still unpaid.
#
# **Exercise 50.2** On 30 June 900 dollars are open. In the 90 days before, 2,700 dollars were sold
# on credit. How many are the days sales outstanding? Do it on paper.

# %% tags=["exercise"]
# solution
answer = alerts.days_sales_outstanding(900, 2_700, days=90)
check("50.2", answer)

# %% [markdown] tags=["needs-accounts"]
# Lantern has set a **credit limit** for most of its accounts: the most that the account may owe. The
# **exposure** is what we would lose if the account failed today. It is the open money, less what the
# customer has paid in advance. Goods that are delivered but not billed belong to it too, but we leave
# them out here.

# %% [markdown] tags=["instructor", "needs-accounts"]
# Ask before the next cell: "Is a customer over her limit a bad customer?" Many say yes. A customer
# who buys more than last year goes over an old limit too. Look for both kinds in the table.

# %% tags=["needs-accounts"]
limits = db["accounts"].set_index("customer_id")["credit_limit"]
use = alerts.exposure(items, limits)
use[["exposure", "limit", "use", "days_late", "alert"]].head(8).round(2)

# %% [markdown] tags=["needs-accounts"]
# The column `use` is the exposure divided by the limit. The alert is red from 1 on and amber from 0.8
# on. Some red accounts are not late at all: they buy more than we expected when we set the limit.
# Others are over the limit and late. To be over the limit is no reason to stop, but to be late as
# well is one.

# %% [markdown]
# ## What will never be paid?
#
# We follow old sales to their end. A firm sold for 100,000 dollars. When the money was due, 50,000
# were not paid. After 30, 60 and 90 days 23,000, 8,000 and 2,000 were still open, and these 2,000
# were never paid. So 2 of 100 dollars are lost of what is sold, and 2 of 8 of what gets 61 days late.
# Such a share is a **loss rate**.

# %%
steps = ["not due", "1-30 days", "31-60 days", "61-90 days", "over 90 days"]
hand = pd.DataFrame({"reached": [100_000, 50_000, 23_000, 8_000, 2_000]}, index=steps)
hand["loss_rate"] = 2_000 / hand["reached"]
hand["balance"] = [300_000, 140_000, 60_000, 23_000, 5_000]
hand["loss"] = hand["balance"] * hand["loss_rate"]
hand.round(3)

# %% [markdown]
# The column `balance` is what is open today. Each balance times its loss rate is the **expected
# loss** of the bucket. The first bucket has the smallest rate and the largest loss.

# %%
package = alerts.expected_loss(hand["balance"], hand["loss_rate"])
round(hand["loss"].sum()), round(package.total)

# %% [markdown]
# The package finds the same 27,567 dollars. Now the loss rates of our own invoices. `old_sales`
# follows each invoice that was due by a certain day. The left column uses invoices that were due at
# least `OLD_DAYS` days ago. The right column uses all that were due by today.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which of the two columns has the higher rates from 31 days on, and why?"
# Expect "the older one". Some money of last month will still come, and the right column already calls
# it lost.

# %%
old_day = day - pd.Timedelta(days=OLD_DAYS)
old = alerts.old_sales(invoices, payments, until=day, due_by=old_day)
too_early = alerts.old_sales(invoices, payments, until=day, due_by=day)
pd.DataFrame({"old": old["loss_rate"], "too_early": too_early["loss_rate"]}).round(3)

# %% [markdown]
# Compare the two columns from 31 days on. The right one counts money as lost although some of it is
# only late and will still be paid. So we take the left column. Its last rate says how much of the
# money that was more than 90 days late never came.

# %%
loss = old.expected_loss(items.by_bucket)
loss.round(0)

# %% [markdown]
# This is the expected loss of today's open money with its 95 % interval. For the interval,
# `expected_loss` drew the customers again and again by lot, and computed the loss each time. It does
# not know whether next year will be like the past.

# %% [markdown] tags=["needs-credit_pool"]
# ## A score for new accounts
#
# A new account has no invoices with us, but it has bought from others. Lantern and other roasters
# share what they know in the table `credit_pool`, since each alone has few accounts that failed. A
# **points score** adds up points for what is known of an account.
#
# Points stand for odds. The **odds** are the number of accounts that pay for each one that fails. On
# our scale, 600 points mean odds of 50 to 1, and every 20 points more double the odds.
#
# **Exercise 50.3** What are the odds at 560 points? Do it on paper.

# %% tags=["exercise", "needs-credit_pool"]
# solution
answer = 50 / 2 / 2
check("50.3", answer)

# %% [markdown] tags=["needs-credit_pool"]
# We make the score from the accounts of the first year, and keep the second year for the test.
# `score_card` cuts each column into classes and gives points to each class. A logistic regression
# decides how much each column counts: it finds the points that fit best to who failed.

# %% tags=["needs-credit_pool"]
pool = db["credit_pool"]
first_year = pool[pool["year"] == pool["year"].min()]
second_year = pool[pool["year"] == pool["year"].max()]
card = alerts.score_card(first_year, "failed", columns=COLUMNS, scale=SCALE)
card.table.loc["days_late", ["accounts", "failed", "points"]].sort_values("points")

# %% [markdown] tags=["needs-credit_pool"]
# These are the points for the delay of earlier payments. Read a row aloud: "Of so many accounts with
# this delay so many failed, so they get these points." An account gets points for each column.
#
# A score must pass two tests on accounts that it has not seen. First: does it put the failed
# accounts below the others? Take one account that failed and one that paid. The **AUC** is the share
# of such pairs in which the failed one has fewer points. A coin gives 0.5.
#
# Second: are the chances right? A score is **calibrated** if of the accounts with a chance of 10 %
# about 10 % fail.

# %% [markdown] tags=["instructor", "needs-credit_pool"]
# Ask before the figure: "Can a score rank well and still be wrong?" Expect a no. Let them double all
# chances: the order stays the same, and every chance is wrong.

# %% tags=["needs-credit_pool"]
scored = second_year.join(card.score(second_year))
test = alerts.score_test(scored["chance"], scored["failed"])
test.plot();

# %% [markdown] tags=["needs-credit_pool"]
# Each dot is a fifth of the accounts, with the 95 % interval of the share that failed. On the line
# the chance is right. The title counts the intervals that reach the line.
#
# The pool also holds the owner's year of birth. Would it help?

# %% tags=["needs-credit_pool"]
with_age = [*COLUMNS, "owner_birth_year"]
wider = alerts.score_card(first_year, "failed", columns=with_age, scale=SCALE)
wider_test = alerts.score_test(wider.score(second_year)["chance"], second_year["failed"])
pd.DataFrame({"without": test.auc, "with_birth_year": wider_test.auc}).round(3)

# %% [markdown] tags=["needs-credit_pool"]
# The rows are the AUC and its 95 % interval. Both intervals lie above 0.5, so the score is better
# than a coin, but it is far from 1. The year of birth changes hardly anything. Even if it helped, it
# would not belong here: it is personal, and the owner cannot change it. In many countries the law
# does not allow a firm to treat people by age.
#
# Who gets credit? An account that pays brings `GAIN`, and one that fails costs `LOSS`. Both even out
# where the odds are `LOSS / GAIN`. We turn these odds into points.

# %% tags=["needs-credit_pool"]
factor, offset = alerts.points_scale(**SCALE)
cut_off = offset + factor * np.log(LOSS / GAIN)
round(cut_off), round(GAIN / (GAIN + LOSS), 3)

# %% [markdown] tags=["needs-credit_pool"]
# The first number is this **cut-off** in points. The second is the same as a share: we gain as long as
# fewer accounts than this fail. What would the cut-off have done in the second year?

# %% tags=["needs-credit_pool"]
scored["accept"] = scored["points"] >= cut_off
result = scored.groupby("accept")["failed"].agg(accounts="size", failed="sum")
result["profit"] = GAIN * (result["accounts"] - result["failed"]) - LOSS * result["failed"]
result["low"], result["high"] = wilson(result["failed"], result["accounts"])
result.round(3)

# %% [markdown] tags=["needs-credit_pool"]
# The row `True` has the accounts that we would have accepted, and the row `False` those that we would
# have refused. The column `profit` is what each group would have brought. The last two columns are the
# 95 % interval of the share that failed. Where it holds the share from the cell above, the data do not
# yet say whether this group gains or loses. And most of the refused accounts would have paid.

# %% [markdown] tags=["needs-truth_pool"]
# How good could a score be at best? Lantern is simulated, so we can open the table of truth. It holds
# the true chance of each account.

# %% tags=["needs-truth_pool"]
known = second_year.merge(db["truth_pool"], on="account_id")
alerts.score_test(known["chance_to_fail"], known["failed"]).auc.round(3)

# %% [markdown] tags=["needs-truth_pool"]
# Even the true chances are far from an AUC of 1, because to fail is partly bad luck.

# %% [markdown]
# ## The decision
#
# Back to the customers whom we have. For each one we add up the expected loss of all buckets.

# %%
today = items.ageing[["total"]].rename(columns={"total": "open"}).rename_axis(columns=None)
today["expected_loss"] = items.ageing[items.buckets].mul(old["loss_rate"]).sum(axis=1)
today["days_late"] = items.table.groupby("customer_id")["days_late"].max()
billed = invoices[invoices["date"] <= day]
today["last_invoice"] = billed.groupby("customer_id")["date"].max()
today.head(3).round({"expected_loss": 0})

# %% [markdown]
# `mul` multiplies the money in each bucket by the rate of this bucket, and `sum(axis=1)` adds up each
# row. Who is later than `CALL_AFTER` days is called, and who is later than `STOP_AFTER` days gets no
# more goods. The next cell prints nothing.

# %%
today["order"] = "deliver"
today.loc[today["days_late"] > CALL_AFTER, "order"] = "call"
today.loc[today["days_late"] > STOP_AFTER, "order"] = "stop"

# %% [markdown] tags=["needs-accounts"]
# A late account that is also red or amber is stopped as well. Again nothing is printed.

# %% tags=["needs-accounts"]
near_limit = use["alert"].isin(["red", "amber"]).reindex(today.index)
today.loc[near_limit & (today["days_late"] > CALL_AFTER), "order"] = "stop"

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which of these customers would you call yourself?" Expect the largest
# sum. Ask who still orders: a stop can only help there. The others are for the lawyer.

# %%
listed = today[today["order"] != "deliver"].sort_values("expected_loss", ascending=False)
listed.round({"expected_loss": 0})

# %%
orders = today["order"].value_counts().reindex(["stop", "call"], fill_value=0)
low, high = loss["low"], loss["high"]
said = f"stop {orders['stop']}, call {orders['call']}; expected loss {loss['estimate']:,.0f}"
f"{day:%d %B %Y}: {said} ({low:,.0f} to {high:,.0f}) of {today['open'].sum():,.0f} dollars"

# %% [markdown] tags=["needs-truth_accounts"]
# Was this right? A second table of truth says who failed.

# %% tags=["needs-truth_accounts"]
truth = db["truth_accounts"].set_index("customer_id")
today.join(truth["failed"]).groupby("order")["failed"].agg(accounts="size", failed="sum")

# %% [markdown] tags=["needs-truth_accounts"]
# All accounts that failed and still owe us money are in the row `stop`. The others in this row have
# not failed, at least not yet, and a stop could lose them. Now look at `last_invoice` in the list:
# most of the accounts at its top ordered last many months ago. The list finds the lost money well, but
# it finds it late.

# %% [markdown]
# What would change the order? An account that pays this week leaves the list, so run the lesson again
# each week. If a new kind of customer buys, the old loss rates say little. And does a call help at
# all? For this, make a trial: of the invoices that become late, draw half by lot for a call on the
# first day. Compare the shares that are still open 30 days later.

# %%
from crmlab.evidence import trial_size

still_open = old["reached"]["31-60 days"] / old["reached"]["1-30 days"]
trial_size(SMALLEST, sd=np.sqrt(still_open * (1 - still_open)))

# %% [markdown]
# With so many late invoices in each half, 80 of 100 such trials would show a change as large as
# `SMALLEST`, if it is there.
#
# ## With your own data
#
# Save `invoices.csv` and `payments.csv` in one folder, with the columns that we used, for two years
# if you can. The limits stand in `accounts.csv`. Without limits or a pool, those parts are left out.
#
# ```python
# DATA = "my_folder"
# UNTIL = pd.Timestamp("2025-11-30")
# ```

# %% [markdown]
# ## Take away
#
# - Fix a day, match payments with invoices, and sort what is open by how late it is.
# - Take loss rates from sales that are old enough to have come to their end.
# - A score must rank accounts and also give the right chances, on accounts it has not seen.
# - A full limit alone is a reason to ask. With late payment it is a reason to stop.

# %% [markdown]
# ## Terms
#
# <!-- terms: open invoice; bucket; ageing; days sales outstanding; credit limit; exposure; loss rate; expected loss; points score; odds; AUC; calibrated; cut-off -->

# %% [markdown]
# ## References
#
# The example of 27,567 dollars follows IFRScommunity; the rule behind it is IFRS 9. The scale of
# points is the one in Siddiqi's book.
#
# - IASB (2014). *IFRS 9 Financial Instruments*, paragraph B5.5.35.
# - IFRScommunity.com. Impairment of financial assets, example of a provision matrix.
# - Siddiqi, N. (2006). *Credit Risk Scorecards*. Wiley.
