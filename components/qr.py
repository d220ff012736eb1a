"""A QR code as inline SVG: dark on white in every theme, because a camera reads nothing else."""

import segno
from markupsafe import Markup

from components.markup import markup


def qr(text: str, label: str) -> Markup:
    """Return the code of a short text, usually an address; ``label`` says what it leads to."""
    drawing = segno.make(text, error='m', micro=False).svg_inline(
        scale=4, border=2, dark='#000', light='#fff', omitsize=True
    )
    picture = Markup(drawing)  # noqa: S704 drawn by the library from squares alone
    return markup('<span class="mc-qr" role="img" aria-label="{label}">{picture}</span>', label=label, picture=picture)
