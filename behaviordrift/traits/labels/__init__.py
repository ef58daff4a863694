"""Traits held against human labels: reading labelled sets, agreement with its interval, and fitting weights.

Nothing here is needed to measure a reply; `python -m behaviordrift.traits.evaluate` and `... .fit` use it.
"""
