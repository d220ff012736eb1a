"""Ratings: by the applicant, once per dossier, and by the heads of the unit beside it."""
