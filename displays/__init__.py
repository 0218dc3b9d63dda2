"""The screens of the hall, the panels above the counters and the voice."""
