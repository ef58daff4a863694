"""Register against human labels: GUM in English; CrossWOZ, GCDT and OCNLI in Chinese."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from behaviordrift.traits.labels.check import Check, Metric
from behaviordrift.traits.labels.chinese_genre import fit_genres
from behaviordrift.traits.labels.linear_fit import Features, fit_linear, held_out, judging
from behaviordrift.traits.labels.modules import of_present_sets
from behaviordrift.traits.labels.rows import labelled_rows
from behaviordrift.traits.reading.linear import LinearModel, ngrams
from behaviordrift.traits.reading.text import plain, sentences, words
from behaviordrift.traits.register import chinese_features, english_cues, shares

GUM_REGISTERS = {
    "bio": "encyclopedic",
    "voyage": "encyclopedic",
    "whow": "instructional",
    "fiction": "narrative",
    "conversation": "spoken",
    "vlog": "spoken",
    "podcast": "spoken",
    "interview": "spoken",
    "academic": "technical",
    "textbook": "technical",
    "speech": "formal_public",
    "court": "formal_public",
    "letter": "formal_public",
}
GCDT_REGISTERS = {"academic": "technical", "bio": "encyclopedic", "interview": "spoken", "whow": "instructional"}
"""News has no register of ours, neither here nor in GUM."""

SERVICE_ROLES = {"sys": "customer_service", "usr": "spoken"}
"""A user of the service speaks, as people do: no register of a company."""

OWN_WEIGHT = 6
"""Times that a text written for this project counts: alone it stands for what the two sets do not hold."""

EVERY_UTTERANCE = 8
EVERY_SENTENCE = 2
"""Of CrossWOZ one utterance in eight is fitted on, and of GCDT's chunks, beside the whole, one sentence in two: with
more of it, a single subject, tourism in Beijing, would be taken for the register."""

FEWEST = 14
STRENGTH = 3.0
"""Rows that an n-gram must stand in, and inverse strength of the penalty; they keep the weights small."""

CUE_SCALE = 0.25
"""Brings log rates of English cues, up to about 4, to the size of n-gram features, up to 1."""

BLOCK = 100
"""Neighbouring rows of OCNLI that are held out together: its premises tell no document."""


class Labelled(NamedTuple):
    """A text with its label, and the group that it is held out with."""

    text: str
    label: str
    group: str
    source: str = "own"


def weights(gold: Path) -> dict[str, LinearModel]:
    """The weights that ship: Chinese register, from CrossWOZ, GCDT and texts written for this project."""
    rows = _chinese_rows(gold)
    card = {
        "what": "register of Chinese text: characters, pairs of characters, and groups of cues",
        "data": "CrossWOZ utterances (Apache-2.0), GCDT chunks without news (Apache-2.0), and texts of this project",
        "rows": ", ".join(f"{name} {len(list(kept))}" for name, kept in groupby(sorted(row.source for row in rows))),
        "split": "all rows; the scores are of models that did not see the row's dialogue or document",
        "scores": "python -m behaviordrift.traits.evaluate --gold DIR",
        "command": "python -m behaviordrift.traits.fit --gold DIR",
        "licence": "Apache-2.0",
    }
    return {"zh/register": _fit_chinese(rows, card)}


def checks(gold: Path) -> list[Check]:
    """Register held against each set that is there."""
    return list(of_present_sets(gold, _gum, _shipped_chinese, _own_genres_gcdt, _own_genres_ocnli))


def _check(
    labelled: str,
    language: str,
    rows: Sequence[Labelled],
    columns: Mapping[str, Sequence[str]],
    metrics: tuple[Metric, ...] = ("macro_f1", "accuracy"),
    **told: Any,
) -> Check:
    """A check of labelled rows; `told` are further fields of it."""
    truth, groups = [row.label for row in rows], [row.group for row in rows]
    return Check("register", labelled, language, metrics, truth, groups, columns, **told)


def _gum(gold: Path) -> Check:
    rows = [
        Labelled(row["text"], GUM_REGISTERS[row["genre"]], row["doc"])
        for row in labelled_rows(gold / "gum_register" / "gum_chunks.jsonl")
        if row["genre"] in GUM_REGISTERS
    ]
    return _check(
        "GUM, six registers",
        "en",
        rows,
        {
            "shipped": [_best(shares(row.text)) for row in rows],
            "fitted, held out": _held_out(rows, judging(_english_features, _label)),
            "word TF-IDF": _held_out(rows, judging(_words_alone, _label)),
        },
        goals={("shipped", "macro_f1"): 0.55, ("fitted, held out", "macro_f1"): 0.70},
        baselines={("style counts, 15 genres", "macro_f1"): 0.257, ("word TF-IDF, 8 classes", "macro_f1"): 0.638},
    )


def _shipped_chinese(gold: Path) -> list[Check]:
    """CrossWOZ and GCDT judged by the shipped recipe, fitted without the row's dialogue or document."""
    rows = _chinese_rows(gold, every=1)
    judged = list(zip(rows, _held_out(rows, _chinese_judge), strict=True))
    service = [(row._replace(label=_service(row.label)), label) for row, label in judged if row.source == "CrossWOZ"]
    chunks = [(row, label) for row, label in judged if row.source == "GCDT"]
    return [
        _check(
            "CrossWOZ, agents and users",
            "zh",
            [row for row, _ in service],
            {"shipped": [_service(label) for _, label in service]},
            ("recall", "precision", "f1"),
            positive="customer_service",
            goals={("shipped", "recall"): 0.85},
        ),
        _check("GCDT, four registers", "zh", [row for row, _ in chunks], {"shipped": [label for _, label in chunks]}),
    ]


def _own_genres_gcdt(gold: Path) -> Check:
    """The set's own five genres, on its official dev part."""
    parts: dict[str, list[Labelled]] = {"train": [], "dev": []}
    for row in labelled_rows(gold / "gcdt_register_zh" / "gcdt_chunks.jsonl"):
        parts.setdefault(row["split"], []).append(Labelled(row["text"], row["genre"], row["doc"]))
    return _check(
        "GCDT, its genres, official split",
        "zh",
        parts["dev"],
        {"fitted, held out": [*map(_genre_judge(parts["train"]), parts["dev"])]},
        goals={("fitted, held out", "macro_f1"): 0.78},
        baselines={("character TF-IDF", "macro_f1"): 0.750},
    )


def _own_genres_ocnli(gold: Path) -> Check:
    """The set's own five genres, by blocks of neighbours."""
    rows = [
        Labelled(row["text"], row["genre"], f"{place // BLOCK:03}")
        for place, row in enumerate(labelled_rows(gold / "ocnli_register_zh" / "premises.jsonl"))
    ]
    return _check(
        "OCNLI, its genres",
        "zh",
        rows,
        {"fitted, held out": _held_out(rows, _genre_judge)},
        goals={("fitted, held out", "macro_f1"): 0.90},
        baselines={("character TF-IDF", "macro_f1"): 0.887},
    )


def _chinese_rows(gold: Path, every: int = EVERY_UTTERANCE) -> list[Labelled]:
    """Texts of this project, utterances of CrossWOZ (one in `every`), chunks of GCDT and sentences of them."""
    examples = files("behaviordrift.traits") / "examples" / "zh" / "register.jsonl"
    lines = examples.read_text(encoding="utf-8").splitlines()
    rows = [Labelled(row["text"], row["register"], f"own {place}") for place, row in enumerate(map(json.loads, lines))]
    for row in labelled_rows(gold / "service_zh_crosswoz" / "utterances.jsonl")[::every]:
        dialogue = "dialogue " + row["id"].split(":")[0]
        rows.append(Labelled(row["text"], SERVICE_ROLES[row["role"]], dialogue, "CrossWOZ"))
    for row in labelled_rows(gold / "gcdt_register_zh" / "gcdt_chunks.jsonl"):
        if row["genre"] not in GCDT_REGISTERS:
            continue
        label = GCDT_REGISTERS[row["genre"]]
        rows.append(Labelled(row["text"], label, row["doc"], "GCDT"))
        for sentence in sentences(row["text"], "zh")[::EVERY_SENTENCE]:
            rows.append(Labelled(sentence, label, row["doc"], "GCDT sentences"))
    return rows


def _fit_chinese(rows: Sequence[Labelled], card: Mapping[str, str]) -> LinearModel:
    counted = [row for row in rows for _ in range(OWN_WEIGHT if row.source == "own" else 1)]
    features = [chinese_features(row.text) for row in counted]
    return fit_linear(
        [grams for grams, _ in features],
        [cues for _, cues in features],
        [row.label for row in counted],
        card,
        c=STRENGTH,
        fewest=FEWEST,
    )


def _chinese_judge(rows: list[Labelled]) -> Callable[[Labelled], str]:
    service = [row for row in rows if row.source == "CrossWOZ"][::EVERY_UTTERANCE]
    model = _fit_chinese([row for row in rows if row.source != "CrossWOZ"] + service, {})
    return lambda row: _best(model.shares(*chinese_features(row.text)))


def _genre_judge(rows: list[Labelled]) -> Callable[[Labelled], str]:
    judge = fit_genres([row.text for row in rows], [row.label for row in rows])
    return lambda row: judge(row.text)


def _english_features(row: Labelled) -> Features:
    cues = {cue: value * CUE_SCALE for cue, value in english_cues(row.text).items()}
    return list(ngrams(words(plain(row.text)), 1, 2)), cues


def _words_alone(row: Labelled) -> Features:
    return words(plain(row.text)), {}


def _held_out(rows: list[Labelled], fit: Callable[[list[Labelled]], Callable[[Labelled], str]]) -> list[str]:
    return held_out(rows, [row.group for row in rows], fit)


def _label(row: Labelled) -> str:
    return row.label


def _best(found: Mapping[str, float]) -> str:
    return max(found, key=found.__getitem__)


def _service(label: str) -> str:
    return label if label == "customer_service" else "other"
