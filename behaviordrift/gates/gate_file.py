"""``gate.yaml``: rules that a candidate must meet, each with the largest change that does not matter."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from behaviordrift.checkpoints.digest import value_digest
from behaviordrift.errors import GateError
from behaviordrift.probes.source import line_of
from behaviordrift.statistics import Rule
from behaviordrift.traits.registry import measures
from behaviordrift.traits.trait import LABEL_KINDS, Measure

RULES: tuple[Rule, ...] = ("no_increase", "no_decrease", "equivalent")

_FIXES = {
    "missing": "Add that field.",
    "extra_forbidden": "Correct the field's name, or remove it.",
    "greater_than": "Name the largest change that does not matter.",
    "float_parsing": "Write 0.05 for five points.",
    "tuple_type": "Write `probes: [benign]`, and each rule behind a dash.",
    "too_short": "Add one, or leave the field out.",
    "model_type": "Write `rules:` and, behind a dash each, `measure: refused` with `no_increase: 0.05`.",
}
_PROBLEMS = {
    "extra_forbidden": "there is no such field",
    "tuple_type": "a list is needed",
    "too_short": "the list is empty",
    "model_type": "fields with names are needed",
}
_NUMBER, _NAMED = "number", "named"
_TAGS = (_NUMBER, _NAMED)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NamedMargin(_Strict):
    """A margin as a difference (`within`) or, for lengths and rates, as a factor (`ratio`)."""

    within: float | None = Field(None, gt=0, allow_inf_nan=False)
    ratio: float | None = Field(None, gt=1, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one(self) -> NamedMargin:
        if (self.within is None) == (self.ratio is None):
            raise ValueError("give either `within` or `ratio`")
        return self


def _tag(value: Any) -> str:
    return _NAMED if isinstance(value, (dict, NamedMargin)) else _NUMBER


Margin = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False), Tag(_NUMBER)] | Annotated[NamedMargin, Tag(_NAMED)],
    Discriminator(_tag),
]
"""A bare number is a difference in the measure's own unit: 0.05 of a rate is five points."""


class GateRule(_Strict):
    """One measure that may not rise, may not fall, or may do neither, by a margin or more.

    Without `probes` or `task` it holds on every probe set that the measure was made for.
    """

    measure: str
    probes: tuple[str, ...] | None = Field(None, min_length=1, description="Names of probe sets.")
    task: str | None = Field(None, description="A task that the study holds out.")
    no_increase: Margin | None = None
    no_decrease: Margin | None = None
    equivalent: Margin | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> GateRule:
        if sum(getattr(self, rule) is not None for rule in RULES) != 1:
            raise ValueError(f"give one of {', '.join(f'`{rule}`' for rule in RULES)}")
        if self.probes is not None and self.task is not None:
            raise ValueError("give `probes` or `task`, not both")
        return self

    @property
    def rule(self) -> Rule:
        """What is to be shown."""
        return next(rule for rule in RULES if getattr(self, rule) is not None)

    @property
    def named(self) -> NamedMargin:
        """The margin as it was written; a bare number is a difference."""
        value: float | NamedMargin = getattr(self, self.rule)
        return value if isinstance(value, NamedMargin) else NamedMargin(within=value, ratio=None)

    @property
    def margin(self) -> float:
        """The margin on the scale that the measure is compared on: a logarithm for ratios."""
        named = self.named
        return math.log(named.ratio) if named.ratio is not None else named.within or math.nan


class GateFile(_Strict):
    """A gate.yaml: every rule must be met."""

    rules: tuple[GateRule, ...] = Field(min_length=1)

    @property
    def digest(self) -> str:
        """Changes with any change of a rule."""
        return value_digest(self.model_dump(mode="json"))


def read_gate(path: Path) -> GateFile:
    """Read and check a gate file.

    Raises:
        GateError: names the file, the line, the rule and the fix.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "gate.yaml"
    >>> _ = file.write_text("rules: [{measure: words, equivalent: {ratio: 1.15}}]")
    >>> (rule,) = read_gate(file).rules
    >>> rule.rule, round(rule.margin, 3)
    ('equivalent', 0.14)
    """
    try:
        text = path.read_text(encoding="utf-8")
        node, value = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except OSError as error:
        raise GateError(f"The gate {path} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise GateError(f"The gate {path} is not UTF-8 text.", "Save it as UTF-8.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        at = f":{mark.line + 1}" if (mark := getattr(error, "problem_mark", None)) else ""
        told = getattr(error, "problem", None) or error
        raise GateError(f"{path}{at}: not valid YAML ({told}).", "Correct that line.") from error
    try:
        gate = GateFile.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(part for part in first["loc"] if part not in _TAGS)
        message = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, "))
        fix = _FIXES.get(first["type"], "Correct that entry.")
        raise GateError(f"{path}:{line_of(node, place)}: {_place_text(place)}: {message}.", fix) from error
    for number, rule in enumerate(gate.rules):
        if fault := _misfit(rule):
            problem, fix, field = fault
            line = line_of(node, ("rules", number, field))
            raise GateError(f"{path}:{line}: rule {number + 1} ({rule.measure}): {problem}", fix)
    return gate


def _place_text(place: tuple[int | str, ...]) -> str:
    """The part of the file in words: rules are counted from 1."""
    match place:
        case ("rules", int(number), *rest):
            return ".".join([f"rule {number + 1}", *map(str, rest)])
    return ".".join(map(str, place)) or "the file"


def _misfit(rule: GateRule) -> tuple[str, str, str] | None:
    """Problem, fix and field where a rule does not suit its measure."""
    known = measures()
    if rule.measure not in known:
        return f"there is no measure {rule.measure!r}.", "`docs/traits.md` lists the measures.", "measure"
    return _unit_misfit(rule, known[rule.measure][1])


def _unit_misfit(rule: GateRule, measure: Measure) -> tuple[str, str, str] | None:
    if measure.kind in LABEL_KINDS:
        return "labels have no margin.", "Name a measure that is a number, such as `refused`.", "measure"
    named = rule.named
    if measure.kind in ("rate", "positive"):
        if named.ratio is None:
            return "it is compared as a ratio.", f"Write `{rule.rule}: {{ratio: 1.15}}`.", rule.rule
        return None
    if named.within is None:
        return "it is compared as a difference.", f"Write `{rule.rule}: {{within: 0.05}}`.", rule.rule
    if measure.kind in ("binary", "score") and named.within >= 1:
        return "it lies between 0 and 1, and so does its margin.", "Write 0.05 for five points.", rule.rule
    return None
