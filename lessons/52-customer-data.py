# %% [markdown]
# # 52 Customer data
#
# > "For Christmas we send a parcel of samples to everybody in the address book. How many parcels
# > will that be? And may we keep all that stands in it?"
#
# **You can then** find customers who stand in the book twice, and say how many doubtful records are
# worth reading, which columns to delete, and which rows not to give to others.
#
# **You need** pandas: `groupby` and boolean masks. From lesson 00 we use the word pseudonym: a code
# in the place of a customer's name or number.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 2, book 5, twice 14, truth 7, must know 2, may keep 5, hand on 8, no database 1,
# decision 3, own data 1. If late, leave out the last table of the decision.
#
# Ask first: "How often do you stand in the files of your bank, your baker, your phone company?"
# Then ask: "What does one of them know that it does not need?" Keep the second answers for later.

# %% [markdown]
# ## The address book
#
# Lantern Coffee is a company that we made up, and so is every name. Each row of its address book is
# one **record**, an entry about a person or a firm. `db.require` checks that there is such a book.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
PARCEL = 6.00  # dollars that one parcel costs
READING = 1.00  # dollars for somebody to read one pair of records and decide
KEEP_MONTHS = 18  # months after which a record is deleted, if we hear nothing
SMALLEST = 5  # smallest group of people in a file that we give to others

# %%
import pandas as pd

import crmlab as crm
from crmlab.check import check
from crmlab.database import custody, records

db = crm.load(DATA, **OPTIONS)
db.require("52-customer-data")
book = db["address_book"]
book[["record_id", "name", "postcode", "born", "last_heard"]].head()

# %% [markdown]
# `born` is the day of birth. `last_heard` is the day of the last purchase or message under this
# record. `NaT` and `NaN` mark an empty cell.
#
# The **retention period** is the time for which a record may be kept after the customer was last
# heard of. Here it is `KEEP_MONTHS`. So we first delete the records whose time is over, counted
# from the last day in the book. Records without a day stay.

# %%
late = custody.overdue_records(book, keep_months=KEEP_MONTHS, until=book["last_heard"].max())
kept = book.drop(late.table.index)
late.caption

# %% [markdown]
# From here on we use only `kept`, the records that are left.
#
# ## Who is there twice?
#
# Two records of one customer are a **duplicate**. Such a customer would get two parcels. The next
# cell makes four records, in which the same things are written in different ways. To write each
# field in one way is called **normalising**.

# %% [markdown] tags=["instructor"]
# Before the cell: "How many people are these four?" Most say two or three. Nobody can know whether
# record 4 is her husband. Then ask what a computer finds if it looks for equal cells.

# %%
four = pd.DataFrame({"record_id": ["1", "2", "3", "4"]})
four["name"] = ["Zoé Keller", "KELLER, Zoe", "Zoe Kellr", "Omar Keller"]
four["street"] = ["9 Mill Road", "9 Mill Rd.", None, "9 Mill Road"]
four["phone"] = ["030 471-536", "030471536", "030 471 536", "030 471 536"]
records.normalised(four)

# %% [markdown]
# Everything is now in lower case and without accents, and the words of a field are in alphabetical
# order. Of a telephone number the last eight digits stay. The first two rows are equal, but in the
# third row a letter is missing.
#
# How alike are two words? We count the letters that both have in the same order, take this number
# two times, and divide by the number of letters in both words together. "keller" and "kellr" both
# have k, e, l, l, r, so we get 2 x 5 / (6 + 5) = 0.91. For two names, we take the mean over their
# words. The word "zoe" is equal, so the mean is (1 + 0.91) / 2 = 0.95.
#
# The **match score** of two records is a weighted mean over their fields, from 0 to 1. The name has
# the weight 3, the postcode 1, and each other field 2. An equal field counts 1. If one of the two
# cells is empty, the field counts 0.5, because we do not know.
#
# Now take records 1 and 3. The name counts 0.95 and the telephone 1. Record 3 has no street, so the
# street counts 0.5. The score is (3 x 0.95 + 2 x 0.5 + 2 x 1) / 7 = 0.84.
# The next cell computes the score of each pair, and shows how alike each field is. `least=0` leaves
# out no pair.

# %%
scored = records.possible_pairs(four, least=0)
scored.table[["record", "other", "score", "name", "street", "phone"]].round(2)

# %% [markdown]
# Each row compares two records, `record` and `other`. For 1 and 3 the package finds the same score.
# `NaN` marks a field that counted 0.5. Records 1 and 4 may be husband and wife. Yet their score is
# a little higher than that of 1 and 3, which are one person. So no score can decide alone.
#
# **Exercise 52.1** Two records have names that are alike by 0.8. Their e-mail addresses are equal.
# Their postcodes differ, which counts 0. One of them has no day of birth. There are no other
# fields. Compute the match score.

# %% tags=["exercise"]
# solution
answer = (3 * 0.8 + 2 * 1 + 1 * 0 + 2 * 0.5) / (3 + 2 + 1 + 2)
check("52.1", answer)

# %% [markdown]
# Now we search the book. `possible_pairs` lists the pairs that have a score of 0.6 or more. A
# person reads them and decides which to *merge*, that is, to make into one record. She gets a
# **review list**, which shows the two records of a pair one below the other, the highest scores
# first. The next cell shows three pairs below 0.75. (`filter` also works if your own book has no
# `phone`.) Which would you merge?

# %%
pairs = records.possible_pairs(kept, least=0.6)
listed = pairs.reading_list(kept)
middle = listed[listed["score"] < 0.75]
middle.filter(["pair", "name", "postcode", "phone", "born"]).head(6)

# %% [markdown]
# Two equal days of birth speak for one person, even with two telephone numbers: one may be old. A
# name and a postcode alone are not enough, since a mother and a daughter may share both.

# %% [markdown] tags=["needs-truth_records"]
# ## The truth, opened: how far down do we read?
#
# Reading costs `READING` for each pair. It saves `PARCEL` for each parcel that we need not send. A
# pair is right if its two records are one customer. For Lantern we know which pairs are right.
#
# A customer with three records makes three right pairs: 1 and 2, 1 and 3, 2 and 3. But she gets one
# parcel in the place of three, so only two parcels are saved. We say that two of her records are
# *spare*. The next cell counts them. We suppose that the reader is always right.

# %% [markdown] tags=["needs-truth_records", "instructor"]
# Before the cell: "From which score on would you merge without reading?" Expect 0.9. Then look at
# the rows of the high scores: not all of their pairs are right, either.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    left = db["truth_records"]["record_id"].isin(kept["record_id"])
    quality = records.pair_quality(pairs, db["truth_records"][left])
    money = records.reading_gain(quality, saving=PARCEL, cost=READING)
    display(money.table[["pairs", "right", "spare", "gain"]])

# %% [markdown] tags=["needs-truth_records"]
# (`isin` keeps the truth about the records that are left. Your own data hold no truth, so we need
# the `if`, and `display` shows a table inside it.) In each row we read all pairs with a score of
# `least` or more. `gain` is `PARCEL` times `spare`, minus `READING` times `pairs`, in dollars.
#
# In the row of 0.90, `right` is smaller than `pairs`. So even a pair with a high score can be
# wrong: a father and a son may have one name and one home. No pair is merged unread. Further down,
# `spare` grows, but we read more and more pairs for it.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    money.plot();

# %% [markdown] tags=["needs-truth_records"]
# Another book of this size would have another gain. The line of a dot is a 95 % interval: in 95 of
# 100 cases, such a line contains the mean gain of all such books.
#
# Pairs of one customer are not independent: if 1 and 2 are one person, and 2 and 3, so are 1 and 3.
# So the interval is computed from *groups* of records, not from pairs. All records that listed
# pairs connect, such as these three, are one group.
#
# The green dot with the highest gain is the best score. Other green dots may be as good: the 95 %
# interval of their difference from the best one contains 0. The grey dots gain less.

# %% [markdown]
# ## What must we know?
#
# Textbooks want eight kinds of facts about a person. The **completeness** of a kind is the share of
# its cells that have an answer: `filled`.

# %%
facts = records.completeness(kept).table
facts[["fields", "held", "filled"]].round(2)

# %% [markdown]
# `fields` counts what textbooks ask for, and `held` counts those of them that are columns of the
# book. A field that is no column counts as empty. Beside the basics and the last purchase, this
# book holds little. That need not be bad: nobody must know a customer's friends to send her a
# parcel. **Data minimisation** is the rule to hold only what a stated purpose needs.
#
# ## What may we keep?
#
# Laws on personal data ask for a purpose and for a **lawful basis**. This is one of the few reasons
# for which a firm may hold data on a person, such as her consent or a contract with her. In the
# next cell, each `purpose` makes a small table: the purpose, the columns it needs, and its basis.

# %% [markdown] tags=["instructor"]
# Before the table: "Which columns of this book would you delete tomorrow?" Take the answers of the
# opening. Expect "none, we may need it one day". That is no purpose.

# %%
keys = ["record_id", "source", "kind", "last_heard"]
purposes = [
    custody.purpose("run the book", keys, basis="contract"),
    custody.purpose("deliver", ["name", "street", "postcode"], basis="contract"),
    custody.purpose("answer questions", ["email", "phone"], basis="contract"),
    custody.purpose("birthday coffee", ["born"], basis="consent"),
]

# %% [markdown]
# In `keys`, `source` says where a record comes from, and `kind` says "person" or "company". Next,
# `concat` puts the four tables below each other. `review_columns` then looks for a purpose of each
# column of the book.

# %%
review = custody.review_columns(book.columns, pd.concat(purposes))
review.table[["purposes", "bases", "verdict"]]

# %% [markdown]
# The verdict "keep" only says that we wrote down a purpose. Who gave consent to a birthday coffee
# does not stand in the book.
#
# A column with the verdict "no purpose" is deleted. At Lantern one of them is `remark`. There the
# staff wrote "oat milk", but also "diabetic, no sugar" and "goes to church on Sundays" (see
# `kept["remark"].unique()`). Health and faith are *sensitive data*, which can do great harm in
# wrong hands. In most cases a firm may hold them only if the person has clearly said yes.
#
# ## What may we hand on?
#
# A university asks for a file without names. Suppose that only one woman in it has the postcode
# 20150 and was born in 1956. Whoever knows her finds her row, and reads the rest of it. A pseudonym
# does not help.
#
# A *trait* is what others may know of a person, such as a postcode or a year of birth. A file has
# **k-anonymity** if at least k people share each combination of traits (Sweeney 2002). In the file
# of this woman k is only 1. The next cell takes the records with a day of birth, and counts those
# that are alone with their postcode and their year.

# %% [markdown] tags=["instructor"]
# Before the cell: "No name, no street, only postcode and year of birth. How many of them are
# alone?" Expect a few in a hundred.

# %%
people = kept[kept["born"].notna()].copy()
people["year"] = people["born"].dt.year
fine = custody.k_anonymity(people, ["postcode", "year"])
f"{fine.alone:,} of {fine.customers:,} are alone"

# %% [markdown]
# So we say less about everybody. The next file holds only the first digit of the postcode, `area`,
# and only the `decade` of birth. (`// 10 * 10` turns 1998 into 1990.) `below` marks the rows that
# lie in groups of fewer than `SMALLEST`.

# %%
people["area"] = people["postcode"].str[0]
people["decade"] = people["year"] // 10 * 10
coarse = custody.k_anonymity(people, ["area", "decade"])
stays = coarse.below(SMALLEST)
f"smallest group {coarse.k}; {stays.sum()} of {len(people):,} rows must stay here"

# %% [markdown]
# If these rows stay here, each group in the file has at least `SMALLEST` rows. We counted each row
# as one person. So merge the duplicates first: two rows of one woman do not hide her.
#
# **Exercise 52.2** Take `crm.load("lantern").customers`, and of it the rows with a `birth_year`.
# What share of these rows lies in groups of fewer than 5, if the traits are `region`, `segment` and
# `birth_year`? Then write one sentence to the university: what will you send instead?

# %% tags=["exercise"]
# solution
customers = crm.load("lantern").customers
customers = customers[customers["birth_year"].notna()]
groups = custody.k_anonymity(customers, ["region", "segment", "birth_year"])
answer = groups.below(5).mean()
check("52.2", answer)

# %% [markdown]
# ## When not to build a database
#
# A database does not pay if customers buy too seldom. Suppose it costs 10,000 dollars a year, and
# adds 4 dollars to the profit of each purchase. Then 2,000 customers must each buy more than
# 10,000 / (4 x 2,000) = 1.25 times a year.
#
# ## What do we order?
#
# The next table counts what we delete and what we do not hand on. The column `of` says out of how
# many.

# %%
order = pd.DataFrame(index=["columns to delete", "records to delete", "rows not handed on"])
order["number"] = [len(review.to_drop), len(late.table), stays.sum()]
order["of"] = [len(review.table), late.records, len(people)]
order

# %% [markdown] tags=["needs-truth_records"]
# Now the parcels. `money.best` is the score with the largest gain.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    best = money.table.loc[money.best]
    parcels = f"{len(kept) - best['spare']:,.0f} parcels instead of {len(kept):,}"
    gain = f"{best['gain']:,.0f} dollars ({best['low']:,.0f} to {best['high']:,.0f})"
    display(f"read the {best['pairs']:.0f} pairs from {money.best} on: {parcels}, gain {gain}")

# %% [markdown] tags=["needs-truth_records"]
# What would change this order? Reading pays while we read fewer than `PARCEL / READING` pairs for
# one more spare record. So if a parcel costs more, or reading costs less, we read further down.
#
# In your firm nobody knows the truth, so somebody first reads a sample: whole groups, drawn at
# random. The next table compares three scores with the best one. `difference` is the gain
# minus the best gain, with its 95 % interval. `groups_needed` is the size of the sample: if the
# difference is as large as here, the interval leaves out 0 in 80 of 100 such samples.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    display(money.against.round().tail(3))

# %% [markdown] tags=["needs-truth_records"]
# If an interval contains 0, either score will do.

# %% [markdown] tags=["instructor"]
# "Who may see the review list?" It holds all that we know of two people. Looking is written down
# too: an access log says who looked at which column for which purpose, and
# `custody.access_breaches` finds what no purpose allows.

# %% [markdown]
# ## With your own data
#
# Give one row for each record. `columns` gives the name that we use for each of yours:
#
# ```python
# DATA = "contacts.xlsx"
# OPTIONS = {"table": "address_book", "columns": {"id": "record_id", "birthday": "born"}}
# ```
#
# Before you delete anything or send a file, ask somebody who knows the law of your country.

# %% [markdown]
# ## Take away
#
# - A match score puts the pairs in order. A person reads them and decides.
# - Count spare records, not right pairs. Read down to the score at which the gain is largest.
# - Delete old records, and columns that no purpose needs.
# - Before you hand on a file, count who is alone in it.

# %% [markdown]
# ## Terms
#
# <!-- terms: duplicate; normalising; match score; review list; completeness; data minimisation; lawful basis; retention period; k-anonymity -->

# %% [markdown]
# ## References
#
# - Sweeney, L. (2002). k-anonymity: a model for protecting privacy. *International Journal of
#   Uncertainty, Fuzziness and Knowledge-Based Systems* 10(5), 557-570.
