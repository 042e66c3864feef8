"""The user's rules, what they would file, and the edits by which they file it.

A rule copies from the inbox and does nothing else: it moves and deletes nothing, and nothing goes to YouTube before a push.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lib.derived import Suggestion
from lib.errors import UserError
from lib.models import Decider, Edit, EditKind, Library, Video
from lib.planning.new_edits import placement_edit
from lib.rules.mining import Proposal, propose
from lib.rules.rules import Conditions, Preview, Rule, Situation, decide, flaw, preview
from lib.services.local_library import local_library
from lib.store.catalog import Catalog
from lib.store.derived import Derived
from lib.store.edits import Edits
from lib.store.provenance import taken_out, unconfirmed
from lib.store.rules import RuleStore


@dataclass(frozen=True, slots=True)
class PastDecisions:
    """The (video_id, playlist_id) pairs of a `Situation`: refused, laid and unconfirmed."""

    refused: set[tuple[str, str]]
    laid: set[tuple[str, str]]
    unconfirmed: set[tuple[str, str]]


class Rules:
    """Keeps the rules of one library and lays their edits. `now` is the clock that ages are counted by."""

    def __init__(
        self, catalog: Catalog, edits: Edits, derived: Derived, store: RuleStore, now: Callable[[], datetime]
    ) -> None:
        self.catalog, self.edits, self.derived, self.store, self.now = catalog, edits, derived, store, now

    def situation(
        self,
        local: Library | None = None,
        videos: Mapping[str, Video] | None = None,
        edits: Sequence[Edit] | None = None,
        past: PastDecisions | None = None,
    ) -> Situation:
        """What rules are asked about at this moment; what is not at hand is read."""
        edits, past = self.edits.pending() if edits is None else edits, past or self.past_decisions()
        return Situation(
            library=local or self.edits.reconciled(self.catalog.library()).target,
            videos=videos or self.catalog.listed_videos(),
            now=self.now(),
            refused=past.refused,
            laid=past.laid,
            unconfirmed=past.unconfirmed,
            with_edits={e.video_id for e in edits if e.video_id and e.kind in (EditKind.ADD, EditKind.MOVE)},
        )

    def past_decisions(self) -> PastDecisions:
        """What was decided so far, by the user and by rules."""
        decided = self.edits.feedback.rejected() | self.edits.feedback.accepted() | taken_out(self.catalog.db)
        laid = self.store.laid(fulfilled=True)  # of an unfiled video: what was filed once and is so no longer
        return PastDecisions(decided | laid, self.store.laid(), unconfirmed(self.catalog.db))

    def all(self) -> list[Rule]:
        """The rules, the first to be asked first."""
        return self.store.all()

    # -- keeping them ------------------------------------------------------------------------------------------------

    def save(self, rule: Rule) -> Rule:
        """Keep a rule: a new one, of number 0, below the others, any other in its place. Raises `UserError` for a flawed one."""
        with self.catalog.db.write():
            library = local_library(self.catalog, self.edits)
            if trouble := flaw(rule, library):
                raise UserError(trouble, "Correct the rule, then save it again.")
            titled = replace(rule, title=library.playlists[rule.playlist_id].title, made_at=rule.made_at or self.now())
            if rule.rule_id:
                self._change(rule.rule_id, lambda _: titled)
                return titled
            numbered = replace(titled, rule_id=self.store.new_id())
            self.store.store([*self.store.all(), numbered])
            return numbered

    def switch(self, rule_id: int, *, enabled: bool | None = None, by_itself: bool | None = None) -> None:
        """Turn a rule on or off, or let it act after each pull. Raises `UserError` where there is none."""

        def switched(rule: Rule) -> Rule:
            """The rule with what is to change."""
            on = rule.enabled if enabled is None else enabled
            return replace(rule, enabled=on, by_itself=rule.by_itself if by_itself is None else by_itself)

        self._change(rule_id, switched)

    def move(self, rule_id: int, by: int) -> None:
        """Let a rule be asked so many places later, or earlier. Raises `UserError` where there is none."""
        with self.catalog.db.write():
            rules = self.store.all()
            place = self._place(rules, rule_id)
            rule = rules.pop(place)
            rules.insert(max(0, place + by), rule)
            self.store.store(rules)

    def delete(self, rule_id: int) -> tuple[Rule, int]:
        """Forget a rule; it and its place, for `put_back`. The edits it laid stay. Raises `UserError` where there is none."""
        with self.catalog.db.write():
            rules = self.store.all()
            place = self._place(rules, rule_id)
            gone = rules.pop(place)
            self.store.store(rules)
            return gone, place

    def put_back(self, rule: Rule, place: int) -> None:
        """Bring a deleted rule back to its place, with its number, whatever became of its category since."""
        with self.catalog.db.write():
            rules = [kept for kept in self.store.all() if kept.rule_id != rule.rule_id]
            rules.insert(place, rule)
            self.store.store(rules)

    # -- asking them -------------------------------------------------------------------------------------------------

    def preview(self, rule: Rule, situation: Situation) -> Preview:
        """What a rule, saved or not, would do in its place among the others."""
        rules = self.store.all()
        place = next((n for n, earlier in enumerate(rules) if earlier.rule_id == rule.rule_id), len(rules))
        return preview(rule, rules[:place], situation)

    def answers(self, situation: Situation) -> dict[str, Rule]:
        """The rule that speaks for each unfiled video, of those that are on."""
        return decide(self.store.all(), situation)

    def names(self, situation: Situation) -> dict[str, str]:
        """Titles by id of the channels and playlists that rules may speak of."""
        channels = {video.channel_id: video.channel_title for video in situation.videos.values() if video.channel_title}
        channels.pop("", None)  # of a channel whose id is not known the rule names the title
        return channels | {p.playlist_id: p.title for p in situation.library.playlists.values()}

    def unanswered(self, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
        """The suggestions of the model that no rule answers: what a rule says of a video stands above them."""
        answered = self.answers(self.situation()) if self.store.all() else {}
        return [suggestion for suggestion in suggestions if suggestion.misfit or suggestion.video_id not in answered]

    # -- letting them act --------------------------------------------------------------------------------------------

    def apply(self, rule_ids: Collection[int] | None = None) -> list[Edit]:
        """File what these rules speak for, or all that are on, as one batch. Raises `UserError` for a number there is not."""
        with self.catalog.db.write():
            rules = self.store.all()
            every = [rule.rule_id for rule in rules]
            asked = every if rule_ids is None else {every[self._place(rules, rule_id)] for rule_id in rule_ids}
            situation = self.situation()
            answers = decide(rules, situation)
            return self._lay({video_id: rule for video_id, rule in answers.items() if rule.rule_id in asked}, situation)

    def save_and_apply(self, rule: Rule) -> list[Edit]:
        """Keep a rule, turned on, and file what it speaks for, both or neither. Raises `UserError` for a flawed one."""
        with self.catalog.db.write():
            return self.apply([self.save(replace(rule, enabled=True)).rule_id])

    def act(self) -> list[Edit]:
        """Let the rules that act by themselves file what is new to them: what they have filed once is not filed again."""
        with self.catalog.db.write():
            rules = self.store.all()
            if not any(rule.enabled and rule.by_itself for rule in rules):
                return []
            situation = self.situation()
            answers = decide(rules, situation, again=False)
            return self._lay({video_id: rule for video_id, rule in answers.items() if rule.by_itself}, situation)

    def _lay(self, answers: dict[str, Rule], situation: Situation) -> list[Edit]:
        unavailable = self.catalog.unavailable()
        new_edits = [
            placement_edit(situation.library, unavailable, video_id, None, rule.playlist_id, decided_by=Decider.RULE)
            for video_id, rule in answers.items()
        ]
        if not new_edits:
            return []
        laid = self.edits.lay(new_edits)
        self.store.note(zip((e.edit_id for e in laid), (rule.rule_id for rule in answers.values()), strict=True))
        self.derived.drop_suggestions(answers)
        return laid

    # -- proposals ---------------------------------------------------------------------------------------------------

    def proposals(self, situation: Situation) -> list[Proposal]:
        """Rules that hold already and nobody has made or turned down."""
        return propose(self.store.all(), situation, self.store.declined())

    def agree(self, proposal: Proposal) -> Rule:
        """Make a proposed rule one of the user's. It files nothing yet."""
        return self.save(Rule(0, Conditions(proposal.channel), proposal.playlist_id, made_by=Decider.MODEL))

    def decline(self, proposal: Proposal) -> None:
        """Never propose this rule again."""
        self.store.decline(proposal.channel, proposal.playlist_id)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _change(self, rule_id: int, change: Callable[[Rule], Rule]) -> None:
        with self.catalog.db.write():
            rules = self.store.all()
            place = self._place(rules, rule_id)
            rules[place] = change(rules[place])
            self.store.store(rules)

    def _place(self, rules: Sequence[Rule], rule_id: int) -> int:
        for place, rule in enumerate(rules):
            if rule.rule_id == rule_id:
                return place
        raise UserError(f"There is no rule {rule_id}.", "List them with the command rules, or on the Review page.")
