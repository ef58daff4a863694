"""Checkpoints: what they are, where they lie, and what is known of their training."""

from behaviordrift.checkpoints.checkpoint import Checkpoint, open_checkpoint
from behaviordrift.checkpoints.mixture import Mixture, Phase, parse_mixture
from behaviordrift.checkpoints.records import Record, find_record
from behaviordrift.checkpoints.resolve import Lineup, resolve

__all__ = [
    "Checkpoint",
    "Lineup",
    "Mixture",
    "Phase",
    "Record",
    "find_record",
    "open_checkpoint",
    "parse_mixture",
    "resolve",
]
