"""The SMTP channel: encryption, certificates, authentication, headers that cannot be forged."""

import pytest

from app import notifications
from app.notifications.channels.base import NotSent, Permanent, Temporary, Unreachable
from app.notifications.channels.email import Email, mime
from app.notifications.render import Rendered
from tests.notifications.conftest import AN, settings_for
from tests.support.smtp import SmtpServer, Tls


def letter(recipient: str = AN, subject: str = 'Hồ sơ đã được tiếp nhận') -> Rendered:
    return Rendered(recipient, subject, 'Kính gửi ông/bà,\n', '<p>Kính gửi ông/bà,</p>', 'vi', '<1@motcua.example.vn>')


def point_to(server: SmtpServer, tls: Tls, user: str = '', password: str = '') -> None:
    notifications.use_settings(
        settings_for(smtp_host='127.0.0.1', smtp_port=server.port, smtp_tls=tls, smtp_user=user, smtp_password=password)
    )


@pytest.mark.parametrize('tls', ['starttls', 'tls'])
async def test_a_certificate_must_be_trusted(tls: Tls, email: Email) -> None:
    with SmtpServer(tls) as server:
        point_to(server, tls)
        with pytest.raises(Unreachable, match='certificate verify failed'):
            await email.send(letter())
        email.tls_context = server.client_context
        await email.send(letter())
        assert len(server.messages) == 1
        await email.close()


async def test_without_starttls_on_the_server_nothing_is_sent_in_the_clear(email: Email) -> None:
    with SmtpServer('none') as server:
        point_to(server, 'starttls')
        with pytest.raises(Unreachable):
            await email.send(letter())
        assert server.messages == []


async def test_the_server_is_told_user_and_password(email: Email) -> None:
    with SmtpServer('starttls', login=('motcua', 'bí mật')) as server:
        email.tls_context = server.client_context
        point_to(server, 'starttls', 'motcua', 'sai')
        with pytest.raises(Unreachable, match='535'):
            await email.send(letter())
        point_to(server, 'starttls')
        with pytest.raises(Unreachable, match='530'):
            await email.send(letter())
        point_to(server, 'starttls', 'motcua', 'bí mật')
        await email.send(letter())
        assert len(server.messages) == 1
        await email.close()


async def test_a_kept_connection_that_died_is_replaced(smtp: SmtpServer, email: Email) -> None:
    await email.send(letter())
    smtp.stop()
    with smtp:
        await email.send(letter())
        await email.send(letter())
        await email.close()
    assert (len(smtp.messages), smtp.connections) == (3, 2)


@pytest.mark.parametrize(
    ('fault', 'kind'),
    [('rejected', Permanent), ('full', Temporary), ('drop_before', Temporary), ('drop_after', Temporary)],
)
async def test_what_the_server_answers_decides(fault: str, kind: type[NotSent], smtp: SmtpServer, email: Email) -> None:
    setattr(smtp, fault, 1)
    with pytest.raises(NotSent) as caught:
        await email.send(letter())
    assert type(caught.value) is kind
    await email.send(letter('binh@example.com'))
    assert len(smtp.to('binh@example.com')) == 1


NASTY = 'x\r\nBcc: thief@example.com\r\n\r\n<script>\0\x0b\x1f\u2028Bcc: thief@example.com'


def test_a_subject_cannot_add_headers() -> None:
    raw = mime(letter(subject=NASTY))
    head = raw.partition(b'\r\n\r\n')[0]
    assert b'\0' not in raw
    assert not any(line.lower().startswith(b'bcc') for line in head.split(b'\r\n'))


@pytest.mark.parametrize(
    'address',
    [
        'an@example.com\r\nBcc: thief@example.com',
        'an@example.com>, <thief@example.com',
        'an@example.com, thief@example.com',
        'an example@example.com',
        'an@',
        '@example.com',
        'an',
        '',
        'nguyễn@example.com',
        'an@exa\0mple.com',
    ],
)
async def test_a_broken_address_is_refused_before_anything_is_sent(
    address: str, smtp: SmtpServer, email: Email
) -> None:
    with pytest.raises(Permanent):
        await email.send(letter(address))
    assert smtp.messages == []


async def test_a_vietnamese_domain_gets_its_ascii_form(smtp: SmtpServer, email: Email) -> None:
    await email.send(letter('an@mộtcửa.vn'))
    assert smtp.messages[0].recipient == 'an@' + 'mộtcửa.vn'.encode('idna').decode()


def test_without_a_sender_the_house_writes_itself() -> None:
    notifications.use_settings(settings_for(mail_from=''))
    assert b'From: motcua@motcua.example.vn\r\n' in mime(letter())
