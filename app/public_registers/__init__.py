"""Registers that the law makes public: which results, which of their contents, for how long (``registers.yaml``)."""
