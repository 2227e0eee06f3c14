"""The mail of a company that does not exist: seeded, deterministic, written by us. Must not store anything."""
