"""What customer data are for: when to write to whom, and whether a database pays at all."""

from crmlab.database.uses.payback import (
    DatabaseWorth,
    database_vetoes,
    database_worth,
    plot_database_worth,
)
from crmlab.database.uses.replacement import (
    Lifetimes,
    fit_lifetimes,
    plot_lifetimes,
    replacement_chance,
)
from crmlab.database.uses.triggers import birthdays, rewards_due

__all__ = [
    "DatabaseWorth",
    "Lifetimes",
    "birthdays",
    "database_vetoes",
    "database_worth",
    "fit_lifetimes",
    "plot_database_worth",
    "plot_lifetimes",
    "replacement_chance",
    "rewards_due",
]
