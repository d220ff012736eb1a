"""The demonstration: a made-up commune, its people and their dossiers."""
