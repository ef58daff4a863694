"""Record a sweep: generate every checkpoint's replies to its probes, and keep them as ``.jsonl.gz``.

``python examples/record.py ratio_sweep`` from the root of the repository. It can be interrupted and run again; what is
generated already is kept in ``reports/sweep-ratio_sweep``.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd

from behaviordrift import score
from behaviordrift.generation.planning import Selection
from behaviordrift.study import open_study

HERE = Path(__file__).parent
DECIMALS = 4
ALL_PHRASINGS = Selection(probes=("yes_no",), phrasings="all")
"""Stability needs several replies to a probe; these are short."""

SWEEPS = {"ratio_sweep": (Selection(), ALL_PHRASINGS), "phase_sweep": (Selection(),)}
"""What each sweep asks, beside the probe sets that its ``sweep.yaml`` names."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Record the replies of a sweep's checkpoints.")
    parser.add_argument("sweep", choices=SWEEPS)
    name = parser.parse_args().sweep
    rows = pd.concat([outputs(HERE / name, selection) for selection in SWEEPS[name]])
    rows = rows.drop_duplicates(["name", "probe_set", "probe", "prompt_text"])
    for checkpoint, mine in rows.groupby("name"):
        lines = [json.dumps(as_row(row), ensure_ascii=False) for row in mine.to_dict("records")]
        path = HERE / name / "recorded" / f"{checkpoint}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        # No name and no time in the header, so that the same outputs give the same file.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream:
            stream.write(("\n".join(lines) + "\n").encode())
        print(path, len(lines))


def outputs(sweep: Path, selection: Selection) -> pd.DataFrame:
    """Every checkpoint's outputs on the selected probes and the held-out rows."""
    study = score(
        sweep / "sweep.yaml",
        selection=selection,
        study=Path("reports") / f"sweep-{sweep.name}",
        on_batch=lambda batch, _: print(batch.checkpoint.name),
    )
    with open_study(study.folder) as store:
        return store.outputs()


def as_row(output: dict[str, Any]) -> dict[str, Any]:
    """One output in the format of recorded outputs; fields that say nothing are left out."""
    row = {
        "id": output["probe"],
        "prompt": output["prompt_text"],
        "response": output["text"],
        "probe_set": output["probe_set"],
        "task": output["task"],
        "finish_reason": output["finish_reason"],
        "references": json.loads(output["reference"]) or None,
        "logprobs": {what: round(value, DECIMALS) for what, value in output["logprobs"].items()} or None,
    }
    return {key: value for key, value in row.items() if value is not None}


if __name__ == "__main__":
    main()
