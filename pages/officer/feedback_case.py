"""``/can-bo/phan-anh/{id}``: one piece of feedback, what may be known of it and what can be done with it."""

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from app.access import Permission
from app.errors import AppError
from app.feedback import desk
from app.feedback.desk import Case
from app.feedback.reading import Done
from app.i18n import Words
from components.cards import card, stack
from components.markup import NOTHING, join, markup, show
from components.notice import notice
from components.page_head import page_head
from components.summary_list import Row, summary_list
from components.tags import Tone, tag, tags
from components.templating import translated
from components.timeline import Moment, timeline
from models.feedback import Disclosure
from models.feedback import FeedbackState as S
from pages import plain_error
from pages.officer.feedback import PATH
from pages.officer.feedback_acts import Acts
from pages.shell import Route, Screen
from pages.visitor import Visitor

router = APIRouter(include_in_schema=False)
TONES: dict[S, Tone] = {S.ANSWERED: 'ok', S.PUBLISHED: 'ok', S.REFUSED: 'error', S.ASKED: 'warn'}
_SAFE = {'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff'}


@router.get(PATH + '/{feedback_id}/anh/{photo_id}')
async def photo(request: Request, feedback_id: str, photo_id: str) -> Response:
    """Show one photograph as a picture made here."""
    visitor = Visitor.of(request)
    try:
        picture = await desk.photo(await visitor.actor(), feedback_id, photo_id)
    except AppError as refused:
        return plain_error.refusal(request, refused)
    return Response(picture, media_type='image/jpeg', headers=_SAFE)


class Panel:
    """One piece of feedback; drawn anew when it changes."""

    def __init__(self, visitor: Visitor, feedback_id: str) -> None:
        self.visitor, self.t, self.id = visitor, visitor.t, feedback_id
        self.box = stack()
        self.acts = Acts(visitor, self.show)

    async def refresh(self) -> None:
        """Draw what somebody else changed."""
        self.draw(await desk.case(await self.visitor.actor(used=False), self.id))

    async def show(self) -> None:
        """Draw it after an act of one's own; what was passed on is no longer here."""
        try:
            found = await desk.case(await self.visitor.actor(), self.id)
        except AppError as gone:
            self.box.clear()
            with self.box:
                show(notice(self.t('feedback.desk_changed'), tone='ok', title=self.t.error(gone)))
            return
        self.draw(found)

    def draw(self, one: Case) -> None:
        """Draw it as it was read."""
        t = self.t
        self.box.clear()
        with self.box:
            show(_marks(t, one))
            if one.is_involved:
                show(notice(t('feedback.desk_involved'), tone='warn'))
            self.acts.draw(one)
            with card(t('feedback.desk_facts')):
                show(summary_list(_facts(t, one), t))
            if not one.is_involved:
                with card(t('feedback.desk_words')):
                    show(_words(t, one), classes='mc-prose').props('lang=vi')
                    show(_photos(t, one))
            for key, text in (('the_answer', one.answer), ('desk_draft', '' if one.answer else one.draft)):
                if text:
                    with card(t(f'feedback.{key}')):
                        show(_paragraphs(text), classes='mc-prose').props('lang=vi')
            if one.state is S.PUBLISHED:
                with card(t('feedback.desk_public')):
                    show(join(_paragraphs(part) for part in one.public), _votes(t, one), classes='mc-prose')
            with card(t('feedback.history')):
                show(timeline([_moment(t, each) for each in one.history], t))


def _marks(t: Words, one: Case) -> Markup:
    marks = [tag(t(f'feedback.state_{one.state}'), TONES.get(one.state, 'action'))]
    if one.disclosure not in (None, Disclosure.NAMED):
        marks.append(tag(t(f'feedback.disclosure_{one.disclosure}'), 'warn'))
    return tags(*marks)


def _facts(t: Words, one: Case) -> list[Row]:
    sender = t(f'feedback.disclosure_{one.disclosure}') if one.disclosure else ''
    contact = ' · '.join(filter(None, (one.who.name, one.who.phone, one.who.email, one.who.address)))
    dossier: str | Markup = one.dossier_code
    if one.dossier_id:
        dossier = markup('<a href="/can-bo/ho-so/{id}">{code}</a>', id=one.dossier_id, code=one.dossier_code)
    limit = t('feedback.desk_limit_none')
    if one.due_at and one.due_kind:
        limit = t(f'feedback.desk_limit_{one.due_kind}', moment=t.moment(one.due_at))
    rows = [
        ('desk_about', t(f'feedback.about_{one.about}')),
        ('sent_at', t.moment(one.sent_at)),
        ('answer_by', t.moment(one.answer_due_at)),
        ('code', one.code),
        ('desk_unit', one.unit_name),
        ('desk_handler', one.handler or ('' if one.is_involved else t('feedback.desk_nobody'))),
        ('desk_disclosure', sender),
        ('desk_contact', contact),
        ('desk_about_unit', one.about_unit_name),
        ('desk_about_person', one.about_person),
        ('desk_dossier', dossier),
        ('desk_procedure', _procedure(t, one)),
        ('the_reason', t(f'feedback.reason_{one.reason}') if one.reason else ''),
    ]
    kept = [Row(t(f'feedback.{key}'), value) for key, value in rows if value]
    return [*kept, Row(t('feedback.desk_limit'), limit)]


def _procedure(t: Words, one: Case) -> str | Markup:
    if one.procedure_name is None:
        return ''
    return markup(
        '<a href="/thu-tuc/{slug}">{name}</a>', slug=one.procedure_slug, name=translated(one.procedure_name, t)
    )


def _words(t: Words, one: Case) -> Markup:
    parts = [_paragraphs(one.words.text)]
    if one.words.place:
        parts.append(markup('<p><b>{label}:</b> {place}</p>', label=t('feedback.desk_place'), place=one.words.place))
    for more in one.words.more:
        parts += [markup('<h3>{label}</h3>', label=t('feedback.added')), _paragraphs(more)]
    return join(parts)


def _photos(t: Words, one: Case) -> Markup:
    return join(_photo(t, one, number) for number in range(len(one.photos)))


def _photo(t: Words, one: Case, number: int) -> Markup:
    each = one.photos[number]
    if not each.opens:
        return notice(
            t('feedback.desk_photo_infected' if each.infected else 'feedback.desk_photo_waiting'), tone='warn'
        )
    return markup(
        '<p><a href="{path}"><img class="mc-picture" src="{path}" alt="{name}" loading="lazy"></a></p>',
        path=f'{PATH}/{one.id}/anh/{each.id}',
        name=t('feedback.desk_photo', number=number + 1),
    )


def _votes(t: Words, one: Case) -> Markup:
    return markup('<p class="mc-muted">{text}</p>', text=t('feedback.desk_votes', yes=one.helpful, no=one.unhelpful))


def _paragraphs(text: str) -> Markup:
    return join(markup('<p>{line}</p>', line=line) for line in text.splitlines() if line.strip())


def _moment(t: Words, one: Done) -> Moment:
    title = t(f'feedback.act_{one.act}') + (f' ({t("feedback.act_late")})' if one.late else '')
    note = join((markup('<p class="mc-muted">{who}</p>', who=one.who) if one.who else NOTHING, _paragraphs(one.note)))
    return Moment('done', title, t.moment(one.at), note, one.at.isoformat())


async def case_page(visitor: Visitor, screen: Screen, id: str, hop: str = '') -> None:
    """Draw one piece of feedback and follow its changes."""
    t = visitor.t
    one = await desk.case(await visitor.actor(), id)
    back = f'{PATH}?hop={hop}' if hop in desk.VIEWS else PATH
    page_head(one.words.subject or one.code, t, back=(back, t('feedback.desk_back')))
    panel = Panel(visitor, one.id)
    panel.draw(one)
    screen.on_change([f'feedback-case:{one.id}'], panel.refresh)


ROUTES = [
    Route(PATH + '/{id}', case_page, need=Permission.FEEDBACK_READ, title_key='feedback.desk_title'),
]
