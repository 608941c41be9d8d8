"""Measurements of whole processes: medians and ratios of one run, since machines differ."""
