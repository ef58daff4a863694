"""Record the sweep: generate every checkpoint's replies to the shipped probes, and keep them as ``.jsonl.gz``.

Run it from the root of the repository. It can be interrupted and run again; what is generated already is kept in
``reports/sweep``.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd

from behaviordrift import score
from behaviordrift.generation.planning import Selection
from behaviordrift.study import open_study

HERE = Path(__file__).parent
STUDY = "reports/sweep"
DECIMALS = 4
ALL_PHRASINGS = Selection(probes=("yes_no",), phrasings="all")
"""Stability needs several replies to a probe; these are short."""


def main() -> None:
    rows = pd.concat([outputs(Selection()), outputs(ALL_PHRASINGS)])
    rows = rows.drop_duplicates(["name", "probe_set", "probe", "prompt_text"])
    for name, mine in rows.groupby("name"):
        lines = [json.dumps(as_row(row), ensure_ascii=False) for row in mine.to_dict("records")]
        path = HERE / "recorded" / f"{name}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        # No name and no time in the header, so that the same outputs give the same file.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream:
            stream.write(("\n".join(lines) + "\n").encode())
        print(path, len(lines))


def outputs(selection: Selection) -> pd.DataFrame:
    """Every checkpoint's outputs on the selected probes and the held-out rows."""
    study = score(
        HERE / "sweep.yaml", selection=selection, study=STUDY, on_batch=lambda batch, _: print(batch.checkpoint.name)
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
