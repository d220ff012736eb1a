"""Building blocks of the interface: data in, callbacks out. They know no database, no commands and no procedures.

Static parts return ``Markup``; ``show(part, part)`` puts them on a NiceGUI page as one element. Parts that hear events
are elements. ``t`` is ``app.i18n.Words``. Callbacks may be plain functions or coroutines; what they get is raw.

Frame and set-up
    setup.configure(), setup.run_options()
    frame.open_frame(Surroundings(t=, unit_name=, site_name=, path=, ...)) -> Frame   with frame: ...; frame.at(path)
    with frame.narrow(): ...
    page_head.page_head(heading, t, *, lead, back=(href, words), above=Markup, below=Markup, title)
    steps.steps(number, total, t, *, about) -> Markup
Questions
    fields.draw(control, *, id, label, t, hint, required, value, problem, on_change, communes, parts, countries,
        hide_label) -> FieldView       .value .set_value(v) .set_problem(p) .set_options(o) .focus() .anchor
    fields.anchor(id) -> the HTML id that links lead to
    buffer.DraftBuffer(key, t, *, saved_at, on_orphan)   with buffer: draw(...); async with buffer.settled(): ...;
        buffer.forget(). Pages with one need ``reconnect_timeout=buffer.RECONNECT_TIMEOUT``
    error_summary.ErrorSummary(t)      .show(problems, fields) .say(*sentences) .hide()
Acts
    buttons.primary|secondary|danger(label, on_press, *, t, icon, busy), buttons.quiet(..., about) -> Button
    buttons.link_button(label, href, *, kind, icon, download) -> Markup; with buttons.actions(): ...
    dialogs.Dialog(heading, t, *, confirm, cancel, kind, on_confirm)   with dialog: ...; if await dialog: ...
    await dialogs.ask(heading, text, t, *, confirm, cancel, kind) -> bool
Reading
    markup.markup(template, **values) -> Markup, markup.show(*parts, tag, classes) -> Shown (.set(*parts))
    notice.notice(text, *, tone, title) -> Markup; with notice.callout(tone=, title=, text=): ...
    tags.tag(words, tone) -> Markup, tags.tags(*tags) -> Markup
    summary_list.summary_list([Row(label, value, href, mark)], t) -> Markup, summary_list.facts([(label, value)])
    timeline.timeline([Moment(state, title, when, note, iso)], t) -> Markup
"""
