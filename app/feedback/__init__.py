"""Feedback and petitions (phản ánh, kiến nghị) and questions before filing (hỏi đáp): sent, sorted, answered, published.

One table of states (``transitions``), changed in one place (``apply``). Whoever is complained about learns nothing of who
wrote it and decides nothing (``protection``).
"""
