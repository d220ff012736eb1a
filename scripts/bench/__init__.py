"""Measure the service side by side with the least that could be done, in one run: ``make bench``."""
