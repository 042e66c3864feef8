"""Rules on a library: kept, previewed, applied as one batch, taken back, and never against what the user decided."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lib.derived import Suggestion
from lib.errors import UserError
from lib.models import LIKED, Decider, EditKind, Item, Role
from lib.rules.rules import Conditions, Rule, flaw
from lib.services.rules import Rules
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, INBOX, MUSIC, START, fill, small_world, video

OWNER = Conditions(channel="Owner")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """The small world, where 10-15 wait in the inbox, on the day it was filled; Liked is ignored."""
    with closing(Workspace(Settings(tmp_path), now=lambda: START)) as opened:
        fill(opened, small_world())
        opened.playlists.give_role([LIKED], Role.IGNORED)
        yield opened


@pytest.fixture
def rules(shop: Workspace) -> Rules:
    return shop.rules


def saved(rules: Rules, conditions: Conditions = OWNER, to: str = COOKING, **facts: object) -> Rule:
    return rules.save(Rule(0, conditions, to, **facts))  # type: ignore[arg-type]


def numbers(shop: Workspace, playlist_id: str) -> list[int]:
    return [int(item.video_id[5:]) for item in shop.local().playlists[playlist_id].items]


def talk(*which: int) -> Conditions:
    """The titles of the small world are "Talk 10" and so on."""
    return Conditions(words=tuple(str(n) for n in which))


# -- keeping them ------------------------------------------------------------------------------------------------------


def test_a_new_rule_stands_below_the_others_and_knows_when_it_was_made(rules: Rules) -> None:
    first, second = saved(rules), saved(rules, talk(10), MUSIC)
    assert rules.all() == [first, second]
    assert (first.title, first.made_at, first.made_by) == ("Cooking", START, Decider.YOU)


def test_a_changed_rule_keeps_its_place(rules: Rules) -> None:
    first, second = saved(rules), saved(rules, talk(10), MUSIC)
    rules.save(replace(first, playlist_id=MUSIC))
    assert [(rule.rule_id, rule.title) for rule in rules.all()] == [
        (first.rule_id, "Music"),
        (second.rule_id, "Music"),
    ]


def test_rules_are_moved_switched_and_deleted(rules: Rules) -> None:
    a, b, c = (saved(rules, talk(n)).rule_id for n in (10, 11, 12))
    rules.move(c, -1)
    assert [rule.rule_id for rule in rules.all()] == [a, c, b]
    rules.move(a, -1)
    rules.move(b, 5)
    assert [rule.rule_id for rule in rules.all()] == [a, c, b]
    rules.switch(a, enabled=False)
    rules.switch(c, by_itself=True)
    assert [(rule.enabled, rule.by_itself) for rule in rules.all()] == [(False, False), (True, True), (True, False)]
    before = rules.all()
    gone, place = rules.delete(c)
    assert [rule.rule_id for rule in rules.all()] == [a, b]
    assert saved(rules).rule_id not in (a, b, c)
    for _ in range(2):
        rules.put_back(gone, place)
        assert rules.all()[:3] == before


@pytest.mark.parametrize("act", ["move", "switch", "delete", "apply"])
def test_a_rule_that_is_not_there_is_said(rules: Rules, act: str) -> None:
    with pytest.raises(UserError, match="no rule 77"):
        {
            "move": lambda: rules.move(77, 1),
            "switch": lambda: rules.switch(77),
            "delete": lambda: rules.delete(77),
        }.get(act, lambda: rules.apply([77]))()


@pytest.mark.parametrize(
    ("conditions", "to"),
    [(Conditions(), COOKING), (OWNER, "PLgone"), (OWNER, INBOX), (OWNER, LIKED), (talk(), COOKING)],
)
def test_a_flawed_rule_is_not_kept(rules: Rules, conditions: Conditions, to: str) -> None:
    with pytest.raises(UserError) as error:
        saved(rules, conditions, to)
    assert error.value.next_step and rules.all() == []


# -- applying ----------------------------------------------------------------------------------------------------------


def test_a_preview_lays_nothing_and_applying_lays_what_it_said_as_copies(shop: Workspace, rules: Rules) -> None:
    rule = saved(rules)
    seen = rules.preview(rule, rules.situation())
    assert shop.edits.count() == 0
    laid = rules.apply([rule.rule_id])
    assert tuple(edit.video_id for edit in laid) == seen.files == tuple(video(n) for n in range(10, 16))
    assert {(e.kind, e.from_playlist, e.to_playlist, e.decided_by) for e in laid} == {
        (EditKind.ADD, None, COOKING, Decider.RULE)
    }
    assert numbers(shop, INBOX) == [10, 11, 12, 13, 14, 15]
    assert numbers(shop, COOKING)[-6:] == [10, 11, 12, 13, 14, 15]
    assert shop.pushes.plan().units == 6 * 50 and not shop.pushes.plan().guards


def test_saving_and_applying_turns_the_rule_on_and_files(shop: Workspace, rules: Rules) -> None:
    laid = rules.save_and_apply(Rule(0, OWNER, COOKING, enabled=False))
    assert [edit.video_id for edit in laid] == [video(n) for n in range(10, 16)] and shop.edits.pending() == laid
    assert [rule.enabled for rule in rules.all()] == [True]
    with pytest.raises(UserError):
        rules.save_and_apply(Rule(0, Conditions(), COOKING))
    assert len(rules.all()) == 1 and shop.edits.pending() == laid


def test_applying_again_does_nothing(shop: Workspace, rules: Rules) -> None:
    saved(rules)
    assert rules.apply([]) == []
    assert len(rules.apply()) == 6
    assert rules.apply() == [] and shop.edits.count() == 6


def test_one_run_of_all_rules_is_taken_back_in_one_go(shop: Workspace, rules: Rules) -> None:
    saved(rules, talk(10, 11), MUSIC)
    saved(rules)
    shop.filing.file([video(15)], MUSIC)
    assert [e.to_playlist for e in rules.apply()] == [MUSIC, MUSIC, COOKING, COOKING, COOKING]
    assert len(shop.filing.take_back_last()) == 5
    assert [e.video_id for e in shop.edits.pending()] == [video(15)]


def test_one_rule_is_applied_below_those_above_it(shop: Workspace, rules: Rules) -> None:
    saved(rules, talk(10, 11), MUSIC)
    every = saved(rules)
    assert [e.video_id for e in rules.apply([every.rule_id])] == [video(n) for n in range(12, 16)]
    assert MUSIC not in shop.local().homes(video(10))


def test_the_edits_of_one_rule_can_be_taken_back_alone(shop: Workspace, rules: Rules) -> None:
    music, every = saved(rules, talk(10, 11), MUSIC), saved(rules)
    rules.apply()
    shop.filing.take_back(rules.store.waiting()[music.rule_id])
    assert {e.to_playlist for e in shop.edits.pending()} == {COOKING}
    assert rules.store.waiting().keys() == {every.rule_id}


def test_an_age_counts_from_when_the_video_was_added(shop: Workspace, rules: Rules) -> None:
    stale = saved(rules, Conditions(days=5, inbox=INBOX))  # video 10+n was added n days before
    assert rules.preview(stale, rules.situation()).files == (video(15),)
    later = Rules(shop.catalog, shop.edits, shop.derived, rules.store, lambda: START + timedelta(days=2))
    assert later.preview(stale, later.situation()).files == (video(13), video(14), video(15))


def test_suggestions_for_what_a_rule_filed_are_gone(shop: Workspace, rules: Rules) -> None:
    shop.derived.store_suggestions([Suggestion(video(n), (INBOX,), MUSIC, 0.9, True, "") for n in (10, 11)])
    saved(rules, talk(10))
    assert [suggestion.video_id for suggestion in rules.unanswered(shop.derived.suggestions())] == [video(11)]
    rules.apply()
    assert [suggestion.video_id for suggestion in shop.derived.suggestions()] == [video(11)]


def test_a_misfit_is_no_business_of_a_rule(shop: Workspace, rules: Rules) -> None:
    misfit = Suggestion(video(0), (COOKING,), MUSIC, 0.9, True, "", misfit=True)
    saved(rules)
    assert rules.unanswered([misfit]) == [misfit]


# -- what the user decided ---------------------------------------------------------------------------------------------


def test_what_the_user_filed_or_refused_is_left_alone(shop: Workspace, rules: Rules) -> None:
    shop.filing.file([video(10)], MUSIC)
    shop.filing.reject([(video(11), COOKING)])
    rule = saved(rules)
    assert rules.preview(rule, rules.situation()).refused == 1
    assert {e.video_id for e in rules.apply()} == {video(n) for n in range(12, 16)}
    assert shop.local().homes(video(10)) == [INBOX, MUSIC]


def test_the_user_corrects_a_rule_and_undoing_that_is_not_their_word_for_the_rule(
    shop: Workspace, rules: Rules
) -> None:
    saved(rules, talk(10))
    rules.apply()
    shop.filing.file([video(10)], MUSIC)
    assert shop.local().homes(video(10)) == [INBOX, MUSIC]
    shop.filing.take_back_last()
    assert shop.local().homes(video(10)) == [INBOX, COOKING]
    assert shop.edits.feedback.accepted() == set()


def test_what_the_user_took_out_again_no_rule_puts_back(shop: Workspace, rules: Rules) -> None:
    rule = saved(rules, talk(10), by_itself=True)
    (edit,) = rules.apply()
    shop.catalog.store_items(COOKING, [*shop.catalog.items_of(COOKING), Item("new", video(10))])
    shop.edits.fulfil([edit.edit_id])
    shop.catalog.remove_item("new")
    assert shop.local().homes(video(10)) == [INBOX]
    assert rules.act() == [] and rules.apply() == []
    assert rules.preview(rule, rules.situation()).refused == 1


def test_what_the_user_takes_out_of_where_youtube_had_it_no_rule_puts_back(shop: Workspace, rules: Rules) -> None:
    shop.catalog.store_items(INBOX, [*shop.catalog.items_of(INBOX), Item("both", video(2))])
    rule = saved(rules, talk(2), by_itself=True)
    (edit,) = shop.filing.file([video(2)], None, COOKING)
    assert rules.act() == [] and rules.apply() == [] and len(shop.pushes.plan().operations) == 1
    shop.catalog.remove_item(edit.item_id or "")
    shop.edits.fulfil([edit.edit_id])
    assert shop.local().homes(video(2)) == [INBOX] and rules.act() == [] and rules.apply() == []
    assert rules.preview(rule, rules.situation()).refused == 1


def test_a_run_that_was_taken_back_is_repeated_when_asked_for_and_never_by_itself(
    shop: Workspace, rules: Rules
) -> None:
    saved(rules, talk(10), by_itself=True)
    assert len(rules.act()) == 1
    shop.filing.take_back_last()
    assert rules.act() == []
    assert len(rules.apply()) == 1


def test_a_video_whose_edit_waits_for_a_question_is_left_alone(shop: Workspace, rules: Rules) -> None:
    saved(rules, talk(10), MUSIC)
    rules.apply()
    shop.catalog.drop_playlist(MUSIC)
    assert shop.local().homes(video(10)) == [INBOX] and len(shop.pushes.plan().conflicts) == 1
    saved(rules, talk(10), COOKING, by_itself=True)
    assert rules.act() == [] and rules.apply() == []


# -- by themselves -----------------------------------------------------------------------------------------------------


def test_only_rules_that_act_by_themselves_act_and_keep_their_place(shop: Workspace, rules: Rules) -> None:
    saved(rules, talk(10), MUSIC)
    saved(rules, talk(10, 11), COOKING, by_itself=True)
    saved(rules, talk(12), COOKING, by_itself=True, enabled=False)
    assert [e.video_id for e in rules.act()] == [video(11)]


@pytest.mark.parametrize(
    "go",
    [lambda shop: shop.catalog.drop_playlist(COOKING), lambda shop: shop.playlists.give_role([COOKING], Role.INBOX)],
)
def test_a_rule_whose_category_is_none_any_more_is_silent_and_says_why(
    shop: Workspace, rules: Rules, go: Callable[[Workspace], object]
) -> None:
    rule = saved(rules, by_itself=True)
    go(shop)
    assert rules.act() == [] and rules.apply() == []
    assert "Cooking" in flaw(rule, shop.local())


def test_a_rule_may_file_into_a_category_that_is_only_a_wish_and_goes_silent_with_it(
    shop: Workspace, rules: Rules
) -> None:
    stale = shop.filing.create_category("Stale")
    saved(rules, Conditions(days=4), stale)
    assert len(rules.apply()) == 2
    shop.filing.take_back([edit.edit_id for edit in shop.edits.pending() if edit.kind is EditKind.CREATE])
    assert shop.edits.count() == 0 and rules.apply() == []


# -- proposals ---------------------------------------------------------------------------------------------------------


def test_a_proposal_becomes_a_rule_that_waits_to_be_applied(shop: Workspace, rules: Rules) -> None:
    shop.catalog.give_role([MUSIC], Role.IGNORED)
    (proposal,) = rules.proposals(rules.situation())
    assert (proposal.channel_title, proposal.playlist_id, proposal.agree, proposal.filed, proposal.waiting) == (
        "Owner",
        COOKING,
        9,
        9,
        6,
    )
    rule = rules.agree(proposal)
    assert (rule.conditions, rule.made_by, rule.by_itself) == (Conditions("UCowner"), Decider.MODEL, False)
    assert shop.edits.count() == 0 and rules.proposals(rules.situation()) == []


def test_a_declined_proposal_never_comes_back(shop: Workspace, rules: Rules) -> None:
    shop.catalog.give_role([MUSIC], Role.IGNORED)
    rules.decline(rules.proposals(rules.situation())[0])
    assert rules.proposals(rules.situation()) == []


# -- who decided -------------------------------------------------------------------------------------------------------


def decided_by(shop: Workspace) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(shop.export.text().removeprefix("\ufeff"), newline=""))
    return {row["video_id"]: row["decided_by"] for row in rows if row["playlist"] in ("Inbox", "Cooking")}


def test_the_export_names_the_rule_until_the_user_takes_the_decision_over(shop: Workspace, rules: Rules) -> None:
    saved(rules, talk(10, 11))
    edits = rules.apply()
    assert [decided_by(shop)[video(n)] for n in (0, 10, 11, 12)] == ["YouTube", "rule", "rule", ""]
    shop.catalog.store_items(COOKING, [*shop.catalog.items_of(COOKING), Item("a", video(10)), Item("b", video(11))])
    shop.edits.fulfil(edit.edit_id for edit in edits)
    assert decided_by(shop)[video(10)] == "rule"
    shop.filing.file([video(10)], COOKING)
    assert [decided_by(shop)[video(n)] for n in (10, 11)] == ["you", "rule"]
