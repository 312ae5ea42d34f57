"""What may be held and handed on: purposes, how long, who looked, pseudonyms, who is alone."""

from crmlab.database.custody.anonymity import Anonymity, k_anonymity
from crmlab.database.custody.pseudonyms import pseudonymised, secret
from crmlab.database.custody.register import (
    LAWFUL_BASES,
    ColumnReview,
    access_breaches,
    purpose,
    review_columns,
)
from crmlab.database.custody.retention import Overdue, overdue_records

__all__ = [
    "LAWFUL_BASES",
    "Anonymity",
    "ColumnReview",
    "Overdue",
    "access_breaches",
    "k_anonymity",
    "overdue_records",
    "pseudonymised",
    "purpose",
    "review_columns",
    "secret",
]
