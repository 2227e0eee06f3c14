"""The part that thinks: reading mail, judging it, saying where it belongs.

Standard library only. Nothing here touches a network, a database, a clock, randomness or a log.
"""
