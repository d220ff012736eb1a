"""First.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        'account',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('email', sa.String(254), nullable=False),
        sa.Column('full_name', sa.String(), nullable=False),
        sa.Column('phone', sa.String(), nullable=True),
        sa.Column('personal_id_sealed', sa.String(), nullable=True),
        sa.Column('personal_id_index', sa.String(), nullable=True),
        sa.Column('profile_sealed', sa.String(), nullable=True),
        sa.Column('password_hash', sa.String(), nullable=True),
        sa.Column('totp_sealed', sa.String(), nullable=True),
        sa.Column('totp_confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('totp_last_step', sa.Integer(), nullable=True),
        sa.Column('email_verified_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('lang', sa.String(), nullable=False),
        sa.Column('is_active', sa.Boolean(), nullable=False),
        sa.Column('title', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
        sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_personal_id_index'), ['personal_id_index'], unique=False)

    op.create_table(
        'anchor',
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('events', sa.Integer(), nullable=False),
        sa.Column('events_chain', sa.String(64), nullable=False),
        sa.Column('reads', sa.Integer(), nullable=False),
        sa.Column('reads_chain', sa.String(64), nullable=False),
        sa.Column('previous', sa.String(64), nullable=False),
        sa.Column('seal', sa.String(64), nullable=False),
        sa.Column('stamp', sa.String(), nullable=True),
        sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_anchor')),
    )
    op.create_table(
        'counter',
        sa.Column('series', sa.String(80), nullable=False),
        sa.Column('value', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('series', name=op.f('pk_counter')),
    )
    op.create_table(
        'form_tally',
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('procedure_id', sa.String(22), nullable=False),
        sa.Column('page', sa.String(80), nullable=False),
        sa.Column('sent', sa.Integer(), nullable=False),
        sa.Column('left', sa.Integer(), nullable=False),
        sa.Column('answers', sa.Integer(), nullable=False),
        sa.Column('known', sa.Integer(), nullable=False),
        sa.Column('papers', sa.Integer(), nullable=False),
        sa.Column('papers_known', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('month', 'procedure_id', 'page', name=op.f('pk_form_tally')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'idempotency_key',
        sa.Column('key', sa.String(120), nullable=False),
        sa.Column('result', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_idempotency_key')),
    )
    op.create_table(
        'instrument',
        sa.Column('id', sa.String(80), nullable=False),
        sa.Column('number', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('issuer', sa.String(), nullable=True),
        sa.Column('issued', sa.Date(), nullable=True),
        sa.Column('effective_from', sa.Date(), nullable=True),
        sa.Column('effective_to', sa.Date(), nullable=True),
        sa.Column('replaced_by', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('detail', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument')),
    )
    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_instrument_effective_to'), ['effective_to'], unique=False)

    op.create_table(
        'procedure',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('slug', sa.String(80), nullable=False),
        sa.Column('code', sa.String(40), nullable=True),
        sa.Column('is_enabled', sa.Boolean(), nullable=False),
        sa.Column('guest_filing', sa.Boolean(), nullable=True),
        sa.Column('account_filing', sa.Boolean(), nullable=True),
        sa.Column('popular', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure')),
        sa.UniqueConstraint('slug', name=op.f('uq_procedure_slug')),
    )
    with op.batch_alter_table('procedure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_procedure_code'), ['code'], unique=False)

    op.create_table(
        'tally',
        sa.Column('grain', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('unit_id', sa.String(22), nullable=False),
        sa.Column('procedure_id', sa.String(22), nullable=False),
        sa.Column('start', sa.Date(), nullable=False),
        sa.Column('received_online', sa.Integer(), nullable=False),
        sa.Column('received_counter', sa.Integer(), nullable=False),
        sa.Column('received_post', sa.Integer(), nullable=False),
        sa.Column('reused', sa.Integer(), nullable=False),
        sa.Column('accepted', sa.Integer(), nullable=False),
        sa.Column('refused', sa.Integer(), nullable=False),
        sa.Column('junk', sa.Integer(), nullable=False),
        sa.Column('replaced', sa.Integer(), nullable=False),
        sa.Column('withdrawn', sa.Integer(), nullable=False),
        sa.Column('stopped', sa.Integer(), nullable=False),
        sa.Column('kept', sa.Integer(), nullable=False),
        sa.Column('missed', sa.Integer(), nullable=False),
        sa.Column('asked', sa.Integer(), nullable=False),
        sa.Column('apologies', sa.Integer(), nullable=False),
        sa.Column('early', sa.Integer(), nullable=False),
        sa.Column('on_time', sa.Integer(), nullable=False),
        sa.Column('late', sa.Integer(), nullable=False),
        sa.Column('unlimited', sa.Integer(), nullable=False),
        sa.Column('electronic', sa.Integer(), nullable=False),
        sa.Column('returned', sa.Integer(), nullable=False),
        sa.Column('revoked', sa.Integer(), nullable=False),
        sa.Column('corrected', sa.Integer(), nullable=False),
        sa.Column('very_satisfied', sa.Integer(), nullable=False),
        sa.Column('satisfied', sa.Integer(), nullable=False),
        sa.Column('unsatisfied', sa.Integer(), nullable=False),
        sa.Column('reception_rated', sa.Integer(), nullable=False),
        sa.Column('reception_unsatisfied', sa.Integer(), nullable=False),
        sa.Column('handling_rated', sa.Integer(), nullable=False),
        sa.Column('handling_unsatisfied', sa.Integer(), nullable=False),
        sa.Column('handover_rated', sa.Integer(), nullable=False),
        sa.Column('handover_unsatisfied', sa.Integer(), nullable=False),
        sa.Column('minutes', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('grain', 'unit_id', 'procedure_id', 'start', name=op.f('pk_tally')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'tally_minutes',
        sa.Column('grain', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('unit_id', sa.String(22), nullable=False),
        sa.Column('procedure_id', sa.String(22), nullable=False),
        sa.Column('start', sa.Date(), nullable=False),
        sa.Column('bucket', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('grain', 'unit_id', 'procedure_id', 'start', 'bucket', name=op.f('pk_tally_minutes')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'unit',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('code', sa.String(40), nullable=False),
        sa.Column('parent_id', sa.String(), nullable=True),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('name_en', sa.String(), nullable=True),
        sa.Column('is_one_stop', sa.Boolean(), nullable=False),
        sa.Column('letterhead', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
        sa.UniqueConstraint('code', name=op.f('uq_unit_code')),
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_parent_id'), ['parent_id'], unique=False)

    op.create_table(
        'account_grant',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('account_id', sa.String(), nullable=False),
        sa.Column('role', sa.String(40), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.Column('granted_by_id', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_grant_account_id')),
        sa.ForeignKeyConstraint(['granted_by_id'], ['account.id'], name=op.f('fk_account_grant_granted_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_account_grant_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account_grant')),
    )
    with op.batch_alter_table('account_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_grant_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_grant_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'api_token',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('token_hash', sa.String(64), nullable=False),
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('account_id', sa.String(), nullable=False),
        sa.Column('scopes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_token_account_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash')),
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_account_id'), ['account_id'], unique=False)

    op.create_table(
        'calendar_day',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=True),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('decision', sa.String(), nullable=True),
        sa.Column('source', sa.String(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_calendar_day_changed_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_calendar_day_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_day')),
        sa.UniqueConstraint('unit_id', 'day', name=op.f('uq_calendar_day_unit_id_day')),
    )
    with op.batch_alter_table('calendar_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_day_day'), ['day'], unique=False)
        batch_op.create_index(
            'uq_calendar_day_for_all',
            ['day'],
            unique=True,
            sqlite_where=sa.text('unit_id IS NULL'),
            postgresql_where=sa.text('unit_id IS NULL'),
        )

    op.create_table(
        'calendar_version',
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by_id', sa.String(), nullable=True),
        sa.Column('summary', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_calendar_version_changed_by_id')),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_calendar_version')),
    )
    op.create_table(
        'council_fee',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('procedure_id', sa.String(), nullable=False),
        sa.Column('amount', sa.Integer(), nullable=False),
        sa.Column('decision', sa.String(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('entered_by_id', sa.String(), nullable=True),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('withdrawn_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['entered_by_id'], ['account.id'], name=op.f('fk_council_fee_entered_by_id')),
        sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_council_fee_procedure_id')),
        sa.ForeignKeyConstraint(['withdrawn_by_id'], ['account.id'], name=op.f('fk_council_fee_withdrawn_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_council_fee')),
    )
    with op.batch_alter_table('council_fee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_fee_procedure_id'), ['procedure_id'], unique=False)

    op.create_table(
        'digest',
        sa.Column('account_id', sa.String(22), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_digest_account_id')),
        sa.PrimaryKeyConstraint('account_id', 'day', name=op.f('pk_digest')),
    )
    op.create_table(
        'downtime',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('instead', sa.String(), nullable=False),
        sa.Column('is_planned', sa.Boolean(), nullable=False),
        sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('announced_by_id', sa.String(), nullable=False),
        sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['announced_by_id'], ['account.id'], name=op.f('fk_downtime_announced_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_downtime')),
    )
    with op.batch_alter_table('downtime', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_downtime_begins_at'), ['begins_at'], unique=False)

    op.create_table(
        'duty_post',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=True),
        sa.Column('work', sa.String(), nullable=False),
        sa.Column('phone', sa.String(), nullable=False),
        sa.Column('hours', sa.String(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_duty_post_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_post')),
    )
    with op.batch_alter_table('duty_post', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duty_post_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'indicator_entry',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('table_key', sa.String(20), nullable=False),
        sa.Column('criterion', sa.String(40), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('part', sa.Integer(), nullable=False),
        sa.Column('whole', sa.Integer(), nullable=False),
        sa.Column('source', sa.String(300), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('entered_by_id', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['entered_by_id'], ['account.id'], name=op.f('fk_indicator_entry_entered_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_indicator_entry_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_entry')),
    )
    with op.batch_alter_table('indicator_entry', schema=None) as batch_op:
        batch_op.create_index('ix_indicator_entry_place', ['unit_id', 'table_key', 'first'], unique=False)

    op.create_table(
        'procedure_version',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('procedure_id', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.Column('sector_key', sa.String(120), nullable=False),
        sa.Column('sector', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('name_en', sa.String(), nullable=True),
        sa.Column('level', sa.String(), nullable=False),
        sa.Column('applicants', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('checked', sa.Boolean(), nullable=False),
        sa.Column('search_text', sa.String(), nullable=False),
        sa.Column('spec', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('spec_hash', sa.String(64), nullable=False),
        sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_procedure_version_procedure_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure_version')),
        sa.UniqueConstraint('procedure_id', 'number', name=op.f('uq_procedure_version_procedure_id_number')),
    )
    with op.batch_alter_table('procedure_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_procedure_version_procedure_id'), ['procedure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_procedure_version_sector_key'), ['sector_key'], unique=False)

    op.create_table(
        'report_schedule',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('report', sa.String(40), nullable=False),
        sa.Column('kind', sa.String(10), nullable=False),
        sa.Column('day', sa.Integer(), nullable=False),
        sa.Column('recipients', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.String(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_report_schedule_created_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_schedule_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_schedule')),
    )
    with op.batch_alter_table('report_schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_schedule_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'setting',
        sa.Column('key', sa.String(60), nullable=False),
        sa.Column('value', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_setting_changed_by_id')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_setting')),
    )
    op.create_table(
        'signing_key',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('unit_id', sa.String(), nullable=True),
        sa.Column('pkcs12_sealed', sa.String(), nullable=True),
        sa.Column('pin_sealed', sa.String(), nullable=True),
        sa.Column('picture_sealed', sa.String(), nullable=True),
        sa.Column('certificate', sa.String(), nullable=False),
        sa.Column('fingerprint', sa.String(64), nullable=False),
        sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
        sa.Column('valid_to', sa.DateTime(timezone=True), nullable=False),
        sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('added_by_id', sa.String(), nullable=True),
        sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_signing_key_account_id')),
        sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_signing_key_added_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_signing_key_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_key')),
    )
    with op.batch_alter_table('signing_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signing_key_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_signing_key_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_index(batch_op.f('ix_signing_key_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'webhook',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('url', sa.String(500), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('acts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('secret', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.String(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_webhook_created_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_webhook_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook')),
    )
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'work_session',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=True),
        sa.Column('weekday', sa.Integer(), nullable=False),
        sa.Column('starts', sa.Time(), nullable=False),
        sa.Column('ends', sa.Time(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=True),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_work_session_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_work_session')),
    )
    with op.batch_alter_table('work_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_session_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'dossier',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('filing_number', sa.String(40), nullable=False),
        sa.Column('official_code', sa.String(40), nullable=True),
        sa.Column('secret_nonce', sa.String(40), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('procedure_id', sa.String(), nullable=False),
        sa.Column('version_id', sa.String(), nullable=False),
        sa.Column('parent_id', sa.String(), nullable=True),
        sa.Column('replaces_id', sa.String(), nullable=True),
        sa.Column('replaced_by_id', sa.String(), nullable=True),
        sa.Column('after_id', sa.String(), nullable=True),
        sa.Column('receiving_unit_id', sa.String(), nullable=False),
        sa.Column('resolving_unit_id', sa.String(), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('holder_id', sa.String(), nullable=True),
        sa.Column('step_key', sa.String(), nullable=True),
        sa.Column('subject', sa.String(), nullable=False),
        sa.Column('applicant_name', sa.String(), nullable=False),
        sa.Column('search_text', sa.String(), nullable=False),
        sa.Column('ordinal', sa.BigInteger(), server_default=sa.FetchedValue(), nullable=True),
        sa.Column('channel', sa.String(40), nullable=False),
        sa.Column('delivery', sa.String(40), nullable=False),
        sa.Column('delivery_address', sa.String(), nullable=True),
        sa.Column('contact_email', sa.String(), nullable=True),
        sa.Column('contact_phone', sa.String(), nullable=True),
        sa.Column('contact_verified', sa.Boolean(), nullable=False),
        sa.Column('lang', sa.String(), nullable=False),
        sa.Column('awaiting_supplement', sa.Boolean(), nullable=False),
        sa.Column('supplement_count', sa.Integer(), nullable=False),
        sa.Column('supplemented', sa.Boolean(), nullable=False),
        sa.Column('draft_confirmation', sa.String(40), nullable=True),
        sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('passed_on_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('promised_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('lawful_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('posting_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('worked_minutes', sa.Integer(), nullable=True),
        sa.Column('reused', sa.Boolean(), nullable=False),
        sa.Column('online_payment', sa.Integer(), nullable=False),
        sa.Column('filed_at_national', sa.Boolean(), nullable=False),
        sa.Column('verified_by_vneid', sa.Boolean(), nullable=False),
        sa.Column('return_info', sa.String(), nullable=True),
        sa.Column('note', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_dossier_account_id')),
        sa.ForeignKeyConstraint(['after_id'], ['dossier.id'], name=op.f('fk_dossier_after_id')),
        sa.ForeignKeyConstraint(['holder_id'], ['account.id'], name=op.f('fk_dossier_holder_id')),
        sa.ForeignKeyConstraint(['parent_id'], ['dossier.id'], name=op.f('fk_dossier_parent_id')),
        sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_dossier_procedure_id')),
        sa.ForeignKeyConstraint(['receiving_unit_id'], ['unit.id'], name=op.f('fk_dossier_receiving_unit_id')),
        sa.ForeignKeyConstraint(['replaced_by_id'], ['dossier.id'], name=op.f('fk_dossier_replaced_by_id')),
        sa.ForeignKeyConstraint(['replaces_id'], ['dossier.id'], name=op.f('fk_dossier_replaces_id')),
        sa.ForeignKeyConstraint(['resolving_unit_id'], ['unit.id'], name=op.f('fk_dossier_resolving_unit_id')),
        sa.ForeignKeyConstraint(['version_id'], ['procedure_version.id'], name=op.f('fk_dossier_version_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
        sa.UniqueConstraint('filing_number', name=op.f('uq_dossier_filing_number')),
        sa.UniqueConstraint('official_code', name=op.f('uq_dossier_official_code')),
    )
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.create_index('ix_dossier_accepted', ['resolving_unit_id', 'accepted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossier_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_dossier_due', ['resolving_unit_id', 'status', 'due_at'], unique=False)
        batch_op.create_index('ix_dossier_holder', ['holder_id', 'status', 'queued_at'], unique=False)
        batch_op.create_index('ix_dossier_newest', ['resolving_unit_id', 'queued_at'], unique=False)
        batch_op.create_index(
            'ix_dossier_open',
            [
                'resolving_unit_id',
                'queued_at',
                'status',
                'due_at',
                'awaiting_supplement',
                'supplemented',
                'holder_id',
                'posting_until',
                'id',
                'closed_at',
            ],
            unique=False,
            sqlite_where=sa.text('closed_at IS NULL'),
            postgresql_where=sa.text('closed_at IS NULL'),
        )
        batch_op.create_index(batch_op.f('ix_dossier_ordinal'), ['ordinal'], unique=True)
        batch_op.create_index(batch_op.f('ix_dossier_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(
            'ix_dossier_passed_on',
            ['receiving_unit_id', 'queued_at'],
            unique=False,
            sqlite_where=sa.text('receiving_unit_id != resolving_unit_id'),
            postgresql_where=sa.text('receiving_unit_id != resolving_unit_id'),
        )
        batch_op.create_index('ix_dossier_queue', ['resolving_unit_id', 'status', 'queued_at'], unique=False)
        batch_op.create_index('ix_dossier_receiving', ['receiving_unit_id', 'status', 'queued_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossier_replaces_id'), ['replaces_id'], unique=False)
        batch_op.create_index('ix_dossier_resolved', ['resolving_unit_id', 'resolved_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_dossier_status'), ['status'], unique=False)
        batch_op.create_index(
            'ix_dossier_unresolved',
            ['resolving_unit_id', 'status', 'lawful_at', 'promised_at', 'posting_until'],
            unique=False,
            sqlite_where=sa.text('closed_at IS NULL AND resolved_at IS NULL'),
            postgresql_where=sa.text('closed_at IS NULL AND resolved_at IS NULL'),
        )

    op.create_table(
        'procedure_basis',
        sa.Column('version_id', sa.String(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('instrument_id', sa.String(), nullable=True),
        sa.Column('citation', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_procedure_basis_instrument_id')),
        sa.ForeignKeyConstraint(['version_id'], ['procedure_version.id'], name=op.f('fk_procedure_basis_version_id')),
        sa.PrimaryKeyConstraint('version_id', 'position', name=op.f('pk_procedure_basis')),
    )
    with op.batch_alter_table('procedure_basis', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_procedure_basis_instrument_id'), ['instrument_id'], unique=False)

    op.create_table(
        'report_run',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('schedule_id', sa.String(), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('is_sound', sa.Boolean(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['schedule_id'], ['report_schedule.id'], name=op.f('fk_report_run_schedule_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_run_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_run')),
        sa.UniqueConstraint('schedule_id', 'first', name=op.f('uq_report_run_schedule_id_first')),
    )
    with op.batch_alter_table('report_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_run_unit_id'), ['unit_id'], unique=False)

    op.create_table(
        'webhook_delivery',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('webhook_id', sa.String(), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('body', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('give_up_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('status', sa.Integer(), nullable=True),
        sa.Column('error', sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_delivery_webhook_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery')),
    )
    with op.batch_alter_table('webhook_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_delivery_due', ['state', 'next_try_at'], unique=False)
        batch_op.create_index('ix_webhook_delivery_log', ['webhook_id', 'created_at'], unique=False)

    op.create_table(
        'alert',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('limit_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_alert_dossier_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_alert_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
        sa.UniqueConstraint('dossier_id', 'kind', 'limit_at', name=op.f('uq_alert_dossier_id_kind_limit_at')),
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_unit', ['unit_id', 'kind'], unique=False)

    op.create_table(
        'answer_sheet',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('edition', sa.String(40), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('answers', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('saved_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_answer_sheet_dossier_id')),
        sa.ForeignKeyConstraint(['saved_by_id'], ['account.id'], name=op.f('fk_answer_sheet_saved_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_sheet')),
        sa.UniqueConstraint('dossier_id', 'edition', 'number', name=op.f('uq_answer_sheet_dossier_id_edition_number')),
    )
    with op.batch_alter_table('answer_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_sheet_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'apology_draft',
        sa.Column('dossier_id', sa.String(22), nullable=False),
        sa.Column('limit_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('delayed_by', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('calendar_version', sa.Integer(), nullable=False),
        sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('changed_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_apology_draft_changed_by_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_apology_draft_dossier_id')),
        sa.PrimaryKeyConstraint('dossier_id', name=op.f('pk_apology_draft')),
    )
    op.create_table(
        'clock_segment',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_clock_segment_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_segment')),
    )
    with op.batch_alter_table('clock_segment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_clock_segment_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'draft',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('version_id', sa.String(), nullable=False),
        sa.Column('replaces_dossier_id', sa.String(), nullable=True),
        sa.Column('after_dossier_id', sa.String(), nullable=True),
        sa.Column('resolving_unit_id', sa.String(), nullable=True),
        sa.Column('answers', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('page', sa.String(), nullable=True),
        sa.Column('lang', sa.String(), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_draft_account_id')),
        sa.ForeignKeyConstraint(['after_dossier_id'], ['dossier.id'], name=op.f('fk_draft_after_dossier_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_draft_dossier_id')),
        sa.ForeignKeyConstraint(['replaces_dossier_id'], ['dossier.id'], name=op.f('fk_draft_replaces_dossier_id')),
        sa.ForeignKeyConstraint(['resolving_unit_id'], ['unit.id'], name=op.f('fk_draft_resolving_unit_id')),
        sa.ForeignKeyConstraint(['version_id'], ['procedure_version.id'], name=op.f('fk_draft_version_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'due_date',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('previous_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('rule', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('calendar_version', sa.Integer(), nullable=False),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('set_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_due_date_dossier_id')),
        sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_due_date_set_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_due_date')),
    )
    with op.batch_alter_table('due_date', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_due_date_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'event',
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('subject', sa.String(20), nullable=False),
        sa.Column('subject_id', sa.String(80), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('action', sa.String(40), nullable=False),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('actor_id', sa.String(), nullable=True),
        sa.Column('actor_kind', sa.String(), nullable=False),
        sa.Column('authentication', sa.String(40), nullable=False),
        sa.Column('channel', sa.String(40), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=True),
        sa.Column('version_id', sa.String(), nullable=True),
        sa.Column('from_status', sa.Integer(), nullable=True),
        sa.Column('to_status', sa.Integer(), nullable=True),
        sa.Column('payload_hash', sa.String(64), nullable=False),
        sa.Column('chain', sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_event_actor_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_event_dossier_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_event_unit_id')),
        sa.ForeignKeyConstraint(['version_id'], ['procedure_version.id'], name=op.f('fk_event_version_id')),
        sa.PrimaryKeyConstraint('sequence', name=op.f('pk_event')),
        sa.UniqueConstraint('id', name=op.f('uq_event_id')),
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_dossier', ['dossier_id', 'sequence'], unique=False)

    op.create_table(
        'external_reference',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('system', sa.String(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=True),
        sa.Column('request_hash', sa.String(), nullable=True),
        sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('detail', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_external_reference_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_external_reference')),
        sa.UniqueConstraint('dossier_id', 'system', name=op.f('uq_external_reference_dossier_id_system')),
    )
    with op.batch_alter_table('external_reference', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_external_reference_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'fee',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('code', sa.String(), nullable=True),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('kind', sa.Integer(), nullable=False),
        sa.Column('collection', sa.Integer(), nullable=False),
        sa.Column('quantity', sa.Integer(), nullable=False),
        sa.Column('amount', sa.Integer(), nullable=True),
        sa.Column('exemption', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_fee_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_fee')),
    )
    with op.batch_alter_table('fee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fee_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'feedback',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('code', sa.String(40), nullable=False),
        sa.Column('secret_nonce', sa.String(22), nullable=False),
        sa.Column('once', sa.String(64), nullable=False),
        sa.Column('about', sa.String(40), nullable=False),
        sa.Column('disclosure', sa.String(40), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('about_unit_id', sa.String(), nullable=True),
        sa.Column('about_account_id', sa.String(), nullable=True),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('procedure_id', sa.String(), nullable=True),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('handler_id', sa.String(), nullable=True),
        sa.Column('words_sealed', sa.String(), nullable=False),
        sa.Column('identity_sealed', sa.String(), nullable=True),
        sa.Column('has_email', sa.Boolean(), nullable=False),
        sa.Column('lang', sa.String(), nullable=False),
        sa.Column('draft', sa.String(), nullable=True),
        sa.Column('answer', sa.String(), nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_kind', sa.String(20), nullable=True),
        sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('in_time', sa.Boolean(), nullable=True),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('public_subject', sa.String(), nullable=True),
        sa.Column('public_text', sa.String(), nullable=True),
        sa.Column('public_answer', sa.String(), nullable=True),
        sa.Column('search_text', sa.String(), nullable=False),
        sa.Column('helpful', sa.Integer(), nullable=False),
        sa.Column('unhelpful', sa.Integer(), nullable=False),
        sa.Column('alerted', sa.String(60), nullable=True),
        sa.Column('junk_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('junk_contacts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.ForeignKeyConstraint(['about_account_id'], ['account.id'], name=op.f('fk_feedback_about_account_id')),
        sa.ForeignKeyConstraint(['about_unit_id'], ['unit.id'], name=op.f('fk_feedback_about_unit_id')),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_feedback_account_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_feedback_dossier_id')),
        sa.ForeignKeyConstraint(['handler_id'], ['account.id'], name=op.f('fk_feedback_handler_id')),
        sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_feedback_procedure_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_feedback_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
        sa.UniqueConstraint('code', name=op.f('uq_feedback_code')),
        sa.UniqueConstraint('once', name=op.f('uq_feedback_once')),
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_feedback_answered', ['answered_at', 'unit_id'], unique=False)
        batch_op.create_index('ix_feedback_desk', ['unit_id', 'state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_handler_id'), ['handler_id'], unique=False)
        batch_op.create_index('ix_feedback_limit', ['due_at'], unique=False)
        batch_op.create_index('ix_feedback_procedure', ['procedure_id', 'state', 'published_at'], unique=False)
        batch_op.create_index('ix_feedback_public', ['state', 'published_at'], unique=False)
        batch_op.create_index('ix_feedback_sent', ['sent_at', 'unit_id'], unique=False)

    op.create_table(
        'inner_rating',
        sa.Column('dossier_id', sa.String(22), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('contacts', sa.Integer(), nullable=False),
        sa.Column('agencies', sa.Integer(), nullable=False),
        sa.Column('attitude', sa.Integer(), nullable=False),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('rated_by_id', sa.String(), nullable=False),
        sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_inner_rating_account_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_inner_rating_dossier_id')),
        sa.ForeignKeyConstraint(['rated_by_id'], ['account.id'], name=op.f('fk_inner_rating_rated_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_inner_rating_unit_id')),
        sa.PrimaryKeyConstraint('dossier_id', name=op.f('pk_inner_rating')),
    )
    with op.batch_alter_table('inner_rating', schema=None) as batch_op:
        batch_op.create_index('ix_inner_rating_unit', ['unit_id', 'rated_at'], unique=False)

    op.create_table(
        'junk_mark',
        sa.Column('dossier_id', sa.String(22), nullable=False),
        sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('marked_by_id', sa.String(), nullable=True),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_junk_mark_dossier_id')),
        sa.ForeignKeyConstraint(['marked_by_id'], ['account.id'], name=op.f('fk_junk_mark_marked_by_id')),
        sa.PrimaryKeyConstraint('dossier_id', name=op.f('pk_junk_mark')),
    )
    op.create_table(
        'one_time_link',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('token_hash', sa.String(64), nullable=False),
        sa.Column('purpose', sa.String(40), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_one_time_link_account_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_one_time_link_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_link')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_one_time_link_token_hash')),
    )
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_link_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_one_time_link_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'party',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('role', sa.String(40), nullable=False),
        sa.Column('kind', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('personal_id_sealed', sa.String(), nullable=True),
        sa.Column('personal_id_index', sa.String(), nullable=True),
        sa.Column('id_type', sa.Integer(), nullable=False),
        sa.Column('tax_code', sa.String(), nullable=True),
        sa.Column('phone', sa.String(), nullable=True),
        sa.Column('fax', sa.String(), nullable=True),
        sa.Column('email', sa.String(), nullable=True),
        sa.Column('address', sa.String(), nullable=True),
        sa.Column('birth_date', sa.String(), nullable=True),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('external_id', sa.String(), nullable=True),
        sa.Column('authority', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_party_account_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_party_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_party')),
        sa.UniqueConstraint('dossier_id', 'role', name=op.f('uq_party_dossier_id_role')),
    )
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_party_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_party_personal_id_index'), ['personal_id_index'], unique=False)

    op.create_table(
        'payment',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('provider', sa.String(), nullable=False),
        sa.Column('order_number', sa.String(80), nullable=False),
        sa.Column('transaction_number', sa.String(80), nullable=True),
        sa.Column('amount', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('detail', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('received_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_payment_dossier_id')),
        sa.ForeignKeyConstraint(['received_by_id'], ['account.id'], name=op.f('fk_payment_received_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
        sa.UniqueConstraint('order_number', name=op.f('uq_payment_order_number')),
        sa.UniqueConstraint('transaction_number', name=op.f('uq_payment_transaction_number')),
    )
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'session',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('token_hash', sa.String(64), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('authentication', sa.String(40), nullable=False),
        sa.Column('device', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_session_account_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_session_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_session_token_hash')),
    )
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_session_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'step_run',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('step_key', sa.String(), nullable=False),
        sa.Column('role', sa.String(), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('given_by_id', sa.String(), nullable=True),
        sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('outcome', sa.String(), nullable=True),
        sa.Column('rule', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_step_run_account_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_step_run_dossier_id')),
        sa.ForeignKeyConstraint(['given_by_id'], ['account.id'], name=op.f('fk_step_run_given_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_step_run_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_step_run')),
    )
    with op.batch_alter_table('step_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_step_run_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_step_run_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(
            'ix_step_run_open',
            ['dossier_id', 'role', 'account_id', 'ended_at'],
            unique=False,
            sqlite_where=sa.text('ended_at IS NULL'),
            postgresql_where=sa.text('ended_at IS NULL'),
        )

    op.create_table(
        'supplement_request',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('before_acceptance', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('guidance', sa.String(), nullable=False),
        sa.Column('contact', sa.String(), nullable=False),
        sa.Column('requested_by_id', sa.String(), nullable=False),
        sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('limit_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('completion_note', sa.String(), nullable=True),
        sa.Column('due_before', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_after', sa.DateTime(timezone=True), nullable=True),
        sa.Column('items', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_supplement_request_dossier_id')),
        sa.ForeignKeyConstraint(
            ['requested_by_id'], ['account.id'], name=op.f('fk_supplement_request_requested_by_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_supplement_request')),
    )
    with op.batch_alter_table('supplement_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supplement_request_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'attachment',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('draft_id', sa.String(), nullable=True),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('feedback_id', sa.String(), nullable=True),
        sa.Column('supplement_id', sa.String(), nullable=True),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('document_id', sa.String(), nullable=True),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('media_type', sa.String(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('pages', sa.Integer(), nullable=False),
        sa.Column('received_sha256', sa.String(64), nullable=False),
        sa.Column('stored_sha256', sa.String(64), nullable=False),
        sa.Column('made_of', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('signatures', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
        sa.Column('infected', sa.Boolean(), nullable=False),
        sa.Column('storage_key', sa.String(200), nullable=False),
        sa.Column('key_id', sa.String(), nullable=True),
        sa.Column('identity', sa.Boolean(), nullable=False),
        sa.Column('originals', sa.Integer(), nullable=False),
        sa.Column('certified_copies', sa.Integer(), nullable=False),
        sa.Column('plain_copies', sa.Integer(), nullable=False),
        sa.Column('sheets', sa.Integer(), nullable=False),
        sa.Column('digitised', sa.Boolean(), nullable=False),
        sa.Column('reused', sa.Boolean(), nullable=False),
        sa.Column('from_database', sa.Boolean(), nullable=False),
        sa.Column('replaced_by_code', sa.String(), nullable=True),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('uploaded_by_id', sa.String(), nullable=True),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('checked_by_id', sa.String(), nullable=True),
        sa.Column('check_result', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['checked_by_id'], ['account.id'], name=op.f('fk_attachment_checked_by_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_attachment_dossier_id')),
        sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_attachment_draft_id')),
        sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_attachment_feedback_id')),
        sa.ForeignKeyConstraint(['supplement_id'], ['supplement_request.id'], name=op.f('fk_attachment_supplement_id')),
        sa.ForeignKeyConstraint(['uploaded_by_id'], ['account.id'], name=op.f('fk_attachment_uploaded_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_draft_id'), ['draft_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_feedback_id'), ['feedback_id'], unique=False)
        batch_op.create_index(
            'ix_attachment_result',
            ['stored_sha256'],
            unique=False,
            sqlite_where=sa.text("kind IN ('result', 'correction')"),
            postgresql_where=sa.text("kind IN ('result', 'correction')"),
        )
        batch_op.create_index(batch_op.f('ix_attachment_storage_key'), ['storage_key'], unique=False)
        batch_op.create_index(
            'ix_attachment_waiting',
            ['uploaded_at'],
            unique=False,
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )

    op.create_table(
        'event_text',
        sa.Column('event_id', sa.String(22), nullable=False),
        sa.Column('salt', sa.String(44), nullable=False),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('public', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_text_event_id')),
        sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_text')),
    )
    op.create_table(
        'feedback_step',
        sa.Column('event_id', sa.String(22), nullable=False),
        sa.Column('feedback_id', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('detail', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_feedback_step_event_id')),
        sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_feedback_step_feedback_id')),
        sa.PrimaryKeyConstraint('event_id', name=op.f('pk_feedback_step')),
    )
    with op.batch_alter_table('feedback_step', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_step_feedback', ['feedback_id', 'number'], unique=False)

    op.create_table(
        'feedback_vote',
        sa.Column('feedback_id', sa.String(22), nullable=False),
        sa.Column('voter', sa.String(64), nullable=False),
        sa.Column('is_helpful', sa.Boolean(), nullable=False),
        sa.Column('voted_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_feedback_vote_feedback_id')),
        sa.PrimaryKeyConstraint('feedback_id', 'voter', name=op.f('pk_feedback_vote')),
    )
    op.create_table(
        'rating',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=False),
        sa.Column('event_id', sa.String(), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('procedure_id', sa.String(), nullable=False),
        sa.Column('form', sa.Integer(), nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('reception', sa.Integer(), nullable=True),
        sa.Column('handling', sa.Integer(), nullable=True),
        sa.Column('handover', sa.Integer(), nullable=True),
        sa.Column('reasons', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('words', sa.String(), nullable=True),
        sa.Column('via', sa.String(10), nullable=False),
        sa.Column('received_by_id', sa.String(), nullable=True),
        sa.Column('handled_by_id', sa.String(), nullable=True),
        sa.Column('returned_by_id', sa.String(), nullable=True),
        sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answer_event_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['answer_event_id'], ['event.id'], name=op.f('fk_rating_answer_event_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_rating_dossier_id')),
        sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_rating_event_id')),
        sa.ForeignKeyConstraint(['handled_by_id'], ['account.id'], name=op.f('fk_rating_handled_by_id')),
        sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_rating_procedure_id')),
        sa.ForeignKeyConstraint(['received_by_id'], ['account.id'], name=op.f('fk_rating_received_by_id')),
        sa.ForeignKeyConstraint(['returned_by_id'], ['account.id'], name=op.f('fk_rating_returned_by_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_rating_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
        sa.UniqueConstraint('dossier_id', name=op.f('uq_rating_dossier_id')),
        sa.UniqueConstraint('event_id', name=op.f('uq_rating_event_id')),
    )
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index('ix_rating_unit', ['unit_id', 'rated_at'], unique=False)
        batch_op.create_index(
            'ix_rating_waits',
            ['unit_id', 'answer_due_at'],
            unique=False,
            sqlite_where=sa.text('answer_due_at IS NOT NULL AND answered_at IS NULL'),
            postgresql_where=sa.text('answer_due_at IS NOT NULL AND answered_at IS NULL'),
        )

    op.create_table(
        'document',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('form_code', sa.String(), nullable=False),
        sa.Column('template_version', sa.String(), nullable=False),
        sa.Column('number', sa.String(), nullable=True),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('dated', sa.Date(), nullable=True),
        sa.Column('issued_by_id', sa.String(), nullable=True),
        sa.Column('attachment_id', sa.String(), nullable=True),
        sa.Column('sha256', sa.String(64), nullable=True),
        sa.Column('signatures', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('earlier', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('verification_hash', sa.String(64), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_reason', sa.String(), nullable=True),
        sa.Column('replaced_by_id', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_document_attachment_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_document_dossier_id')),
        sa.ForeignKeyConstraint(['issued_by_id'], ['account.id'], name=op.f('fk_document_issued_by_id')),
        sa.ForeignKeyConstraint(['replaced_by_id'], ['document.id'], name=op.f('fk_document_replaced_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(
            'ix_document_dated',
            ['dated'],
            unique=False,
            sqlite_where=sa.text('dated IS NOT NULL'),
            postgresql_where=sa.text('dated IS NOT NULL'),
        )
        batch_op.create_index(batch_op.f('ix_document_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_issued_at'), ['issued_at'], unique=False)
        batch_op.create_index(
            'ix_document_revoked',
            ['dossier_id'],
            unique=False,
            sqlite_where=sa.text('revoked_at IS NOT NULL'),
            postgresql_where=sa.text('revoked_at IS NOT NULL'),
        )
        batch_op.create_index(batch_op.f('ix_document_verification_hash'), ['verification_hash'], unique=False)

    op.create_table(
        'paper_read',
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('attachment_id', sa.String(), nullable=True),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('actor_kind', sa.String(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('chain', sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_paper_read_account_id')),
        sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_paper_read_attachment_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_paper_read_dossier_id')),
        sa.PrimaryKeyConstraint('sequence', name=op.f('pk_paper_read')),
    )
    with op.batch_alter_table('paper_read', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_read_dossier_id'), ['dossier_id'], unique=False)

    op.create_table(
        'message',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('dossier_id', sa.String(), nullable=True),
        sa.Column('account_id', sa.String(), nullable=True),
        sa.Column('event_id', sa.String(22), nullable=True),
        sa.Column('document_id', sa.String(), nullable=True),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('recipient', sa.String(), nullable=False),
        sa.Column('template', sa.String(), nullable=False),
        sa.Column('lang', sa.String(), nullable=False),
        sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('message_id', sa.String(120), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('give_up_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_error', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_message_account_id')),
        sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_message_document_id')),
        sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_message_dossier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
        sa.UniqueConstraint('message_id', name=op.f('uq_message_message_id')),
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_dossier_id'), ['dossier_id'], unique=False)
        batch_op.create_index('ix_message_due', ['state', 'next_try_at'], unique=False)

    op.create_table(
        'public_entry',
        sa.Column('id', sa.String(22), nullable=False),
        sa.Column('book', sa.String(40), nullable=False),
        sa.Column('document_id', sa.String(), nullable=False),
        sa.Column('unit_id', sa.String(), nullable=False),
        sa.Column('procedure_id', sa.String(), nullable=False),
        sa.Column('number', sa.String(), nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
        sa.Column('search_text', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_public_entry_document_id')),
        sa.ForeignKeyConstraint(['procedure_id'], ['procedure.id'], name=op.f('fk_public_entry_procedure_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_public_entry_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_public_entry')),
        sa.UniqueConstraint('document_id', name=op.f('uq_public_entry_document_id')),
    )
    with op.batch_alter_table('public_entry', schema=None) as batch_op:
        batch_op.create_index('ix_public_entry_newest', ['book', 'issued_at'], unique=False)


def downgrade() -> None:
    """Bring them back."""
    with op.batch_alter_table('public_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_public_entry_newest')

    op.drop_table('public_entry')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_due')
        batch_op.drop_index(batch_op.f('ix_message_dossier_id'))

    op.drop_table('message')
    with op.batch_alter_table('paper_read', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paper_read_dossier_id'))

    op.drop_table('paper_read')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_verification_hash'))
        batch_op.drop_index(
            'ix_document_revoked',
            sqlite_where=sa.text('revoked_at IS NOT NULL'),
            postgresql_where=sa.text('revoked_at IS NOT NULL'),
        )
        batch_op.drop_index(batch_op.f('ix_document_issued_at'))
        batch_op.drop_index(batch_op.f('ix_document_dossier_id'))
        batch_op.drop_index(
            'ix_document_dated',
            sqlite_where=sa.text('dated IS NOT NULL'),
            postgresql_where=sa.text('dated IS NOT NULL'),
        )

    op.drop_table('document')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index(
            'ix_rating_waits',
            sqlite_where=sa.text('answer_due_at IS NOT NULL AND answered_at IS NULL'),
            postgresql_where=sa.text('answer_due_at IS NOT NULL AND answered_at IS NULL'),
        )
        batch_op.drop_index('ix_rating_unit')

    op.drop_table('rating')
    op.drop_table('feedback_vote')
    with op.batch_alter_table('feedback_step', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_step_feedback')

    op.drop_table('feedback_step')
    op.drop_table('event_text')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(
            'ix_attachment_waiting',
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )
        batch_op.drop_index(batch_op.f('ix_attachment_storage_key'))
        batch_op.drop_index(
            'ix_attachment_result',
            sqlite_where=sa.text("kind IN ('result', 'correction')"),
            postgresql_where=sa.text("kind IN ('result', 'correction')"),
        )
        batch_op.drop_index(batch_op.f('ix_attachment_feedback_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_draft_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_dossier_id'))

    op.drop_table('attachment')
    with op.batch_alter_table('supplement_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_supplement_request_dossier_id'))

    op.drop_table('supplement_request')
    with op.batch_alter_table('step_run', schema=None) as batch_op:
        batch_op.drop_index(
            'ix_step_run_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL')
        )
        batch_op.drop_index(batch_op.f('ix_step_run_dossier_id'))
        batch_op.drop_index(batch_op.f('ix_step_run_account_id'))

    op.drop_table('step_run')
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_dossier_id'))
        batch_op.drop_index(batch_op.f('ix_session_account_id'))

    op.drop_table('session')
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_dossier_id'))

    op.drop_table('payment')
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_party_personal_id_index'))
        batch_op.drop_index(batch_op.f('ix_party_dossier_id'))

    op.drop_table('party')
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_one_time_link_dossier_id'))
        batch_op.drop_index(batch_op.f('ix_one_time_link_account_id'))

    op.drop_table('one_time_link')
    op.drop_table('junk_mark')
    with op.batch_alter_table('inner_rating', schema=None) as batch_op:
        batch_op.drop_index('ix_inner_rating_unit')

    op.drop_table('inner_rating')
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_sent')
        batch_op.drop_index('ix_feedback_public')
        batch_op.drop_index('ix_feedback_procedure')
        batch_op.drop_index('ix_feedback_limit')
        batch_op.drop_index(batch_op.f('ix_feedback_handler_id'))
        batch_op.drop_index(batch_op.f('ix_feedback_dossier_id'))
        batch_op.drop_index('ix_feedback_desk')
        batch_op.drop_index('ix_feedback_answered')
        batch_op.drop_index(batch_op.f('ix_feedback_account_id'))

    op.drop_table('feedback')
    with op.batch_alter_table('fee', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fee_dossier_id'))

    op.drop_table('fee')
    with op.batch_alter_table('external_reference', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_external_reference_dossier_id'))

    op.drop_table('external_reference')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_dossier')

    op.drop_table('event')
    with op.batch_alter_table('due_date', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_due_date_dossier_id'))

    op.drop_table('due_date')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_dossier_id'))
        batch_op.drop_index(batch_op.f('ix_draft_account_id'))

    op.drop_table('draft')
    with op.batch_alter_table('clock_segment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_clock_segment_dossier_id'))

    op.drop_table('clock_segment')
    op.drop_table('apology_draft')
    with op.batch_alter_table('answer_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_sheet_dossier_id'))

    op.drop_table('answer_sheet')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_unit')

    op.drop_table('alert')
    with op.batch_alter_table('webhook_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_delivery_log')
        batch_op.drop_index('ix_webhook_delivery_due')

    op.drop_table('webhook_delivery')
    with op.batch_alter_table('report_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_run_unit_id'))

    op.drop_table('report_run')
    with op.batch_alter_table('procedure_basis', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_procedure_basis_instrument_id'))

    op.drop_table('procedure_basis')
    with op.batch_alter_table('dossier', schema=None) as batch_op:
        batch_op.drop_index(
            'ix_dossier_unresolved',
            sqlite_where=sa.text('closed_at IS NULL AND resolved_at IS NULL'),
            postgresql_where=sa.text('closed_at IS NULL AND resolved_at IS NULL'),
        )
        batch_op.drop_index(batch_op.f('ix_dossier_status'))
        batch_op.drop_index('ix_dossier_resolved')
        batch_op.drop_index(batch_op.f('ix_dossier_replaces_id'))
        batch_op.drop_index('ix_dossier_receiving')
        batch_op.drop_index('ix_dossier_queue')
        batch_op.drop_index(
            'ix_dossier_passed_on',
            sqlite_where=sa.text('receiving_unit_id != resolving_unit_id'),
            postgresql_where=sa.text('receiving_unit_id != resolving_unit_id'),
        )
        batch_op.drop_index(batch_op.f('ix_dossier_parent_id'))
        batch_op.drop_index(batch_op.f('ix_dossier_ordinal'))
        batch_op.drop_index(
            'ix_dossier_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL')
        )
        batch_op.drop_index('ix_dossier_newest')
        batch_op.drop_index('ix_dossier_holder')
        batch_op.drop_index('ix_dossier_due')
        batch_op.drop_index(batch_op.f('ix_dossier_account_id'))
        batch_op.drop_index('ix_dossier_accepted')

    op.drop_table('dossier')
    with op.batch_alter_table('work_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_work_session_unit_id'))

    op.drop_table('work_session')
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_unit_id'))

    op.drop_table('webhook')
    with op.batch_alter_table('signing_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signing_key_unit_id'))
        batch_op.drop_index(batch_op.f('ix_signing_key_fingerprint'))
        batch_op.drop_index(batch_op.f('ix_signing_key_account_id'))

    op.drop_table('signing_key')
    op.drop_table('setting')
    with op.batch_alter_table('report_schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_schedule_unit_id'))

    op.drop_table('report_schedule')
    with op.batch_alter_table('procedure_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_procedure_version_sector_key'))
        batch_op.drop_index(batch_op.f('ix_procedure_version_procedure_id'))

    op.drop_table('procedure_version')
    with op.batch_alter_table('indicator_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_indicator_entry_place')

    op.drop_table('indicator_entry')
    with op.batch_alter_table('duty_post', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duty_post_unit_id'))

    op.drop_table('duty_post')
    with op.batch_alter_table('downtime', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_downtime_begins_at'))

    op.drop_table('downtime')
    op.drop_table('digest')
    with op.batch_alter_table('council_fee', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_council_fee_procedure_id'))

    op.drop_table('council_fee')
    op.drop_table('calendar_version')
    with op.batch_alter_table('calendar_day', schema=None) as batch_op:
        batch_op.drop_index(
            'uq_calendar_day_for_all',
            sqlite_where=sa.text('unit_id IS NULL'),
            postgresql_where=sa.text('unit_id IS NULL'),
        )
        batch_op.drop_index(batch_op.f('ix_calendar_day_day'))

    op.drop_table('calendar_day')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_account_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('account_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_grant_unit_id'))
        batch_op.drop_index(batch_op.f('ix_account_grant_account_id'))

    op.drop_table('account_grant')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_parent_id'))

    op.drop_table('unit')
    op.drop_table('tally_minutes')
    op.drop_table('tally')
    with op.batch_alter_table('procedure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_procedure_code'))

    op.drop_table('procedure')
    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_instrument_effective_to'))

    op.drop_table('instrument')
    op.drop_table('idempotency_key')
    op.drop_table('form_tally')
    op.drop_table('counter')
    op.drop_table('anchor')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_personal_id_index'))

    op.drop_table('account')
