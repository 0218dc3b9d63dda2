"""The ticket machine's page, and the PIN of its staff mode."""
