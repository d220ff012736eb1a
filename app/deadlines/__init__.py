"""Due dates: working time, terms, the clock of a dossier, and the words that explain them. Pure rules, no database."""
