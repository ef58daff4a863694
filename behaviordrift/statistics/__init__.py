"""Estimates, tests and verdicts: arrays in, named results out."""

from behaviordrift.statistics.compositions import (
    Effect,
    ScheffeFit,
    cox_effect,
    fit_scheffe,
    fit_scheffe_linear,
    scheffe_basis,
)
from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.fieller import RatioSet, fieller
from behaviordrift.statistics.forgetting_speed import slope_after_peak
from behaviordrift.statistics.lateness import Lateness, lateness
from behaviordrift.statistics.misclassification import (
    corrected_rate,
    difference_with_error,
    error_spread,
)
from behaviordrift.statistics.multiplicity import holm
from behaviordrift.statistics.paired import binary_difference, log_rate_ratio, log_ratio, mean_difference
from behaviordrift.statistics.phase_model import PhaseFit, fit_phases
from behaviordrift.statistics.quantification import RecoveredShares, recover_shares
from behaviordrift.statistics.risk_preference import Interval, RiskPreference, risk_preference, risk_preference_change
from behaviordrift.statistics.runs import RunTest, SeedSpread, compare_runs, seed_spread, tipping_seed_sd
from behaviordrift.statistics.verdict import Verdict, drift_verdict

__all__ = [
    "Effect",
    "Estimate",
    "Interval",
    "Lateness",
    "PhaseFit",
    "RatioSet",
    "RecoveredShares",
    "RiskPreference",
    "RunTest",
    "ScheffeFit",
    "SeedSpread",
    "Verdict",
    "binary_difference",
    "compare_runs",
    "corrected_rate",
    "cox_effect",
    "difference_with_error",
    "drift_verdict",
    "error_spread",
    "fieller",
    "fit_phases",
    "fit_scheffe",
    "fit_scheffe_linear",
    "holm",
    "lateness",
    "log_rate_ratio",
    "log_ratio",
    "mean_difference",
    "recover_shares",
    "risk_preference",
    "risk_preference_change",
    "scheffe_basis",
    "seed_spread",
    "slope_after_peak",
    "tipping_seed_sd",
]
