"""The append-only record of what happened, keyed and chained."""
