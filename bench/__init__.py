"""Benchmarks beside their peers; see README.md. Nothing of the product imports this."""
