"""The page's part on the method: margins, methods, templates and notes."""

from __future__ import annotations

from typing import Any

from behaviordrift.findings.margins import DEFAULT_MARGINS, margin_text
from behaviordrift.report.changes import changes_of

OWN_NOTES = ("distribution", "influence", "averages", "voice", "risk_preference", "forgetting_speed")
"""Kinds of findings whose notes stand in their own part of the page, beside what they are about."""


def method_section(document: dict[str, Any]) -> dict[str, Any]:
    """What the template shows."""
    findings, changes, templates = document["findings"], changes_of(document), document["study"]["templates"]
    kinds = dict.fromkeys(f["unit_text"] for f in changes if f["unit_text"] in DEFAULT_MARGINS)
    return {
        "margins": [
            (list(dict.fromkeys(f["measure"] for f in changes if f["unit_text"] == kind)), margin_text(kind))
            for kind in kinds
        ],
        "templates": [
            (template, [name for name in templates if templates[name] == template])
            for template in dict.fromkeys(templates.values())
        ],
        "methods": [
            (method, list(dict.fromkeys(f["measure"] for f in findings if f["method"] == method)))
            for method in dict.fromkeys(f["method"] for f in findings if f["method"])
        ],
        "caveats": list(
            dict.fromkeys(caveat for f in findings if f["kind"] not in OWN_NOTES for caveat in f["caveats"])
        ),
    }
