"""What commands share: their options, the session those describe, and the group that turns errors into sentences and exit codes."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sheaf.cli import failures, terminal
from sheaf.cli.failures import Exit
from sheaf.client.errors import problem
from sheaf.domain.errors import SheafError
from sheaf.settings import Settings, read

if TYPE_CHECKING:
    from sheaf.cli.api import Api

_Command = TypeVar("_Command", bound=Callable[..., Any])
_AS_JSON = "sheaf.json"
_INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Where a command's calls go, and in what form it answers."""

    settings: Settings
    url: str = ""
    as_json: bool = False

    @contextmanager
    def api(self) -> Iterator[Api]:
        """The API that is meant."""
        from sheaf.cli.api import connect

        with connect(self.settings, url=self.url) as api:
            yield api

    def answer(self, document: Any, text: str) -> None:
        """Say what was done: the document with ``--json``, else the sentence."""
        if self.as_json:
            terminal.json(document)
        else:
            terminal.say(text)


def json_option(command: _Command) -> _Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Answer the API's JSON, and nothing else.")(command)


def connected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--json``, ``--url``, ``--key`` and ``--data-dir``, and the session they make as its first argument."""

    @functools.wraps(command)
    def with_session(*, as_json: bool, url: str | None, key: str | None, data_dir: Path | None, **rest: Any) -> Any:
        return command(Session(settings=settings(data_dir=data_dir, api_key=key), url=url or "", as_json=as_json), **rest)

    return json_option(where_options(with_session))


def where_options(command: _Command) -> _Command:
    """``--url``, ``--key`` and ``--data-dir``: which installation is meant."""
    url = click.option("--url", default=_before("url", "SHEAF_URL"), metavar="URL", help="A server elsewhere.  [SHEAF_URL]")
    key = click.option("--key", default=_before("key", "SHEAF_API_KEY"), metavar="KEY", help="Its API key.  [SHEAF_API_KEY]")
    return url(key(data_dir_option(command)))


def data_dir_option(command: _Command) -> _Command:
    """``--data-dir``."""
    place = click.Path(file_okay=False, path_type=Path)
    told = "Folder of the embedded stores.  [SHEAF_DATA_DIR; .sheaf]"
    return click.option("--data-dir", default=_before("data_dir", "SHEAF_DATA_DIR"), type=place, help=told)(command)


def _before(name: str, variable: str) -> Callable[[], Any]:
    """What an option is where it is not given: as it was given before the command's name, else as the environment has it."""
    return lambda: click.get_current_context().find_root().params.get(name) or os.environ.get(variable)


def run_option(command: _Command) -> _Command:
    """``--run``."""
    return click.option("--run", "run", metavar="RUN", help="A run of the job, by id or number.  [the latest]")(command)


def settings(**given: Any) -> Settings:
    """The settings of the environment, changed by the options that were given."""
    known = {name: value for name, value in given.items() if value not in {None, ""}}
    return replace(read(), **known)


def keep_quiet() -> None:
    """Keep the engine's own log lines out of the picture: a command says itself what went wrong. SHEAF_LOG_LEVEL brings them back."""
    logging.basicConfig(level=os.environ.get("SHEAF_LOG_LEVEL", "").upper() or logging.CRITICAL)


class Command(click.Command):
    """A command whose help keeps its examples as they are written."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.help, self.epilog = _verbatim(self.help), _verbatim(self.epilog)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its first clause, which says it all in a list; nothing is cut off in the middle."""
        del limit
        return re.split(r"[.:;](?:\s|$)", self.short_help or self.help or "", maxsplit=1)[0].replace("\n", " ") + "."


class Group(click.Group):
    """A group whose commands end with a sentence and an exit code, never with a trace; with ``--json``, with a problem document."""

    command_class: type[click.Command] | None = Command

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.help, self.epilog = _verbatim(self.help), _verbatim(self.epilog)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether JSON is asked for, so that even a command that cannot be parsed answers in it."""
        ctx.meta.setdefault(_AS_JSON, "--json" in args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SheafError as error:
            _fail(ctx, error)
        except click.UsageError as error:
            if not ctx.meta[_AS_JSON] or isinstance(error, click.exceptions.NoArgsIsHelpError):
                raise
            terminal.json(problem(HTTPStatus.BAD_REQUEST, "usage", error.format_message()))
            ctx.exit(Exit.USAGE)
        except BrokenPipeError:
            raise
        except OSError as error:
            _fail(ctx, SheafError(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."))
        except KeyboardInterrupt:
            terminal.note("Interrupted.")
            ctx.exit(_INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they were added: the usual order of work, not the alphabet's."""
        del ctx
        return list(self.commands)


def _verbatim(text: str | None) -> str | None:
    """Mark paragraphs with indented lines, which click would otherwise run together."""
    if text is None:
        return None
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(f"\b\n{each}" if re.search("^  ", each, re.MULTILINE) else each for each in paragraphs)


def _fail(ctx: click.Context, error: SheafError) -> None:
    if ctx.meta[_AS_JSON]:
        terminal.json(failures.problem_of(error))
    else:
        terminal.note(f"Error: {sentence(error)}")
    ctx.exit(failures.exit_code(error))


def sentence(error: SheafError) -> str:
    """What went wrong, and for a request with several faults, all of them."""
    faults = failures.problem_of(error).get("errors") or ()
    parts = [f"  {fault.get('pointer', '')}: {fault.get('message', '')}" for fault in faults]
    return "\n".join([error.message, *(parts if len(parts) > 1 else [])])
