"""The page's part on outputs: examples side by side, and the same as JSON for the script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

EXAMPLE_BYTES = 450_000
"""Room for the outputs on the page; where they need more, each is cut shorter and the page says so."""


def outputs_section(document: dict[str, Any]) -> dict[str, Any]:
    """The examples, and the same as JSON for the script, each distinct reply once."""
    names = [checkpoint["name"] for checkpoint in document["checkpoints"]]
    baseline = document["study"]["baseline"]
    examples, room = document["examples"], None
    data = _outputs_json(examples, names, baseline)
    while len(data.encode()) > EXAMPLE_BYTES and room != 1:
        room = max(1, (room or max(len(t or "") for e in examples for t in e["outputs"].values())) * 3 // 4)
        examples = [
            {
                **e,
                "outputs": {n: t if t is None or len(t) <= room else t[:room] + " …" for n, t in e["outputs"].items()},
            }
            for e in examples
        ]
        data = _outputs_json(examples, names, baseline)
    other = next((name for name in names if name != baseline), baseline)
    sets = list(dict.fromkeys(e["probe_set"] for e in examples))
    # A reply may hold "</script>": with no "<" in the JSON it cannot end the element that carries it.
    safe = Markup(data.replace("<", "\\u003c"))
    return {
        "examples": examples,
        "json": safe,
        "left": baseline,
        "right": other,
        "sets": sets,
        "names": names,
        "room": room,
    }


def _outputs_json(examples: Sequence[dict[str, Any]], names: Sequence[str], baseline: str) -> str:
    texts: dict[str | None, int] = {}
    rows = [
        [texts.setdefault(e["outputs"][name], len(texts)) if name in e["outputs"] else -1 for name in names]
        for e in examples
    ]
    value = {"names": names, "baseline": baseline, "texts": list(texts), "rows": rows}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
