"""``sheaf``: the command line of the product."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from sheaf import __version__
from sheaf.cli.common import Group, keep_quiet, where_options
from sheaf.cli.failures import EXIT_CODES

#: Every command in the order of ``--help``: its module and attribute, imported when it is called, and its line in the list.
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo:demo", "Read the sample documents into a table, to see what it does."),
    "extract": ("extract:extract", "Read files into a table, once."),
    "up": ("up:up", "Serve everything on one address."),
    "jobs": ("jobs:jobs", "Saved work: list, create, show, update, archive."),
    "runs": ("runs:runs", "Executions of a job: list, create, show, watch."),
    "files": ("files:files", "The files of a run: add, list, remove, import."),
    "fields": ("fields:fields", "What a run reads: show, set, suggest."),
    "rules": ("rules:rules", "What must hold of a run's rows: show, set, broken."),
    "templates": ("templates:templates", "Reusable sets of fields: list, create, show, update, delete."),
    "submit": ("work:submit", "Start a run."),
    "watch": ("work:watch", "Follow a run to its end."),
    "progress": ("work:progress", "How far a run is."),
    "results": ("results:results", "The rows of a run."),
    "edit": ("edits:edit", "Correct, accept or reject values of a run."),
    "edits": ("edits:edits", "What people said of a job's values."),
    "learn": ("learning:learn", "Learn from corrected values."),
    "evaluate": ("evaluate:evaluate", "How right a run is, or an engine on a labelled folder."),
    "export": ("export:export", "Write the rows of a run to a file."),
    "cancel": ("work:cancel", "Stop a run."),
    "retry": ("work:retry", "Try a run's failed files again."),
    "logs": ("events:logs", "What happened in a run."),
    "cost": ("cost:cost", "What a run will cost, and what it has cost."),
    "usage": ("usage:usage", "What was used, by month, job and run."),
}

_EPILOG = f"""
Start here:
  sheaf demo
  sheaf extract invoice.pdf --fields invoice_number,date:date,total:amount

Work that is done again and again:
  sheaf up                                    (in another terminal)
  sheaf jobs create Receipts --fields shop,date:date,total:amount
  sheaf files add Receipts scans/
  sheaf submit Receipts --wait
  sheaf export Receipts xlsx

Commands work on the folder .sheaf (SHEAF_DATA_DIR), through the server that runs on it if there is one, or on a server elsewhere: --url
and --key, before the command's name or behind it, or SHEAF_URL and SHEAF_API_KEY.

Exit codes:
{EXIT_CODES}

Completion for bash (zsh and fish alike):
  eval "$(_SHEAF_COMPLETE=bash_source sheaf)"
"""


class _Lazy(Group):
    """Imports a command when it is called; listing them all imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The usual order of work."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"sheaf.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list below ``--help``."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command for a typo."""
        import difflib

        near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
        if args[0] not in _COMMANDS and near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sheaf")
@where_options
def cli(**_: Any) -> None:
    """Turn piles of files into checked tables, again and again."""
    keep_quiet()


def main() -> Any:
    """Run the command line."""
    return cli(prog_name="sheaf")


if __name__ == "__main__":
    main()
