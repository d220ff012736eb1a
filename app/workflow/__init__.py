"""The life of a dossier: one table of transitions and the one function that carries them out."""
