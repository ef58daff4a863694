"""Gates: the margins that a checkpoint must meet, as a file says them."""

from behaviordrift.gates.gate_file import GateFile, GateRule, read_gate

__all__ = ["GateFile", "GateRule", "read_gate"]
