"""What models answered is kept with its tenant, for a while and up to a size."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sheaf.adapters.blobs.disk import DiskBlobs
from sheaf.domain.errors import Unavailable
from sheaf.extraction.models.memo import SHELVES, BlobMemo
from tests.faults.memory import HandClock

AGE = timedelta(days=30)
ROOM = 1_000


class Site:
    """An object store, a clock that is moved by hand, and a memo on both."""

    def __init__(self, folder: Path, age: timedelta = AGE) -> None:
        self.clock = HandClock()
        self.blobs = DiskBlobs(folder, key=b"k" * 32, clock=self.clock)
        self.memo = BlobMemo(blobs=lambda: self.blobs, now=self.clock.now, age=age, size=ROOM * SHELVES)

    @property
    def kept(self) -> list[str]:
        """The last parts of the paths of all that is there."""
        return [info.path.rpartition("/")[2] for info in self.blobs.list("")]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty one."""
    return Site(tmp_path)


def test_an_answer_is_its_tenants_alone(site: Site) -> None:
    """It lies below the tenant, and no other is given it; nobody's is not kept."""
    site.memo.put("acme", "ab01", b"answer")
    assert site.memo.get("acme", "ab01") == b"answer"
    assert site.memo.get("other", "ab01") is None
    assert [info.path for info in site.blobs.list("tenants/acme/models/")] == ["tenants/acme/models/answers/ab/ab01.json"]
    site.memo.put("", "ab01", b"answer")
    assert (len(site.kept), site.memo.get("", "ab01")) == (1, None)


def test_an_old_answer_is_asked_for_anew_and_taken_away(site: Site) -> None:
    """By the next that is put on its shelf."""
    site.memo.put("acme", "ab01", b"old")
    site.clock.move(AGE)
    assert site.memo.get("acme", "ab01") is None
    site.memo.put("acme", "ab02", b"new")
    assert site.kept == ["ab02.json"]


def test_the_oldest_make_room(site: Site) -> None:
    """A shelf holds its share of the bytes; one that takes more than that is not kept; other tenants' shelves are their own."""
    for number in range(5):
        site.memo.put("acme", f"ab0{number}", b"x" * 400)
        site.clock.move(timedelta(seconds=1))
    site.memo.put("other", "ab09", b"x" * 400)
    site.memo.put("acme", "abff", b"x" * (ROOM + 1))
    assert sorted(site.kept) == ["ab03.json", "ab04.json", "ab09.json"]


def test_nothing_is_kept_where_that_is_the_setting(tmp_path: Path) -> None:
    """No day, no answer."""
    site = Site(tmp_path, timedelta(0))
    site.memo.put("acme", "ab01", b"answer")
    assert (site.kept, site.memo.get("acme", "ab01")) == ([], None)


def test_a_store_that_is_away_costs_an_answer_only(site: Site) -> None:
    """Neither keeping nor looking fails the document that is being read."""

    def away() -> DiskBlobs:
        raise Unavailable("The disk is gone.")

    memo = BlobMemo(blobs=away, now=site.clock.now, age=AGE, size=ROOM * SHELVES)
    memo.put("acme", "ab01", b"answer")
    assert memo.get("acme", "ab01") is None
