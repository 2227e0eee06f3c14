"""Computes roll-ups from interactions, on columns: the same function for one user's day and for everybody's years.

And from roll-ups the medians of teams and communities. NumPy, and for communities the Leiden algorithm of
graspologic-native: knows neither the database nor who may see what.
"""
