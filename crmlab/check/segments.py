"""Exercises of lesson 44."""

import crmlab as crm
from crmlab import repeat_buying as rb
from crmlab import segments
from crmlab.check import Exercise


def _three(log="skewed"):
    music = rb.summarise(crm.load("cdnow").transactions, unit="month")
    return segments.cluster(segments.behaviour(music)[["per_month", "basket"]], 3, log=log)


EXERCISES = {
    "44.1": Exercise(
        solution=lambda: "213",
        misreadings=(
            (
                lambda: "313",
                "Two customers bought later than Ben. Few days are good, and 3 is best.",
            ),
            (lambda: "231", "The order is recency, frequency, money."),
            (lambda: "233", "Ben bought once after his first purchase. Who bought less often?"),
            (lambda: "211", "Nobody spent more than Ben."),
        ),
        hint="Sort the six by one row at a time: the best two get 3, the next two get 2.",
        recipe="segments.rfm_scores(six, groups=3), where six has days_since_last, frequency and "
        "amount.",
    ),
    "44.2": Exercise(
        solution=lambda: {"region", "lifestyle"},
        misreadings=(
            (
                lambda: {"age", "past purchases", "benefits sought"},
                "Those are the ones to keep. Name the others.",
            ),
            (
                lambda: {"region"},
                "One more: which is as hard to use as benefits sought, and tells less?",
            ),
            (lambda: {"lifestyle"}, "One more: which is as easy to use as age, and tells less?"),
            (
                lambda: {"age", "region", "lifestyle"},
                "Age tells little, but nothing as easy tells more.",
            ),
            (
                lambda: {"age", "region"},
                "A low rating alone is no defeat. Is there one that is as easy and tells more?",
            ),
        ),
        hint="Compare two at a time: is one as effective, as easy, and better in one of the two?",
        recipe="segments.segmentation_bases(ratings).table has a column beaten_by.",
    ),
    "44.3": Exercise(
        solution=lambda: _three()["share_of_customers"].min(),
        misreadings=(
            (
                lambda: _three()["customers"].min(),
                "That is how many they are. Divide by all customers.",
            ),
            (
                lambda: _three()["share_of_customers"].max(),
                "That is the largest segment. The smallest was asked.",
            ),
            (
                lambda: _three("none")["share_of_customers"].min(),
                "Let cluster take the logarithm of what is skewed: leave log as it is.",
            ),
        ),
        hint="summarise, then behaviour, then cluster into 3. Which column holds the shares?",
        recipe='segments.cluster(segments.behaviour(music)[["per_month", "basket"]], 3)'
        '["share_of_customers"].min(), with music = rb.summarise(crm.load("cdnow").transactions, '
        'unit="month")',
    ),
}
