"""The same people asked twice: changes, their intervals, and the figure."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from scipy import stats

import crmlab as crm
from crmlab.style import COLOURS

mpl.use("Agg")
sat = crm.satisfaction


def asked(before, after, name="queue", waves=(1, 2)):
    people = [f"p{i}" for i in range(len(before))]
    return pd.DataFrame(
        {
            "customer_id": people * 2,
            "wave": np.repeat(waves, len(people)),
            name: [*before, *after],
        }
    )


BEFORE = [7, 5, 8, 6, 4, 6, 9, 3]
AFTER = [6, 5, 6, 5, 3, 7, 8, 1]


def test_the_interval_is_that_of_a_paired_t_test():
    found = sat.panel_changes(asked(BEFORE, AFTER), ["queue"])
    ends = stats.ttest_rel(AFTER, BEFORE).confidence_interval(0.95)
    row = found.table.loc["queue"]
    assert row[["before", "after", "estimate"]].tolist() == pytest.approx([6.0, 5.125, -0.875])
    assert row[["low", "high"]].tolist() == pytest.approx([ends.low, ends.high])
    assert row["n"] == 8
    narrow = sat.panel_changes(asked(BEFORE, AFTER), ["queue"], confidence=0.8).table.loc["queue"]
    ends = stats.ttest_rel(AFTER, BEFORE).confidence_interval(0.8)
    assert narrow[["low", "high"]].tolist() == pytest.approx([ends.low, ends.high])


def test_the_interval_covers_the_true_change_as_often_as_it_says():
    rng, hits = np.random.default_rng(1), 0
    for _ in range(400):
        base = rng.normal(6, 2, 30)
        survey = asked(base + rng.normal(0, 1, 30), base + 0.5 + rng.normal(0, 1, 30))
        row = sat.panel_changes(survey, ["queue"]).table.loc["queue"]
        hits += row["low"] <= 0.5 <= row["high"]
    assert 0.92 <= hits / 400 <= 0.98


def test_only_customers_of_both_waves_count_and_the_order_of_rows_does_not():
    survey = asked(BEFORE, AFTER)
    more = pd.DataFrame(
        {"customer_id": ["new", "gone", None, None], "wave": [2, 1, 1, 2], "queue": [1, 9, 1, 9]}
    )
    mixed = pd.concat([survey, more]).sample(frac=1, random_state=3)
    assert sat.panel_changes(mixed, ["queue"]) == sat.panel_changes(survey, ["queue"])
    assert sat.panel_changes(survey, ["queue"]).waves == (1, 2)


def test_each_question_uses_those_who_answered_it_twice():
    survey = asked(BEFORE, AFTER).assign(price=[5.0] * 8 + [7.0] * 8)
    survey.loc[[0, 9], "price"] = None
    found = sat.panel_changes(survey, ["queue", "price"], scale=(1, 10))
    assert found["n"].tolist() == [8, 6]
    assert found.table.loc["price", ["estimate", "low", "high"]].tolist() == [2, 2, 2]
    assert found.caption == "From wave 1 to wave 2, 6 to 8 people asked twice."


def test_of_three_waves_the_first_and_the_last_are_compared():
    survey = pd.concat(
        [
            asked(BEFORE, [10] * 8, waves=(2023, 2024)),
            asked([5] * 8, AFTER, waves=(0, 2025)).query("wave == 2025"),
        ]
    )
    found = sat.panel_changes(survey, ["queue"])
    assert found.waves == (2023, 2025)
    assert found["estimate"].tolist() == pytest.approx([-0.875])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: s.query("wave == 1"), "answered in 1 wave"),
        (lambda s: pd.concat([s, s.head(1)]), "repeats an earlier one"),
        (lambda s: s.head(12), "4 people answered in both waves"),
        (lambda s: s.assign(queue=s["queue"] + 9), "outside the scale"),
        (lambda s: s.assign(queue="good"), "not numeric"),
        (lambda s: s.drop(columns="wave"), "lacks the column wave"),
        (lambda s: s.assign(wave=None), "wave: 16 of 16 rows"),
    ],
)
def test_what_cannot_be_compared_is_refused(spoil, words):
    with pytest.raises(ValueError, match=words):
        sat.panel_changes(spoil(asked(BEFORE, AFTER)), ["queue"], scale=(1, 10))


@pytest.mark.parametrize("questions", ["queue", [], 3])
def test_questions_are_a_list(questions):
    with pytest.raises(ValueError, match="questions is"):
        sat.panel_changes(asked(BEFORE, AFTER), questions)


@pytest.fixture
def changes():
    survey = asked([5] * 8, [5, 6, 4, 5, 5, 6, 4, 5], "taste_perceived")
    survey["staff_perceived"] = [5, 6] * 4 + [7, 8, 7, 8, 7, 8, 7, 9]
    survey["queue_perceived"] = [8, 6] * 4 + [6, 4] * 3 + [6, 5]
    return sat.panel_changes(survey, ["queue_perceived", "taste_perceived", "staff_perceived"])


def test_the_title_names_what_changed(changes):
    assert changes.title == "2 of 3 changed: staff +2.12, queue -1.88"
    assert list(changes.changed.index) == ["staff_perceived", "queue_perceived"]
    same = sat.panel_changes(asked([5] * 8, [5, 6, 4, 5, 5, 6, 4, 5]), ["queue"])
    assert same.title == "None of 1 changed by more than chance"
    survey = asked(BEFORE, np.add(BEFORE, 1)).assign(**dict.fromkeys("abc", lambda s: s["queue"]))
    many = sat.panel_changes(survey, ["queue", *"abc"])
    assert many.title == "4 of 4 changed by more than chance"


def test_only_an_ending_that_all_share_is_left_out():
    survey = asked(BEFORE, AFTER, "queue_time").assign(staff_time=1, ideal=2, vs_ideal=3)
    names = ["queue_time", "staff_time", "ideal"]
    assert [*sat.panel_changes(survey, names[:2]).labels.values()] == ["queue", "staff"]
    assert [*sat.panel_changes(survey, names[:1]).labels.values()] == ["queue time"]
    assert [*sat.panel_changes(survey, names).labels.values()] == [
        "queue time",
        "staff time",
        "ideal",
    ]
    assert [*sat.panel_changes(survey, ["ideal", "vs_ideal"]).labels.values()] == [
        "ideal",
        "vs ideal",
    ]


def test_the_figure_draws_each_change_where_it_belongs(changes):
    ax = changes.plot()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert dict(zip(names, ax.get_yticks(), strict=True)) == {"staff": 2, "taste": 1, "queue": 0}
    assert ax.get_title(loc="left") == changes.title
    assert ax.get_xlabel() == "mean change from wave 1 to wave 2 (points)"
    assert [text.get_text() for text in ax.texts] == ["+2.12", "+0.00", "-1.88"]
    colours = [to_hex(line.get_color()).upper() for line in ax.lines[:3]]
    assert colours == [COLOURS[name] for name in ("good", "neutral", "cost")]
    assert [line.get_xdata()[0] for line in ax.lines[:3]] == changes.sorted["estimate"].tolist()
    assert [line.get_ydata()[0] for line in ax.lines[:3]] == [2, 1, 0]
    ends = [tuple(bar.get_segments()[0][:, 0]) for bar in ax.collections]
    assert ends == [*zip(changes.sorted["low"], changes.sorted["high"], strict=True)]


def test_lantern_trained_its_staff_while_queues_grew():
    survey = crm.load("lantern").survey
    found = sat.panel_changes(survey, ["personnel_perceived", "time_perceived", "satisfaction"])
    for question, change in {"personnel_perceived": 0.48, "time_perceived": -0.45}.items():
        assert found.table.loc[question, "estimate"] == pytest.approx(change, abs=0.02)
    assert found.table.loc["satisfaction", "low"] < 0 < found.table.loc["satisfaction", "high"]
