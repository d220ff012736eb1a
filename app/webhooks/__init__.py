"""Other systems are told of acts on dossiers: written down with the act, signed, sent later by a worker."""
