"""What an officer reads of a dossier: state and dates, what is waited for, answers, hand-overs, history."""

from typing import Literal

from markupsafe import Markup

from app.dossiers.desk import DeskDossier, StepRow
from app.dossiers.queries import Happened
from app.i18n import Words
from app.procedures.basis import BasisState
from app.workflow.transitions import TERMINAL, Action
from components import wording
from components.basis import basis_fold, basis_list
from components.cards import card_markup
from components.markup import NOTHING, join, markup
from components.notice import notice
from components.results import checked_at
from components.summary_list import Row, facts, summary_list
from components.tags import tag, tags
from components.timeline import Moment, timeline
from models.enums import Status
from pages.officer.saying import status_tag, term_tag


def head(t: Words, view: DeskDossier) -> Markup:
    """Return state, dates and who holds it; how the due date was counted unfolds."""
    due = t.moment(view.due_at) if view.due_at else None
    promised = t.moment(view.promised_at) if view.promised_at else None
    if promised and view.stands:
        promised = t('officer.promised_stands', moment=promised)
    running = {view.promised_at, view.reception.limit if view.reception else None}
    label = 'officer.due_asked' if view.stands == 'asked' else 'officer.due'
    rows = [
        (t('officer.submitted'), t.short_moment(view.submitted_at)),
        *([(t('common.reception_limit'), received)] if (received := wording.received(view.reception, t)) else []),
        *([(t(label), due)] if due and view.due_at not in running else []),
        *([(t('officer.promised'), promised)] if promised else []),
        *((t('common.took'), took) for one in view.history if (took := wording.took(one.data, t))),
        (t('officer.holder'), view.holder or t('officer.nobody')),
        (t('officer.channel'), t(f'officer.channel_{view.channel}')),
    ]
    counted = NOTHING
    if view.due_explained:
        counted = markup(
            '<details class="mc-counted"><summary>{how}</summary>{lines}</details>',
            how=t('officer.how_counted'),
            lines=join(markup('<p>{line}</p>', line=line) for line in view.due_explained.splitlines()),
        )
    number = tag(view.official_code or view.filing_number)
    return tags(status_tag(t, view), term_tag(t, view), number) + facts(rows) + counted


def warnings(t: Words, view: DeskDossier) -> Markup:
    """Return what the officer must know before deciding."""
    found = []
    if view.after:
        found.append(_after(t, *view.after))
    if view.asked_items:
        limit = t.moment(view.asked_limit) if view.asked_limit else ''
        items = markup('<ul>{i}</ul>', i=join(markup('<li>{x}</li>', x=item['text']) for item in view.asked_items))
        written = view.asked_written_limit
        moved = t('public.progress_asked_moved', moment=t.moment(written)) if written else ''
        said = items + (markup('<p>{text}</p>', text=moved) if moved else NOTHING)
        found.append(notice(said, tone='warn', title=t('officer.asked', limit=limit)))
    if view.posting_until:
        found.append(notice(t('officer.posted_until', moment=t.moment(view.posting_until)), tone='info'))
    if view.status is Status.PAYMENT:
        found.append(notice(t('officer.duty_open'), tone='info'))
    if view.supplement_count > 1:
        found.append(notice(t('officer.late_by_second', count=view.supplement_count), tone='warn'))
    if view.supplemented:
        found.append(notice(t('officer.supplemented_now'), tone='info'))
    if view.draft_confirmation and view.status in (Status.ACCEPTED, Status.PROCESSING):
        tone: Literal['ok', 'warn'] = 'ok' if view.draft_confirmation == 'confirmed' else 'warn'
        found.append(notice(t(f'officer.draft_{view.draft_confirmation}'), tone=tone))
    if view.is_mine and view.wants_draft:
        found.append(notice(t('officer.draft_wanted'), tone='info'))
    if view.is_out_of_order and Action.ACCEPT in view.actions:
        found.append(notice(t('officer.earlier_waiting'), tone='warn'))
    if view.outdated and view.status not in TERMINAL:
        found.append(_outdated(t, view.outdated))
    if view.results:
        found.append(checked_at(view.results, t))
    return join(found)


def _after(t: Words, dossier_id: str, number: str) -> Markup:
    """Say after which dossier this one was filed anew."""
    link = markup('<a class="mc-link" href="/can-bo/ho-so/{id}">{number}</a>', id=dossier_id, number=number)
    text = markup('<p>{words} {number}</p>', words=t('officer.filed_again'), number=link if dossier_id else number)
    return notice(text, tone='info')


def _outdated(t: Words, found: tuple[BasisState, ...]) -> Markup:
    """Say which acts have ended and what follows them; what ended in part or will end is folded.

    A dossier is finished under the version it was filed under.
    """
    expired = tuple(one for one in found if one.state == 'expired')
    rest = basis_fold(tuple(one for one in found if one not in expired), t)
    return (
        notice(basis_list(expired, t), tone='warn', title=t('officer.basis_outdated')) if expired else NOTHING
    ) + rest


def answers(t: Words, view: DeskDossier) -> Markup:
    """Return the applicant, everything that was answered, and the fees."""
    where = f': {view.delivery_address}' if view.delivery_address else ''
    contact = [
        Row(t('officer.applicant'), view.applicant_name),
        Row(t('officer.personal_id'), view.personal_id or ''),
        Row(t('officer.phone'), view.contact_phone or ''),
        Row(t('officer.email'), view.contact_email or ''),
        Row(t('officer.delivery'), t(f'officer.delivery_{view.delivery}') + where),
    ]
    cards = [_card(t('officer.contact'), contact, t)]
    for title, lines in view.answers:
        cards.append(_card(title, [Row(label, text) for label, text, _ in lines], t))
    fees = [Row(n, t.money(amount) if amount is not None else t('officer.fee_unset')) for n, amount in view.fees]
    return join([*cards, _card(t('officer.fees'), fees, t) if fees else NOTHING])


def _card(title: str, rows: list[Row], t: Words) -> Markup:
    return card_markup(markup('<h3>{title}</h3>', title=title) + summary_list(rows, t))


def steps(t: Words, view: DeskDossier) -> Markup:
    """Return the hand-overs: who had it, from when to when, and whether in time."""
    if not view.steps:
        return notice(t('officer.no_steps'))
    return timeline([_step(t, step) for step in view.steps], t)


def _step(t: Words, step: StepRow) -> Moment:
    taken = t.short_moment(step.taken_at) if step.taken_at else t('officer.not_taken')
    parts = [t('officer.step_given', at=t.short_moment(step.given_at)), t('officer.step_taken', at=taken)]
    if step.ended_at:
        parts.append(t('officer.step_ended', at=t.short_moment(step.ended_at)))
    if step.due_at:
        parts.append(t('officer.step_due', at=t.short_moment(step.due_at)))
    late = tags(tag(t('officer.step_late'), 'error')) if step.is_late else NOTHING
    return Moment(
        'done' if step.ended_at else 'now',
        f'{t.pick(step.title)} – {step.person or t("officer.nobody")}',
        note=markup('<p>{parts}</p>{late}', parts=' · '.join(parts), late=late),
    )


def _paper(t: Words, one: Happened) -> str:
    """Say which paper was shown when the result was handed over."""
    paper = one.data.get('paper') if one.action == Action.HAND_OVER else None
    if not isinstance(paper, dict):
        return ''
    known = t('result.paper_last', last=paper['last']) if paper['last'] else ''
    return t('result.paper_shown', paper=' '.join(filter(None, (paper['kind'], known))))


def _originals(t: Words, one: Happened) -> str:
    """Say which originals were handed in when the result was collected, and why one was not."""
    kept = one.data.get('originals')
    if not isinstance(kept, dict):
        return ''
    given = t('officer.originals_given', names='; '.join(kept['given'])) if kept['given'] else ''
    lacking = (
        t('officer.originals_missing', names='; '.join(kept['missing']), why=kept['why']) if kept['missing'] else ''
    )
    return ' '.join(filter(None, (given, lacking)))


def history(t: Words, view: DeskDossier) -> Markup:
    """Return everything that happened, the newest first, with names and notes."""
    rows = [
        Moment(
            'done',
            t(_words_of(h.action)),
            t.moment(h.at),
            markup(
                '<span class="mc-lines">{text}</span>',
                text=' – '.join(
                    filter(None, (h.who, h.note, wording.moved_dates(h.data, t), _signed(t, h), _paper(t, h)))
                ),
            ),
            h.at.isoformat(),
        )
        for h in reversed(view.history)
    ]
    return timeline(rows, t)


def _words_of(action: str) -> str:
    """Return the key of what an act, or a timer, has done."""
    is_about_it = action.startswith('alert_') or action == 'junk_lifted'
    return f'common.event_{action}' if is_about_it else f'workflow.done_{action}'


def _signed(t: Words, h: Happened) -> str:
    """Return how the result of this act was signed."""
    told = h.data.get('signature')
    if not told:
        return ''
    return t('signing.told_paper') if told['how'] == 'paper' else t('signing.told_key', name=told['by'])
