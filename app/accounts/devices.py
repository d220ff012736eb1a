"""Browser and system in words, so that people recognise their own sessions. The full header is not kept."""

BROWSERS = (
    ('Edg', 'Edge'),
    ('OPR/', 'Opera'),
    ('coc_coc_browser', 'Cốc Cốc'),
    ('SamsungBrowser', 'Samsung Internet'),
    ('Zalo', 'Zalo'),
    ('Firefox', 'Firefox'),
    ('FxiOS', 'Firefox'),
    ('CriOS', 'Chrome'),
    ('Chrome', 'Chrome'),
    ('Safari', 'Safari'),
)
"""The first sign found decides: most browsers also carry the names of others."""
SYSTEMS = (
    ('iPhone', 'iPhone'),
    ('iPad', 'iPad'),
    ('Android', 'Android'),
    ('Windows', 'Windows'),
    ('Mac OS X', 'Mac'),
    ('CrOS', 'ChromeOS'),
    ('Linux', 'Linux'),
)


def in_words(user_agent: str | None) -> str | None:
    """Return ``Chrome, Android`` for a browser's own description; None when it says nothing known."""
    text = user_agent or ''
    found = [next((name for sign, name in signs if sign in text), None) for signs in (BROWSERS, SYSTEMS)]
    return ', '.join(name for name in found if name) or None
