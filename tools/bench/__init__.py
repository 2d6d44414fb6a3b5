"""Benchmarks: ratios measured in one run, never times compared across machines."""
