"""The demo world: a visibly fictional year 2025, made by the services themselves with the clock set back."""
