"""The reception's page, any ticket whole, and the emergency pad."""
