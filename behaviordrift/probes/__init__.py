"""Probes: prompts with what is known about them, in versioned sets."""

from behaviordrift.probes.build import build_task_set
from behaviordrift.probes.files import find_probe_sets, read_probe_set, shipped_folder, shipped_languages, shipped_sets
from behaviordrift.probes.probe import Message, Probe, ProbeSet

__all__ = [
    "Message",
    "Probe",
    "ProbeSet",
    "build_task_set",
    "find_probe_sets",
    "read_probe_set",
    "shipped_folder",
    "shipped_languages",
    "shipped_sets",
]
