"""Writes the next migration from the difference between ``models/`` and the migrations: ``make migration NAME=words``.

``make migration NAME=first`` writes the first one anew, for as long as no release carries it.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import cast

from alembic import command
from alembic.script import Script

from app import migrate

VERSIONS = migrate.ROOT / 'models' / 'migrations' / 'versions'


def main(name: str) -> None:
    """Write one migration, named and numbered."""
    if not re.fullmatch(r'[a-z][a-z0-9_]*', name):
        sys.exit('Say what changes, in lower case with _ : make migration NAME=words')
    if name == 'first':
        (VERSIONS / '0001_first.py').unlink(missing_ok=True)
    number = f'{len(list(VERSIONS.glob("[0-9]*.py"))) + 1:04}'
    with tempfile.TemporaryDirectory() as folder:
        url = f'sqlite+aiosqlite:///{Path(folder) / "empty.db"}'
        migrate.upgrade(url)
        script = command.revision(migrate.configuration(url), name, autogenerate=True, rev_id=number)
    file = Path(cast('Script', script).path)
    file.write_text(re.sub(r'    # ###.*\n', '', file.read_text('utf-8')), 'utf-8')
    subprocess.run([sys.executable, '-m', 'ruff', 'format', '--quiet', str(file)], check=True)


if __name__ == '__main__':
    main(sys.argv[1] if len(sys.argv) > 1 else '')
