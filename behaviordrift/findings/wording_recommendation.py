"""The sentences of a recommendation, never stronger than what the runs can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from behaviordrift.findings.wording import level_text
from behaviordrift.traits.trait import Kind


def shares_text(mixture: Mapping[str, float]) -> str:
    """A mixture in whole percent.

    >>> shares_text({"qa": 0.25, "safety": 0.75, "support": 0.0})
    'qa 25 %, safety 75 %'
    """
    return ", ".join(f"{task} {100 * share:.0f} %" for task, share in mixture.items() if share >= 0.005)


def confidence_text(confidence: float) -> str:
    """A confidence that is never rounded up to certainty.

    >>> confidence_text(0.953), confidence_text(0.99999), confidence_text(1.0)
    ('95.3 %', 'above 99.9 %', '100 %')
    """
    return "above 99.9 %" if 0.9985 < confidence < 1 else f"{100 * confidence:.3g} %"


def region_sentence(
    best: Mapping[str, float],
    sure: tuple[float, float],
    extents: Mapping[str, tuple[float, float]],
    *,
    wanted: int,
    asked: float,
) -> str:
    """That mixtures meet the targets, which, and how surely.

    Args:
        best: the mixture of largest confidence.
        sure: of that mixture by itself; and that some mixture meets the targets, allowing for the search.
        extents: for each task the least and the greatest share in the region.
        wanted: number of targets.
        asked: the confidence that was asked for.
    """
    ranges = ", ".join(f"{task} {100 * low:.0f} to {100 * high:.0f} %" for task, (low, high) in extents.items())
    targets = "the target" if wanted == 1 else f"all {wanted} targets"
    return (
        f"Region found: mixtures within {ranges} (not every one of them) are expected to meet {targets}, each mixture "
        f"by itself with {confidence_text(asked)} confidence or more. The surest is {shares_text(best)}: "
        f"{confidence_text(sure[0])} by itself, {confidence_text(sure[1])} allowing for the search among mixtures."
    )


def unreachable_sentence(best: Mapping[str, float], culprits: Sequence[str], asked: float) -> str:
    """That no mixture meets the targets, and which of them is out of reach by itself."""
    why = (
        f"out of reach by itself: {'; '.join(culprits)}"
        if culprits
        else "no target is out of reach by itself, but all together are"
    )
    return (
        f"Not reachable: of the mixtures searched, each is shown to miss a target, with {confidence_text(asked)} "
        f"confidence; {why}. Least surely refuted is {shares_text(best)}."
    )


def open_sentence(best: Mapping[str, float], confidence: float, culprits: Sequence[str], asked: float) -> str:
    """That the runs leave it open, and where it hangs."""
    why = (
        f"not shown to be reachable even by itself: {'; '.join(culprits)}"
        if culprits
        else "each target can be met by itself, but whether all can together stays open"
    )
    return (
        f"These data cannot say whether a mixture meets the targets ({why}). The surest is {shares_text(best)}, with "
        f"{confidence_text(confidence)} where {confidence_text(asked)} is asked for; more runs near it could tell."
    )


def refused_sentence(reasons: Sequence[str]) -> str:
    """That nothing may be recommended from these runs, and why."""
    return f"These data cannot say which mixture to take: {'; '.join(reasons)}."


def misfit_sentence(names: Sequence[str]) -> str:
    """That the models do not fit, so that the verdict is no more than a hint."""
    return f"Take this as a hint only: the model of {', '.join(names)} does not fit its runs."


def change_sentence(
    name: str, kind: Kind, levels: tuple[float, float], ends: tuple[float, float], *, verdict: str, best: str
) -> str:
    """What a measure is expected to be at the recommended mixture.

    Args:
        name: the measure and where it is read.
        kind: of the measure.
        levels: at the mixture that is started from, and at the recommended one.
        ends: of the 95 % interval of the latter.
        verdict: "rises", "falls", "stays" or "not shown".
        best: the recommended mixture.
    """
    before, after, low, high = (level_text(kind, value) for value in (*levels, *ends))
    told = {
        "rises": "it rises",
        "falls": "it falls",
        "stays": "it stays within the default margin",
        "not shown": "no change is shown",
    }[verdict]
    return f"{name}: expected {before} at the start and {after} [{low}, {high}] at {best}: {told}."
