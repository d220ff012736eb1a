"""Running the installation: backup and restore."""
