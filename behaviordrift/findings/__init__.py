"""Findings: what a study may say, in numbers and in words."""

from behaviordrift.findings.document import make_document, read_document, save_document

__all__ = ["make_document", "read_document", "save_document"]
