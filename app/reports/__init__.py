"""Official reports on the work: by form and version, checked at every run, as table, spreadsheet and PDF, made by schedule."""
