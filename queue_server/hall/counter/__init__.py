"""The consoles of counters and of the pick-up counter."""
