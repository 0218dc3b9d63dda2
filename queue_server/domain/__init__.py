"""The core: every rule of the hall, pure. Imports nothing of ours outside this folder."""
