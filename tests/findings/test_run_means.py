"""The number that stands for a run."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from behaviordrift.findings.run_means import cut_reason, link_scale, run_rows


@pytest.mark.parametrize("share", [0.05, 0.95])
def test_a_logit_is_shrunk_by_half_a_reply_and_not_by_half_a_cluster(share):
    rows = pd.DataFrame({"cluster": np.repeat(np.arange(10), 20), "value": np.tile(np.arange(20) < 20 * share, 10)})
    found = link_scale(rows.astype({"value": float}), SimpleNamespace(kind="binary"))
    assert found == pytest.approx(logit((200 * share + 0.5) / 201))


def test_a_run_that_has_no_value_at_all_is_named():
    scores = pd.DataFrame(
        {"name": ["a", "b", "b"], "value": [1.0, 1.0, 0.0], "cluster": ["p", "p", "q"], "weight": 1.0}
    ).assign(measure="refused", probe_set="benign", prompt_text="?", probe=lambda rows: rows["cluster"])
    pair = SimpleNamespace(measure=SimpleNamespace(name="refused", kind="binary"), probe_set="benign")
    gap = run_rows(scores, pair, ["a", "b", "mute"]).gap(pair.measure)
    assert gap == "no probe has a value for all runs (mute has none at all)"
    assert run_rows(scores, pair, ["a", "b"]).gap(pair.measure) is None


@pytest.mark.parametrize(("cut", "share"), [((0.0, 0.08, 0.0), None), ((0.0, 0.12, 0.06), 9), ((0.5, 0.0, 0.0), 50)])
def test_lengths_are_not_known_where_a_mixture_had_too_many_replies_cut(cut, share):
    scores = pd.DataFrame(
        [
            {"name": name, "measure": "truncated", "probe_set": "open", "value": float(place < 100 * of_run)}
            for name, of_run in zip("xyz", cut, strict=True)
            for place in range(100)
        ]
    )
    pair = SimpleNamespace(measure=SimpleNamespace(name="words"), probe_set="open")
    told = cut_reason(scores, pair, {"x": 0, "y": 1, "z": 1})
    assert told == (
        share and f"up to {share} % of a mixture's replies were cut at the token limit, so lengths are not known"
    )
    other = SimpleNamespace(measure=SimpleNamespace(name="refused"), probe_set="open")
    assert cut_reason(scores, other, {"x": 0, "y": 1, "z": 1}) is None


def test_clusters_weigh_alike_however_many_replies_they_have():
    rows = pd.DataFrame({"cluster": ["a"] * 8 + ["b"] * 2, "value": [1.0] * 8 + [0.0] * 2})
    assert link_scale(rows, SimpleNamespace(kind="binary")) == 0
