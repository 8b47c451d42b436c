"""How the embedded queue lies in SQLite.

A message is in one of three states, told by which of its three times is set: ``due`` while it waits, ``deadline`` while it is being
delivered, ``spent`` once it is done and only its name is remembered.
"""

from __future__ import annotations

from sqlite3 import Connection

_VERSION = 1
_STATEMENTS = (
    """
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        queue TEXT NOT NULL,
        name TEXT NOT NULL,
        payload BLOB NOT NULL,
        accepted INTEGER NOT NULL,
        retry INTEGER NOT NULL DEFAULT 0,
        due INTEGER,
        deadline INTEGER,
        spent INTEGER,
        consumer TEXT,
        token INTEGER,
        UNIQUE (queue, name),
        CHECK ((due IS NOT NULL) + (deadline IS NOT NULL) + (spent IS NOT NULL) = 1)
    )
    """,
    "CREATE INDEX waiting ON messages (queue, due) WHERE due IS NOT NULL",
    "CREATE INDEX running ON messages (queue, deadline) WHERE deadline IS NOT NULL",
    "CREATE INDEX spent ON messages (spent) WHERE spent IS NOT NULL",
    """
    CREATE TABLE queues (
        name TEXT PRIMARY KEY,
        paused INTEGER NOT NULL DEFAULT 0,
        tokens REAL NOT NULL,
        filled INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    f"PRAGMA user_version = {_VERSION}",
)

#: A name that was spent long enough ago (the last parameter) is taken as new.
ENQUEUE = """
INSERT INTO messages (queue, name, payload, accepted, due) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (queue, name) DO UPDATE
SET payload = excluded.payload, accepted = excluded.accepted, due = excluded.due, retry = 0, spent = NULL
WHERE spent <= ?
"""
FORGET = "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE spent <= ? ORDER BY spent LIMIT ?)"
HOLDS = "SELECT 1 FROM messages WHERE queue = ? AND name = ? AND spent IS NULL"

WAITING = "SELECT id, name, payload, retry FROM messages WHERE queue = ? AND due <= ? ORDER BY due, id LIMIT ?"
DELIVER = "UPDATE messages SET due = NULL, deadline = ?, consumer = ?, token = ? WHERE id = ?"
#: A delivery is still its consumer's while its token is that of the row.
ACK = "UPDATE messages SET deadline = NULL, spent = ?, payload = x'', consumer = NULL, token = NULL WHERE id = ? AND token = ?"
RETURN = "UPDATE messages SET deadline = NULL, due = ?, retry = retry + 1, consumer = NULL, token = NULL WHERE id = ? AND token = ?"
GIVE_BACK = "UPDATE messages SET deadline = NULL, due = ?, consumer = NULL, token = NULL WHERE id = ? AND token = ?"
LOST = "SELECT id, token, retry FROM messages WHERE queue = ? AND deadline <= ?"
#: After the clock was set back: what was due at once when it came is due now, and nothing is out for longer than its queue allows.
MEND = (
    "UPDATE messages SET due = :now, accepted = :now WHERE queue = :queue AND due > :now AND due = accepted",
    "UPDATE messages SET deadline = :deadline WHERE queue = :queue AND deadline > :deadline",
)
RELEASE = """
UPDATE messages SET deadline = NULL, due = ?, retry = retry + 1, consumer = NULL, token = NULL
WHERE deadline IS NOT NULL AND consumer = ?
"""
HOLDERS = "SELECT DISTINCT consumer FROM messages WHERE deadline IS NOT NULL"
PURGE = "DELETE FROM messages WHERE queue = ? AND due IS NOT NULL"

#: Parameters: the queue, six times.
STANDING = """
SELECT
    (SELECT paused FROM queues WHERE name = ?),
    (SELECT tokens FROM queues WHERE name = ?),
    (SELECT filled FROM queues WHERE name = ?),
    (SELECT min(due) FROM messages WHERE queue = ? AND due IS NOT NULL),
    (SELECT min(deadline) FROM messages WHERE queue = ? AND deadline IS NOT NULL),
    (SELECT count(*) FROM messages WHERE queue = ? AND deadline IS NOT NULL)
"""
SET_BUCKET = """
INSERT INTO queues (name, tokens, filled) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET tokens = excluded.tokens, filled = excluded.filled
"""
SET_PAUSED = """
INSERT INTO queues (name, paused, tokens, filled) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET paused = excluded.paused
"""
STATS = """
SELECT
    (SELECT count(*) FROM messages WHERE queue = :queue AND due <= :now),
    (SELECT count(*) FROM messages WHERE queue = :queue AND due > :now),
    (SELECT count(*) FROM messages WHERE queue = :queue AND deadline IS NOT NULL),
    (SELECT min(due) FROM messages WHERE queue = :queue AND due IS NOT NULL),
    (SELECT paused FROM queues WHERE name = :queue)
"""


def is_prepared(connection: Connection) -> bool:
    """Whether the tables are there."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version == _VERSION)


def prepare(connection: Connection) -> None:
    """Make the tables, in the transaction that is under way."""
    for statement in _STATEMENTS:
        connection.execute(statement)
