"""Small charts as inline SVG without a script: shapes only. Words and numbers stand beside them, as text of the page.

Each has a title and a description for screen readers, takes its colours from the style sheet (also where the system
forces colours), and is drawn to the width it is given.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

HEIGHT = 100
"""Units of the drawing's height; the style sheet says how tall it stands."""


def columns(name: str, title: str, description: str, groups: Sequence[Sequence[int]]) -> Markup:
    """Return groups of columns side by side, each a few values; ``name``: unique on the page."""
    most = max((value for values in groups for value in values), default=0) or 1
    step = 10 * max((len(values) for values in groups), default=1) + 6
    shapes = [f'<path class="line" d="M0 {y}H{step * len(groups)}"/>' for y in (1, HEIGHT // 2, HEIGHT)]
    for number in range(max((len(values) for values in groups), default=0)):
        bars = ''.join(
            _bar(place * step + 3 + 10 * number, values[number] * (HEIGHT - 2) / most)
            for place, values in enumerate(groups)
            if values[number]
        )
        shapes.append(f'<path class="c{number + 1}" d="{bars}"/>' if bars else '')
    return _svg(name, 'mc-columns', title, description, step * max(1, len(groups)), HEIGHT, ''.join(shapes))


def _bar(x: int, height: float) -> str:
    tall = f'{max(1.0, height):.3g}'
    return f'M{x} {HEIGHT}v-{tall}h9v{tall}z'


def stack(name: str, title: str, description: str, parts: Sequence[tuple[int, str, int]]) -> Markup:
    """Return one bar that is divided among its parts: the number of its colour, what is said of it, and its value."""
    whole, at, shapes = sum(value for _, _, value in parts) or 1, 0.0, []
    for colour, said, value in parts:
        wide = value * 1000 / whole
        if value:
            drawn = max(2.0, wide - 3)
            shape = f'<rect class="c{colour}" x="{at:.5g}" width="{drawn:.5g}" height="20">'
            shapes.append(f'{shape}<title>{escape(said)}</title></rect>')
        at += wide
    return _svg(name, 'mc-stack-bar', title, description, 1000, 20, ''.join(shapes))


def _svg(name: str, css: str, title: str, description: str, width: int, height: int, shapes: str) -> Markup:
    """Wrap shapes; what is spoken is escaped."""
    opening = (
        f'<svg class="mc-chart {css}" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>'
    )
    return Markup(f'{opening}{shapes}</svg>')  # noqa: S704 our own shapes; all words are escaped above
