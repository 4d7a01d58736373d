"""Benchmarks: never tests of time, always ratios within one run. `make bench` runs them."""
