"""The search for mixtures that meet targets, on models of the run means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from behaviordrift.findings.mixture_models import MixtureModel, model_mixtures, named
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.runs import Design
from behaviordrift.findings.wish import Question
from behaviordrift.statistics import DesirableRegion, Like, SearchSpace, Within, desirable_region


@dataclass(frozen=True)
class Searched:
    """The region of mixtures and what it rests on.

    Attributes:
        models: of each measure that can be modelled, by its name.
        culprits: where no mixture meets all targets, those that are not met even by themselves: shown to be out of
            reach if the verdict is that, else not shown to be reachable.
    """

    region: DesirableRegion
    models: Mapping[str, MixtureModel]
    culprits: tuple[str, ...]


def search_mixtures(scores: pd.DataFrame, question: Question, primary: Sequence[Pair]) -> Searched:
    """Search the mixtures among those that were trained, within the bounds on the shares.

    Args:
        scores: as `Store.scores` returns them.
        question: what is wanted.
        primary: measures whose cost is told too.

    Raises:
        ValueError: a measure that is wanted cannot be modelled, or no mixture is left to search; the message says why.
    """
    wanted = [target.pair for target in question.targets]
    models = {named(pair): _model(scores, pair, question.design) for pair in dict.fromkeys(wanted)}
    for pair in primary:
        if named(pair) not in models:
            try:
                models[named(pair)] = model_mixtures(scores, pair, question.design)
            except ValueError:
                continue  # its cost is not known
    space = SearchSpace(question.design.shares, question.lower, question.upper)
    fits = {name: model.fit for name, model in models.items()}
    each = [(named(t.pair), t.on_link(models[named(t.pair)], question.tasks)) for t in question.targets]
    together: dict[str, tuple[Within | Like, ...]] = {}
    for name, target in each:
        together[name] = (*together.get(name, ()), target)
    region = desirable_region(fits, together, space, question.confidence)
    alone = [desirable_region(fits, {name: target}, space, question.confidence).verdict for name, target in each]
    missed = {"not reachable"} if region.verdict == "not reachable" else {"not reachable", "these data cannot say"}
    culprits = tuple(t.text for t, verdict in zip(question.targets, alone, strict=True) if verdict in missed)
    return Searched(region, models, culprits)


def _model(scores: pd.DataFrame, pair: Pair, design: Design) -> MixtureModel:
    try:
        return model_mixtures(scores, pair, design)
    except ValueError as error:
        raise ValueError(f"{named(pair)} cannot be modelled: {error}") from error
