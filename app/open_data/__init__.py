"""Open data: what anybody may take away and use again, as files with a licence, a schema and addresses that stay.

A part of the service that has something to give calls ``datasets.register(Dataset(...))`` when it is imported, and is
imported by ``pages.public.open_data``. Its words stand in its own file of ``app/locale``: ``<words>`` (title),
``<words>_about`` and one key for each column. All else follows: the files as CSV and JSON, the schema, the list on
``/du-lieu-mo``, the description for programs.

Whoever registers answers for it that no row tells of a person: no name, no number, no piece that is too small
(``app.statistics.published``).
"""
