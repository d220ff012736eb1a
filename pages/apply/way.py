"""The way through a form: its pages, then the papers, then the review; each stop has an address of its own."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.dossiers.answers import question
from app.dossiers.drafts import DraftView
from app.procedures.pages import FormPage, pages
from app.procedures.validation import shown_documents

DOCUMENTS, REVIEW, LATER = 'giay-to', 'xem-lai', 'de-sau'


@dataclass(frozen=True)
class Way:
    """Where a draft's form leads with the answers given so far."""

    slug: str
    token: str
    pages: tuple[FormPage, ...]
    has_documents: bool

    @property
    def stops(self) -> tuple[str, ...]:
        """The keys of all stops, in order."""
        return (*(page.key for page in self.pages), *((DOCUMENTS,) if self.has_documents else ()), REVIEW)

    @property
    def base(self) -> str:
        """The private link without a stop: it opens where the person left."""
        return f'/nop/{quote(self.slug, safe="")}/{quote(self.token, safe="")}'

    def address(self, stop: str, **extra: str) -> str:
        """Return the address of a stop."""
        return f'{self.base}?{urlencode({"trang": stop, **extra})}'

    def known(self, wanted: str, remembered: str | None) -> str:
        """Return the stop that is wanted, else the remembered one, else the first."""
        there = (*self.stops, LATER)
        return next(stop for stop in (wanted, remembered, self.stops[0]) if stop in there)

    def number(self, stop: str) -> int:
        """Return a stop's number, from 1."""
        return self.stops.index(stop) + 1

    def before(self, stop: str) -> str | None:
        """Return the stop before, None for the first."""
        at = self.stops.index(stop)
        return self.stops[at - 1] if at else None

    def after(self, stop: str) -> str:
        """Return the next stop; the review is the last."""
        return self.stops[min(self.stops.index(stop) + 1, len(self.stops) - 1)]

    def page(self, stop: str) -> FormPage | None:
        """Return the page of questions at a stop."""
        return next((page for page in self.pages if page.key == stop), None)

    def stop_of(self, path: str) -> str:
        """Return the stop where a question (``members[0].member_name``) or a paper (``document:proof``) is answered."""
        if path.startswith('document:'):
            return DOCUMENTS
        wanted = question(path)
        return next((p.key for p in self.pages if any(f.id == wanted for f in p.all_fields)), REVIEW)

    def to_question(self, path: str) -> str:
        """Return the address where one question is changed; from there the way leads back to the review."""
        return self.address(self.stop_of(path), ve=REVIEW, o=path)


def way_of(view: DraftView) -> Way:
    """Return the way through a draft's form as it is now. A paper that the system makes itself needs no stop."""
    papers = any(d.mode != 'generated' for d in shown_documents(view.spec, view.values))
    return Way(view.slug, view.token, pages(view.spec, view.values), papers)
