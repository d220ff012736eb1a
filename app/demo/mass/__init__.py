"""A made-up municipality of any size: two years of dossiers, for trying and measuring what many dossiers do."""
