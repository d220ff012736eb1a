"""The officer's desk: queues, a dossier, the counter."""
