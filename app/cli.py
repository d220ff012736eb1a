"""Commands of the command line. Without a command the service starts."""

import typer

cli = typer.Typer(help='Motcua: một cửa điện tử / one-stop shop.', no_args_is_help=False, add_completion=False)


@cli.callback(invoke_without_command=True)
def _default(context: typer.Context) -> None:
    """Serve when nothing else is asked for."""
    if context.invoked_subcommand is None:
        context.invoke(context.command.commands['serve'].callback)  # type: ignore[attr-defined]
