"""A page with every component, for the tests of this folder only: ``python -m tests.components.gallery PORT``."""

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from nicegui import ui

from app.errors import Problem, WrongState
from app.fields.base import Control
from app.i18n import Words, words
from components import assets, frame, setup
from components.buffer import RECONNECT_TIMEOUT, DraftBuffer
from components.buttons import actions, danger, link_button, primary, quiet, secondary
from components.cards import card, card_markup, tile
from components.data_table import Cell, Column, DataTable, TableRow, Wanted
from components.dialogs import Dialog, ask
from components.error_summary import ErrorSummary
from components.fields import FieldView, draw
from components.live import LiveNotice
from components.markup import markup, show
from components.notice import callout, notice
from components.page_head import page_head, section_head
from components.pager import Pager
from components.queues import Chip, Chips, InboxRow, RowList, SearchLine, Split, action_bar
from components.repeat import Keep, draw_repeat
from components.steps import steps
from components.summary_list import Row, facts, summary_list
from components.tabs import Tab, Tabs
from components.tags import tag, tags
from components.timeline import Moment, timeline
from components.toast import toast
from components.upload import PaperFile, Upload
from components.viewer import PaperPage, Viewer

FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()
"""Where the form page saves its answers, one file a draft, as a database would; it outlives the server."""

SCREENS = {'/nop': 'Thành phần', '/nop/form': 'Điền đơn', '/nop/giay-to': 'Giấy tờ', '/nop/ban': 'Bàn làm việc'}
THREE = (
    ('desk', 'Tại Trung tâm Phục vụ hành chính công xã'),
    ('post', 'Gửi bưu điện về nhà'),
    ('online', 'Bản điện tử'),
)
HAMLETS = tuple((str(n), f'Thôn {n}') for n in range(1, 9))
PROVINCES = (('01', 'Thành phố Hà Nội'), ('79', 'Thành phố Hồ Chí Minh'))
QUESTIONS: tuple[tuple[str, str, Control, str | None], ...] = (
    ('full_name', 'Họ, chữ đệm, tên của ông/bà', Control('text', autocomplete='name'), None),
    ('personal_id', 'Số định danh (CCCD)', Control('text', inputmode='numeric', width='short'), '12 chữ số trên thẻ.'),
    ('birth_date', 'Ngày sinh', Control('date', width='short', autocomplete='bday'), 'Ví dụ: 27/03/1994'),
    ('gender', 'Giới tính', Control('radio', options=(('m', 'Nam'), ('f', 'Nữ'))), None),
    ('phone', 'Số điện thoại', Control('text', inputmode='tel', autocomplete='tel', width='short'), 'Để nhắn kết quả.'),
    ('email', 'Thư điện tử', Control('text', inputmode='email', autocomplete='email'), None),
    ('hamlet', 'Thôn, tổ dân phố', Control('select', options=HAMLETS), None),
    ('address', 'Nơi thường trú', Control('address', options=PROVINCES), 'Ghi theo địa giới hai cấp.'),
    ('children', 'Số con', Control('number', suffix='người', width='short'), None),
    ('ways', 'Ông/bà muốn nhận tin bằng cách nào?', Control('checkboxes', options=THREE), None),
    ('result', 'Nhận kết quả bằng cách nào?', Control('radio', options=THREE), None),
    ('reason', 'Lý do đề nghị', Control('textarea'), None),
    ('agree', 'Tôi cam đoan các thông tin trên là đúng sự thật', Control('checkbox'), None),
)


class Saved:
    """One draft."""

    def __init__(self, draft: str) -> None:
        self.file = FOLDER / f'{draft}.json'

    def read(self) -> dict[str, Any]:
        """Return its answers."""
        return dict(json.loads(self.file.read_text('utf-8'))) if self.file.exists() else {}

    async def keep(self, name: str, raw: Any) -> None:
        """Save an answer, slowly; one of them cannot be saved."""
        await asyncio.sleep(0.05)
        if raw == 'HỎNG':
            raise OSError('the disk is full')
        fresh = self.file.with_suffix('.new')
        fresh.write_text(json.dumps({**self.read(), name: raw}), 'utf-8')
        fresh.replace(self.file)


def _form(t: Words, draft: str = 'gallery') -> None:
    saved = Saved(draft)
    with DraftBuffer(draft, t, on_orphan=saved.keep) as buffer, frame.narrow():
        summary = ErrorSummary(t)
        page_head(
            'Thông tin người đi khai sinh và trẻ',
            t,
            back=('/nop', 'Quay lại'),
            above=steps(1, 2, t, about='Đăng ký khai sinh'),
            lead='Có thể tắt máy và quay lại bằng đường dẫn trong tin nhắn.',
        )
        fields = {
            name: draw(
                control,
                id=name,
                label=label,
                hint=hint,
                t=t,
                required=name != 'email',
                value=saved.read().get(name),
                on_change=partial(saved.keep, name),
            )
            for name, label, control, hint in QUESTIONS
        }

        async def submit() -> None:
            async with buffer.settled():
                answers = saved.read()
            missing = {name: Problem('fields.required') for name in fields if not answers.get(name)}
            summary.show(missing, fields)
            if not missing:
                buffer.forget()
                ui.navigate.to('/nop/xong')

        with actions():
            primary('Lưu và xem lại', submit, t=t, busy='Đang lưu…')
            secondary('Lưu nháp, làm sau', lambda: ui.navigate.to('/nop'), t=t)


def _sent(t: Words) -> None:
    page_head('Đã gửi hồ sơ', t)


def _pieces(t: Words) -> None:
    page_head(
        'Đăng ký khai sinh',
        t,
        lead='Nộp, theo dõi và nhận kết quả.',
        below=tags(tag('Cần bổ sung', 'warn'), tag('Còn 1 ngày', 'neutral'), tag('Quá hạn', 'error')),
    )
    said = show(markup('<p>{text}</p>', text='Chưa bấm gì.'))

    counted: list[int] = []

    async def asked() -> None:
        sure = await ask('Rút hồ sơ?', 'Ông/bà sẽ không nhận được kết quả nữa.', t, confirm='Rút hồ sơ', kind='danger')
        said.set(markup('<p>{text}</p>', text='Đã rút.' if sure else 'Không rút.'))

    async def count() -> None:
        counted.append(len(counted) + 1)
        await asyncio.sleep(0.2)
        said.set(markup('<p>Đã đếm: {number}</p>', number=counted[-1]))

    async def refused() -> None:
        reasons: list[FieldView] = []

        def check() -> bool:
            reasons[0].set_problem(None if reasons[0].value else Problem('fields.required'))
            return bool(reasons[0].value)

        with Dialog('Từ chối tiếp nhận', t, confirm='Từ chối', kind='danger', on_confirm=check) as dialog:
            reasons.append(draw(Control('textarea'), id='reason', label='Lý do', t=t, required=True))
        if await dialog:
            said.set(markup('<p>Lý do: {text}</p>', text=reasons[0].value))

    show(
        notice('Xem lại rồi bấm “Gửi hồ sơ” ở cuối trang.', tone='warn', title='Hồ sơ CHƯA được gửi.'),
        notice('Giờ làm việc: 7 giờ 30 đến 17 giờ.', tone='info'),
        notice('Đã nhận đủ giấy tờ.', tone='ok'),
        notice('Không đọc được tệp.', tone='error'),
        facts([('Hẹn trả kết quả', 'Thứ Hai, 05/10/2026'), ('Cán bộ phụ trách', 'Lê Minh Tâm')]),
        summary_list(
            [Row('Họ tên', 'Nguyễn Thị <b>Hạnh</b>', '/nop/form#q-full_name'), Row('Email', '', '/nop/form')], t
        ),
        timeline(
            [
                Moment('done', 'Đã gửi', '02/10 08:21', iso='2026-10-02T08:21+07:00'),
                Moment('now', 'Yêu cầu bổ sung', '02/10 14:05', 'Lần 1 trên tối đa 1 lần.'),
                Moment('next', 'Trả kết quả', 'Dự kiến 05/10'),
            ],
            t,
        ),
        link_button('Nộp hồ sơ', '/nop/form', icon='file'),
    )
    with callout(tone='warn', title='Ông/bà cần bổ sung 1 giấy tờ'):
        primary('Bổ sung ngay', lambda: None, t=t, icon='camera')
    with actions():
        danger('Rút hồ sơ', asked, t=t)
        secondary('Từ chối', refused, t=t, icon='close')
        quiet('Xóa', lambda: asyncio.sleep(0.5), t=t, about='con thứ nhất')
        quiet('Đếm', count, t=t)


def _papers(t: Words, draft: str = 'papers') -> None:
    page_head('Giấy tờ cần nộp', t)
    saved = Saved(draft)
    with frame.narrow():
        Upload(
            id='birth_paper',
            label='Giấy chứng sinh',
            hint='Ảnh chụp hoặc PDF, tối đa 1 MB.',
            url='/gui-tep',
            csrf='x',
            data={'draft': draft},
            t=t,
            required=True,
            max_bytes=2**20,
            on_done=lambda file_id: _taken(draft, file_id),
            on_remove=lambda file_id: _untaken(draft, file_id),
            files=[PaperFile('old', 'căn cước.jpg', 345_678, '/anh/1.svg')],
        )

        def entry(prefix: str, values: dict[str, Any], keep: Keep) -> dict[str, FieldView]:
            name = draw(
                Control('text'),
                id=f'{prefix}.name',
                label='Họ tên con',
                t=t,
                required=True,
                value=values.get('name'),
                on_change=keep('name'),
            )
            born = draw(
                Control('date'),
                id=f'{prefix}.born',
                label='Ngày sinh',
                t=t,
                value=values.get('born'),
                on_change=keep('born'),
            )
            return {'name': name, 'born': born}

        with DraftBuffer(draft, t):
            draw_repeat(
                id='child',
                label='Các con',
                entry_name='Con',
                t=t,
                draw_entry=entry,
                value=saved.read().get('child'),
                on_change=partial(saved.keep, 'child'),
                most=3,
            )
    Viewer([PaperPage(f'/anh/{n}.svg', 'Giấy chứng sinh') for n in (1, 2)], 'Giấy chứng sinh', t)


async def _taken(draft: str, file_id: str) -> PaperFile | None:
    name = Saved(draft).read().get(file_id)
    return PaperFile(file_id, name, 1234) if name else None


async def _untaken(draft: str, file_id: str) -> None:
    if file_id == 'old':
        raise WrongState


def _desk(t: Words) -> None:
    rows = [
        InboxRow(
            '1', 'Nguyễn Thị Hạnh', 'Đăng ký khai sinh · …-0140', '/nop/ban?mo=1', 'Quá hạn 1 ngày', 'error', True
        ),
        InboxRow('2', 'Trần Văn Đức', 'Chứng thực bản sao · …-0141', '/nop/ban?mo=2', 'Hôm nay 16:00', 'warn'),
        InboxRow('3', 'Lê Thị Mỹ Duyên', 'Đăng ký kết hôn · …-0142', '/nop/ban?mo=3', 'Còn 2 ngày'),
    ]
    page_head('Hộp hồ sơ', t, hidden=True)
    split = Split()
    with split.list:
        Chips(
            [Chip('mine', 'Việc của tôi', 12), Chip('late', 'Quá hạn', 2, True), Chip('all', 'Tất cả', 120)],
            'Hộp hồ sơ',
            selected='mine',
            on_pick=lambda key: toast(f'Đã chọn {key}', t, tone='info'),
        )
        SearchLine('Tìm hồ sơ', t, on_search=lambda text: toast(f'Đã tìm {text}', t), placeholder='Mã hồ sơ, tên, CCCD')
        inbox = RowList('Hồ sơ', t, rows=rows)
        Pager(t, lambda page: toast(f'Trang {page}', t), page=2, total=55, label='Các trang của hộp hồ sơ')
    with split.detail:
        section_head('Nguyễn Thị Hạnh – Đăng ký khai sinh', below=tags(tag('Quá hạn 1 ngày', 'error')))
        live = LiveNotice(t, lambda: toast('Đã tải lại', t))
        table = _table(t)
        Tabs(
            [
                Tab('progress', 'Tiến độ', lambda: show(timeline([Moment('done', 'Đã gửi', '02/10')], t))),
                Tab('papers', 'Giấy tờ', lambda: show(card_markup(tile('/nop', 'Giấy chứng sinh', icon='file')))),
            ],
            'Hồ sơ',
        )
        with card('Ghi chú nội bộ'):
            secondary('Báo có thay đổi', live.changed, t=t)
        with action_bar():
            primary('Tiếp nhận', lambda: toast('Không tiếp nhận được', t, tone='error'), t=t)
            secondary('Yêu cầu bổ sung', lambda: split.open(False), t=t)

    def opened(id: str) -> None:
        inbox.set_current(id)
        split.open(True)

    inbox._on_open = opened
    inbox.props['listens'] = True
    table.set_rows(_rows(table.wanted), 45)


def _table(t: Words) -> DataTable:
    def load(wanted: Wanted) -> None:
        table.set_rows(_rows(wanted), 45)

    columns = [
        Column('code', 'Mã hồ sơ', sortable=True),
        Column('state', 'Trạng thái'),
        Column('fee', 'Phí', number=True),
    ]
    table = DataTable(
        columns, 'Sổ theo dõi', t, on_wanted=load, on_choose=lambda ids: toast(f'Chọn {len(ids)}', t), page_size=5
    )
    return table


def _rows(wanted: Wanted) -> list[TableRow]:
    numbers = sorted(range(1, 46), reverse=wanted.down)[5 * (wanted.page - 1) : 5 * wanted.page]
    return [TableRow(str(n), (Cell(f'HS-{n:03}', '/nop'), Cell('Đúng hạn', tone='ok'), f'{n}.000 đ')) for n in numbers]


def _endpoints(root: FastAPI) -> None:
    @root.post('/gui-tep')
    async def take(request: Request, file: UploadFile, draft: str = Form(), csrf: str = Form()) -> Response:
        if file.filename and 'hỏng' in file.filename:
            return JSONResponse({'message': 'Không đọc được tệp này.'}, 422)
        if not csrf or request.headers['x-csrf-token'] != csrf:
            return JSONResponse({}, 403)
        file_id = f'f{len(Saved(draft).read())}'
        await Saved(draft).keep(file_id, file.filename)
        return JSONResponse({'id': file_id}, 201)

    @root.get('/anh/{number}.svg')
    async def picture(number: int) -> Response:
        drawing = (
            f'<rect width="300" height="420" fill="#fff"/><text x="40" y="80" font-size="40">Trang {number}</text>'
        )
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="420">{drawing}</svg>'
        return Response(svg, media_type='image/svg+xml')


def build() -> FastAPI:
    """Make the root application with the gallery mounted on it."""
    root = FastAPI()
    root.include_router(assets.router)
    _endpoints(root)
    setup.configure()

    @ui.page('/nop', language='vi', reconnect_timeout=RECONNECT_TIMEOUT)
    @ui.page('/nop/{_:path}', language='vi', reconnect_timeout=RECONNECT_TIMEOUT)
    def page(request: Request) -> None:
        t = words('vi')
        around = frame.Surroundings(
            t=t,
            unit_name='UBND xã Tân Phú',
            site_name='Dịch vụ công',
            path=request.url.path,
            theme=request.cookies.get('theme', ''),
            nav=tuple(frame.Link(href, label) for href, label in SCREENS.items()),
            account_name='Nguyễn Thị Hạnh',
            account_links=(frame.Link('/nop', 'Hồ sơ của tôi', 'file'),),
            sign_out=frame.SignOut('/dang-xuat', 'x'),
            foot_links=(frame.Link('/tro-giup', 'Trợ giúp và liên hệ'), frame.Link('/tro-giup#tro-nang', 'Trợ năng')),
            phone='028 3123 4567',
            hours='Thứ Hai đến Thứ Sáu, 7 giờ 30 đến 17 giờ',
            live=(*SCREENS, '/nop/xong'),
            is_demo='demo' in request.query_params,
            is_wide=request.url.path == '/nop/ban',
        )
        shell = frame.open_frame(around)
        with shell:
            routes: dict[str, Any] = {
                '/nop': lambda: _pieces(t),
                '/nop/giay-to': partial(_papers, t),
                '/nop/ban': lambda: _desk(t),
                '/nop/form': partial(_form, t),
                '/nop/xong': lambda: _sent(t),
            }
            ui.sub_pages(routes)
            ui.context.client.sub_pages_router.on_path_changed(shell.at)

    ui.run_with(root, **setup.run_options())
    return root


if __name__ == '__main__':
    uvicorn.run(build(), port=int(sys.argv[1]), log_level='warning')
