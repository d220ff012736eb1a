"""All that must be mended, in one list at the top: it takes the focus and leads to each question."""

from collections.abc import Mapping

from nicegui import ui

from app.errors import Problem
from app.i18n import Words
from components.fields import FieldView, anchor


class ErrorSummary(ui.element, component='static/js/errors.js'):
    """Empty until ``show``; the document's title then begins with "Lỗi:"."""

    def __init__(self, t: Words) -> None:
        super().__init__()
        self._t = t
        self._props.update(heading=t('common.errors_title'), prefix=t('common.error_prefix'))

    def show(
        self,
        problems: Mapping[str, Problem],
        fields: Mapping[str, FieldView] | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        links: Mapping[str, str] | None = None,
    ) -> None:
        """List the problems, mark them at ``fields`` and clear those that are mended.

        ``labels`` names the questions where the sentence alone does not; ``links`` leads to questions of other pages.
        """
        for name, field in (fields or {}).items():
            field.set_problem(problems.get(name))
        with self._props.suspend_updates():
            self._props['items'] = [
                [anchor(name), self._sentence(problem, (labels or {}).get(name)), (links or {}).get(name)]
                for name, problem in problems.items()
            ]
            self._props['shown'] = self._props.get('shown', 0) + 1
        self.update()

    def say(self, *sentences: str) -> None:
        """List sentences that belong to no question."""
        with self._props.suspend_updates():
            self._props['items'] = [['', sentence, None] for sentence in sentences]
            self._props['shown'] = self._props.get('shown', 0) + 1
        self.update()

    def hide(self) -> None:
        """Nothing is wrong any more."""
        self._props['items'] = []

    def _sentence(self, problem: Problem, label: str | None) -> str:
        said = self._t.error(problem)
        return f'{label}: {said}' if label else said
