"""What the service does: rules, commands, queries and adapters. Never imports NiceGUI."""
