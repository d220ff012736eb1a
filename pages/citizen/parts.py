"""What there is to read of a dossier: state, dates, events, result, papers, answers."""

from datetime import datetime

from markupsafe import Markup

from app.clock import local
from app.dossiers.files import File
from app.dossiers.queries import Happened, Progress
from app.i18n import Words
from app.workflow.transitions import TERMINAL
from components import wording
from components.basis import basis_fold
from components.buttons import link_button
from components.cards import fold
from components.declared import declared as declarations
from components.icons import icon
from components.issued import issued as papers_given
from components.markup import NOTHING, join, markup, show
from components.results import checked_at
from components.signatures import signatures
from components.summary_list import Row, facts, summary_list
from components.tags import tag, tags
from components.timeline import Moment, timeline
from models.enums import PRESENT, AttachmentKind, AttachmentState, Status
from pages.citizen.dossiers import TONES


def card(found: Progress, t: Words) -> tuple[Markup, ...]:
    """Return the card that says how far the dossier is, until when, and who has it."""
    ended = found.is_taken_back or found.status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
    percent = (
        NOTHING
        if ended
        else markup(
            '<div class="mc-percent"><p id="mc-percent">{words}</p>'
            '<progress class="mc-progress" max="100" value="{percent}" aria-labelledby="mc-percent"></progress></div>',
            words=t('public.progress_done', percent=found.percent),
            percent=found.percent,
        )
    )
    return (
        markup(
            '<section class="mc-card mc-progress-card"><h2 class="mc-sr">{title}</h2>{tags}{percent}{facts}{why}</section>',
            title=t('citizen.state'),
            tags=_states(found, t),
            percent=percent,
            facts=facts(_facts(found, t)),
            why=_why(found, t) + basis_fold(found.outdated, t, note=t('public.basis_dossier')),
        ),
    )


def rate(found: Progress, t: Words) -> Markup:
    """Return the way to the rating, a plain page."""
    return markup(
        '<p>{button}</p>',
        button=link_button(t('ratings.ask'), f'/danh-gia/ho-so/{found.dossier_id}', kind='secondary', icon='star'),
    )


def _states(found: Progress, t: Words) -> Markup:
    if found.is_taken_back:
        return tags(tag(t('citizen.taken_back'), 'error'))
    status = 'common.status_5' if found.awaiting_supplement else f'common.status_{int(found.status)}'
    tone = 'warn' if found.awaiting_supplement else wording.status_kind(found.status)
    timely = NOTHING
    if found.timeliness:
        timely = tag(t(f'common.timely_{found.timeliness}'), 'error' if found.timeliness == 'late' else 'ok')
    return tags(tag(t(status), TONES[tone]), timely)


def _facts(found: Progress, t: Words) -> list[tuple[str, str | Markup]]:
    rows: list[tuple[str, str | Markup]] = []
    if found.stands:
        rows.append((t('citizen.due_result'), t(f'public.progress_waits_{found.stands}')))
    elif not found.resolved_at and found.status not in TERMINAL:
        key = 'citizen.due_result' if found.accepted_at else 'citizen.due_answer'
        waits = found.reception.limit if found.reception else None
        due = found.promised_at if found.accepted_at else waits
        rows += [(t(key), t.moment(due))] if due else []
    if found.accepted_at and (received := wording.received(found.reception, t)):
        rows.append((t('common.reception_limit'), received))
    if found.posting_until:
        rows.append((t('common.posted_until'), t.moment(found.posting_until)))
    if found.resolved_at:
        rows.append((t('public.progress_finished'), t.moment(found.resolved_at)))
    rows += [(t('common.took'), took) for one in found.timeline if (took := wording.took(one.data, t))]
    rows.append((t('public.progress_unit'), found.resolving_unit if found.accepted_at else found.receiving_unit))
    rows.append((t('public.progress_submitted'), t.moment(found.submitted_at)))
    if found.official_code:
        rows.append((t('citizen.filing_number'), found.filing_number))
    return rows


def _why(found: Progress, t: Words) -> Markup:
    """Return the explanation of the date, folded."""
    if not found.due_explained or found.resolved_at or found.status in TERMINAL:
        return NOTHING
    lines = join(markup('<p>{line}</p>', line=line) for line in found.due_explained.splitlines() if line.strip())
    return markup(
        '<details class="mc-fold mc-why"><summary>{title}</summary><div>{lines}</div></details>',
        title=t('public.progress_why_due'),
        lines=lines,
    )


def events(found: Progress, t: Words) -> tuple[Markup, ...]:
    """Return what happened and what is still to come."""
    is_over = found.status in TERMINAL or found.status is Status.RESOLVED
    last = len(found.timeline) - 1
    moments = [
        Moment(
            'done' if is_over or n < last else 'now',
            t(f'common.event_{one.action}'),
            t.moment(one.at),
            _note(one, t),
            _iso(one.at),
        )
        for n, one in enumerate(found.timeline)
    ]
    if not is_over:
        due = found.promised_at if found.accepted_at and not found.stands else None
        moments.append(Moment('next', t('citizen.event_result'), t.moment(due) if due else ''))
    heading = markup('<h2 class="mc-review">{title}</h2>', title=t('public.progress_events'))
    return heading, timeline(moments, t)


def _note(one: Happened, t: Words) -> Markup:
    by = markup('<p class="mc-muted">{by}</p>', by=t('public.progress_by', name=one.who)) if one.who else NOTHING
    lines = (one.note, wording.moved_dates(one.data, t))
    return by + join(markup('<p class="mc-lines">{line}</p>', line=line) for line in lines if line)


def _iso(moment: datetime) -> str:
    return local(moment).isoformat(timespec='minutes')


def result(found: Progress, t: Words) -> tuple[Markup, ...]:
    """Return the result with its download, and how it is received; nothing before there is one."""
    if found.status not in (Status.RESOLVED, Status.RETURNED) or found.is_taken_back:
        return ()
    files = [f for f in found.files if f.kind is AttachmentKind.RESULT]
    how = t(f'citizen.receive_{found.delivery}') if found.status is Status.RESOLVED else ''
    why = 'not_for_guests' if found.has_account or found.contact_verified else 'collect_at_counter'
    shut = t(f'papers.{why}') if any(f.id not in found.openable for f in files) else ''
    lines = join(markup('<p>{line}</p>', line=line) for line in (how, shut) if line)
    heading = markup('<h2 class="mc-review">{title}</h2>', title=t('public.progress_result'))
    return heading, _files(files, found, t, NOTHING), lines, checked_at(found.results, t)


def papers(found: Progress, t: Words) -> tuple[Markup, ...]:
    """Return the papers that were sent; what was replaced is left out."""
    sent = [f for f in found.files if f.kind is AttachmentKind.EVIDENCE and f.state in PRESENT]
    if not sent:
        return ()
    heading = markup('<h2 class="mc-review">{title}</h2>', title=t('public.progress_papers'))
    return heading, _files(sent, found, t, tag(t('citizen.not_sent_yet'), 'warn'))


def _files(files: list[File], found: Progress, t: Words, pending: Markup) -> Markup:
    items = join(_file(f, found, t, pending if _is_pending(f, found) else NOTHING) for f in files)
    return markup('<ul class="mc-files">{items}</ul>', items=items) if files else NOTHING


def _is_pending(file: File, found: Progress) -> bool:
    """Tell whether a paper belongs to a supplement that is not sent yet."""
    return bool(found.asked and file.in_supplement and file.uploaded_at >= found.asked.requested_at)


def _file(file: File, found: Progress, t: Words, mark: Markup) -> Markup:
    document = found.spec.document(file.document_id or '')
    name = t.pick(document.name) if document else t('citizen.result_file')
    is_open = file.id in found.openable
    words = file.name if is_open else t('public.progress_identity') if file.identity else file.name
    if file.state is AttachmentState.QUARANTINED:
        words = t('papers.state_waiting')
    link = NOTHING
    if is_open:
        link = markup(
            '<a class="mc-link" href="/tep/{id}" download>{icon}{words}<span class="mc-sr"> {name}</span></a>',
            id=file.id,
            icon=icon('download', 20),
            words=t('citizen.download'),
            name=name,
        )
    return markup(
        '<li>{icon}<span class="mc-grow"><b>{name}</b><small>{words}</small>{signed}{mark}</span>{link}</li>',
        icon=icon('file', 22),
        name=name,
        words=words,
        signed=signatures(file.signatures or (), t) if is_open else NOTHING,
        mark=mark,
        link=link,
    )


def issued(found: Progress, t: Words) -> tuple[Markup, ...]:
    """Return the official papers that were given out, such as the receipt."""
    if not found.issued:
        return ()
    return markup('<h2 class="mc-review">{title}</h2>', title=t('documents.issued')), papers_given(found.issued, t)


def declared(found: Progress, t: Words) -> tuple[Markup, ...]:
    """Return the declaration as it was sent; nothing for whoever has only number and secret."""
    if not found.declared:
        return ()
    heading = markup('<h2 class="mc-review">{title}</h2>', title=t('documents.declared_title'))
    return heading, declarations(found.dossier_id, found.declared, t)


def answers(found: Progress, t: Words) -> None:
    """Draw what was entered, folded; personal numbers are masked."""
    if not found.answers:
        return
    with fold(t('citizen.answers')):
        for title, lines in found.answers:
            show(
                markup('<h3 class="mc-group">{title}</h3>', title=title),
                summary_list([Row(label, text) for label, text, _ in lines], t),
            )
