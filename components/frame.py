"""What stands around every screen of the application: header, navigation, footer, and what is seen before it runs.

Citizens and officers have the same frame with other words; ``Surroundings`` says them. The header is the page's banner,
NiceGUI's own ``<main>`` holds the screen, the footer follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from markupsafe import Markup
from nicegui import context, ui

from app.i18n import LANGUAGES, Words
from components import assets
from components.icons import emblem, icon
from components.markup import NOTHING, Shown, attribute, join, markup

IN_A_LINE = 5
"""Entries that a menu shows side by side; where there are more, the rare ones stand behind one more."""
_THEMES = (('light', 'sang', 'sun'), ('dark', 'toi', 'moon'), ('', 'theo-may', 'device'))
_FONTS = ('be-vietnam-pro-400-latin.woff2', 'be-vietnam-pro-400-vi.woff2', 'be-vietnam-pro-700-latin.woff2')


@dataclass(frozen=True)
class Link:
    """One entry of a menu."""

    href: str
    label: str
    icon: str | None = None
    is_rare: bool = False
    """In a menu of many it stands behind "more"."""
    holds: tuple[str, ...] = ()
    """Other addresses that belong to it."""


@dataclass(frozen=True)
class SignOut:
    """A form that signs out: a plain POST, so that it works whatever the page's state is."""

    action: str
    csrf: str


@dataclass(frozen=True)
class Surroundings:
    """Everything the frame shows. ``path`` is this page's address, to come back to after a change of language."""

    t: Words
    unit_name: str
    site_name: str
    path: str
    home: str = '/'
    theme: str = ''
    """``light``, ``dark`` or empty: as the device says."""
    live: Sequence[str] = ()
    """Addresses (with all below them) that the application shows itself; other links load a plain page."""
    nav: Sequence[Link] = ()
    account_name: str | None = None
    account_links: Sequence[Link] = ()
    sign_out: SignOut | None = None
    foot_links: Sequence[Link] = ()
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    is_demo: bool = False
    downtimes: Sequence[str] = ()
    """When the portal will not work, or does not, in sentences."""
    is_wide: bool = False
    """Officers' screens use the whole width."""


class Frame:
    """The drawn frame: ``with frame:`` fills the screen, ``at(path)`` marks where the person is."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        layout = context.client.layout
        with layout:
            self._header = Shown(_header(around, self.target), 'header')
            self._header.move(target_index=0)
            Shown(_footer(around), 'footer').classes('mc-foot')
        width = '' if around.is_wide else 'mc-wrap mc-page'
        self._screen = context.client.content.classes(width).props('tabindex=-1')

    @property
    def target(self) -> str:
        """The id of the element that holds the screen."""
        return context.client.content.html_id

    def __enter__(self) -> 'Frame':
        self._screen.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._screen.__exit__(*exception)

    def at(self, path: str) -> None:
        """Mark the navigation's entry of this address; language and theme links lead back here."""
        self._around = replace(self._around, path=path)
        self._header.set(_header(self._around, self.target))


def open_frame(around: Surroundings) -> Frame:
    """Draw the frame of a live page. Call it once, while the page is built."""
    # plain text: NiceGUI joins it with its own, which Markup would escape
    ui.add_head_html(str(_head(around)))
    ui.add_body_html(str(_before_loading(around)))
    return Frame(around)


def narrow() -> ui.element:
    """Open a column as wide as reading and filling in need: ``with narrow():``."""
    return ui.element('div').classes('mc-narrow')


def _head(around: Surroundings) -> Markup:
    fonts = (
        markup('<link rel="preload" as="font" type="font/woff2" href="{url}" crossorigin>', url=assets.url(name))
        for name in _FONTS
    )
    theme = markup('<script>document.documentElement.dataset.theme = "{theme}"</script>', theme=around.theme)
    sheet = markup('<link rel="stylesheet" href="{url}">', url=assets.url('motcua-app.css'))
    live = markup('<meta name="mc-live" content="{paths}">', paths=' '.join(around.live))
    return live + sheet + join(fonts) + (theme if around.theme in ('light', 'dark') else NOTHING)


def _before_loading(around: Surroundings) -> Markup:
    """Return what is seen until the application runs, and where to turn if it cannot."""
    t = around.t
    return markup(
        '<div id="mc-loading" class="mc-loading"><div class="mc-top"><div class="mc-wrap mc-top-in">{brand}</div></div>'
        '<p class="mc-wrap" role="status">{loading}</p><noscript><div class="mc-wrap">{help}</div></noscript></div>',
        brand=_brand(around),
        loading=t('shell.loading'),
        help=_without_script(around),
    )


def _without_script(around: Surroundings) -> Markup:
    t = around.t
    phone = markup('<p>{words} {phone}</p>', words=t('ui.noscript_phone'), phone=_phone(around)) if around.phone else ''
    return markup(
        '<h1>{title}</h1><p>{text}</p>{phone}<p><a href="/">{home}</a> · <a href="/tra-cuu">{track}</a></p>',
        title=t('ui.noscript_title'),
        text=t('ui.noscript_text'),
        phone=phone,
        home=t('common.nav_home'),
        track=t('common.nav_track'),
    )


def _header(around: Surroundings, target: str) -> Markup:
    t = around.t
    demo = markup(
        '<div class="mc-demo"><p class="mc-wrap">{words} <a class="mc-link" href="/trinh-dien/thu">{mail}</a></p></div>',
        words=t('common.demo_banner'),
        mail=t('common.demo_mail'),
    )
    return markup(
        '<a class="mc-skip" href="#{target}">{skip}</a>{demo}{downtimes}<div class="mc-top"><div class="mc-wrap mc-top-in{wide}">'
        '{brand}<div class="mc-tools">{language}{account}</div>{nav}</div></div>',
        target=target,
        skip=t('common.skip'),
        demo=demo if around.is_demo else NOTHING,
        downtimes=join(
            markup(
                '<section class="mc-demo" aria-label="{label}"><p class="mc-wrap">{icon} {sentence}</p></section>',
                label=t('downtime.label'),
                icon=icon('alert', 20),
                sentence=sentence,
            )
            for sentence in around.downtimes
        ),
        wide=' is-wide' if around.is_wide else '',
        brand=_brand(around),
        language=_language(around),
        account=_account(around) if around.account_name else NOTHING,
        nav=_nav(around) if around.nav else NOTHING,
    )


def _brand(around: Surroundings) -> Markup:
    return markup(
        '<a class="mc-brand" href="{home}">{emblem}<span><span class="mc-brand-unit">{unit}</span> '
        '<span class="mc-brand-name">{site}</span></span></a>',
        home=around.home,
        emblem=emblem(),
        unit=around.unit_name,
        site=around.site_name,
    )


def _language(around: Surroundings) -> Markup:
    other = next(lang for lang in LANGUAGES if lang != around.t.lang)
    return markup(
        '<a class="mc-tool" href="/ngon-ngu/{lang}?{back}" lang="{lang}" hreflang="{lang}" '
        'aria-label="{short} – {name}">{short}</a>',
        lang=other,
        back=urlencode({'next': around.path}),
        short=around.t('common.other_language_short'),
        name=around.t('common.other_language'),
    )


def _account(around: Surroundings) -> Markup:
    links = (
        markup('<li><a href="{href}">{icon}{label}</a></li>', href=link.href, label=link.label, icon=_picture(link))
        for link in around.account_links
    )
    out = NOTHING
    if around.sign_out:
        out = markup(
            '<li><form method="post" action="{action}"><input type="hidden" name="csrf" value="{csrf}">'
            '<button type="submit">{icon}{words}</button></form></li>',
            action=around.sign_out.action,
            csrf=around.sign_out.csrf,
            icon=icon('lock', 20),
            words=around.t('ui.sign_out'),
        )
    return markup(
        '<details class="mc-menu"><summary class="mc-tool">{icon}<span class="mc-menu-name">{name}</span></summary>'
        '<ul>{links}{out}</ul></details>',
        icon=icon('user', 22),
        name=around.account_name,
        links=join(links),
        out=out,
    )


def _nav(around: Surroundings) -> Markup:
    has_more = len(around.nav) > IN_A_LINE
    behind = [link for link in around.nav if link.is_rare] if has_more else []
    return markup(
        '<nav class="mc-nav" aria-label="{label}"><ul>{items}{more}</ul></nav>',
        label=around.t('common.nav_label'),
        items=_entries([link for link in around.nav if link not in behind], around),
        more=_more(behind, around) if behind else NOTHING,
    )


def _more(links: Sequence[Link], around: Surroundings) -> Markup:
    here = around.path.split('?')[0]
    is_here = any(_is_current(link.href, here, around) for link in links)
    return markup(
        '<li><details class="mc-menu{here}"><summary>{icon}{words}</summary><ul>{items}</ul></details></li>',
        here=' is-here' if is_here else '',
        icon=icon('menu', 20),
        words=around.t('ui.nav_more'),
        items=_entries(links, around),
    )


def _entries(links: Sequence[Link], around: Surroundings) -> Markup:
    here = around.path.split('?')[0]
    return join(
        markup(
            '<li><a href="{href}"{current}>{icon}{label}</a></li>',
            href=link.href,
            current=attribute('aria-current', _is_current(link.href, here, around)),
            icon=_picture(link),
            label=link.label,
        )
        for link in links
    )


def _is_current(href: str, here: str, around: Surroundings) -> str | None:
    if href == here:
        return 'page'
    if any(link.href == here for link in around.nav):
        return None
    within = [
        (len(one), link.href)
        for link in around.nav
        for one in (link.href, *link.holds)
        if f'{here}/'.startswith(f'{one.rstrip("/")}/')
    ]
    return 'true' if within and href == max(within)[1] else None


def _picture(link: Link) -> Markup:
    return icon(link.icon, 20) if link.icon else NOTHING


def _phone(around: Surroundings) -> Markup:
    number = around.phone or ''
    return markup(
        '<a class="mc-link" href="tel:{dialled}">{icon}{number}</a>',
        dialled=number.replace(' ', ''),
        icon=icon('phone', 20),
        number=number,
    )


def _footer(around: Surroundings) -> Markup:
    t = around.t
    lines = [markup('<p><b>{name}</b></p>', name=around.unit_name)]
    lines += [markup('<p>{line}</p>', line=around.address)] if around.address else []
    lines += [markup('<p>{phone}</p>', phone=_phone(around))] if around.phone else []
    lines += [markup('<p class="mc-muted">{line}</p>', line=around.hours)] if around.hours else []
    links = (markup('<li><a href="{href}">{label}</a></li>', href=x.href, label=x.label) for x in around.foot_links)
    return markup(
        '<div class="mc-wrap mc-foot-in"><div>{lines}</div><div><nav aria-label="{label}">'
        '<ul class="mc-foot-links">{links}</ul></nav>{themes}</div></div>',
        lines=join(lines),
        label=t('common.foot_label'),
        links=join(links),
        themes=_themes(around),
    )


def _themes(around: Surroundings) -> Markup:
    t = around.t
    choices = (
        markup(
            '<a class="mc-link" href="/giao-dien/{path}?{back}"{current}>{icon}{words}</a>',
            path=path,
            back=urlencode({'next': around.path}),
            current=attribute('aria-current', 'true' if around.theme == theme else None),
            icon=icon(picture, 20),
            words=t(f'common.theme_{theme or "device"}'),
        )
        for theme, path, picture in _THEMES
    )
    return markup(
        '<div class="mc-theme" role="group" aria-label="{label}"><span aria-hidden="true">{label}:</span> '
        '{choices}</div>',
        label=t('common.theme_label'),
        choices=join(choices),
    )
