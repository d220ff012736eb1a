"""Drafts and dossiers: what a citizen and an officer do with them, and what they see of them."""
