"""Anybody with a paper in hand can ask whether we issued it, and whether it still stands; the answer names nobody private."""
