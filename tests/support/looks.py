"""How thoroughly a screen is looked at: sizes of a telephone, a tablet both ways and a desk, light and dark.

``make test`` goes to every page, measures every size and lets axe look at two of them in each colour. ``make looks``
(``MOTCUA_DOSE=full``) lets it look at all of them in both, and opens every dialog, menu and error as well (mark ``looks``).
"""

import os
from collections.abc import Iterator, Sequence
from typing import Literal

Size = tuple[int, int]
Theme = Literal['light', 'dark']
SIZES: tuple[Size, ...] = ((360, 740), (820, 1180), (1180, 820), (1440, 900))
THOROUGH = os.environ.get('MOTCUA_DOSE') == 'full'
PICTURES = os.environ.get('PICTURES', '')
"""A folder to keep a picture of each screen in each look."""


def looks(sizes: Sequence[Size] = SIZES) -> Iterator[tuple[Size, tuple[Theme, ...]]]:
    """Give each size with the colours that axe looks at there."""
    for index, size in enumerate(sizes):
        if THOROUGH:
            yield size, ('light', 'dark')
        else:
            yield size, ('dark',) if index % 2 else ('light',)
