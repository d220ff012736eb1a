"""Signatures in PDF: made with a signer's own key or a unit's seal, checked, and shown. Source: PAdES, ETSI EN 319 142-1."""
