"""The study folder: one SQLite file that keeps every completion, and from which all else can be made again.

`completions` and `likelihoods` are append-only. `plan` says what the study measures; `scores` are derived from both
and replaceable. Writers take turns (write-ahead log, one transaction a batch), so several processes may share a study.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from filelock import FileLock

from behaviordrift.errors import StoreError

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS completions (
    checkpoint TEXT NOT NULL, prompt TEXT NOT NULL, decoding TEXT NOT NULL, sample INTEGER NOT NULL,
    text TEXT, finish_reason TEXT, tokens INTEGER,
    PRIMARY KEY (checkpoint, prompt, decoding, sample)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS likelihoods (
    checkpoint TEXT NOT NULL, prompt TEXT NOT NULL, reply TEXT NOT NULL, engine TEXT NOT NULL,
    logprob REAL NOT NULL, tokens INTEGER NOT NULL,
    PRIMARY KEY (checkpoint, prompt, reply, engine)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plan (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, checkpoint TEXT NOT NULL, probe_set TEXT NOT NULL,
    task TEXT, probe TEXT NOT NULL, cluster TEXT NOT NULL, sample INTEGER NOT NULL, language TEXT NOT NULL,
    prompt_text TEXT NOT NULL, reference TEXT NOT NULL, prompt TEXT NOT NULL, decoding TEXT NOT NULL,
    weighed TEXT NOT NULL, engine TEXT);
CREATE TABLE IF NOT EXISTS scores (
    position INTEGER NOT NULL, measure TEXT NOT NULL, value REAL, label TEXT, weight REAL, reason TEXT,
    PRIMARY KEY (position, measure)) WITHOUT ROWID;
"""

LAYOUT = 2
"""Changes with the tables that can be made again; a study of another layout loses those alone."""

FILE = "study.sqlite"


class CompletionKey(NamedTuple):
    """What a completion is kept under: digests of checkpoint, rendered prompt and decoding, and the sample."""

    checkpoint: str
    prompt: str
    decoding: str
    sample: int


class LikelihoodKey(NamedTuple):
    """What a likelihood is kept under; `reply` is the digest of the reply that was weighed."""

    checkpoint: str
    prompt: str
    reply: str
    engine: str


class PlanRow(NamedTuple):
    """One output that the study measures: where it belongs, and the keys that it is kept under.

    `reference` is the JSON list of accepted answers. `weighed` is the JSON mapping of the replies whose likelihood is
    measured, by what each stands for ("reference", or a pole of a contrast), to their digests; with `engine` these are
    the rest of their keys.
    """

    name: str
    checkpoint: str
    probe_set: str
    task: str | None
    probe: str
    cluster: str
    sample: int
    language: str
    prompt_text: str
    reference: str
    prompt: str
    decoding: str
    weighed: str
    engine: str | None


class Store:
    """A study folder, opened for reading and writing; it is made if absent.

    Raises:
        StoreError: if the folder cannot be made, the disk is full, or the file is no study.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            # Switching to the write-ahead log is the one step that SQLite does not wait for, so processes take turns.
            with FileLock(folder / "opening.lock"):
                self._db = sqlite3.connect(folder / FILE, timeout=60, isolation_level=None)
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                with self._transaction():
                    self._drop_other_layout()
                    for statement in SCHEMA.split(";"):
                        self._db.execute(statement)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def _drop_other_layout(self) -> None:
        if self._db.execute("PRAGMA user_version").fetchone()[0] != LAYOUT:
            self._db.execute("DROP TABLE IF EXISTS plan")
            self._db.execute("DROP TABLE IF EXISTS scores")
            self._db.execute(f"PRAGMA user_version = {LAYOUT}")

    def write_plan(self, rows: Iterable[PlanRow], meta: dict[str, Any]) -> None:
        """Replace what the study measures; completions stay, and scores too where the plan is the one already there."""
        rows = [*rows]
        kept = [(key, json.dumps(value, ensure_ascii=False)) for key, value in meta.items()]
        columns = ", ".join(PlanRow._fields)
        marks = ", ".join("?" * len(PlanRow._fields))
        with self._transaction():
            if self._is_planned(columns, rows, kept):
                return  # another process may be reading its scores
            self._db.execute("DELETE FROM plan")
            self._db.execute("DELETE FROM scores")
            self._db.executemany(f"INSERT INTO plan ({columns}) VALUES ({marks})", rows)
            self._db.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                kept,
            )

    def _is_planned(self, columns: str, rows: Sequence[PlanRow], kept: Sequence[tuple[str, str]]) -> bool:
        known = dict(self._db.execute("SELECT key, value FROM meta"))
        if any(known.get(key) != value for key, value in kept):
            return False
        return self._db.execute(f"SELECT {columns} FROM plan ORDER BY position").fetchall() == rows

    def meta(self, key: str) -> Any:
        """What `write_plan` kept under `key`.

        Raises:
            StoreError: if the study was never planned.
        """
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise StoreError(f"The study {self.folder} is empty.", "Run `behaviordrift score` with --study first.")
        return json.loads(row[0])

    def missing_completions(self, keys: Sequence[CompletionKey]) -> list[CompletionKey]:
        """Those of `keys` that no completion is kept under."""
        query = "SELECT 1 FROM completions WHERE checkpoint = ? AND prompt = ? AND decoding = ? AND sample = ?"
        return [key for key in keys if self._db.execute(query, key).fetchone() is None]

    def missing_likelihoods(self, keys: Sequence[LikelihoodKey]) -> list[LikelihoodKey]:
        """Those of `keys` that no likelihood is kept under."""
        query = "SELECT 1 FROM likelihoods WHERE checkpoint = ? AND prompt = ? AND reply = ? AND engine = ?"
        return [key for key in keys if self._db.execute(query, key).fetchone() is None]

    def add_completions(self, rows: Sequence[tuple[CompletionKey, str | None, str | None, int | None]]) -> None:
        """Keep a batch, all or nothing; what is kept already stays as it is."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO completions VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(*key, text, finish_reason, tokens) for key, text, finish_reason, tokens in rows],
            )

    def add_likelihoods(self, rows: Sequence[tuple[LikelihoodKey, float, int]]) -> None:
        """Keep a batch, all or nothing; what is kept already stays as it is."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO likelihoods VALUES (?, ?, ?, ?, ?, ?)",
                [(*key, logprob, tokens) for key, logprob, tokens in rows],
            )

    def outputs(self) -> pd.DataFrame:
        """Every planned output that is there: the plan's columns with `text`, `finish_reason`, `tokens`, and
        `logprobs`, a dict of the weighed replies in nats per token. A text that is missing is None."""
        outputs = pd.read_sql_query(
            """
            SELECT plan.*, c.text, c.finish_reason, c.tokens
            FROM plan JOIN completions c USING (checkpoint, prompt, decoding, sample)
            ORDER BY plan.position""",
            self._db,
        )
        for column in ("task", "engine", "text", "finish_reason"):
            outputs[column] = outputs[column].astype(object).where(outputs[column].notna(), None)
        logprobs = self._logprobs()
        outputs["logprobs"] = pd.Series([logprobs.get(p, {}) for p in outputs["position"]], dtype=object)
        return outputs

    def _logprobs(self) -> dict[int, dict[str, float]]:
        """For each position of the plan, the nats per token of the replies that were weighed there."""
        query = """
            SELECT plan.position, weighed.key, l.logprob / l.tokens
            FROM plan, json_each(plan.weighed) AS weighed
            JOIN likelihoods l ON (l.checkpoint, l.prompt, l.reply, l.engine)
                                = (plan.checkpoint, plan.prompt, weighed.value, plan.engine)"""
        found: dict[int, dict[str, float]] = {}
        for position, what, logprob in self._db.execute(query):
            found.setdefault(position, {})[what] = logprob
        return found

    def planned(self) -> int:
        """How many outputs the plan names."""
        return int(self._db.execute("SELECT count(*) FROM plan").fetchone()[0])

    def replace_scores(self, rows: Iterable[tuple[int, str, float | None, str | None, float, str | None]]) -> None:
        """Replace all scores: (position, measure, value, label, weight, reason)."""
        with self._transaction():
            self._db.execute("DELETE FROM scores")
            self._db.executemany("INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?)", rows)

    def scores(self) -> pd.DataFrame:
        """All scores with the plan's columns that say where they belong."""
        scores = pd.read_sql_query(
            """
            SELECT plan.name, plan.probe_set, plan.task, plan.probe, plan.cluster, plan.sample, plan.prompt_text,
                   plan.language, scores.measure, scores.value, scores.label, scores.weight, scores.reason
            FROM scores JOIN plan USING (position) ORDER BY plan.position, scores.measure""",
            self._db,
        )
        # Findings pick rows by these columns again and again, which is far faster on categories than on texts.
        texts = ("name", "probe_set", "measure", "cluster", "probe", "prompt_text")
        return scores.astype(dict.fromkeys(texts, "category"))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with disk_errors(self.folder):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself has rolled back where the disk is full
                    self._db.execute("ROLLBACK")
                raise


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full disk, a missing right or a foreign file into an error that says so."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        if "full" in str(error) or getattr(error, "errno", None) == 28:
            raise StoreError(
                f"The disk that holds {folder} is full.",
                "Free some space and run the same command again: what was committed is kept.",
            ) from error
        raise StoreError(f"The study folder {folder} cannot be written ({error}).", "Check its rights.") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{folder / FILE} is no study ({error}).", "Move it away, or name another --study.") from error
