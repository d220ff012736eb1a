"""Drafts: start, save answer by answer, come back. Nothing that was typed is lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, ActorKind, Permission
from app.accounts.queries import profile
from app.clock import now
from app.db import read, write
from app.dossiers import answers as stored
from app.dossiers.answers import Answer
from app.dossiers.files import File, files_of_draft
from app.dossiers.loading import link_of_draft, load_draft
from app.errors import Invalid, NotAllowed, NotFound, Problem
from app.limits import hit
from app.procedures import queries as catalogue
from app.procedures import validation
from app.procedures.decided import with_fee
from app.procedures.schema import ProcedureSpec
from app.units.queries import tree
from models import Draft

GUEST_LIFE = timedelta(days=30)
ACCOUNT_LIFE = timedelta(days=180)


@dataclass(frozen=True)
class StartedDraft:
    """A new draft; the token is its private link."""

    token: str
    draft_id: str


@dataclass(frozen=True)
class DraftView(StartedDraft):
    """A draft as its form needs it."""

    slug: str
    spec: ProcedureSpec
    answers: dict[str, Answer]
    problems: dict[str, Problem]
    """Of what was typed and could not be read, by the path of the question."""
    files: tuple[File, ...]
    page: str | None
    saved_at: datetime
    version: int
    dossier_id: str | None
    has_account: bool
    expires_at: datetime
    replaces: str | None
    """The dossier whose place in the queue this one will take."""

    @property
    def values(self) -> dict[str, Any]:
        """The readable answers by field id, for rules and conditions."""
        return stored.values(self.answers)

    @property
    def veiled(self) -> frozenset[str]:
        """Personal numbers that came along from an earlier dossier: the slip with its number and secret gives none back."""
        if self.has_account or not self.replaces:
            return frozenset()
        sealed = validation.sensitive_ids(self.spec)
        return frozenset(k for k, a in self.answers.items() if a.source == 'earlier' and k in sealed)

    @property
    def told(self) -> dict[str, Any]:
        """The readable answers that may leave this place; what is veiled is masked."""
        return {
            k: validation.masked(v) if k in self.veiled and isinstance(v, str) else v for k, v in self.values.items()
        }


@dataclass(frozen=True)
class SavedAnswer:
    """What became of one answer: its stored value, or what is wrong with it. Either way it is kept."""

    field_id: str
    value: Any
    problems: dict[str, Problem]
    """By the path of the question: a group may have several."""
    saved_at: datetime


@dataclass(frozen=True)
class DraftItem:
    """One line of "my drafts"."""

    token: str
    slug: str
    procedure_name: Any
    saved_at: datetime
    expires_at: datetime


async def start(actor: Actor, slug: str, *, with_account: bool, for_unit: str | None = None) -> DraftView:
    """Start a draft of the version of a procedure that is valid today, prefilled from the profile when an account is used.

    ``for_unit``: the agency that will decide, where an officer takes the filing for another one.

    Raises:
        NotFound: there is no such agency, or it is not an officer who asks.
        NotAllowed: this way of filing is switched off for the procedure.
    """
    page = await catalogue.start_page(actor, slug)
    account_id = actor.account_id if with_account and actor.kind is ActorKind.CITIZEN else None
    at_counter = actor.is_staff and actor.may(Permission.DOSSIER_RECEIVE)
    if not page.online and not at_counter:
        raise NotAllowed('dossier.not_online')
    if not at_counter and not (page.account_filing if account_id else page.guest_filing):
        raise NotAllowed('dossier.way_is_off')
    if not at_counter:
        await hit('start_draft', actor.account_id or actor.address or 'unknown', times=300, minutes=60)
    known = await profile(actor) if account_id else None
    answers = _prefilled(page.spec, known.prefill() if known else {})
    async with write() as db:
        draft = await create(db, page.version_id, page.spec, answers, account_id, actor.lang)
        if for_unit is not None:
            agencies = await tree(db)
            if not at_counter or for_unit not in agencies.tops() or not agencies.exists(for_unit):
                raise NotFound()
            draft.resolving_unit_id = for_unit
    return _view(draft, page.spec, ())


def _prefilled(spec: ProcedureSpec, known: dict[str, Any]) -> dict[str, Answer]:
    """Return what a form begins with: what the profile knows, and what merely stands as usual."""
    asked = {field.id: field.prefill for section in spec.sections for field in section.fields}
    return {
        name: Answer(value, 'profile' if known.get(asked[name] or '') else 'default')
        for name, value in validation.prefill(spec, known).items()
    }


async def create(
    db: AsyncSession,
    version_id: str,
    spec: ProcedureSpec,
    answers: dict[str, Answer],
    account_id: str | None,
    lang: str,
    replaces: str | None = None,
) -> Draft:
    """Insert a draft with some answers."""
    moment = now()
    draft = Draft(
        account_id=account_id,
        version_id=version_id,
        replaces_dossier_id=replaces,
        lang=lang,
        created_at=moment,
        saved_at=moment,
        expires_at=moment + (ACCOUNT_LIFE if account_id else GUEST_LIFE),
    )
    draft.answers = stored.pack(spec, answers, f'draft:{draft.id}')
    db.add(draft)
    await db.flush()
    return draft


async def view(actor: Actor, token: str) -> DraftView:
    """Return a draft for its form. Raises NotFound."""
    async with read() as db:
        draft = await load_draft(db, actor, token)
        spec = await with_fee(db, await catalogue.spec_of(db, draft.version_id))
        return _view(draft, spec, await files_of_draft(db, draft.id))


def _view(draft: Draft, spec: ProcedureSpec, files: tuple[File, ...]) -> DraftView:
    answers = stored.unpack(draft.answers, f'draft:{draft.id}')
    return DraftView(
        draft_id=draft.id,
        token=link_of_draft(draft.id),
        slug=spec.id,
        spec=spec,
        answers=answers,
        problems=stored.unreadable(spec, answers),
        files=files,
        page=draft.page,
        saved_at=draft.saved_at,
        version=draft.version,
        dossier_id=draft.dossier_id,
        has_account=draft.account_id is not None,
        expires_at=draft.expires_at,
        replaces=draft.replaces_dossier_id,
    )


async def save(actor: Actor, token: str, raw: dict[str, Any], *, page: str | None = None) -> tuple[SavedAnswer, ...]:
    """Store answers as they are typed. What cannot be read is kept as typed and named; an unknown question is refused.

    ``raw`` maps a question, or one inside a group (``members[2].member_name``), to what a browser sent.

    Raises:
        NotFound: no such draft, or it asks no such question.
    """
    if not isinstance(raw, dict) or len(raw) > 200:
        raise NotFound()
    async with write() as db:
        draft = await load_draft(db, actor, token, lock=True)
        if draft.dossier_id is not None:
            raise NotAllowed('dossier.already_sent')
        spec = await catalogue.spec_of(db, draft.version_id)
        place = f'draft:{draft.id}'
        if any('[' in path for path in raw):
            for path in raw:
                validation.find_field(spec, path)  # never a part of a question that is no group
            raw = stored.whole_groups(raw, stored.unpack(draft.answers, place))
        taken = {field_id: read_answer(spec, field_id, value) for field_id, value in raw.items()}
        merged = dict(draft.answers) | stored.pack(spec, {k: a for k, (a, _) in taken.items() if a}, place)
        for field_id, (answer, _) in taken.items():
            if answer is None:
                merged.pop(field_id, None)
        moment = now()
        draft.answers, draft.saved_at, draft.version = stored.bearable(merged), moment, draft.version + 1
        if page is not None:
            draft.page = page[:80]
    return tuple(SavedAnswer(k, a.value if a else None, p, moment) for k, (a, p) in taken.items())


def read_answer(spec: ProcedureSpec, field_id: str, raw: Any) -> tuple[Answer | None, dict[str, Problem]]:
    """Read one answer. An empty one is None; one that cannot be read is kept raw beside its problems."""
    try:
        value = validation.parse_answer(spec, field_id, raw)
    except Invalid as bad:
        return Answer(None, 'typed', stored.as_typed(raw)), dict(bad.problems)
    return (None if value is None else Answer(value, 'typed')), {}


async def turn_to(actor: Actor, token: str, page: str) -> None:
    """Remember the page that the person is on."""
    await save(actor, token, {}, page=page)


async def mine(actor: Actor) -> tuple[DraftItem, ...]:
    """Return the unfinished drafts of the actor's account, the newest first."""
    if actor.account_id is None:
        return ()
    query = select(Draft).where(
        Draft.account_id == actor.account_id, Draft.dossier_id.is_(None), Draft.expires_at > now()
    )
    async with read() as db:
        rows = (await db.execute(query.order_by(Draft.saved_at.desc()).limit(50))).scalars().all()
        specs = [await catalogue.spec_of(db, row.version_id) for row in rows]
    return tuple(
        DraftItem(link_of_draft(d.id), s.id, s.short_name or s.name, d.saved_at, d.expires_at)
        for d, s in zip(rows, specs, strict=True)
    )


async def discard(actor: Actor, token: str) -> None:
    """Let a draft run out now; what is left of it is removed by the clean-up."""
    async with write() as db:
        draft = await load_draft(db, actor, token, lock=True)
        draft.expires_at = now()
