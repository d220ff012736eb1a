"""Ways in which a message leaves. A new channel is one module here with a registered class."""
