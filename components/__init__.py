"""Building blocks of the interface: data in, callbacks out. They know no database, no commands and no procedures.

Static parts return ``Markup``; ``show(part, part)`` puts them on a NiceGUI page as one element. Parts that hear events
are elements. ``t`` is ``app.i18n.Words``. Callbacks may be plain functions or coroutines; what they get is raw.

Frame and set-up
    setup.configure(), setup.run_options()
    frame.open_frame(Surroundings(t=, unit_name=, site_name=, path=, live=, ...)) -> Frame
        with frame: ...; frame.at(path) after each change of screen; with frame.narrow(): ... for forms and reading
    page_head.page_head(heading, t, *, lead, back=(href, words), above=Markup, below=Markup, title, hidden)
    page_head.section_head(heading, *, above, below)   the h2 of what was opened beside a list
    steps.steps(number, total, t, *, about) -> Markup
Questions
    fields.draw(control, *, id, label, t, hint, required, value, problem, on_change, communes, parts, countries,
        hide_label, nothing) -> FieldView   .value .set_value(v) .set_problem(p) .set_required(b) .set_options(o) .focus()
    repeat.draw_repeat(*, id, label, t, draw_entry, value, entry_name, on_change, least, most, problem) -> RepeatView
        draw_entry(prefix, entry, keep) -> {inner: FieldView}   .value .fields .set_problem(p) .focus()
    upload.Upload(*, id, label, url, csrf, t, on_done, on_remove, files, hint, required, data, accept, max_bytes,
        max_files)   on_done(file_id) -> PaperFile | None; .set_files(files) .set_problem(p) .focus()
    fields.anchor(id) -> the HTML id that links lead to
    buffer.DraftBuffer(key, t, *, saved_at, on_orphan)   with buffer: draw(...); async with buffer.settled(): ...;
        buffer.forget(). Pages with one need ``reconnect_timeout=buffer.RECONNECT_TIMEOUT``
    error_summary.ErrorSummary(t)      .show(problems, fields, *, labels, links) .say(*sentences) .hide()
Acts
    buttons.primary|secondary|danger(label, on_press, *, t, icon, busy), buttons.quiet(..., about) -> Button
    buttons.link_button(label, href, *, kind, icon, download) -> Markup; with buttons.actions(): ...
    dialogs.Dialog(heading, t, *, confirm, cancel, kind, on_confirm)   with dialog: ...; if await dialog: ...
    await dialogs.ask(heading, text, t, *, confirm, cancel, kind) -> bool
    toast.toast(text, t, *, tone)
    live.LiveNotice(t, on_reload, *, text)   .changed()
Choosing
    tabs.Tabs([Tab(key, label, build)], label, *, selected)   await tabs.open(key)
    pager.Pager(t, on_page, *, page, total, size, label)   .set(page, total)
    data_table.DataTable([Column(key, label, sortable, number)], caption, t, *, on_wanted, on_choose, wanted, page_size)
        .set_rows([TableRow(id, [Cell(text, href, tone) | str])], total) .wanted
    queues.Chips([Chip(key, label, count, hot)], label, *, selected, on_pick)   .set_chips(chips)
    queues.RowList(label, t, *, rows=[InboxRow(...)], on_open)   .set_rows(rows, current) .set_current(id)
    queues.SearchLine(label, t, *, on_search, value, placeholder)
    queues.Split(is_open=) with split.list: ... with split.detail: ... split.open(bool); with queues.action_bar(): ...
Reading
    markup.markup(template, **values) -> Markup, markup.show(*parts, tag, classes) -> Shown (.set(*parts))
    notice.notice(text, *, tone, title) -> Markup; with notice.callout(tone=, title=, text=): ...
    tags.tag(words, tone) -> Markup, tags.tags(*tags) -> Markup
    summary_list.summary_list([Row(label, value, href, mark)], t) -> Markup, summary_list.facts([(label, value)])
    timeline.timeline([Moment(state, title, when, note, iso)], t) -> Markup
    with cards.card(heading): ...; cards.card_markup(body, heading) -> Markup; cards.tile(href, title, *, note, icon)
    viewer.Viewer([PaperPage(url, label)], title, t)   .show(pages, title)
"""
