"""Measurements of `docs/benchmarks.md`, against real servers of their own. Never part of the tests."""
