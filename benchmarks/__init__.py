"""Measurements of the package itself: speed, and whether its statistics keep their promises."""
