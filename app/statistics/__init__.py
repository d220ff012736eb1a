"""Figures of the work: counted with each act, provable by a recount, shown to everybody without showing anybody."""
