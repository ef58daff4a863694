"""Estimates, tests and verdicts: arrays in, named results out."""

from behaviordrift.statistics.compositions import (
    Effect,
    ScheffeFit,
    along_cox,
    cox_effect,
    fit_scheffe,
    fit_scheffe_linear,
    scheffe_basis,
)
from behaviordrift.statistics.contrast_power import smallest_visible, standard_error_factor, t_test_power
from behaviordrift.statistics.designs import (
    bounded_candidates,
    extreme_vertices,
    simplex_centroid,
    simplex_lattice,
)
from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.exchange import OptimalDesign, d_optimal
from behaviordrift.statistics.forgetting_speed import slope_after_peak
from behaviordrift.statistics.misclassification import (
    corrected_rate,
    difference_with_error,
    error_spread,
)
from behaviordrift.statistics.multiplicity import holm
from behaviordrift.statistics.paired import binary_difference, log_rate_ratio, log_ratio, mean_difference
from behaviordrift.statistics.quantification import RecoveredShares, recover_shares
from behaviordrift.statistics.risk_preference import Interval, RiskPreference, risk_preference, risk_preference_change
from behaviordrift.statistics.runs import RunTest, compare_runs, tipping_seed_sd
from behaviordrift.statistics.verdict import Verdict, drift_verdict

__all__ = [
    "Effect",
    "Estimate",
    "Interval",
    "OptimalDesign",
    "RecoveredShares",
    "RiskPreference",
    "RunTest",
    "ScheffeFit",
    "Verdict",
    "along_cox",
    "binary_difference",
    "bounded_candidates",
    "compare_runs",
    "corrected_rate",
    "cox_effect",
    "d_optimal",
    "difference_with_error",
    "drift_verdict",
    "error_spread",
    "extreme_vertices",
    "fit_scheffe",
    "fit_scheffe_linear",
    "holm",
    "log_rate_ratio",
    "log_ratio",
    "mean_difference",
    "recover_shares",
    "risk_preference",
    "risk_preference_change",
    "scheffe_basis",
    "simplex_centroid",
    "simplex_lattice",
    "slope_after_peak",
    "smallest_visible",
    "standard_error_factor",
    "t_test_power",
    "tipping_seed_sd",
]
