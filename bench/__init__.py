"""Benchmarks. Each states its figures beside a limit that was measured in the same run: ``python -m bench``."""
