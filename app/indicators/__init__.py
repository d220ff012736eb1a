"""Index 766, the nine indicators of internal evaluation, and targets: counted where the service can, else entered by hand."""
