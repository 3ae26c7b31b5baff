"""Servers that come with the checkout: a private PostgreSQL and Valkey, started from packages, touching nothing outside their folder.

``make demo`` and ``make test`` stand on them, so that a machine with nothing but Python can run both. Nothing here imports Django.
"""
