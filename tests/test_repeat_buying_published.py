"""Published parameters, likelihoods, standard errors and forecasts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab import repeat_buying as rb

DATA = Path(__file__).parents[1] / "data" / "cdnow"


@pytest.fixture(scope="module")
def log():
    return pd.read_csv(DATA / "transactions.csv", dtype={"customer_id": str}, parse_dates=["date"])


@pytest.fixture(scope="module")
def sample(log):
    customers = pd.read_csv(DATA / "customers.csv", dtype=str)
    return log[
        log["customer_id"].isin(customers.loc[customers["sample_id"].notna(), "customer_id"])
    ]


@pytest.fixture(scope="module")
def both(sample):
    return rb.split(sample, calibration_end="1997-09-30", until="1998-06-30")


def test_cdnow_counts(both):
    """Fader, Hardie & Lee (2005), Marketing Science 24(2), and their data notes."""
    assert len(both) == 2357
    assert (both["frequency"] > 0).sum() == 946
    assert both["frequency"].sum() == 2457
    assert both["frequency_holdout"].sum() == 1882
    assert both["T_holdout"].unique().tolist() == [39.0]
    spend = both[both["frequency"] > 0]["monetary_value"]
    assert spend.mean() == pytest.approx(35.08, abs=0.005)
    assert both["T"].max() == pytest.approx(38.857142857142854)


@pytest.mark.parametrize(
    ("kind", "parameters", "log_likelihood", "errors"),
    [
        # Fader, Hardie & Lee (2005): .243, 4.414, .793, 2.426, log L -9582.4
        (
            rb.BGNBD,
            (0.242595, 4.413602, 0.792922, 2.425907),
            -9582.4292,
            (0.012557, 0.378221, 0.185719, 0.705345),
        ),
        (
            rb.MBGNBD,
            (0.524843, 6.183085, 0.891359, 1.614003),
            -9582.1357,
            (0.0833, 0.6956, 0.1548, 0.5375),
        ),
        # Fader, Hardie & Lee (2005): .553, 10.578, .606, 11.669, log L -9595.0
        (
            rb.ParetoNBD,
            (0.553277, 10.577683, 0.606240, 11.668736),
            -9594.9762,
            (0.0476, 0.8427, 0.1873, 6.2105),
        ),
    ],
)
def test_cdnow_fits(both, kind, parameters, log_likelihood, errors):
    model = kind.fit(both)
    assert model.fitted.converged
    assert model.unit == "week"
    np.testing.assert_allclose(model.theta, parameters, rtol=2e-5)
    assert model.fitted.log_likelihood == pytest.approx(log_likelihood, abs=1e-4)
    assert model.log_likelihood(both) == pytest.approx(model.fitted.log_likelihood, abs=1e-7)
    rounded = kind.fit(both.table.round({"recency": 2, "T": 2}), unit="week")
    np.testing.assert_allclose(rounded.standard_errors, errors, rtol=1e-3)
    if kind is rb.BGNBD:
        np.testing.assert_allclose(rounded.standard_errors, errors, atol=1.1e-6)


def test_cdnow_spend(both):
    """Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4): 6.25, 3.74, 15.44."""
    spend = rb.GammaGamma.fit(both)
    assert spend.fitted.customers == 946
    np.testing.assert_allclose(spend.theta, (6.249573, 3.744224, 15.443517), rtol=2e-5)
    assert spend.fitted.log_likelihood == pytest.approx(-4055.9177, abs=1e-4)
    np.testing.assert_allclose(spend.standard_errors, (1.190, 0.2901, 4.159), rtol=3e-4)
    assert spend.population_mean == pytest.approx(35.17, abs=0.005)


# The panel of Fader, Hardie & Shang (2010), Marketing Science 29(6): 11,104 people who first gave
# in 1995, by gifts and last gift in 1996-2001.
DONORS = [3464, 1091, 277, 129, 78, 119, 129, 613, 255, 155, 173, 234, 322, 181, 225, 357,
          240, 284, 512, 335, 728, 1203]  # fmt: skip


@pytest.fixture(scope="module")
def donations():
    cells = [(0, 0)] + [(x, last) for x in range(1, 7) for last in range(x, 7)]
    x, last = zip(*cells, strict=True)
    return pd.DataFrame({"frequency": x, "recency": last, "T": 6, "customers": DONORS})


def test_donations(donations):
    model = rb.BGBB.fit(donations, unit="year")
    assert model.fitted.customers == 11_104
    np.testing.assert_allclose(model.theta, (1.203522, 0.749716, 0.656718, 2.783442), rtol=1e-5)
    assert model.fitted.log_likelihood == pytest.approx(-33225.5813, abs=1e-4)
    # their table of expected gifts in 2002-2006: none before, once in 1996, every year
    gifts = model.expected_purchases(donations, periods=5)["estimate"].round(2)
    assert gifts.iloc[[0, 1, -1]].tolist() == [0.07, 0.09, 3.75]
    # and of the chance to be there in 2002
    alive = model.p_alive(donations)["estimate"].round(2)
    assert alive.iloc[[0, 1, -1]].tolist() == [0.11, 0.07, 0.93]


def test_retention():
    """Fader & Hardie (2007), Journal of Interactive Marketing 21(1), "Regular" segment."""
    survivors = [1000, 631, 468, 382, 326, 289, 262, 241]
    model = rb.ShiftedBetaGeometric.fit(survivors, unit="year")
    np.testing.assert_allclose(model.theta, (0.704077, 1.182043), rtol=1e-5)
    assert model.fitted.log_likelihood / 1000 == pytest.approx(-1.68027, abs=5e-6)
    later = model.survival(12).loc[8:, "estimate"] * 100
    assert later.round(1).tolist() == [22.0, 20.4, 19.1, 18.0, 17.0]
    short = rb.ShiftedBetaGeometric.fit(survivors[:5], unit="year")
    np.testing.assert_allclose(short.theta, (0.764, 1.296), atol=5e-4)
    assert short.fitted.log_likelihood == pytest.approx(-1401.56, abs=5e-3)


def test_bgnbd_forecasts():
    model = rb.BGNBD(0.242595, 4.413602, 0.792922, 2.425907)
    new = model.expected_purchases_new([1 / 7, 1, 3, 32, 78])["estimate"]
    # The authors' spreadsheet gives 1.8576 at 78 weeks: it stops the series of its hypergeometric
    # function after 150 terms. The full series (and mpmath) gives 1.857962.
    np.testing.assert_allclose(new, [0.0078, 0.0532, 0.1506, 1.0437, 1.857962], atol=5e-5)
    customer = {"frequency": 2, "recency": 30.43, "T": 38.86}
    assert model.expected_purchases(customer, periods=39)["estimate"].iloc[0] == pytest.approx(
        1.226, abs=5e-4
    )
    assert model.p_alive(customer)["estimate"].iloc[0] == pytest.approx(0.7266, abs=5e-5)
    busy = {"frequency": [10, 15, 20, 25], "recency": [20.0] * 4, "T": [39.0] * 4}
    fall = model.expected_purchases(busy, periods=52)["estimate"]
    np.testing.assert_allclose(fall, [0.3475, 0.0428, 0.0042, 0.0004], atol=5e-5)


def test_pareto_new_customer():
    model = rb.ParetoNBD(0.553277, 10.577683, 0.606240, 11.668736)
    assert model.expected_purchases_new(52)["estimate"].iloc[0] == pytest.approx(1.473434, abs=5e-7)


def test_the_zero_cell_of_cdnow(log, sample):
    """Fader, Hardie & Lee (2005), "RFM and CLV": 78 weeks, 30 % margin, ln(1.15) / 52 a week.

    Models fitted to the sample, applied to all 23,570 customers: 12,054 who never came back are
    worth about $4.40 each and $53,000 together; the cohort just over $1.1 million.
    """
    everybody = rb.summarise(log, until="1998-06-30")
    seen = rb.summarise(sample, until="1998-06-30")
    model = rb.ParetoNBD.fit(seen)
    spend = rb.GammaGamma.fit(seen)
    rate = 1.15 ** (365.25 / 364) - 1
    value = rb.lifetime_value(model, spend, everybody, margin=0.3, annual_rate=rate)
    never = everybody["frequency"] == 0
    assert never.sum() == 12_054
    assert value[never]["estimate"].mean() == pytest.approx(4.40, abs=0.01)
    assert value[never].total()["estimate"] == pytest.approx(53_000, abs=200)
    total = value.total()
    assert 1.10e6 < total["estimate"] < 1.15e6
    assert total["low"] < total["estimate"] < total["high"]
    cell = rb.lifetime_value(model, spend, everybody[never], margin=0.3, annual_rate=rate)
    pd.testing.assert_series_equal(cell.total(), value[never].total(), rtol=1e-6)
