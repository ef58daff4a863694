"""Estimates, tests and verdicts: arrays in, named results out."""

from behaviordrift.statistics.betting import SequentialResult, sequential_verdict
from behaviordrift.statistics.blending import fit_blending
from behaviordrift.statistics.bootstrap import Interval
from behaviordrift.statistics.claim import claim_difference
from behaviordrift.statistics.class_shares import SharesChange, shares_change
from behaviordrift.statistics.cluster_jackknife import contrast_incomplete_runs
from behaviordrift.statistics.composition_change import CompositionChange, composition_change
from behaviordrift.statistics.compositions import ScheffeFit, fit_scheffe, fit_scheffe_linear, scheffe_basis
from behaviordrift.statistics.contrast_power import standard_error_factor
from behaviordrift.statistics.contrasts import contrast, group_means
from behaviordrift.statistics.cox_effect import along_cox, change_between, cox_effect
from behaviordrift.statistics.cox_share import cox_share_change
from behaviordrift.statistics.designs import bounded_candidates, extreme_vertices, simplex_centroid, simplex_lattice
from behaviordrift.statistics.desirable_region import DesirableRegion, Like, Within, desirable_region
from behaviordrift.statistics.distances import Distances, distances_from_pure
from behaviordrift.statistics.effect import Effect
from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.exchange import OptimalDesign, d_optimal
from behaviordrift.statistics.fieller import RatioSet, fieller
from behaviordrift.statistics.forgetting import Forgetting, backward_transfer, forgetting, forgetting_from_best
from behaviordrift.statistics.forgetting_speed import slope_after_peak
from behaviordrift.statistics.gate import GateResult, GateVerdict, Rule, gate_outcome, gate_verdict
from behaviordrift.statistics.influence import Influence, resemblance_share
from behaviordrift.statistics.lateness import Lateness, lateness
from behaviordrift.statistics.lengths import length_change
from behaviordrift.statistics.links import empirical_logit, log_rate
from behaviordrift.statistics.log_contrast import LogContrastFit, fit_log_contrast
from behaviordrift.statistics.log_ratios import clr, replace_zeros
from behaviordrift.statistics.mixture_amount import MixtureAmountFit, fit_mixture_amount
from behaviordrift.statistics.multiplicity import false_discovery, holm
from behaviordrift.statistics.nominal import NominalChange, ShareChange, TableTest, nominal_change, pair_table_tests
from behaviordrift.statistics.paired import binary_difference, log_rate_ratio, log_ratio, mean_difference
from behaviordrift.statistics.phase_model import PhaseFit, fit_phases
from behaviordrift.statistics.potency import pooled_potency
from behaviordrift.statistics.power import (
    clusters_needed,
    holm_levels,
    paired_variance,
    smallest_paired_effect,
    smallest_visible_by_f,
    smallest_visible_effect,
    t_power,
)
from behaviordrift.statistics.quantification import RecoveredShares, recover_shares
from behaviordrift.statistics.risk_preference import RiskPreference, risk_preference, risk_preference_change
from behaviordrift.statistics.run_contrast import contrast_runs
from behaviordrift.statistics.run_permutation import FamilyTest, max_t, permutation_floor
from behaviordrift.statistics.runs import RunTest, SeedSpread, compare_runs, seed_spread, tipping_seed_sd
from behaviordrift.statistics.search_space import SearchSpace, in_hull
from behaviordrift.statistics.seed_sd import seed_sd_interval
from behaviordrift.statistics.shapley import ShapleyShares, shapley_shares, shapley_values
from behaviordrift.statistics.variance_components import VarianceComponents, contrast_variance, variance_components
from behaviordrift.statistics.verdict import Verdict, drift_verdict
from behaviordrift.statistics.win_probability import win_probability
from behaviordrift.statistics.worst_task import worst_task

__all__ = [
    "CompositionChange",
    "DesirableRegion",
    "Distances",
    "Effect",
    "Estimate",
    "FamilyTest",
    "Forgetting",
    "GateResult",
    "GateVerdict",
    "Influence",
    "Interval",
    "Lateness",
    "Like",
    "LogContrastFit",
    "MixtureAmountFit",
    "NominalChange",
    "OptimalDesign",
    "PhaseFit",
    "RatioSet",
    "RecoveredShares",
    "RiskPreference",
    "Rule",
    "RunTest",
    "ScheffeFit",
    "SearchSpace",
    "SeedSpread",
    "SequentialResult",
    "ShapleyShares",
    "ShareChange",
    "SharesChange",
    "TableTest",
    "VarianceComponents",
    "Verdict",
    "Within",
    "along_cox",
    "backward_transfer",
    "binary_difference",
    "bounded_candidates",
    "change_between",
    "claim_difference",
    "clr",
    "clusters_needed",
    "compare_runs",
    "composition_change",
    "contrast",
    "contrast_incomplete_runs",
    "contrast_runs",
    "contrast_variance",
    "cox_effect",
    "cox_share_change",
    "d_optimal",
    "desirable_region",
    "distances_from_pure",
    "drift_verdict",
    "empirical_logit",
    "extreme_vertices",
    "false_discovery",
    "fieller",
    "fit_blending",
    "fit_log_contrast",
    "fit_mixture_amount",
    "fit_phases",
    "fit_scheffe",
    "fit_scheffe_linear",
    "forgetting",
    "forgetting_from_best",
    "gate_outcome",
    "gate_verdict",
    "group_means",
    "holm",
    "holm_levels",
    "in_hull",
    "lateness",
    "length_change",
    "log_rate",
    "log_rate_ratio",
    "log_ratio",
    "max_t",
    "mean_difference",
    "nominal_change",
    "pair_table_tests",
    "paired_variance",
    "permutation_floor",
    "pooled_potency",
    "recover_shares",
    "replace_zeros",
    "resemblance_share",
    "risk_preference",
    "risk_preference_change",
    "scheffe_basis",
    "seed_sd_interval",
    "seed_spread",
    "sequential_verdict",
    "shapley_shares",
    "shapley_values",
    "shares_change",
    "simplex_centroid",
    "simplex_lattice",
    "slope_after_peak",
    "smallest_paired_effect",
    "smallest_visible_by_f",
    "smallest_visible_effect",
    "standard_error_factor",
    "t_power",
    "tipping_seed_sd",
    "variance_components",
    "win_probability",
    "worst_task",
]
