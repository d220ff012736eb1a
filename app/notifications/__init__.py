"""Messages to people: written to the outbox with the change they tell of, sent later by a worker."""

from urllib.parse import urlsplit

from app.settings import Settings, load

_settings: Settings | None = None


def use_settings(settings: Settings) -> None:
    """Send as these settings say. Called once at start; without it they are read from the environment."""
    global _settings
    _settings = settings


def settings() -> Settings:
    """Return the settings that mail is sent by."""
    global _settings
    if _settings is None:
        _settings = load()
    return _settings


def host() -> str:
    """Return the name that stands behind the @ of our own addresses and Message-IDs."""
    return urlsplit(settings().url).hostname or 'localhost'
