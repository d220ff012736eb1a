"""What happens because time passes: warnings before, at and after each limit, the morning's letter, the call to collect.

A timer never decides for a person: it warns, proposes and reminds. What changes a dossier goes through the workflow.
"""
