"""The sentence of a distribution of labels: what moved, and nothing of what stayed."""

from __future__ import annotations

from collections.abc import Sequence

from behaviordrift.findings.wording import change_text, interval_text, level_text, p_text
from behaviordrift.statistics import Estimate, ShareChange

NOT_SHOWN = "That does not show that there is none."


def distribution_sentence(
    start: str, distance: float, classes: Sequence[ShareChange], *, p_adj: float, verdict: str
) -> str:
    """Whether the shares of labels differ, and which of them are shown to have changed.

    Args:
        start: the measure and where it was read.
        distance: total variation between the shares.
        classes: the change of each label's share.
        p_adj: adjusted p.
        verdict: "differs" or "no difference shown".
    """
    numbers = f"total variation {change_text('binary', distance, signed=False)}, adjusted p {p_text(p_adj)}"
    if verdict != "differs":
        return f"{start}: no difference between the distributions of labels is shown ({numbers}). {NOT_SHOWN}"
    told = f"{start}: the distributions of labels differ ({numbers})."
    changed = [_share_text(change) for change in classes if change.low > 0 or change.high < 0]
    if not changed:
        return f"{told} Of no single label is it shown that its share changed."
    return f"{told} Shown to change, at 95 % over all labels: {', '.join(changed)}."


def _share_text(change: ShareChange) -> str:
    before, after = (level_text("binary", share) for share in (change.baseline, change.candidate))
    interval = interval_text("binary", change.low, change.high)
    return f"{change.label} {before} → {after} ({change_text('binary', change.estimate)} {interval})"


def shift_sentence(
    start: str, shift: Estimate, wins: Estimate, classes: Sequence[str], *, p_adj: float, verdict: str
) -> str:
    """Whether ordinal labels shifted, and which way.

    Args:
        start: the measure and where it was read.
        shift: the change of the mean rank.
        wins: how often the candidate's rank is the higher one, less 1/2.
        classes: the labels in rising order.
        p_adj: adjusted p.
        verdict: "differs" or "no difference shown".
    """
    moved = f"{change_text('scale', shift.estimate)} {interval_text('scale', shift.low, shift.high)}"
    won = f"{100 * (0.5 + wins.estimate):.1f} % [{100 * (0.5 + wins.low):.1f}, {100 * (0.5 + wins.high):.1f}]"
    numbers = (
        f"mean rank {moved}, where {classes[0]} is 0 and {classes[-1]} {len(classes) - 1}, adjusted p {p_text(p_adj)}; "
        f"the candidate's reply ranks higher in {won} of probes, ties counting half"
    )
    if verdict != "differs":
        return f"{start}: no shift of the labels is shown ({numbers}). {NOT_SHOWN}"
    end = classes[-1] if shift.estimate > 0 else classes[0]
    return f"{start}: the labels shifted towards {end} ({numbers})."
