"""A gate's verdicts as JUnit XML, which CI systems show beside their tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from behaviordrift.files import write_atomically
from behaviordrift.report.gate import gate_row

ELEMENTS = {"fail": "failure", "inconclusive": "error"}
"""An inconclusive rule is no broken one, and no met one either: as an error it can never be read as a pass."""


def junit_text(document: dict[str, Any]) -> str:
    """One test case for each candidate, rule and probe set.

    Args:
        document: from `make_gate_document`.
    """
    findings = document["findings"]
    counts = Counter(f["verdict"] for f in findings)
    suite = ElementTree.Element(
        "testsuite",
        name=f"behaviordrift gate, {document['study']['name']}",
        tests=str(len(findings)),
        failures=str(counts["fail"]),
        errors=str(counts["inconclusive"]),
    )
    for finding in findings:
        row = gate_row(finding)
        case = ElementTree.SubElement(
            suite, "testcase", classname=finding["candidate"], name=f"{row.measure} on {row.where}: {row.rule}"
        )
        if (verdict := finding["verdict"]) in ELEMENTS:
            told = ElementTree.SubElement(case, ELEMENTS[verdict], type=verdict, message=finding["text"])
            told.text = "\n".join(finding["caveats"])
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def write_junit(document: dict[str, Any], path: Path) -> None:
    """Write the file, whole or not at all."""
    write_atomically(path, junit_text(document))
