"""Attacks on the served demonstration, from outside: ``make attack``."""
