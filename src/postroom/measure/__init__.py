"""Computes roll-ups from interactions, on columns: the same function for one user's day and for everybody's years.

NumPy only: knows neither the database nor who may see what.
"""
