"""Times in which the portal does not work: said to everybody before, named as a reason where a dossier became late."""
