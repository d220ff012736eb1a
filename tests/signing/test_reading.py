"""Signatures that come in, time stamps over those that go out, and several results with one PIN."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.access import Actor
from app.demo import papers
from app.dossiers import attachments, drafts, filing
from app.dossiers.inbox import approvals
from app.errors import Invalid, NotAllowed, NotFound
from app.i18n import Words, words
from app.settings import Settings
from app.signing import results, shown, trust, unlocking
from app.signing.kept import kept
from app.signing.reading import Signature, continues, signatures_of
from components.signatures import judged, signatures
from models import Attachment
from pages.officer import signing_many
from tests.audit.authority import authority
from tests.signing.conftest import PIN, Signers, at_leader
from tests.signing.test_brought import elsewhere
from tests.signing.test_results import _files, _told
from tests.support.world import ANSWERS, PNG, World

pytestmark = pytest.mark.timeout(240)
PLAIN = b'%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>'


@pytest.fixture
def dialect() -> str:
    """What is read does not hang on the database."""
    return 'sqlite'


async def test_what_is_not_signed_has_no_signatures_and_what_cannot_be_read_is_said() -> None:
    assert await signatures_of(PLAIN) == () and await signatures_of(b'') == () and await signatures_of(PNG) == ()
    (odd,) = await signatures_of(PLAIN + b'/ByteRange [0 1 2 3]' + b'\0' * 50)
    assert not (odd.signer or odd.intact or odd.trusted or odd.holds)
    assert judged(odd)[0] == 'unreadable' and 'không đọc được' in signatures([odd], words('vi'))
    assert not await continues(PLAIN + b'\n', PLAIN)


@pytest.mark.parametrize(
    ('changes', 'said'),
    [({}, 'good'), ({'intact': False}, 'broken'), ({'covers_whole_document': False}, 'changed'), ({'trusted': False}, 'untrusted')],
)  # fmt: skip
def test_each_fault_of_a_signature_has_its_own_words(changes: dict[str, Any], said: str) -> None:
    facts: dict[str, Any] = {
        'intact': True,
        'trusted': True,
        'covers_whole_document': True,
        'timestamped': False,
        **changes,
    }
    assert judged(Signature('An', '', '', '', None, fingerprint='', kind='person', **facts))[0] == said


async def test_a_signed_paper_of_a_citizen_is_looked_at_once_and_again_when_other_roots_count(
    world: World, trusted: Settings, signers: Signers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = await drafts.start(world.guest, world.spec.id, with_account=False)
    await drafts.save(world.guest, started.token, ANSWERS)
    signed = await elsewhere(await papers.result('Đơn', 'An'), signers.stranger, signers.authority)
    file = await attachments.add_to_draft(world.guest, started.token, 'proof', 'don.pdf', signed)
    sent = await filing.submit(world.guest, started.token)
    found = await shown.of_dossier(world.binh, sent.dossier_id)
    (one,) = found[file.id]
    assert one.holds and one.signer == 'Ngô Văn Em'

    async def never(*_: object, **__: object) -> tuple[Signature, ...]:
        raise AssertionError('looked at twice')

    with monkeypatch.context() as patch:
        patch.setattr(shown, 'signatures_of', never)
        assert await shown.of_dossier(world.binh, sent.dossier_id) == found
    trust.use_settings(Settings(data_dir=tmp_path))
    (one,) = (await shown.of_dossier(world.binh, sent.dossier_id))[file.id]
    assert one.intact and not one.trusted
    for stranger, error in ((world.em, NotFound), (world.an, NotAllowed)):
        with pytest.raises(error):
            await shown.of_dossier(stranger, sent.dossier_id)


async def test_a_time_stamp_is_put_in_and_its_absence_stops_nobody_and_is_seen(
    keyed: World, trusted: Settings, tmp_path: Path
) -> None:
    with authority(tmp_path / 'tsa') as tsa:
        trust.use_settings(trusted.model_copy(update={'tsa_url': tsa.url, 'tsa_ca': tsa.root}))
        dossier_id, version = await at_leader(keyed)
        await results.approve(keyed.dung, dossier_id, version, pin=PIN)
        (one,) = kept((await _files(dossier_id))[-1])
        assert one.timestamped and one.holds and len(tsa.asked) == 1
        assert (await _told(dossier_id, 'approve'))['signature']['stamped'] is True  # type: ignore[index]
        for mood in ('failing', 'other'):
            tsa.mood = mood
            signer = await unlocking.own(keyed.dung, PIN)
            signed = await signer.sign(await _pdf(keyed.dung, dossier_id), results.Purpose('Ký', '', results.now()))
            assert [each.timestamped for each in await signatures_of(signed)] == [True, False]


async def _pdf(actor: Actor, dossier_id: str) -> bytes:
    file: Attachment = (await _files(dossier_id))[-1]
    return (await attachments.open_file(actor, file.id)).content


@dataclass
class Sitting:
    """Somebody at a screen."""

    who: Actor
    t: Words

    async def actor(self) -> Actor:
        """Return who it is now."""
        return self.who


async def test_of_several_one_that_fails_stops_no_other(keyed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, old, last = await at_leader(keyed), await at_leader(keyed), await at_leader(keyed, PNG, 'anh.png')
    sitting = Sitting(keyed.dung, words('vi'))
    found = {one.row.dossier_id: one for one in await approvals(keyed.dung)}
    chosen = [(found[first[0]], first[1]), (found[old[0]], old[1] - 1), (found[last[0]], last[1])]
    asked: list[int] = []

    async def answers(*args: object, **_: object) -> tuple[bool, object]:
        with pytest.raises(Invalid):
            await args[3]({'how': 'key', 'pin': '000000'})  # type: ignore[operator]
        return True, await args[3]({'how': 'key', 'pin': PIN})  # type: ignore[operator]

    monkeypatch.setattr(signing_many, 'ask_form', answers)
    outcomes = await signing_many.sign_many(sitting, chosen, asked.append)  # type: ignore[arg-type]
    assert outcomes and [one.is_done for one in outcomes] == [True, False, True] and asked == [0, 1, 2]
    assert [len(await _files(one[0])) for one in (first, old, last)] == [2, 1, 2]
    assert 'chưa phê duyệt' in signing_many.outcomes(outcomes, words('vi'))
