"""Whether the statistics hold what they promise, on data drawn with a known truth."""
