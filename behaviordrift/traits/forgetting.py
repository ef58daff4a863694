"""Forgetting: what a checkpoint still does of a task, on rows that were held out of its training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from behaviordrift.traits.reading.answers import usable_references
from behaviordrift.traits.reading.judging import all_unjudged
from behaviordrift.traits.reading.text import answer_tokens
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

TASK_SCORE = Measure("task_score", "score", "token F1", "Token F1 against the best reference.", ("task",))
REFERENCE_LOGPROB = Measure(
    "reference_logprob", "logprob", "nats per token", "Log-likelihood of the reference reply.", ("task",)
)


def token_f1(tokens: Sequence[str], reference: Sequence[str]) -> float:
    """The harmonic mean of the shares of tokens that each side has in common with the other.

    >>> token_f1(["it", "is", "madrid"], ["madrid"])
    0.5
    """
    shared = (Counter(tokens) & Counter(reference)).total()
    return 2 * shared / (len(tokens) + len(reference)) if shared else 0.0


def score(reply: Reply) -> Scores:
    """Token F1 of a reply with the task's reference, and the likelihood that the checkpoint gives the reference.

    `task_score` (Rajpurkar et al. 2016) takes the reference that the reply shares most with. Unit: F1 from 0 to 1.
    Kind: score. Lower case, no punctuation, no articles; unlike SQuAD's script, dashes and slashes part words and a
    decimal point stays. `reference_logprob` is the mean log-probability of the first reference's tokens. Unit: nats
    per token. Kind: logprob. Probes: the held-out rows of a task. Languages: en; zh by characters.
    Blind spots: a paraphrase scores low, and a long reply scores lower than a terse one that is as right; the
    likelihood asks for the task's own wording. An empty reply scores 0, for it shares nothing. No human labels: the
    references are exact.

    >>> score(Reply("Capital of Spain?", "It is Madrid.", references=("Madrid",), task="qa"))["task_score"].value
    0.5
    """
    if reply.task is None:
        return all_unjudged(TRAIT.measures, Unjudged("no held-out row of a task"))
    return {"task_score": _task_score(reply), "reference_logprob": _reference_logprob(reply)}


def _task_score(reply: Reply) -> Score | Unjudged:
    references = usable_references(reply.references)
    if not references:
        return Unjudged("no reference reply")
    tokens = answer_tokens(reply.text)
    return Score(max(token_f1(tokens, reference) for reference in references))


def _reference_logprob(reply: Reply) -> Score | Unjudged:
    weighed = reply.logprobs.get("reference")
    return Unjudged("the reference was not weighed") if weighed is None else Score(weighed)


TRAIT = Trait(
    name="forgetting",
    about="What a checkpoint still does of a task, on rows held out of its training.",
    measures=(TASK_SCORE, REFERENCE_LOGPROB),
    languages=("en", "zh"),
    score=score,
    validated=("en", "zh"),
)
