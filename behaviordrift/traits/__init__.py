"""Traits: named, defined kinds of behaviour that are read off replies."""

from behaviordrift.traits.registry import all_traits
from behaviordrift.traits.trait import Kind, Measure, ProbeTrait, Reply, Score, Scores, Trait, Unjudged

__all__ = ["Kind", "Measure", "ProbeTrait", "Reply", "Score", "Scores", "Trait", "Unjudged", "all_traits"]
