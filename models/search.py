"""What finds a dossier by its words, kept by the database itself: no code that writes a dossier can forget it.

SQLite: a full-text table that holds no text, kept up by triggers. PostgreSQL: a column of the same words that it writes itself,
and an index over it. Both are derived from ``dossier``: they are made after every migration, and made anew where they are
missing or other than they should be.
"""

from sqlalchemy import Connection, inspect, text

from models.dossier import Dossier

WORDS = 'dossier_words'
"""SQLite's table; PostgreSQL's index and, for the order of filing, its sequence."""
KEPT = f'{WORDS}_kept'
"""PostgreSQL's column of words. Common words are looked for by going through the dossiers from the newest, which compares each
one's words: cut from its text there and then they cost a hundred times as much. A migration that changes the type of a column
they are made of drops this one first."""
PARTS = """array_remove(regexp_split_to_array({0}search_text, '[\\x01-/:-@[-`{{-\\x7f]+'), '') \
|| ARRAY['_' || {0}resolving_unit_id, '_' || {0}receiving_unit_id]::text[]"""
"""PostgreSQL: the words of a dossier, and its units as words that nobody can type."""
VECTOR = f'array_to_tsvector({PARTS.format("")})'
_TEXT = "{0}.search_text || ' _' || hex({0}.resolving_unit_id) || ' _' || hex({0}.receiving_unit_id)"
_TABLE = f"""CREATE VIRTUAL TABLE {WORDS} USING fts5(
    words, content='', detail=none, prefix='2 3 4 5 6', tokenize="ascii tokenchars '_'"
)"""
_ADD = f'INSERT INTO {WORDS}(rowid, words) SELECT one.ordinal, {_TEXT.format("one")} FROM dossier AS one'  # noqa: S608 names of ours
_TAKE = f"INSERT INTO {WORDS}({WORDS}, rowid, words) VALUES ('delete', old.ordinal, {_TEXT.format('old')})"  # noqa: S608 names of ours
_NUMBER = 'UPDATE dossier SET ordinal = (SELECT coalesce(max(ordinal), 0) + 1 FROM dossier)'
_SAME = ' AND '.join(f'old.{name} IS new.{name}' for name in ('search_text', 'resolving_unit_id', 'receiving_unit_id'))
_TRIGGERS = {
    f'{WORDS}_new': f"""AFTER INSERT ON dossier BEGIN
    {_NUMBER} WHERE rowid = new.rowid AND ordinal IS NULL;
    {_ADD} WHERE one.rowid = new.rowid;
END""",
    f'{WORDS}_gone': f"""AFTER DELETE ON dossier BEGIN
    {_TAKE};
END""",
    f'{WORDS}_changed': f"""AFTER UPDATE OF search_text, resolving_unit_id, receiving_unit_id ON dossier
WHEN NOT ({_SAME}) BEGIN
    {_TAKE};
    {_ADD} WHERE one.rowid = new.rowid;
END""",
}
_COUNT_ALL = """UPDATE dossier SET ordinal = counted.place FROM (
    SELECT id, (SELECT coalesce(max(ordinal), 0) FROM dossier) + row_number() OVER (ORDER BY submitted_at, id) AS place
    FROM dossier WHERE ordinal IS NULL
) AS counted WHERE dossier.id = counted.id"""


def is_own(name: str | None) -> bool:
    """Tell whether a table or an index is made here and not by a migration."""
    return bool(name) and str(name).startswith(WORDS)


def prepare(connection: Connection) -> None:
    """Make what finds dossiers, where it is missing or other than it should be; take it away with the last table."""
    sqlite = connection.dialect.name == 'sqlite'
    if not inspect(connection).has_table(Dossier.__tablename__):
        if sqlite:
            connection.execute(text(f'DROP TABLE IF EXISTS {WORDS}'))
    elif sqlite:
        _on_sqlite(connection)
    else:
        _on_postgresql(connection)


def _on_sqlite(connection: Connection) -> None:
    wanted = {name: f'CREATE TRIGGER {name} {body}' for name, body in _TRIGGERS.items()} | {WORDS: _TABLE}
    query = text('SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL')
    if wanted.items() <= {(row.name, row.sql) for row in connection.execute(query)}:
        return
    for name in _TRIGGERS:
        connection.execute(text(f'DROP TRIGGER IF EXISTS {name}'))
    connection.execute(text(f'DROP TABLE IF EXISTS {WORDS}'))
    connection.exec_driver_sql(_TABLE)
    connection.exec_driver_sql(_COUNT_ALL)
    connection.exec_driver_sql(f'{_ADD} ORDER BY one.ordinal')
    for name in _TRIGGERS:
        connection.exec_driver_sql(wanted[name])


def _on_postgresql(connection: Connection) -> None:
    made = text(
        'SELECT col_description(attrelid, attnum) FROM pg_attribute'
        " WHERE attrelid = to_regclass('dossier') AND attname = :kept AND to_regclass(:words) IS NOT NULL"
    )
    if connection.execute(made, {'kept': KEPT, 'words': WORDS}).scalar_one_or_none() == VECTOR:
        return
    for statement in (
        f'CREATE SEQUENCE IF NOT EXISTS {WORDS}_ordinal OWNED BY dossier.ordinal',
        f"ALTER TABLE dossier ALTER COLUMN ordinal SET DEFAULT nextval('{WORDS}_ordinal')",
        _COUNT_ALL,
        f"SELECT setval('{WORDS}_ordinal', max(ordinal)) FROM dossier HAVING max(ordinal) IS NOT NULL",  # noqa: S608 names of ours
        f'DROP INDEX IF EXISTS {WORDS}',
        f'ALTER TABLE dossier DROP COLUMN IF EXISTS {KEPT}',
        f'ALTER TABLE dossier ADD COLUMN {KEPT} tsvector GENERATED ALWAYS AS ({VECTOR}) STORED',
        f'COMMENT ON COLUMN dossier.{KEPT} IS {_quoted(VECTOR)}',
        # what is filed stands in the index at once: a list of what is to be entered would be read by every search
        f'CREATE INDEX {WORDS} ON dossier USING gin ({KEPT}) WITH (fastupdate = off)',
    ):
        connection.exec_driver_sql(statement)


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
