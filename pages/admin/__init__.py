"""Administration: people, units, calendar, outbox, procedures."""
