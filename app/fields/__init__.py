"""Types of questions. One file a type; ``registry.FIELDS`` finds them by the ``type`` of a form field."""
