"""What a PDF shows on a screen and what it prints: the same, where somebody signs or issues what a screen showed.

Runs in the processes of ``app.workshop`` only.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

NOT_SHOWN = 32 | 256
"""Flags of an annotation that is printed and not shown, or shown now and then. Source: ISO 32000-1, 12.5.3."""
_STATES = (('/View', '/ViewState'), ('/Print', '/PrintState'), ('/Export', '/ExportState'))


def hides(pdf: pikepdf.Pdf) -> bool:
    """Tell whether something in a PDF is not shown that may be printed, or shown by whoever turns a layer on."""
    try:
        return _has_layer_off(pdf.Root.get('/OCProperties')) or any(_is_not_shown(note) for note in _notes(pdf))
    except Exception:  # of any kind: what nobody can make sense of is not what it seems
        return True


def _notes(pdf: pikepdf.Pdf) -> Iterator[Any]:
    return (note for page in pdf.pages for note in page.obj.get('/Annots', ()))


def _is_not_shown(note: Any) -> bool:
    left, bottom, right, top = (float(edge) for edge in note.get('/Rect', (0, 0, 0, 0)))
    return bool(int(note.get('/F', 0)) & NOT_SHOWN) and left != right and bottom != top


def _has_layer_off(layers: Any) -> bool:
    """Tell whether a layer is off, at first or for one of seeing, printing and saving. Source: ISO 32000-1, 8.11.4."""
    if layers is None:
        return False
    first = layers.get('/D', pikepdf.Dictionary())
    if len(first.get('/OFF', ())) or str(first.get('/BaseState', '/ON')) != '/ON':
        return True
    empty = pikepdf.Dictionary()
    uses = [group.get('/Usage', empty) for group in layers.get('/OCGs', ())]
    return any(str(use.get(kind, empty).get(state, '/ON')) != '/ON' for use in uses for kind, state in _STATES)
