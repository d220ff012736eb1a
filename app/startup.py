"""What comes before serving and before a command: parts get what they need, the installation is brought up to date."""

from pathlib import Path
from typing import TYPE_CHECKING

import app.audit.anchoring  # loops register themselves
import app.dossiers.cleaning
import app.dossiers.quarantine
import app.feedback.timers
import app.notifications.worker
import app.operations.copies
import app.operations.leftovers
import app.operations.meter
import app.reports.worker
import app.timers.alerts
import app.timers.apologies
import app.timers.digest
import app.timers.postings
import app.timers.recount
import app.webhooks.worker  # noqa: F401
from app import keyring, notifications, scanning, storage
from app.access import SYSTEM
from app.db import close_database, open_database
from app.deadlines.counting import use_mode
from app.deadlines.seeding import seed_calendar
from app.log import log
from app.procedures.commands import Loaded, load_into_database
from app.procedures.load import CATALOG, CatalogueError, load_catalogue, load_instruments
from app.procedures.shipped import is_loaded, mark
from app.settings import Settings
from app.signing import trust

if TYPE_CHECKING:
    from app.demo.mass.fill import Filled, Tell
    from app.statistics.recount import Tell as TellCounted


def equip(settings: Settings) -> None:
    """Give the parts of the service the key, the folder of files, the scanner and the settings of mail.

    Raises:
        keyring.WrongKey: the secret is not the one of this data folder. keyring.HalfRotated: finish its change first.
    """
    keyring.use(settings)
    notifications.use_settings(settings)
    storage.use_folder(settings.files_dir)
    use_mode(settings.term_mode)
    scanning.use_clamd(settings.clamd)
    trust.use_settings(settings)


async def prepare(settings: Settings) -> None:
    """Load the shipped catalogue. A fault in it is logged and leaves the one in the database as it is.

    The demonstration gets its people and dossiers; where a demonstration has become a real installation they are let go.
    """
    await open_database(settings.database)
    try:
        await seed_calendar()
        if not await is_loaded():
            loaded = await load(CATALOG)
            log.info('catalogue loaded', extra={'added': loaded.added, 'changed': loaded.changed})
        await _demonstrate(settings)
    except (CatalogueError, OSError) as error:
        log.error('catalogue not loaded: %s', error)
    finally:
        await close_database()


async def _demonstrate(settings: Settings) -> None:
    """Prepare the demonstration or end it. Its code, and what it draws with, is read only by those who need it."""
    if settings.demo:
        from app.demo.prepare import prepare as prepare_demo

        await prepare_demo(settings)
    else:
        from app.demo.duty import let_demo_duty_go
        from app.demo.people import let_demo_people_go
        from app.demo.signing import let_demo_keys_go

        await let_demo_people_go(settings)
        await let_demo_duty_go(settings)
        await let_demo_keys_go(settings)


async def load(folder: Path) -> Loaded:
    """Load every procedure of a folder, and the table of legal instruments, into the open database.

    Raises:
        CatalogueError: with every fault of every file; nothing was changed.
    """
    shipped = mark() if folder == CATALOG else ''
    return await load_into_database(SYSTEM, load_catalogue(folder), load_instruments(), mark=shipped)


async def fill(settings: Settings, dossiers: int, tell: 'Tell', tell_counted: 'TellCounted') -> 'Filled':
    """Give the open database the calendar and the catalogue, and a made-up municipality of so many dossiers."""
    from app.demo.mass.fill import fill as fill_mass

    await seed_calendar()
    await load(CATALOG)
    return await fill_mass(settings, dossiers, tell, tell_counted)
