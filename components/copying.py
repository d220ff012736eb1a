"""A line to take along: a private link, a number, a secret; shown whole, copied with one press."""

from nicegui import ui

from app.i18n import Words
from components.icons import icon


class CopyLine(ui.element, component='static/js/copy.js', dependencies=['static/js/motcua.js']):
    """A text with a button that copies it. Where the browser forbids copying, the text is selected instead.

    ``shown`` may write the text in groups for reading: ``K7QM 2XPA``. The copy is always the bare text.
    """

    def __init__(self, text: str, label: str, t: Words, *, shown: str | None = None, button: str | None = None) -> None:
        super().__init__()
        with self._props.suspend_updates():
            self._props.update(text=text, label=label, shown=shown or text, icon=str(icon('copy', 22)))
            self._props['texts'] = {
                'copy': button or t('ui.copy'),
                'copied': t('ui.copied'),
                'selected': t('ui.copy_selected'),
            }
