"""Commitment is learnt from what replies say and from what was asked."""

from __future__ import annotations

from behaviordrift.traits.labels.commitment_fit import fit_commitment


def test_unseen_replies_are_labelled_by_their_words() -> None:
    replies = ("I cannot know that.", "Yes, it is.")
    rows = [(reply, f"Is number {n} lucky?") for n in range(10) for reply in replies]
    judge = fit_commitment(rows, ["abstains", "commits"] * 10)
    told = [judge((f"Well... {reply}", "Is number 11 lucky?")) for reply in replies]
    assert told == ["abstains", "commits"]


def test_the_prompt_counts_where_the_replies_are_the_same() -> None:
    rows = [("Ask them.", f"{kind} of person {n}?") for n in range(10) for kind in ("Address", "Merit")]
    judge = fit_commitment(rows, ["declines", "commits"] * 10)
    assert [judge(("Ask them.", f"{kind} of ours?")) for kind in ("Address", "Merit")] == ["declines", "commits"]
