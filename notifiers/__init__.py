"""LINE and web push: what to tell whom, and the channels that carry it."""
