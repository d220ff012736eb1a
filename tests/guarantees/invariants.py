"""What must hold of every database at every moment: queries that find what breaks it, and files that answer to rows."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select, text

from app import storage
from app.db import read
from models import Attachment
from models.enums import AttachmentState

BROKEN = {
    'a status that is not that of the last event': """
        SELECT d.id FROM dossier d WHERE d.status IS DISTINCT FROM (
          SELECT e.to_status FROM event e WHERE e.dossier_id = d.id AND e.subject = 'dossier' AND e.to_status IS NOT NULL
          ORDER BY e.sequence DESC LIMIT 1)""",
    'a version that is not the number of acts': """
        SELECT d.id FROM dossier d WHERE d.version <> (
          SELECT count(*) FROM event e
          WHERE e.dossier_id = d.id AND e.subject = 'dossier' AND e.to_status IS NOT NULL)""",
    'an act that starts where the one before did not end': """
        SELECT id FROM (
          SELECT e.id AS id, e.from_status AS began,
            lag(e.to_status) OVER (PARTITION BY e.dossier_id ORDER BY e.sequence) AS ended
          FROM event e WHERE e.subject = 'dossier' AND e.to_status IS NOT NULL) steps
        WHERE began IS DISTINCT FROM ended""",
    'an event without its words': """
        SELECT e.id FROM event e LEFT JOIN event_text w ON w.event_id = e.id WHERE w.event_id IS NULL""",
    'a gap in the numbers of events': """
        SELECT e.id FROM event e WHERE e.sequence > 1
        AND NOT EXISTS (SELECT 1 FROM event b WHERE b.sequence = e.sequence - 1)""",
    'a filing that nobody is told of': """
        SELECT e.id FROM event e JOIN dossier d ON d.id = e.dossier_id
        WHERE e.action = 'submit' AND d.contact_email IS NOT NULL
        AND (SELECT count(*) FROM message m WHERE m.event_id = e.id) <> 1""",
    'a decision that nobody is told of': """
        SELECT e.id FROM event e JOIN dossier d ON d.id = e.dossier_id
        WHERE e.action IN ('accept', 'refuse', 'request_supplement') AND d.contact_email IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM message m WHERE m.event_id = e.id)""",
    'a dossier without exactly one sheet of answers': """
        SELECT d.id FROM dossier d WHERE 1 <> (
          SELECT count(*) FROM answer_sheet a WHERE a.dossier_id = d.id AND a.edition = 'main')""",
    'a dossier without exactly one submitter': """
        SELECT d.id FROM dossier d WHERE 1 <> (
          SELECT count(*) FROM party p WHERE p.dossier_id = d.id AND p.role = 'submitter')""",
    'a dossier without its paper': """
        SELECT d.id FROM dossier d WHERE NOT EXISTS (
          SELECT 1 FROM attachment a WHERE a.dossier_id = d.id AND a.document_id = 'proof')""",
    'a filing number given twice': 'SELECT filing_number FROM dossier GROUP BY filing_number HAVING count(*) > 1',
    'an official code given twice': """
        SELECT official_code FROM dossier WHERE official_code IS NOT NULL
        GROUP BY official_code HAVING count(*) > 1""",
    'two dossiers of one draft, or one of none': """
        SELECT d.id FROM dossier d WHERE 1 <> (SELECT count(*) FROM draft r WHERE r.dossier_id = d.id)""",
    'a draft that was sent and lies to nobody': """
        SELECT r.id FROM draft r WHERE r.dossier_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM dossier d WHERE d.id = r.dossier_id)""",
}
"""What would be wrong, and the query that finds it."""


async def broken() -> dict[str, int]:
    """Return what does not hold in the open database, with how often; nothing is as it should be."""
    found = {}
    async with read() as db:
        for what, query in BROKEN.items():
            if rows := (await db.execute(text(query))).all():
                found[what] = len(rows)
    return found


def broken_in(file: Path) -> dict[str, int]:
    """Return the same of a SQLite file that nobody has open."""
    with closing(sqlite3.connect(file)) as db:
        found = {what: len(db.execute(query).fetchall()) for what, query in BROKEN.items()}
        if db.execute('PRAGMA integrity_check').fetchone() != ('ok',):
            found['the integrity of the file'] = 1
        found['a foreign key'] = len(db.execute('PRAGMA foreign_key_check').fetchall())
    return {what: count for what, count in found.items() if count}


async def unreadable_files() -> tuple[int, list[str]]:
    """Open every stored file that a row names; return how many, and those whose bytes are not what the row says."""
    query = select(Attachment).where(Attachment.state == AttachmentState.STORED)
    async with read() as db:
        rows = (await db.execute(query)).scalars().all()
    wrong = []
    for row in rows:
        try:
            content = await storage.get(row.storage_key, row.key_id)
        except Exception as error:
            wrong.append(f'{row.id}: {error!r}')
            continue
        if hashlib.sha256(content).hexdigest() != row.stored_sha256:
            wrong.append(f'{row.id}: another content')
    return len(rows), wrong
