"""Where the person is in a form: "Bước 2 trên 7" and a bar. It is no menu: a step is left with its own buttons."""

from markupsafe import Markup

from app.i18n import Words
from components.markup import join, markup


def steps(number: int, total: int, t: Words, *, about: str | None = None) -> Markup:
    """Return the step indicator; ``about`` is the name of what is being done."""
    words = t('ui.step', number=number, total=total)
    bars = join(Markup('<i class="is-done"></i>') if i < number else Markup('<i></i>') for i in range(total))
    return markup(
        '<div class="mc-stepper"><p class="mc-step">{words}</p>'
        '<div class="mc-bar" aria-hidden="true">{bars}</div></div>',
        words=f'{about} · {words}' if about else words,
        bars=bars,
    )
