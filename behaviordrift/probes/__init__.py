"""Probes: prompts with what is known about them, in versioned sets.

- `probe` says what a probe and a set are; `source` reads a file with all its faults, `files` one that must be sound;
  `write` writes one, and `schema` the JSON schema that editors use.
- `check` finds what is wrong with sets, each `problem` with its line. What it looks for has a file each: `twins`
  (near-duplicates), `contrasts` (replies of unlike length), `mirrors` (other languages), `overlap` (training data).
  They read the `wordings` of a set in comparable `units`.
- `build` makes a set of a task's held-out rows.
"""

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
