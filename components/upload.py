"""Papers: "Chụp ảnh hoặc chọn tệp". Each file goes to the server at once over plain HTTP, not over the live connection.

The endpoint takes ``POST multipart/form-data`` with ``file``, ``csrf`` (also as header ``X-CSRF-Token``) and ``data``.
It answers 2xx with JSON ``{"id": "..."}``, or another status with ``{"message": "..."}`` in the person's words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from nicegui import ui
from nicegui.events import GenericEventArguments

from app.errors import AppError, Problem
from app.i18n import Words
from components.fields import anchor
from components.handlers import Callback, call
from components.icons import icon

ACCEPT = 'image/*,application/pdf,.heic,.heif'
_TEXTS = (
    'choose', 'more', 'camera', 'remove', 'retry', 'cancel', 'sending', 'waiting', 'checking', 'sent', 'empty', 'offline',
    'refused', 'arrange', 'leaves', 'leaf', 'up', 'down', 'join', 'joined', 'moved', 'close',
)  # fmt: skip


@dataclass(frozen=True)
class PaperFile:
    """A file that the server has taken. ``note`` stands in for the size, ``url`` opens it."""

    id: str
    name: str
    size: int
    url: str | None = None
    note: str | None = None
    pages: int = 1
    bindable: bool = False
    """Its pages can be put in order and joined with others."""
    leaf: str | None = None
    """Address of the picture of a page, with ``{n}`` for its number."""


class Upload(ui.element, component='static/js/attach.js', dependencies=['static/js/leaves.js', 'static/js/motcua.js']):
    """The papers of one component.

    ``on_done(file_id)`` checks the raw id and returns the ``PaperFile`` to show, or None to refuse it;
    ``on_remove(file_id)`` removes a file that is shown here. An ``AppError`` of either is said at the file.
    ``on_bind(files, pages)`` joins pages into one file and returns it; both come from the browser as they are.
    """

    def __init__(
        self,
        *,
        id: str,
        label: str,
        url: str,
        csrf: str,
        t: Words,
        on_done: Callback,
        on_remove: Callback,
        on_bind: Callback | None = None,
        files: Sequence[PaperFile] = (),
        hint: str | None = None,
        required: bool = False,
        data: Mapping[str, str] | None = None,
        accept: str = ACCEPT,
        max_bytes: int = 20 * 2**20,
        max_files: int | None = None,
        choose: str | None = None,
    ) -> None:
        super().__init__()
        self.id_of_question, self.anchor = id, anchor(id)
        self._t, self._on_done, self._on_remove, self._on_bind = t, on_done, on_remove, on_bind
        self.files = list(files)
        texts = {name: t(f'ui.upload_{name}') for name in _TEXTS}
        texts |= {'error': t('common.error_prefix'), 'large': t('ui.upload_large', mb=max_bytes // 2**20)}
        if choose:  # what is no paper is not photographed
            texts['choose'] = texts['more'] = choose
        with self._props.suspend_updates():
            self._props.update(cid=self.anchor, label=label, url=url, csrf=csrf, data=dict(data or {}), accept=accept)
            self._props.update(largest=max_bytes, texts=texts, files=[asdict(file) for file in self.files])
            self._props['icons'] = {
                'camera': str(icon('upload' if choose else 'camera', 22)),
                'file': str(icon('file', 22)),
            }
            self._props['binds'] = on_bind is not None
            self._props.set_optional('hint', hint)
            self._props.set_optional('most', max_files)
            self._props.set_optional('optional', None if required else t('common.optional'))
        self.on('done', self._done)
        self.on('remove', self._remove)
        self.on('bind', self._bind)

    def set_files(self, files: Sequence[PaperFile]) -> None:
        """Show these files."""
        self.files = list(files)
        self._props['files'] = [asdict(file) for file in self.files]

    def set_problem(self, problem: Problem | None) -> None:
        """Say what is wrong with the papers as a whole."""
        self._props.set_optional('error', self._t.error(problem) if problem else None)

    def focus(self) -> None:
        """Move the focus to the choosing button."""
        self.run_method('focus')

    async def _done(self, event: GenericEventArguments) -> None:
        file_id = event.args
        if not isinstance(file_id, str) or any(file.id == file_id for file in self.files):
            return
        try:
            file = await call(self._on_done, file_id)
        except AppError as error:
            self.run_method('unusable', file_id, self._t.error(error))
            return
        if isinstance(file, PaperFile):
            self.set_files([*self.files, file])
        else:
            self.run_method('unusable', file_id, self._t('ui.upload_refused'))

    async def _remove(self, event: GenericEventArguments) -> None:
        known = next((file for file in self.files if file.id == event.args), None)
        if known is None:
            return
        try:
            await call(self._on_remove, known.id)
        except AppError as error:
            self._props['error'] = self._t.error(error)
            return
        self.set_files([file for file in self.files if file.id != known.id])

    async def _bind(self, event: GenericEventArguments) -> None:
        asked = event.args if isinstance(event.args, dict) else {}
        files, known = asked.get('files'), [file.id for file in self.files]
        if self._on_bind is None or not isinstance(files, list) or any(file not in known for file in files):
            return
        try:
            book = await call(self._on_bind, files, asked.get('pages'))
        except AppError as error:
            self.run_method('bound', self._t.error(error))
            return
        if isinstance(book, PaperFile):
            self.set_files([*(file for file in self.files if file.id not in files), book])
        self.run_method('bound', '')
