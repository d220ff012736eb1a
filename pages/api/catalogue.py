"""The catalogue of procedures."""

from typing import Annotated

from fastapi import Query

from app.procedures import queries
from app.procedures.schema import ApplicantKind, ServiceLevel
from pages.api.below import below
from pages.api.caller import Caller
from pages.api.shapes import Procedure, ProcedureList
from pages.api.values import Slug

routes = below('/procedures', 'catalogue')
Words = Annotated[str, Query(max_length=200, pattern=r'^[^\x00]*$')]
Page = Annotated[int, Query(ge=1, le=10_000)]


@routes.get('')
async def list_procedures(
    actor: Caller,
    text: Words = '',
    sector: Annotated[str | None, Query(max_length=200, pattern=r'^[^\x00]*$')] = None,
    applicant: ApplicantKind | None = None,
    level: ServiceLevel | None = None,
    page: Page = 1,
) -> ProcedureList:
    """Find procedures: every word of `text` must occur, accents do not matter."""
    return ProcedureList.of(await queries.search(actor, text, sector, applicant, level, page, actor.lang))


@routes.get('/{slug}')
async def read_procedure(actor: Caller, slug: Slug) -> Procedure:
    """Read one procedure in the version that is valid today: questions, components, steps, fee, term, legal basis."""
    return Procedure.of(await queries.start_page(actor, slug))
