"""After filing: my dossiers, one dossier, what is asked of its applicant."""
