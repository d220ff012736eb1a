"""Feedback, petitions and questions of people: what came, where it stands, what was answered, who found that helpful."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, Index, SQLModel

from models.types import enum, id_column, json, moment


class FeedbackAbout(StrEnum):
    """What it is about. Source: NĐ 20/2008/NĐ-CP (rules, conduct); a question before filing is no petition."""

    DOSSIER = 'dossier'
    RULE = 'rule'
    CONDUCT = 'conduct'
    QUESTION = 'question'


class Disclosure(StrEnum):
    """How much of themselves the person gives away."""

    NAMED = 'named'
    CONFIDENTIAL = 'confidential'
    """The name is known to whoever handles it, and to nobody else."""
    ANONYMOUS = 'anonymous'


class FeedbackState(StrEnum):
    RECEIVED = 'received'
    SORTED = 'sorted'
    FORWARDED = 'forwarded'
    ASKED = 'asked'
    """More is asked of the person; the limit waits."""
    ANSWERED = 'answered'
    PUBLISHED = 'published'
    REFUSED = 'refused'
    MOVED = 'moved'
    """It belongs to an agency that does not work here."""


class Feedback(SQLModel, table=True):
    """One piece of feedback, or one question. What could tell who wrote it is sealed."""

    __tablename__ = 'feedback'
    __table_args__ = (
        Index('ix_feedback_desk', 'unit_id', 'state', 'due_at'),
        Index('ix_feedback_public', 'state', 'published_at'),
        Index('ix_feedback_procedure', 'procedure_id', 'state', 'published_at'),
        Index('ix_feedback_sent', 'sent_at', 'unit_id'),
        Index('ix_feedback_answered', 'answered_at', 'unit_id'),
        Index('ix_feedback_limit', 'due_at'),
    )

    id: str = id_column()
    code: str = Field(unique=True, max_length=40)
    """What the person follows it by: ``PA-261122-0001``, a question ``HD-261122-0001``."""
    secret_nonce: str = Field(max_length=22)
    once: str = Field(unique=True, max_length=64)
    """Keyed hash of the form it was sent with: the same form sent twice is one piece of feedback."""
    about: FeedbackAbout = enum(FeedbackAbout)
    disclosure: Disclosure = enum(Disclosure)
    state: FeedbackState = enum(FeedbackState)
    version: int = 1
    unit_id: str = Field(foreign_key='unit.id')
    """Who has it now."""
    about_unit_id: str | None = Field(default=None, foreign_key='unit.id')
    """Whose conduct it is about: never learns who wrote, never decides."""
    about_account_id: str | None = Field(default=None, foreign_key='account.id')
    dossier_id: str | None = Field(default=None, foreign_key='dossier.id', index=True)
    procedure_id: str | None = Field(default=None, foreign_key='procedure.id')
    account_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    """The sender's own account; only where the name is given openly."""
    handler_id: str | None = Field(default=None, foreign_key='account.id', index=True)
    words_sealed: str
    """JSON: subject, text, place, and what was added when more was asked."""
    identity_sealed: str | None = None
    """JSON: name, phone, email, address as given."""
    has_email: bool = False
    lang: str = 'vi'
    draft: str | None = None
    """The answer while it is being written."""
    answer: str | None = None
    reason: str | None = None
    """Why it was refused: one of the reasons of ``app.feedback.transitions``."""
    sent_at: datetime = moment()
    due_at: datetime | None = moment(nullable=True)
    """The limit that runs now; None while it waits for the person, and at the end."""
    due_kind: str | None = Field(default=None, max_length=20)
    """refuse, answer or publish: a key of the limits."""
    answer_due_at: datetime = moment()
    """By when the person has an answer."""
    asked_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    in_time: bool | None = None
    """The answer kept its limit."""
    published_at: datetime | None = moment(nullable=True)
    public_subject: str | None = None
    public_text: str | None = None
    public_answer: str | None = None
    search_text: str = ''
    """What is public, folded; '' where nothing is."""
    helpful: int = 0
    unhelpful: int = 0
    alerted: str | None = Field(default=None, max_length=60)
    """The last warning and the limit it was about: each is raised once."""
    junk_until: datetime | None = moment(nullable=True)
    """Until when its contacts need an account; keyed hashes of them."""
    junk_contacts: list[str] = json(default_factory=list)


class FeedbackStep(SQLModel, table=True):
    """One act on it, in order: the event says who, when and in what words."""

    __tablename__ = 'feedback_step'
    __table_args__ = (Index('ix_feedback_step_feedback', 'feedback_id', 'number'),)

    event_id: str = Field(primary_key=True, foreign_key='event.id', max_length=22)
    feedback_id: str = Field(foreign_key='feedback.id')
    number: int
    detail: dict[str, Any] = json(default_factory=dict)


class FeedbackVote(SQLModel, table=True):
    """One visitor's word on one answer; the voter is a keyed hash that differs from answer to answer."""

    __tablename__ = 'feedback_vote'

    feedback_id: str = Field(primary_key=True, foreign_key='feedback.id', max_length=22)
    voter: str = Field(primary_key=True, max_length=64)
    is_helpful: bool
    voted_at: datetime = moment()
