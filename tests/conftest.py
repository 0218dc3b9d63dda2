"""What every test stands on."""

from hypothesis import settings

# The machines that run the tests are small and busy: how long one example takes says nothing about the code.
settings.register_profile("matanai", deadline=None)
settings.load_profile("matanai")
