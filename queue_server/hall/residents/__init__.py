"""What residents see on their phones: their ticket, the public board, the past weeks."""
