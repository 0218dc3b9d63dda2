"""A department's hand-offs."""
