"""Postroom: takes in a company's mail, keeps only what its rules allow, and explains every decision."""

__version__ = "0.1.0"
