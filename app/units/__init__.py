"""Agencies and their parts: a tree with dates."""
