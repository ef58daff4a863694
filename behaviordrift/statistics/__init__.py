"""Estimates, tests and verdicts: arrays in, named results out."""

from behaviordrift.statistics.betting import SequentialResult, sequential_verdict
from behaviordrift.statistics.bootstrap import Interval
from behaviordrift.statistics.composition_change import CompositionChange, composition_change
from behaviordrift.statistics.compositions import (
    Effect,
    ScheffeFit,
    cox_effect,
    fit_scheffe,
    fit_scheffe_linear,
    scheffe_basis,
)
from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.forgetting import Forgetting, backward_transfer, forgetting, forgetting_from_best
from behaviordrift.statistics.forgetting_speed import slope_after_peak
from behaviordrift.statistics.gate import GateResult, GateVerdict, Rule, gate_outcome, gate_verdict
from behaviordrift.statistics.lengths import length_change
from behaviordrift.statistics.log_ratios import clr, replace_zeros
from behaviordrift.statistics.misclassification import (
    corrected_rate,
    difference_with_error,
    error_spread,
)
from behaviordrift.statistics.multiplicity import false_discovery, holm
from behaviordrift.statistics.nominal import NominalChange, ShareChange, TableTest, nominal_change, pair_table_tests
from behaviordrift.statistics.paired import binary_difference, log_rate_ratio, log_ratio, mean_difference
from behaviordrift.statistics.quantification import RecoveredShares, recover_shares
from behaviordrift.statistics.risk_preference import RiskPreference, risk_preference, risk_preference_change
from behaviordrift.statistics.runs import RunTest, compare_runs, tipping_seed_sd
from behaviordrift.statistics.verdict import Verdict, drift_verdict
from behaviordrift.statistics.win_probability import win_probability

__all__ = [
    "CompositionChange",
    "Effect",
    "Estimate",
    "Forgetting",
    "GateResult",
    "GateVerdict",
    "Interval",
    "NominalChange",
    "RecoveredShares",
    "RiskPreference",
    "Rule",
    "RunTest",
    "ScheffeFit",
    "SequentialResult",
    "ShareChange",
    "TableTest",
    "Verdict",
    "backward_transfer",
    "binary_difference",
    "clr",
    "compare_runs",
    "composition_change",
    "corrected_rate",
    "cox_effect",
    "difference_with_error",
    "drift_verdict",
    "error_spread",
    "false_discovery",
    "fit_scheffe",
    "fit_scheffe_linear",
    "forgetting",
    "forgetting_from_best",
    "gate_outcome",
    "gate_verdict",
    "holm",
    "length_change",
    "log_rate_ratio",
    "log_ratio",
    "mean_difference",
    "nominal_change",
    "pair_table_tests",
    "recover_shares",
    "replace_zeros",
    "risk_preference",
    "risk_preference_change",
    "scheffe_basis",
    "sequential_verdict",
    "slope_after_peak",
    "tipping_seed_sd",
    "win_probability",
]
