"""Write what is made from the code: settings, permissions, transitions, bill of materials. ``--check`` tells what is stale."""

import sys
from pathlib import Path

from app.access import GRANTS, Permission
from app.cli import settings_page
from app.i18n import words
from app.workflow.transitions import TRANSITIONS
from models.enums import Role, Status
from scripts.bom import bill

DOCS = Path(__file__).parents[1] / 'docs'


def permissions() -> str:
    """Return who may do what, from the one table."""
    roles = list(Role)
    lines = [
        '# Permissions',
        '',
        'Made from `app/access.py`. A grant holds within its unit and the units below it.',
        '',
    ]
    lines += ['| permission | ' + ' | '.join(roles) + ' |', '|---' * (len(roles) + 1) + '|']
    for permission in Permission:
        marks = ['x' if permission in GRANTS[role] else '' for role in roles]
        lines.append(f'| `{permission}` | ' + ' | '.join(marks) + ' |')
    return '\n'.join(lines) + '\n'


def transitions() -> str:
    """Return the life of a dossier as a diagram and as a table."""
    t = words('vi')
    lines = [
        '# The life of a dossier',
        '',
        'Made from `app/workflow/transitions.py`.',
        '',
        '```mermaid',
        'stateDiagram-v2',
    ]
    for line in TRANSITIONS:
        for source in sorted(line.sources, key=lambda s: s or 0):
            if line.to is not None:
                lines.append(f'    {f"s{source:d}" if source else "[*]"} --> s{line.to:d}: {line.action}')
    lines += [f'    s{s:d}: {s:d} {t(f"workflow.status_{s:d}")}' for s in Status] + ['```', '']
    lines += ['| act | from | to | who | permission | at the open step | guards |', '|---|---|---|---|---|---|---|']
    for line in TRANSITIONS:
        sources = ', '.join(str(int(s)) if s else 'draft' for s in sorted(line.sources, key=lambda s: s or 0))
        cells = (
            line.action,
            sources,
            int(line.to) if line.to else 'same',
            str(line.who),
        )
        rest = (
            f'`{line.permission}`' if line.permission else '',
            'yes' if line.at_step else '',
            ', '.join(line.guards),
        )
        lines.append('| ' + ' | '.join(map(str, cells + rest)) + ' |')
    return '\n'.join(lines) + '\n'


def pages() -> dict[Path, str]:
    """Return every made document with its place."""
    return {
        DOCS / 'settings.md': settings_page() + '\n',
        DOCS / 'permissions.md': permissions(),
        DOCS / 'life-of-a-dossier.md': transitions(),
        DOCS / 'bom.cdx.json': bill(),
    }


def main() -> None:
    """Write them, or with ``--check`` name those that are not fresh."""
    stale = [file for file, text in pages().items() if not file.exists() or file.read_text('utf-8') != text]
    if '--check' in sys.argv:
        sys.exit('\n'.join(f'not fresh: {file.name}: run make documents' for file in stale) or 0)
    for file in stale:
        file.write_text(pages()[file], 'utf-8')
        print(f'wrote {file.name}')


if __name__ == '__main__':
    main()
