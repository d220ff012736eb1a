"""How much is simulated: a small dose with every run of the tests, thousands of dossiers with ``make simulate``."""

import os

FULL = os.environ.get('MOTCUA_DOSE') == 'full'
"""Read here, at the start: nothing of the environment that begins with MOTCUA_ reaches a test."""
DOSSIERS = int(os.environ.get('SIMULATE') or (3000 if FULL else 16))
SEED = int(os.environ.get('SEED') or 10)
"""Of the seeds of the small dose one whose few dossiers are passed on, posted, recounted and paid for."""
