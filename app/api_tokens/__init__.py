"""Tokens of programs: an officer's own program, a kiosk, a system of the province."""
