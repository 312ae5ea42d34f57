# %% [markdown]
# # 50 Credit
#
# > "Our best customer took half the stock this year. We have not seen her money since spring. Do we
# > load the van again?"
#
# A shop that pays later borrows from us. Most shops pay, some pay late, and a few never pay. Which
# ones will not pay? We ask this for Lantern Coffee, a firm that we made up. Its customers pay 30
# days after a delivery.
#
# **You can then** say what customers owe, what of it will not be paid, and which new customers
# should get credit.
#
# **You need** a little pandas: `groupby`, `map` and a boolean mask.
#
# **Minutes**: 50

# %% [markdown] tags=["instructor"]
# Clock: opening 1, data 3, by hand 3, what is open 10, what is lost 7, points 16, decision 10.
#
# Ask: "Who gives credit here?" Most say banks. Ask next: "Who pays for goods 30 days after
# delivery?" All who deliver to them give credit. Write down one guess: of 100 dollars that are 60
# days late, how many will come? If late, leave out the figure of the score.

# %% [markdown]
# ## The data
#
# The table `invoices` has one row for each delivery: the customer, the day of the invoice (`date`),
# the day on which it is `due`, and the amount. The table `payments` says what came in. `db.require`
# stops the lesson if one of them is missing.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
UNTIL = None  # the day on which we ask; None = the day of the last invoice
OLD_DAYS = 180  # an invoice is old if it was due so many days ago
CALL_AFTER = 30  # days late after which we call
STOP_AFTER = 90  # days late after which we stop deliveries
# What the score for new accounts may use:
COLUMNS = ["sector", "age_of_firm", "equity_ratio", "days_late", "limit_use"]
# 600 points mean odds of 50 to 1, and 20 points more double the odds:
SCALE = {"points": 600, "odds": 50, "double": 20}
GAIN = 400  # dollars that a new account brings if it pays
LOSS = 2_000  # dollars that it costs if it fails
SMALLEST = 0.15  # change of a share that a trial must not miss

# %%
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
# Ann's shop has three invoices:
#
# | invoice | amount | due |
# |---|---|---|
# | A1 | 100 | 1 March |
# | A2 | 60 | 31 March |
# | A3 | 80 | 30 April |
#
# On 10 April Ann paid 130 dollars, and did not say for which invoice. Today is 20 April. What does
# she owe?

# %% [markdown] tags=["instructor"]
# Ask before the next text: "Which invoices did Ann pay?" Some say the third, because it is nearest
# to 130. Agree on a rule first: money without a name pays the oldest invoice first.

# %% [markdown]
# Our rule: such money pays the oldest invoice first. So 100 dollars pay A1, and the other 30 pay a
# part of A2. An **open invoice** is one that is not fully paid. Ann has two of them. A2 lacks 30
# dollars and is 20 days late. A3 lacks 80 dollars and is due in ten days.
#
# The function `open_items` applies the same rule. It also needs the day of each invoice, here 30
# days before it was due.

# %%
ann = pd.DataFrame({"invoice_id": ["A1", "A2", "A3"], "amount": [100.0, 60.0, 80.0]})
ann["customer_id"] = "Ann"
ann["due"] = pd.to_datetime(["2025-03-01", "2025-03-31", "2025-04-30"])
ann["date"] = ann["due"] - pd.Timedelta(days=30)
paid = pd.DataFrame({"customer_id": ["Ann"], "date": ["2025-04-10"], "amount": [130.0]})
by_hand = alerts.open_items(ann, paid, until="2025-04-20")
by_hand.table[["open", "days_late", "bucket"]]

# %% [markdown]
# The function finds the same: -10 means due in ten days. The last column names a group of days
# late, which is called a **bucket**.
#
# ## What is open today?
#
# To sort open money into buckets is called **ageing**. Here are all customers of Lantern.

# %% [markdown] tags=["instructor"]
# Ask before the figure: "Which bar will be the highest, and which bar worries you most?" Most name
# the first bar for both. The last one holds money of customers who stopped long ago.

# %%
items = alerts.open_items(invoices, payments, until=day)
items.plot();

# %% [markdown]
# The green bar is money that is not due yet. The orange bars are late money, and the title gives
# their share.
#
# Many firms report one number instead, the **days sales outstanding**: the open money divided by
# the sales of a period, times the days of the period. With 450 open and 1,200 sold in 90 days it is
# 450 / 1,200 x 90, or about 34 days. This number does not say how much of the money is late. The
# ageing does.
#
# **Exercise 50.1** Take `crm.load("lantern")`. How much money was more than 60 days late on 30 June
# 2025? Write one sentence about it to the manager.

# %% tags=["exercise"]
# solution
lantern = crm.load("lantern")
in_june = alerts.open_items(lantern["invoices"], lantern["payments"], until="2025-06-30").table
answer = in_june.loc[in_june["days_late"] > 60, "open"].sum()
check("50.1", answer)

# %% [markdown] tags=["needs-accounts"]
# A customer who may pay later has an account. The **credit limit** is the most that an account may
# owe. Lantern has set one for most accounts. An account *fails* if it will never pay. The
# **exposure** is what we lose if it fails today. It is the open money, less what was paid in
# advance.

# %% [markdown] tags=["instructor", "needs-accounts"]
# Ask before the next cell: "Is a customer over her limit a bad customer?" Many say yes. A customer
# who buys more than last year goes over an old limit too. Look for both kinds in the table.

# %% tags=["needs-accounts"]
limits = db["accounts"].set_index("customer_id")["credit_limit"]
use = alerts.exposure(items, limits)
use[["exposure", "limit", "use", "days_late", "alert"]].head(8).round(2)

# %% [markdown] tags=["needs-accounts"]
# The column `use` is the exposure divided by the limit. The alert is red if the exposure reaches
# the limit, and amber if it reaches 80 % of it. Some red accounts are not late at all, and others
# are very late. With a full limit alone, we ask the customer why. If the payment is late, too, we
# stop deliveries.

# %% [markdown]
# ## What will never be paid?
#
# A firm sold coffee for 100,000 dollars on credit, and followed this money to its end:
#
# | when | still open | this money reaches the bucket |
# |---|---|---|
# | at the sale | 100,000 | not due |
# | after the due day | 50,000 | 1-30 days |
# | 30 days later | 23,000 | 31-60 days |
# | 60 days later | 8,000 | 61-90 days |
# | 90 days later | 2,000 | over 90 days |
#
# The last 2,000 dollars were never paid. A **loss rate** is the share of money that is never paid.
# Of all the money sold it is 2,000 / 100,000, or 2 %. Of the money still open after 60 days it is
# 2,000 / 8,000, or 25 %.
#
# In the cell, `reached` is the second column of the table, and `balance` is what is open today,
# from newer sales. Each balance times its loss rate is the **expected loss** of the bucket.

# %%
steps = ["not due", "1-30 days", "31-60 days", "61-90 days", "over 90 days"]
hand = pd.DataFrame({"reached": [100_000, 50_000, 23_000, 8_000, 2_000]}, index=steps)
hand["loss_rate"] = 2_000 / hand["reached"]
hand["balance"] = [300_000, 140_000, 60_000, 23_000, 5_000]
hand["loss"] = hand["balance"] * hand["loss_rate"]
package = alerts.expected_loss(hand["balance"], hand["loss_rate"])
assert abs(hand["loss"].sum() - package.total) < 0.01
hand.round(3)

# %% [markdown]
# The losses add up to 27,567 dollars. `assert` would stop the cell if the package found another
# sum. The first bucket has the smallest rate and the largest loss.
#
# Now the loss rates of our own invoices. `old_sales` computes them from invoices that were due at
# least `OLD_DAYS` days ago. What is still open of these counts as never paid. Newer invoices are
# left out, because they may still be paid.

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "What goes wrong if we also use last month's invoices?" Expect "nothing,
# more data are better". Some of that money will still come, and the rates would call it lost.

# %%
old_day = day - pd.Timedelta(days=OLD_DAYS)
old = alerts.old_sales(invoices, payments, until=day, due_by=old_day)
old.table.round(3)

# %% [markdown]
# The later the money is, the larger is the share that is never paid. We use these rates for today's
# open money. `by_bucket` holds the heights of the bars in the figure.

# %%
loss = old.expected_loss(items.by_bucket)
loss.round(0)

# %% [markdown]
# This is the expected loss of today's open money, in dollars, with its 95 % interval. For the
# interval, `expected_loss` drew customers at random again and again, and computed the loss each
# time. The interval holds only if customers go on to pay as they did.

# %% [markdown] tags=["needs-credit_pool"]
# ## A score for new accounts
#
# A new account has no invoices with us, but it has bought from others. Lantern and other roasters
# share what they know in the table `credit_pool`. Each row is an account, and `failed` is 1 if it
# failed. A **points score** adds up points for what is known of an account.
#
# Points stand for odds. The **odds** are the number of accounts that pay for each one that fails.
# On our scale, 600 points mean odds of 50 to 1, and every 20 points more double the odds.
#
# **Exercise 50.2** What are the odds at 560 points? Do it on paper.

# %% tags=["exercise", "needs-credit_pool"]
# solution
answer = 50 / 2 / 2
check("50.2", answer)

# %% [markdown] tags=["needs-credit_pool"]
# We make the score from the accounts of the first year, and keep the second year for the test.
# `score_card` cuts the numbers of each column into classes, and gives points to each class. The
# points come from a logistic regression, which is a standard method. Classes in which many accounts
# failed get few points. The cell shows the classes of one column.

# %% tags=["needs-credit_pool"]
pool = db["credit_pool"]
first_year = pool[pool["year"] == pool["year"].min()]
second_year = pool[pool["year"] == pool["year"].max()]
card = alerts.score_card(first_year, "failed", columns=COLUMNS, scale=SCALE)
card.table.loc["days_late", ["accounts", "failed", "points"]].sort_values("points").round()

# %% [markdown] tags=["needs-credit_pool"]
# These are the points for `days_late`: how late the account has paid others, in days on average.
# The class "up to 9" holds more than 6 and up to 9 days. An account gets points for each of the
# `COLUMNS`, and its score is the sum.
#
# A score must pass two tests on accounts that it has not seen. The first test is the ranking. Take
# one account that failed and one that paid. The failed one should have fewer points. The **AUC** is
# the share of such pairs for which this is so. With points drawn at random it would be about 0.5.
#
# In the cell, `score` gives each account its points and its chance to fail.

# %% tags=["needs-credit_pool"]
scored = second_year.join(card.score(second_year))
test = alerts.score_test(scored["chance"], scored["failed"])
test.auc.round(3)

# %% [markdown] tags=["needs-credit_pool"]
# The 95 % interval lies above 0.5, so the score is better than points at random. But the AUC is far
# from 1.
#
# The second test is the chance. Of the accounts with a chance of 10 %, about 10 % should fail. If
# this is so for every chance, the score is **calibrated**.

# %% [markdown] tags=["instructor", "needs-credit_pool"]
# Ask before the figure: "Can a score rank well and still be wrong?" Expect a no. Let them double
# all chances: the order stays the same, and every chance is wrong.

# %% tags=["needs-credit_pool"]
test.plot();

# %% [markdown] tags=["needs-credit_pool"]
# Each dot is a fifth of the accounts. Its place from left to right is the chance that the score
# gave them. Its height is the share that failed, with the 95 % interval. Where the line crosses an
# interval, the data do not contradict the score. The title counts these intervals.
#
# The pool also holds the year of birth of each owner. We leave it out: in many countries a firm
# must not judge people by their age.
#
# Who gets credit? An account that pays brings `GAIN`, and one that fails costs `LOSS`. If a share p
# of the accounts fails, an account brings `GAIN` x (1 - p) and costs `LOSS` x p, on average. The
# two are equal where p is `GAIN` / (`GAIN` + `LOSS`). This is our **cut-off**: an account with a
# larger chance to fail gets no credit. What would this rule have done in the second year? `agg`
# counts the accounts of each group, and adds up those that failed.

# %% tags=["needs-credit_pool"]
cut_off = GAIN / (GAIN + LOSS)
scored["accept"] = scored["chance"] < cut_off
result = scored.groupby("accept")["failed"].agg(accounts="size", failed="sum")
result["profit"] = GAIN * (result["accounts"] - result["failed"]) - LOSS * result["failed"]
result["low"], result["high"] = wilson(result["failed"], result["accounts"])
result.assign(cut_off=cut_off).round(3)

# %% [markdown] tags=["needs-credit_pool"]
# The row `True` has the accounts that we would have accepted, and the row `False` those that we
# would have refused. `profit` is what each group would have brought. `wilson` computes the 95 %
# interval of the share that failed, from `low` to `high`.
#
# At Lantern the interval of the accepted accounts lies below the cut-off. So it was right to accept
# this group. The interval of the refused accounts holds the cut-off. So we do not know yet whether
# it was right to refuse them.

# %% [markdown]
# ## The decision
#
# We go back to the customers whom we have. `map` looks up the loss rate of the bucket of each
# invoice, and `astype(float)` makes numbers of the rates. Then we add up the open money and the
# expected loss of each customer. We also take the days late of her oldest open invoice, and the day
# of her last invoice. This cell and the next one print nothing.

# %%
owed = items.table.copy()
owed["rate"] = owed["bucket"].map(old["loss_rate"]).astype(float)
owed["expected_loss"] = owed["open"] * owed["rate"]
today = owed.groupby("customer_id")[["open", "expected_loss"]].sum()
today["days_late"] = owed.groupby("customer_id")["days_late"].max()
billed = invoices[invoices["date"] <= day]
today["last_invoice"] = billed.groupby("customer_id")["date"].max()

# %% [markdown]
# The column `order` says what we do. A customer who is more than `CALL_AFTER` days late is called.
# A customer who is more than `STOP_AFTER` days late gets no more goods.

# %%
today["order"] = "deliver"
today.loc[today["days_late"] > CALL_AFTER, "order"] = "call"
today.loc[today["days_late"] > STOP_AFTER, "order"] = "stop"

# %% [markdown] tags=["needs-accounts"]
# We also stop late accounts with a full or nearly full limit. `full` holds the red and the amber
# accounts. Again nothing is printed.

# %% tags=["needs-accounts"]
full = use.index[use["alert"].isin(["red", "amber"])]
late = today["days_late"] > CALL_AFTER
today.loc[late & today.index.isin(full), "order"] = "stop"

# %% [markdown] tags=["instructor"]
# Ask before the next cell: "Which of these customers would you call yourself?" Expect the largest
# sum. Ask who still orders: a stop can only help there. The others are for the lawyer.

# %%
listed = today[today["order"] != "deliver"].sort_values("expected_loss", ascending=False)
listed.round({"expected_loss": 0})

# %% [markdown]
# The last column answers the manager for each customer. A customer who is not in the list gets her
# goods.

# %% [markdown] tags=["needs-truth_accounts"]
# Was this right? We built Lantern's customers, so the table `truth_accounts` says who failed.

# %% tags=["needs-truth_accounts"]
truth = db["truth_accounts"].set_index("customer_id")
today.join(truth["failed"]).groupby("order")["failed"].agg(accounts="size", failed="sum")

# %% [markdown] tags=["needs-truth_accounts"]
# All accounts that failed and still owe us money are in the row `stop`. The others in this row have
# not failed, at least not yet, and a stop could lose them. These are few accounts, so next year can
# be quite different. Most of the accounts at the top of the list had their last delivery many
# months ago (`last_invoice`). So the list finds the lost money, but it finds it late.

# %% [markdown]
# What would change these decisions? A customer who pays leaves the list, so run the lesson again
# each week. And does a call help at all? To know this, make a trial. Half of the invoices that
# become late get a call on the first day, and a coin decides which. Then compare the shares that
# are still open 30 days later.
#
# `still_open` is this share in the old invoices, where money is counted. We take it for the share
# of invoices, too. The formula after `sd=` is the standard deviation of such a share.

# %%
from crmlab.evidence import trial_size

still_open = old["reached"]["31-60 days"] / old["reached"]["1-30 days"]
trial_size(SMALLEST, sd=(still_open * (1 - still_open)) ** 0.5)

# %% [markdown]
# Each half needs that many late invoices, so the trial needs twice as many. If a call changes the
# share by `SMALLEST`, 80 of 100 such trials show it. If it changes less, the trial may show
# nothing.
#
# ## With your own data
#
# Save `invoices.csv` and `payments.csv` in one folder, with the columns that we used, for two years
# if you can. The limits stand in `accounts.csv`. Without limits or a pool,
# `python course.py run` leaves out the cells that need them.
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
# - A full limit alone is a reason to ask the customer. With late payment it is a reason to stop.

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
