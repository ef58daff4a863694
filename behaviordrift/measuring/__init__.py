"""Traits of recorded outputs, row by row: no model, no study, and never the whole file in memory."""

from behaviordrift.measuring.columns import Columns, text_traits
from behaviordrift.measuring.file import Tally, measure_file
from behaviordrift.measuring.row import measured_row

__all__ = ["Columns", "Tally", "measure_file", "measured_row", "text_traits"]
