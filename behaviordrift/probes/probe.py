"""Probe and ProbeSet: prompts with what is known about them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from behaviordrift.checkpoints.digest import value_digest

POLES = {
    "refusal": ("refusing", "complying"),
    "directness": ("direct", "indirect"),
    "hedging": ("hedged", "plain"),
    "commitment": ("committed", "abstaining"),
    "register": ("customer_service", "encyclopedic"),
}
"""The two replies of a contrast by the trait that they show; a preference is told for the first."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]


class Message(_Strict):
    """One turn of a prompt that has several."""

    role: Literal["system", "user", "assistant"]
    content: Text


class Probe(_Strict):
    """One prompt with what is known about it; its paraphrases belong to the same cluster.

    Give `prompt`, or `messages` (a system turn, several turns) that end with the user's.
    """

    id: str = Field(pattern=r"^[\w.-]+$")
    prompt: str = Field("", description="The user's one message.")
    messages: tuple[Message, ...] = ()
    paraphrases: tuple[Text, ...] = ()
    expects: Literal["comply", "decline", "abstain"] | None = None
    references: tuple[Text, ...] = Field((), description="Accepted answers, best first.")
    contrast: dict[str, Text] | None = Field(
        None, description="Two replies, named by what each shows, compared by likelihood."
    )

    @model_validator(mode="after")
    def _one_prompt(self) -> Probe:
        if bool(self.prompt.strip()) == bool(self.messages):
            raise ValueError("give either `prompt` or `messages`")
        if self.messages and self.messages[-1].role != "user":
            raise ValueError("`messages` must end with the user's turn")
        return self

    @field_validator("contrast")
    @classmethod
    def _known_poles(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        if value is not None and not any(set(value) == set(poles) for poles in POLES.values()):
            known = "; ".join(f"{first} and {other}" for first, other in POLES.values())
            raise ValueError(f"name the two replies {known}")
        return value

    def phrasings(self) -> list[list[dict[str, str]]]:
        """The prompt and its paraphrases as chat messages; a paraphrase replaces the last turn."""
        turns = [m.model_dump() for m in self.messages] or [{"role": "user", "content": self.prompt}]
        return [turns, *([*turns[:-1], {"role": "user", "content": text}] for text in self.paraphrases)]


class ProbeSet(_Strict):
    """A versioned set of probes. `task` names the task that the set holds out, for forgetting."""

    name: str = Field(pattern=r"^[\w.-]+$")
    version: int = Field(ge=1)
    language: str = Field(pattern=r"^[a-z]{2}$")
    about: str
    traits: tuple[str, ...] = ()
    task: str | None = None
    probes: tuple[Probe, ...]

    @property
    def digest(self) -> str:
        """Changes with any change of the set."""
        return value_digest(self.model_dump(mode="json"))
