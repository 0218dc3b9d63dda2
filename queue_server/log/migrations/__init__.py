"""Numbered SQL files, ``NNNN_what.sql``: each is run once, in its own transaction, in order."""
