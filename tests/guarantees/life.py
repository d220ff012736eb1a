"""Every act there is on drafts and dossiers, in an order in which each is possible."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.access import SYSTEM
from app.dossiers import applicant, attachments, commands, drafts, filing
from app.dossiers.commands import Done
from app.dossiers.drafts import StartedDraft
from app.dossiers.filing import Submitted
from app.procedures.commands import load_into_database
from models.enums import AttachmentKind
from tests.support.world import ANSWERS, PNG, World, opened, scan

ITEMS = [
    {'kind': 'document', 'id': 'proof', 'text': 'Chụp rõ hơn'},
    {'kind': 'field', 'id': 'reason', 'text': 'Ghi rõ hơn'},
]
WHY = {'reason': 'Giấy mờ', 'guidance': 'Chụp lại dưới ánh sáng tốt', 'contact': 'Bình, 0207 3 123 456'}
OUT_OF_ORDER = {'order_reason': 'system_error'}
Act = tuple[str, Callable[[], Awaitable[object]]]


async def with_draft_shown(world: World) -> World:
    """Return the same municipality with a procedure whose result is shown to the applicant first."""
    spec = world.spec.model_copy(update={'id': 'co-du-thao', 'code': None, 'confirms_draft': True})
    await load_into_database(SYSTEM, [spec], [])
    return replace(world, spec=spec)


@dataclass
class Life:
    """One dossier on its way; what each act returned is kept, for the next one."""

    world: World
    token: str = ''
    id: str = ''
    version: int = 1

    def keep(self, result: Any) -> None:
        """Keep what the next act needs."""
        if isinstance(result, StartedDraft):
            self.token = result.token
        if isinstance(result, Submitted):
            self.id, self.version, self.filed = result.dossier_id, 1, result
        if isinstance(result, Done):
            self.version = result.version

    def filing(self) -> Iterator[Act]:
        """Yield what leads to a dossier."""
        w = self.world
        yield 'start', lambda: drafts.start(w.guest, w.spec.id, with_account=False)
        yield 'save', lambda: drafts.save(w.guest, self.token, ANSWERS)
        yield 'add_to_draft', lambda: attachments.add_to_draft(w.guest, self.token, 'proof', 'giay.png', PNG)
        yield 'submit', lambda: filing.submit(w.guest, self.token)

    def whole(self) -> Iterator[Act]:
        """Yield everything from the draft to the returned result."""
        w = self.world
        binh, chi, dung, giang = w.binh, w.chi, w.dung, w.giang
        do = self._do
        yield from self.filing()
        yield do(commands.accept, binh, **OUT_OF_ORDER)
        yield 'add_note', lambda: commands.add_note(binh, self.id, 'Đã gọi điện')
        yield do(commands.request_supplement, binh, items=ITEMS, **WHY)
        yield 'add_to_supplement', lambda: attachments.add_to_supplement(self.me, self.id, 'proof', 'moi.png', PNG)
        yield 'save_correction', lambda: applicant.save_correction(self.me, self.id, {'reason': 'Để đi học'})
        yield 'send_supplement', lambda: applicant.send_supplement(self.me, self.id, self.version)
        yield do(commands.forward, binh)
        yield do(commands.take, chi)
        yield do(commands.send_back, chi, 'Thiếu chữ ký')
        yield do(commands.forward, binh, account_id=chi.account_id)
        yield do(commands.reassign, dung, chi.account_id)
        draft = AttachmentKind.RESULT_DRAFT
        yield 'add_draft', lambda: attachments.add_result(chi, self.id, draft, 'du-thao.png', PNG)
        yield do(commands.show_draft, chi)
        yield 'object_to_draft', lambda: applicant.object_to_draft(self.me, self.id, self.version, 'Sai tên')
        yield 'add_draft', lambda: attachments.add_result(chi, self.id, draft, 'du-thao.png', PNG)
        yield do(commands.show_draft, chi)
        yield 'confirm_draft', lambda: applicant.confirm_draft(self.me, self.id, self.version)
        result = AttachmentKind.RESULT
        yield 'add_result', lambda: attachments.add_result(chi, self.id, result, 'ket-qua.png', scan(self.id))
        yield do(commands.forward, chi)
        yield do(commands.approve, dung)
        yield do(commands.finish, giang)
        yield do(commands.hand_over, binh, collected_by='Nguyễn Thị An')
        yield (
            'reissue_secret',
            lambda: commands.reissue_secret(binh, self.id, self.version, identity_checked=True, note='CCCD'),
        )

    def short(self, end: str) -> Iterator[Act]:
        """Yield a life that ends early: ``refuse``, ``stop``, ``withdraw`` or ``replace``."""
        w, do = self.world, self._do
        yield from self.filing()
        if end == 'refuse':
            yield do(commands.refuse, w.binh, 'Không thuộc thẩm quyền')
        elif end == 'stop':
            yield do(commands.accept, w.binh, **OUT_OF_ORDER)
            yield do(commands.stop, w.binh, commands.STOP_REASONS[-1], 'Người dân đề nghị')
        elif end == 'withdraw':
            yield 'withdraw', lambda: applicant.withdraw(self.me, self.id, self.version)
        else:
            yield do(commands.request_supplement, w.binh, items=ITEMS, **WHY)
            yield 'start_replacement', lambda: applicant.start_replacement(self.me, self.id)
            yield 'save', lambda: drafts.save(w.guest, self.token, {'reason': 'Rõ hơn'})
            yield 'submit', lambda: filing.submit(self.me, self.token)

    @property
    def me(self) -> Any:
        """The applicant, who opened the dossier with its secret."""
        return opened(self.world, self.filed)

    def _do(self, command: Callable[..., Awaitable[object]], who: Any, *args: Any, **options: Any) -> Act:
        return command.__name__, lambda: command(who, self.id, self.version, *args, **options)
