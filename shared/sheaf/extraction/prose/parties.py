"""Who an agreement is between: the list at its head, names with a role in brackets, signatures, and what a letter says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheaf.extraction.parsing.found import squash
from sheaf.extraction.prose.flow import Flow
from sheaf.extraction.prose.names import Party
from sheaf.extraction.prose.preamble import bracketed, labelled, listed
from sheaf.extraction.prose.signing import own_signers, receivers, signing_firms
from sheaf.extraction.rules import rule

#: Names are told as plainly as places that agree on them make them.
AGREED = 0.1


def parties(flow: Flow) -> list[Party]:
    """The parties of an agreement, in order, each once; [] where nothing names any."""
    text = flow.lines
    head = listed(text)
    signed = [*signing_firms(flow), *own_signers(flow)]
    brackets = bracketed(text)
    if len(head.parties) > 1:
        found = list(head.parties)
    else:
        found = [*head.parties, *labelled(text), *_others(head.parties, brackets, [*receivers(flow), *signed])]
    return _in_order(_agreed(_with_roles(found, brackets), signed))


def _others(named: Sequence[Party], brackets: Sequence[Party], signed: Sequence[Party]) -> list[Party]:
    """Whom brackets, signatures and the address name where the head of an agreement names fewer than two."""
    if len({squash(one.name) for one in signed}) > 1 and not named:
        return [*signed]
    return [*brackets, *signed]


def _with_roles(found: Sequence[Party], brackets: Sequence[Party]) -> list[Party]:
    """Each party with the role that any mention of its name has."""
    roles = {squash(party.name): party.role for party in [*brackets, *found] if party.role}
    return [replace(party, role=party.role or roles.get(squash(party.name), "")) for party in found]


@rule("signatures-agree", otherwise=lambda found, _: found)
def _agreed(found: list[Party], signed: Sequence[Party]) -> list[Party]:
    """Parties that also sign are told more plainly.

    Assumes that who is named at the head and signs at the end is a party.
    """
    names = [squash(one.name) for one in signed]
    return [replace(one, told=one.told + AGREED * any(_same(squash(one.name), name) for name in names)) for one in found]


def _in_order(found: Sequence[Party]) -> list[Party]:
    """In order, each once, as the plainest place spells it."""
    kept: list[Party] = []
    for party in sorted(found, key=lambda party: (-party.told, party.start)):
        key = squash(party.name)
        if len(key) > 2 and not any(_same(key, squash(other.name)) for other in kept):
            kept.append(party)
    return sorted(kept, key=lambda party: party.start)


def _same(key: str, other: str) -> bool:
    """Whether one name is the other, cut at its start or end."""
    return key == other or other.startswith(key) or key.startswith(other) or (len(key) > 5 and other.endswith(key))
