"""Repeat buying: forecast each customer's purchases and value from a transaction log.

A log becomes one row per customer (`summarise`, `split`); a model is fitted to it or made from
published parameters (`BGNBD`, `MBGNBD`, `ParetoNBD`, `BGBB`, `ShiftedBetaGeometric`, `GammaGamma`);
the model forecasts, with an interval for every customer; `lifetime_value` turns that into money.

Coming from lifetimes:

====================================================  ==============================================
lifetimes                                             write instead
====================================================  ==============================================
``summary_data_from_transaction_data(...)``           ``summarise(transactions)``
``calibration_and_holdout_data(...)``                 ``split(transactions, calibration_end=...,``
                                                      ``until=...)``
``BetaGeoFitter().fit(frequency, recency, T)``        ``BGNBD.fit(summary)``
``ModifiedBetaGeoFitter().fit(...)``                  ``MBGNBD.fit(summary)``
``ParetoNBDFitter().fit(...)``                        ``ParetoNBD.fit(summary)``
``BetaGeoBetaBinomFitter().fit(..., weights)``        ``BGBB.fit(summary)``, column ``customers``
``GammaGammaFitter().fit(frequency, value)``          ``GammaGamma.fit(summary)``
``conditional_probability_alive(...)``                ``model.p_alive(summary)``
``conditional_expected_number_of_purchases_``         ``model.expected_purchases(summary,``
``up_to_time(t, ...)``                                ``periods=t)``
``expected_number_of_purchases_up_to_time(t)``        ``model.expected_purchases_new(t)``
``probability_of_n_purchases_up_to_time(t, n)``       ``model.purchase_distribution(periods=t)``
``conditional_expected_average_profit(...)``          ``spend.expected_spend(summary)``
``customer_lifetime_value(..., time=12, freq="W")``   ``lifetime_value(model, spend, summary,``
                                                      ``margin=..., annual_rate=..., years=1)``
``summary``, ``params_``, ``variance_matrix_``        ``print(model.summary())``, ``model.r``,
                                                      ``model.covariance``; small bases:
                                                      ``profile(model, summary)``
``save_model(path)``, ``load_model(path)``            ``model.save(path)``, ``read_model(path)``
``plot_probability_alive_matrix(model)``              ``alive_map(model, T=39).plot()``
``plot_history_alive(...)``                           ``alive_history(...).plot()``
``plot_cumulative_transactions(...)``                 ``tracking(...).plot()``
``plot_calibration_purchases_vs_holdout_``            ``by_frequency(...).plot()``
``purchases(...)``
====================================================  ==============================================

What differs: there is no penalizer, a fit that runs away is named instead; ``monetary_value`` is
missing, not 0, for one-time buyers; a model knows its time unit and refuses another one; a discount
rate is annual and works continuously, not at the end of months.
"""

from crmlab.repeat_buying.bgbb import BGBB
from crmlab.repeat_buying.bgnbd import BGNBD, MBGNBD
from crmlab.repeat_buying.buyers import free_buyers
from crmlab.repeat_buying.comparison import best_of, compare, likelihood_ratio_test
from crmlab.repeat_buying.contact import contact_plan, plot_contact_plan, ranked_share
from crmlab.repeat_buying.covariates import add_covariates
from crmlab.repeat_buying.customers import UNITS, UnitError, unit_days
from crmlab.repeat_buying.figures import (
    plot_alive_history,
    plot_alive_map,
    plot_by_frequency,
    plot_calibration,
    plot_tracking,
)
from crmlab.repeat_buying.fitting import DegenerateFitWarning, FitError
from crmlab.repeat_buying.histories import distinct, joined
from crmlab.repeat_buying.holdout import alive_map, by_frequency, calibration
from crmlab.repeat_buying.luck import holdout_totals, luck
from crmlab.repeat_buying.nbd import NBD
from crmlab.repeat_buying.paretonbd import ParetoNBD
from crmlab.repeat_buying.profiles import profile
from crmlab.repeat_buying.refits import plot_refits, refits
from crmlab.repeat_buying.saving import read_model
from crmlab.repeat_buying.sbg import ShiftedBetaGeometric
from crmlab.repeat_buying.season import Season, plot_season
from crmlab.repeat_buying.silence import plot_silence_limits, silence_limits
from crmlab.repeat_buying.spend import GammaGamma
from crmlab.repeat_buying.spend_covariates import SpendWithCovariates
from crmlab.repeat_buying.spend_model import SpendWarning
from crmlab.repeat_buying.summarising import split, summarise
from crmlab.repeat_buying.summary import Summary
from crmlab.repeat_buying.through_time import alive_history, tracking
from crmlab.repeat_buying.value import lifetime_value
from crmlab.repeat_buying.with_covariates import WithCovariates

__all__ = [
    "BGBB",
    "BGNBD",
    "MBGNBD",
    "NBD",
    "UNITS",
    "DegenerateFitWarning",
    "FitError",
    "GammaGamma",
    "ParetoNBD",
    "Season",
    "ShiftedBetaGeometric",
    "SpendWarning",
    "SpendWithCovariates",
    "Summary",
    "UnitError",
    "WithCovariates",
    "add_covariates",
    "alive_history",
    "alive_map",
    "best_of",
    "by_frequency",
    "calibration",
    "compare",
    "contact_plan",
    "distinct",
    "free_buyers",
    "holdout_totals",
    "joined",
    "lifetime_value",
    "likelihood_ratio_test",
    "luck",
    "plot_alive_history",
    "plot_alive_map",
    "plot_by_frequency",
    "plot_calibration",
    "plot_contact_plan",
    "plot_refits",
    "plot_season",
    "plot_silence_limits",
    "plot_tracking",
    "profile",
    "ranked_share",
    "read_model",
    "refits",
    "silence_limits",
    "split",
    "summarise",
    "tracking",
    "unit_days",
]


def __dir__() -> list[str]:
    return sorted(__all__)
