"""A life that was written, lived once more by somebody else in another place: for many dossiers in little time."""

import hashlib
from typing import Any

from app.clock import local
from app.demo.mass.casting import dialled, folded, stored_answers
from app.demo.mass.ledger import packed
from app.demo.mass.life import Row, Written, party
from app.demo.mass.places import Place
from app.procedures.validation import masked
from models import Dossier, Party


class Copy:
    """A life with other names and numbers."""

    def __init__(self, written: Written) -> None:
        self.life, self.rows, self.answers = written.life, written.rows, written.answers

    def live(self, place: Place) -> None:
        """Write the same life of somebody else in another place, with numbers of that place."""
        life, town = self.life, self.life.town
        ledger, who, old = town.ledger, town.somebody(), life.one
        dossier_id = ledger.id()
        swap = Swap(life.place, place)
        swap |= {
            old['id']: dossier_id,
            old['secret_nonce']: ledger.id(),
            life.who.name: who.name,
            life.who.phone: who.phone,
        }
        number = town.filing_number(place, old['submitted_at'])
        texts = [(old['id'], dossier_id), (old['filing_number'], number), (packed(life.who.name)[1:-1], who.name)]
        texts += [
            (dialled(life.who.phone) or '-', dialled(who.phone) or ''),
            (masked(life.who.personal_id), masked(who.personal_id)),
        ]
        swap[old['filing_number']] = number
        told = [old['search_text'], folded(life.who.name), folded(who.name), life.who.phone, who.phone]
        search = (
            told[0]
            .replace(told[1], told[2])
            .replace(told[3], told[4])
            .replace(old['filing_number'].lower(), number.lower())
        )
        if code := old.get('official_code'):
            swap[code] = town.official_code(place, old['accepted_at'])
            texts.append((code, swap[code]))
            search = search.replace(code.lower(), swap[code].lower())
        swap[old['search_text']] = search
        swap[self.answers] = packed(stored_answers(life.variant, who, dossier_id))
        for paper in life.papers:
            self._paper(paper, place, swap, texts)
        for table, row in self.rows:
            if table is Party:
                ledger.add(Party, ledger.row(Party, party(ledger, who, {'dossier_id': dossier_id})))
                continue
            if table is not Dossier:
                swap[row[0]] = swap[row[0]] if row[0] in swap else ledger.id()
            ledger.add(table, tuple(map(swap.__getitem__, row)))
        for at, columns, note, data_, public in life.events:
            mine = {name: swap[value] for name, value in columns.items()}
            town.happened((at, mine, note, _swapped(data_, texts), public))

    def _paper(self, paper: Row, place: Place, swap: 'Swap', texts: list[tuple[str, str]]) -> None:
        """Issue a paper again with the next number of the other place; what its event tells changes with it."""
        town = self.life.town
        symbol = paper['number'].partition('/')[2]
        year = local(paper['issued_at']).year
        number = f'{town.ledger.next_in(f"document:{place.code}:{year}"):04d}/{symbol}'
        heads = [
            (packed(self.life.place.head), packed(place.head)),
            (self.life.place.staff['intake'].name, place.staff['intake'].name),
        ]
        text = _swapped(paper['data'], [*texts, *heads, (paper['number'], number)])
        swap |= {paper['id']: town.ledger.id(), paper['number']: number, paper['data']: text}
        hashes = [hashlib.sha256(one.encode()).hexdigest() for one in (paper['data'], text)]
        texts += [(paper['id'], swap[paper['id']]), (paper['number'], number), (hashes[0], hashes[1])]


class Swap(dict[Any, Any]):
    """What stands for what in the other place; anything else stands for itself."""

    def __init__(self, here: Place, there: Place) -> None:
        super().__init__({here.unit_id: there.unit_id})
        self.update({one.id: there.staff[role].id for role, one in here.staff.items()})

    def __missing__(self, key: Any) -> Any:
        return key


def _swapped(text: str, pairs: list[tuple[str, str]]) -> str:
    for before, after in pairs:
        if before in text:
            text = text.replace(before, after)
    return text
