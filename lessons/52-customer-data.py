# %% [markdown]
# # 52 Customer data
#
# > "For Christmas we send a parcel of samples to everybody in the address book. How many parcels
# > are that? And may we keep all that stands in it?"
#
# In an address book the same person stands twice, and staff write down what nobody needs.
#
# **You can then** find records of one customer without merging anything unread; measure how good
# such a search is; hold each column against its purpose; check a file before it leaves the house.
#
# **You need** pandas: `groupby` and boolean masks. From lesson 00 we use the word pseudonym: a code
# in the place of a customer's name or number.
#
# **Minutes**: 48

# %% [markdown] tags=["instructor"]
# Clock: opening 3, book 2, twice 13, truth 6, must know 3, may keep 4, hand on 8, no database 4,
# decision 4, own data 1. If late, leave exercise 52.3 for home.
#
# Ask first: "How often do you stand in the files of your bank, your baker, your phone company?"
# Then ask: "What does one of them know that it does not need?" Keep the second answers for later.

# %% [markdown]
# ## The address book
#
# Lantern Coffee is a company that we made up, and so is every name. Its address book puts three
# lists together: forms from the cafes, the web shop, and the firms that buy from Lantern. Each row
# is one **record**, an entry about a person or a firm.

# %% tags=["parameters"]
DATA = "lantern"
OPTIONS = {}
PARCEL = 6.00  # dollars that one parcel costs
READING = 1.00  # dollars for somebody to read one pair of records and decide
KEEP_MONTHS = 18  # months after which a record is deleted, if we hear nothing
SMALLEST = 5  # smallest group of people that may leave the house

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
# `last_heard` is the day of the last purchase or message under this record. `NaT` and `NaN` mark
# an empty cell.
#
# ## Who is there twice?
#
# Two records of one customer are a **duplicate**. Which of these four records are one person?

# %% [markdown] tags=["instructor"]
# Before the cell: "How many people are these four?" Most say two or three. Nobody can know whether
# record 4 is her husband. Then ask what a computer finds if it looks for equal cells.

# %%
four = pd.DataFrame({"record_id": ["1", "2", "3", "4"]})
four["name"] = ["Zoé Keller", "KELLER, Zoe", "Zoe Kellr", "Omar Keller"]
four["street"] = ["9 Mill Road", "9 Mill Rd.", None, "9 Mill Road"]
four["phone"] = ["030 471-536", "030471536", "030 471 536", "030 471 536"]
four["name"].duplicated().sum()

# %% [markdown]
# No name is equal to another one, although records 1 and 2 are clearly one person. So we first
# write each field in one way, which is called **normalising**. Everything becomes lower case.
# Accents, "Ms" and "Ltd" are dropped, and the words of a field stand in the order of the alphabet.
# Of a telephone number only the last digits are kept.

# %%
records.normalised(four)

# %% [markdown]
# Now records 1 and 2 are equal, but record 3 has a slip of the pen. To find it, we ask how alike two
# words are. Python's `SequenceMatcher` looks for letters that two words share, in the same order.
# Its `ratio` is two times the number of these letters, divided by the number of all letters.

# %%
from difflib import SequenceMatcher

SequenceMatcher(None, "keller", "kellr").ratio()

# %% [markdown]
# Both words have k, e, l, l and r, so the ratio is 2 x 5 / 11, or 0.91. The other word, "zoe", is
# equal. The two names are alike by the mean of both words: (1 + 0.91) / 2 = 0.95.
#
# The **match score** of two records is a weighted mean over their fields, from 0 to 1. The name has
# the weight 3, the postcode 1, and each other field 2. A field that one of the two records lacks
# enters with 0.5, because it speaks neither for nor against. Records 1 and 3 have names alike by
# 0.95 and equal telephones, and record 3 has no street. There are no other fields, so the score is
# (3 x 0.95 + 2 x 0.5 + 2 x 1) / 7 = 0.84.

# %%
records.possible_pairs(four, least=0).table.round(2)

# %% [markdown]
# Each row compares two records, `record` and `other`. For 1 and 3 the package finds the same score.
# Now look at 1 and 4. They share an address and a telephone, and they may be husband and wife. Yet
# their score is higher than that of 1 and 3, which are one person. So no score can decide alone.
#
# In an exact pair (`exact`) the normalised names are equal, and also the telephones, the e-mail
# addresses, or street and postcode. With two different days of birth a pair is never exact.
#
# **Exercise 52.1** Two records have names that are alike by 0.8. Their e-mail addresses are equal,
# their postcodes differ, and one of them has no day of birth. There are no other fields. Compute
# the match score.

# %% tags=["exercise"]
# solution
answer = (3 * 0.8 + 2 * 1 + 1 * 0 + 2 * 0.5) / (3 + 2 + 1 + 2)
check("52.1", answer)

# %% [markdown]
# Now we search the whole book. `possible_pairs` compares only records that have at least one field
# in common, since all pairs would be millions. With `least=0.5` it lists the pairs that have a score
# of 0.5 or more.

# %%
pairs = records.possible_pairs(book, least=0.5)
pairs.caption

# %% [markdown]
# Nothing is merged unread. The package makes a **review list**: the two records of a pair stand one
# below the other, and a person decides. Read these three pairs as
# this person would.

# %%
listed = pairs.reading_list(book)
middle = listed[listed["score"] < 0.75]
middle.filter(["pair", "name", "postcode", "phone", "born"]).head(6)

# %% [markdown]
# A number may be old, and a daughter may have her mother's name. Sometimes only a call can decide.

# %% [markdown] tags=["needs-truth_records"]
# ## The truth, opened: how good is the search?
#
# For Lantern we know which records are one customer. A pair is right if its two records
# are one customer. The next table puts the pairs into rows by their score.

# %% [markdown] tags=["needs-truth_records", "instructor"]
# Before the cell: "From which score on would you merge without reading?" Expect 0.9. Then: "And is
# every exact pair right?" Most say yes.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    quality = records.pair_quality(pairs, db["truth_records"], least=[0.9, 0.8, 0.7, 0.6, 0.5])
    display(quality.bands.round(2))

# %% [markdown] tags=["needs-truth_records"]
# The first row holds the pairs with a score of 0.9 or more. Each other row goes from its own `least`
# up to that of the row above. `share` is the share of its pairs that are right, and the 95 %
# interval of this share goes from `low` to `high`. At the top nearly all pairs are right, and at the
# bottom nearly none.
#
# Reading a pair costs `READING`, and a right pair saves one parcel. So reading a row pays if its
# `share` times `PARCEL` is more than `READING`.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    pays = quality.bands["share"] > READING / PARCEL
    least = quality.bands.index[pays].min()
    display(f"read if the share is above {READING / PARCEL:.0%}: from a score of {least} on")

# %% [markdown] tags=["needs-truth_records"]
# So `least` is now the score down to which we read. Look at the row of this score. If the limit of
# the share lies inside its interval, we cannot be sure that reading this row pays.
#
# Two more shares describe the whole list. Its **precision** is the share of its pairs that are
# right. Its **recall** is the share of all true pairs that are on it.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    quality.plot();

# %% [markdown] tags=["needs-truth_records"]
# Further to the left the list is longer: more true pairs are found, and more of its pairs are wrong.
# The dotted line marks where both shares are best together. Our limit is another one, because a
# wasted parcel costs more than reading a pair.
#
# Can we at least merge the exact pairs unread?

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    display(quality.exact.astype(float).round(2))

# %% [markdown] tags=["needs-truth_records"]
# No, because at Lantern some exact pairs are a parent and a child of one name in one home. If we merge
# them unread, one of the two gets no parcel, and may see what the other has bought.

# %% [markdown]
# ## What must we know?
#
# Textbooks want eight groups of facts about a person (`records.PERSON_GROUPS`), and five about a
# firm (`records.COMPANY_GROUPS`). The **completeness** of a field is the share of its cells that
# hold an answer. "n/a", "-" and "unknown" are no answers.

# %%
by = "source" if "source" in book else None
records.completeness(book, by=by).plot();

# %% [markdown]
# Each row is one field with its group, and each column is one list. At Lantern the basics are well
# filled, and most other groups are nearly empty. That need not be bad, since nobody has to know a customer's friends to send
# her a parcel. **Data minimisation** is the rule to hold only what a stated purpose needs. By this rule
# an empty field without a purpose is no gap, and a filled one is a risk.
#
# ## What may we keep?
#
# The law asks for a purpose and for a **lawful basis**. This is one of the few reasons for which a
# firm may hold data on a person, such as her consent or a contract with her. We write down each
# purpose, the columns it needs, and its basis.

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
# The cell prints nothing. `review_columns` holds each column of the book against this list.

# %%
review = custody.review_columns(book.columns, pd.concat(purposes))
review.table[["purposes", "bases", "verdict"]]

# %% [markdown]
# A column with the verdict "no purpose" is deleted. At Lantern one of them is `remark`, in which
# the staff wrote "oat milk", but also "diabetic, no sugar" and "goes to church on Sundays". Health
# and faith are sensitive data: they need the person's express consent, even if they were written
# down by chance. Some of what textbooks list under family, personality and relationships is of this
# kind. The rest needs a purpose and a basis too. So does swapping data with other firms, which some
# textbooks advise.
#
# Laws differ: many firms in Europe rely on a basis called "legitimate interests", which the law of
# China does not have.
#
# A purpose also ends. The **retention period** is the time for which a record may be kept after
# the customer was last heard of. Here it is `KEEP_MONTHS`. Then the record is deleted.
#
# ## What may we hand on?
#
# A university asks for a file without names. Can somebody still be found in it? Here are five
# people.

# %%
five = pd.DataFrame({"area": ["north", "north", "north", "east", "east"]})
five["year"] = [1990, 1990, 1990, 1990, 1956]
five.groupby(["area", "year"]).size()

# %% [markdown]
# Two of the five are alone in their group. If you know a woman in the east who was born in 1956, you
# find her, and you read the rest of her row.
#
# A trait is what others may know of a person, such as her area and her year of birth. A file has
# **k-anonymity** if at least k people share each combination of traits (Sweeney 2002). Here k is
# only 1.

# %% [markdown]
# Now we take the people in the book who told us their day of birth. Others may know their postcode
# and their year of birth.

# %% [markdown] tags=["instructor"]
# Before the cell: "No name, no street, only postcode and year of birth. How many of them are alone?"
# Expect a few in a hundred.

# %%
people = book[book["born"].notna()].copy()
people["year"] = people["born"].dt.year
fine = custody.k_anonymity(people, ["postcode", "year"])
f"{fine.alone:,} of {fine.customers:,} are alone"

# %% [markdown]
# A pseudonym does not protect them, because nobody needs the name to find them. But we can tell less
# of everybody: only the first digit of the postcode, and only the decade of birth. (In the next
# cell, `// 10 * 10` makes 1990 of 1998.) `below` marks the rows in groups smaller than `SMALLEST`.

# %%
people["area"] = people["postcode"].str[0]
people["decade"] = people["year"] // 10 * 10
coarse = custody.k_anonymity(people, ["area", "decade"])
stays = coarse.below(SMALLEST)
f"smallest group {coarse.k}; {stays.sum()} of {len(people):,} rows must stay here"

# %% [markdown]
# If these rows stay here, each group in the file has at least `SMALLEST` records. Two records may
# be one person, so duplicates must be merged before we count. And a large group does not hide what
# all its members share.
#
# **Exercise 52.2** Take `crm.load("lantern").customers`, and of it the rows with a `birth_year`. What
# share of these rows lies in groups of fewer than 5, if the traits are `region`, `segment` and
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
# A database does not pay if customers buy too seldom, if they never come back, or if it costs more
# than it brings (see `crmlab.database.uses`).
#
# **Exercise 52.3** A furniture shop has 2,000 customers. Its database costs 6,000 to build and 2,000
# a year to run, for two years. Do not discount. It adds 4 to the margin of each purchase. How many
# purchases must a customer make in a year so that the database just pays for itself?

# %% tags=["exercise"]
# solution
answer = (6000 + 2 * 2000) / (2000 * 4 * 2)
check("52.3", answer)

# %% [markdown]
# ## What do we order?

# %%
today = book["last_heard"].max()
late = custody.overdue_records(book, keep_months=KEEP_MONTHS, until=today)
order = {"columns to delete": len(review.to_drop), "records to delete": len(late.table)}
order["rows not handed on"] = int(stays.sum())
pd.Series(order)

# %% [markdown] tags=["needs-truth_records"]
# Now the parcels. Suppose that the reader is always right. `merge_records` makes one row of the
# records of each customer.

# %% tags=["needs-truth_records"]
if "truth_records" in db.tables:
    read = quality.pairs[quality.pairs["score"] >= least]
    merged = records.merge_records(book, read[read["right"]], newest="last_heard")
    saved = len(book) - len(merged.table)
    money = PARCEL * saved - READING * len(read)
    display(f"read {len(read)} pairs, save {saved} of {len(book)} parcels: {money:,.0f} dollars")

# %% [markdown] tags=["needs-truth_records"]
# We read all pairs down to the limit, the exact ones too, and merge what the reader accepts. These
# numbers have no interval, because every pair on the list was judged.

# %% [markdown]
# In your firm nobody knows the truth, so you read a sample first. Suppose half of its pairs are
# right. `wilson` computes the 95 % interval of this share, from the right pairs and all pairs.

# %%
from crmlab.intervals import wilson

sample = pd.Series([20, 50, 200], name="pairs read")
low, high = wilson(sample / 2, sample)
pd.DataFrame({"low": low, "high": high}, sample).round(2)

# %% [markdown]
# Twenty pairs say little. Take fifty for each row of scores, and 200 where the share lies near your
# limit, `READING / PARCEL`. If parcels become dearer, it pays to read further down.

# %% [markdown] tags=["instructor"]
# "Who may see the review list?" It holds all that we know of two people. Looking is written down
# too: an access log says who looked at which column for which purpose, and
# `custody.access_breaches` finds what no purpose allows.

# %% [markdown]
# ## With your own data
#
# One row per record:
#
# ```python
# DATA = "contacts.xlsx"
# OPTIONS = {"table": "address_book", "columns": {"id": "record_id", "birthday": "born"}}
# ```
#
# Ask somebody who knows your law.

# %% [markdown]
# ## Take away
#
# - A pair of records has a score, and a person decides. Nothing is merged unread.
# - Read the review list down to the score at which reading costs more than it saves.
# - Delete columns that no purpose needs, above all free text.
# - Before a file leaves the house, count who is alone in it.

# %% [markdown]
# ## Terms
#
# <!-- terms: duplicate; normalising; match score; review list; completeness; data minimisation; lawful basis; retention period; k-anonymity -->

# %% [markdown]
# ## References
#
# - Sweeney, L. (2002). k-anonymity: a model for protecting privacy. *International Journal of
#   Uncertainty, Fuzziness and Knowledge-Based Systems* 10(5), 557-570.
