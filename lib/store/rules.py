"""The user's rules in their order, which edits they laid, and which proposed ones are not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from lib.models import Decider
from lib.rules.rules import Conditions, Rule
from lib.store.areas import Area
from lib.store.db import Database, aware, naive

_COLUMNS = """rule_id, playlist_id, title, enabled, by_itself, made_at, made_by,
    channel, words, all_words, shortest, longest, days, published_before, inbox"""


class RuleStore:
    """Reads and writes the rules."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> list[Rule]:
        """The rules, the first to be asked first."""
        return [_rule(row) for row in self.db.rows(f"SELECT {_COLUMNS} FROM rules ORDER BY rank")]

    def new_id(self) -> int:
        """A number that no rule has had."""
        with self.db.write() as tx:
            return int(tx.execute("SELECT nextval('rule_ids')").fetchall()[0][0])

    def store(self, rules: Sequence[Rule]) -> None:
        """Replace the rules, in this order."""
        with self.db.write(Area.RULES) as tx:
            tx.execute("DELETE FROM rules")
            for rank, rule in enumerate(rules):
                tx.execute(
                    f"""INSERT INTO rules ({_COLUMNS}, rank)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::VARCHAR[], ?, ?, ?, ?, ?, ?, ?)""",
                    [*_row(rule), rank],
                )

    # -- what they did -----------------------------------------------------------------------------------------------

    def note(self, laid: Iterable[tuple[int, int]]) -> None:
        """Remember which rule has laid which edit: (edit_id, rule_id)."""
        pairs = list(laid)
        with self.db.write(Area.RULES) as tx:
            columns = [[edit_id for edit_id, _ in pairs], [rule_id for _, rule_id in pairs]]
            tx.execute("INSERT INTO ruled SELECT unnest(?::INTEGER[]), unnest(?::INTEGER[])", columns)

    def waiting(self) -> dict[int, list[int]]:
        """The pending edits of each rule, by its number."""
        sql = "SELECT rule_id, edit_id FROM ruled JOIN edits USING (edit_id) WHERE state = 'pending' ORDER BY edit_id"
        edits_by_rule: dict[int, list[int]] = {}
        for rule_id, edit_id in self.db.rows(sql):
            edits_by_rule.setdefault(rule_id, []).append(edit_id)
        return edits_by_rule

    def laid(self, *, fulfilled: bool = False) -> set[tuple[str, str]]:
        """The (video_id, playlist_id) pairs that rules have ever filed; with `fulfilled` only those YouTube showed."""
        sql = "SELECT video_id, to_playlist FROM edits WHERE decided_by = 'rule' AND (state = 'fulfilled' OR NOT ?)"
        return set(self.db.rows(sql, [fulfilled]))

    # -- proposals ---------------------------------------------------------------------------------------------------

    def decline(self, channel: str, playlist_id: str) -> None:
        """A rule that was proposed for this channel and category is not wanted."""
        with self.db.write(Area.RULES) as tx:
            tx.execute("INSERT INTO declined_rules VALUES (?, ?)", [channel, playlist_id])

    def declined(self) -> set[tuple[str, str]]:
        """The (channel, playlist_id) pairs of the proposed rules that are not wanted."""
        return set(self.db.rows("SELECT channel, playlist_id FROM declined_rules"))


def _row(rule: Rule) -> list[Any]:
    about = [
        rule.rule_id,
        rule.playlist_id,
        rule.title,
        rule.enabled,
        rule.by_itself,
        naive(rule.made_at),
        rule.made_by.value,
    ]
    c = rule.conditions
    length = [c.shortest, c.longest, c.days]
    return [*about, c.channel, list(c.words), c.all_words, *length, c.published_before, c.inbox]


def _rule(row: tuple[Any, ...]) -> Rule:
    rule_id, playlist_id, title, enabled, by_itself, made_at, made_by, channel, words, all_words, *rest = row
    shortest, longest, days, published_before, inbox = rest
    day: date | None = published_before
    conditions = Conditions(channel, tuple(words), all_words, shortest, longest, days, day, inbox)
    return Rule(rule_id, conditions, playlist_id, title, enabled, by_itself, aware(made_at), Decider(made_by))
