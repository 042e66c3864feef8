"""The Sync page in each of its states, on a real library behind a real demo YouTube."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.demo.youtube import Answer, DemoYouTube, Request
from lib.models import EditKind, Playlist
from lib.planning.orphans import Orphan
from lib.services.playlists import SortBy
from lib.services.workspace import Workspace
from lib.settings import Settings
from lib.ui.app_state import app_state
from lib.ui.messages import plain
from lib.ui.snapshot import Snapshot
from lib.ui.sync.plan import PROMISES, SHOW_PICTURE
from tests.conftest import error_body
from tests.ui.conftest import COOKING, EVIL, INBOX, MUSIC, Gate, ids, job_done, on_youtube, texts, video_id

App = Callable[[str], AppTest]
ROOT = Path(__file__).resolve().parents[3]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def before(home: Path, endpoint: str) -> Iterator[Callable[[], Workspace]]:
    """The library as another program, or this one before it ended, had it open; opened and closed before the page."""
    opened: list[Workspace] = []

    def open_it() -> Workspace:
        opened.append(Workspace(Settings(home, endpoint=endpoint, settle_seconds=0)))
        return opened[-1]

    yield open_it
    for workspace in opened:
        workspace.close()


def shop() -> Workspace:
    return app_state().workspace


def labels(screen: AppTest) -> dict[str, str]:
    return {button.key: button.label for button in screen.button}


def see(screen: AppTest, part: str) -> AppTest:
    return screen.segmented_control(key="sync_part").set_value(part).run()


def warned(screen: AppTest) -> str:
    return " ".join(element.value for element in screen.warning)


def copies(youtube: DemoYouTube, playlist_id: str, *numbers: int) -> list[int]:
    return [youtube.present.playlists[playlist_id].copies(video_id(n)) for n in numbers]


def pushed(screen: AppTest) -> AppTest:
    assert not screen.button(key="push").disabled
    screen.button(key="push").click().run()
    screen = job_done(screen)
    assert not screen.exception and not screen.error
    return screen


def out_of_units(left: int) -> None:
    shop().quota.daily_units = shop().quota.spent() + left


# -- nothing to do -------------------------------------------------------------------------------------------------------


def test_with_nothing_to_do_it_says_where_edits_come_from(app: App) -> None:
    screen = app("sync")
    assert "No edit waits" in screen.info[0].value and screen.button(key="push").disabled
    assert "No edit waits" in see(screen, "edits").info[0].value
    assert "Nothing was pushed yet" in see(screen, "history").info[0].value


def test_the_picture_of_the_channel_is_asked_for_only_where_the_settings_say_so(app: App) -> None:
    screen = app("sync")
    shop().catalog.remember("channel_thumbnail", "https://yt3.example/robin.jpg")
    assert not screen.run().get("image") and "to the channel Robin" in texts(screen)
    screen.switch_page("pages/settings.py").run()
    screen.toggle(key=SHOW_PICTURE).set_value(True).run()
    assert shop().catalog.fact(SHOW_PICTURE) == "yes"
    screen.switch_page("pages/sync.py").run()
    assert len(screen.get("image")) == 1
    screen.switch_page("pages/settings.py").run()
    screen.toggle(key=SHOW_PICTURE).set_value(False).run()
    assert not screen.switch_page("pages/sync.py").run().get("image")


def test_the_promises_are_those_of_the_readme(app: App) -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert [promise for promise in PROMISES if promise not in readme] == []
    screen = app("sync")
    shown = next(element.value for element in screen.markdown if PROMISES[0] in element.value)
    assert all(promise in shown for promise in PROMISES)


# -- edits and plan ------------------------------------------------------------------------------------------------------


def test_edits_stand_in_a_table_and_are_taken_back_step_by_step(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1), COOKING)
    shop().filing.file(ids(2), MUSIC)
    screen = see(screen, "edits")
    assert screen.dataframe[0].value["to"].to_list() == ["Music", "Cooking", "Cooking"]
    screen.button(key="take_back_last").click().run()
    assert shop().edits.count() == 2
    screen.button(key="take_back_last").click().run()
    assert shop().edits.count() == 0 and "No edit waits" in screen.info[0].value


def test_a_starred_edit_goes_first(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1, 2), COOKING)
    last = shop().edits.pending()[-1]
    screen = see(screen, "edits")
    screen.session_state["edits"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    screen.run()
    screen.button(key="star").click().run()
    assert [edit.edit_id for edit in shop().edits.pending() if edit.starred] == [last.edit_id]
    assert screen.dataframe[0].value["turn"].to_list() == ["first", "", ""]
    assert shop().pushes.plan().operations[0].video_id == last.video_id


def test_selected_edits_are_taken_back(app: App) -> None:
    screen = app("sync")
    laid = shop().filing.file(ids(0, 1, 2), COOKING)
    screen = see(screen, "edits")
    screen.session_state["edits"] = {"selection": {"rows": [0, 2], "columns": [], "cells": []}}
    screen.run()
    screen.button(key="take_back").click().run()
    assert [edit.edit_id for edit in shop().edits.pending()] == [laid[1].edit_id]


def test_a_plan_says_what_changes_what_it_costs_and_what_cannot_come_back(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1), COOKING)
    shop().filing.file(ids(11), MUSIC, COOKING)
    screen.run()
    figures = {metric.label: metric.value for metric in screen.metric}
    assert (figures["Writes"], figures["Units"], figures["Done"]) == ("4", "200", "Today")
    table = screen.dataframe[0].value.set_index("playlist")
    assert table.loc["Cooking", ["before", "after"]].to_list() == [10, 11]
    assert any("added dates of 1 moved item are lost" in text for text in texts(screen))
    assert any(text == "to the channel Robin" for text in texts(screen))
    screen.toggle(key="writes").set_value(True).run()
    assert EVIL in screen.dataframe[1].value["what"].to_list()


def test_what_takes_days_has_a_calendar(app: App) -> None:
    """Three days of YouTube's, as two may lie on one day of the user's."""
    screen = app("sync")
    out_of_units(left=200)
    shop().settings = replace(shop().settings, daily_units=200)
    shop().filing.file(ids(0, 1, 2, 3, 4), COOKING)
    shop().filing.file(ids(5, 6, 7, 8, 9), MUSIC)
    screen.run()
    calendar = screen.dataframe[1].value
    assert len(calendar) >= 2 and calendar["Day"].is_monotonic_increasing
    assert sorted(title for titles in calendar["Finished"] for title in titles) == ["Cooking", "Music"]
    assert {metric.label: metric.value for metric in screen.metric}["Done"] != "Today"


def test_the_order_can_be_left_alone_where_it_costs_something(app: App) -> None:
    screen = app("sync")
    shop().playlists.sort(MUSIC, SortBy.TITLE, descending=True)
    shop().filing.file(ids(0), COOKING)
    screen.run()
    saved = shop().pushes.plan().units - 50
    assert screen.button(key="leave_order").label == f"Leave the order alone (saves {saved:,} units)"
    screen.button(key="leave_order").click().run()
    assert shop().pushes.plan().units == 50 and "leave_order" not in labels(screen)


# -- questions -----------------------------------------------------------------------------------------------------------


def moved_here_removed_there(youtube: DemoYouTube, *numbers: int) -> None:
    """Moved from Cooking to Music here; removed from Cooking on YouTube."""
    shop().filing.file(ids(*numbers), MUSIC, COOKING)
    on_youtube(youtube, COOKING, *(n for n in range(10, 20) if n not in numbers))
    shop().pulls.pull()


def test_a_conflict_shows_both_sides_and_one_button_for_each_choice(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    moved_here_removed_there(youtube, 11)
    screen.run()
    conflict = shop().pushes.plan().conflicts[0]
    assert "1 question for you" in [element.value for element in screen.subheader]
    sides = next(text for text in texts(screen) if "Talk 11" in text)
    assert "You moved" in sides and "On YouTube" in sides and video_id(11) not in sides
    shown = [labels(screen)[f"resolve_{conflict.conflict_id}_{n}"] for n in range(1, len(conflict.choices) + 1)]
    assert [label.lower() for label in shown] == [plain(choice).lower() for choice in conflict.choices]
    screen.button(key=f"resolve_{conflict.conflict_id}_1").click().run()
    assert not screen.exception and not screen.error
    assert not shop().pushes.plan().conflicts and shop().local().playlists[MUSIC].copies(video_id(11)) == 1


def test_giving_a_conflict_up_leaves_what_youtube_shows(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    moved_here_removed_there(youtube, 11)
    screen.run()
    conflict = shop().pushes.plan().conflicts[0]
    screen.button(key=f"resolve_{conflict.conflict_id}_{len(conflict.choices)}").click().run()
    assert shop().edits.count() == 0 and shop().local().playlists[MUSIC].copies(video_id(11)) == 0
    see(screen, "edits").button(key="take_back_last").click().run()
    assert len(shop().pushes.plan().conflicts) == 1


def test_conflicts_of_one_kind_are_answered_together(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    moved_here_removed_there(youtube, 11, 12, 13)
    screen.run()
    first = shop().pushes.plan().conflicts[0]
    assert any("3 of one kind" in text for text in texts(screen))
    screen.button(key=f"resolve_all_{first.conflict_id}_1").click().run()
    assert not shop().pushes.plan().conflicts
    assert [shop().local().playlists[MUSIC].copies(v) for v in ids(11, 12, 13)] == [1, 1, 1]


def test_a_plan_that_takes_much_away_waits_for_the_typed_number(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0), None, INBOX)
    screen.run()
    assert screen.button(key="push").disabled and "takes much away" in warned(screen)
    screen.text_input(key="confirm").set_value("2").run()
    assert screen.button(key="push").disabled
    screen.text_input(key="confirm").set_value("1").run()
    assert not screen.button(key="push").disabled


def test_a_number_typed_for_one_plan_confirms_no_other(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0), None, INBOX)
    screen.run()
    screen.text_input(key="confirm").set_value("1").run()
    shop().filing.take_back_last()
    shop().filing.file(ids(1), None, INBOX)
    screen.run()
    assert screen.button(key="push").disabled and screen.text_input(key="confirm").value == ""


def test_what_takes_much_away_can_be_left_out_by_one_button(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0), None, INBOX)
    shop().filing.file(ids(1), COOKING)
    screen.run()
    screen.button(key="leave_out").click().run()
    assert [edit.kind for edit in shop().edits.pending()] == [EditKind.ADD]
    assert not screen.button(key="push").disabled


# -- pushing -------------------------------------------------------------------------------------------------------------


def test_while_a_push_runs_every_tab_sees_how_far_it_is_and_none_can_start_another(
    app: App, gate: Gate, youtube: DemoYouTube
) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1, 2), COOKING)
    screen.run()
    gate.shut()
    screen.button(key="push").click().run()
    assert gate.reached.wait(30)
    screen.run()
    second_tab = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run().switch_page("pages/sync.py").run()
    for tab in (screen, second_tab):
        assert "cancel_push" in labels(tab) and "push" not in labels(tab)
        assert any("Writing to YouTube" in str(element.proto) for element in tab.get("progress"))
    second_tab.button(key="cancel_push").click().run()
    gate.open()
    screen = job_done(screen)
    assert "You stopped push 1" in warned(screen) and "1 done, 2 to go" in plain_of(warned(screen))
    assert "push" not in labels(screen)
    screen.button(key="go_on").click().run()
    screen = job_done(screen)
    assert copies(youtube, COOKING, 0, 1, 2) == [1, 1, 1] and "go_on" not in labels(screen)


def plain_of(text: str) -> str:
    """A text as it was before Markdown was made harmless."""
    return text.replace("\\", "")


def test_a_push_out_of_units_says_when_it_goes_on_and_needs_no_button(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1, 2), COOKING)
    out_of_units(120)
    screen.run()
    screen.button(key="push").click().run()
    screen = job_done(screen)
    message = plain_of(warned(screen))
    assert "units are spent" in message and "to go" in message and "goes on by itself when units return" in message
    assert "go_on" not in labels(screen) and screen.button(key="push").disabled


def test_edits_laid_while_a_push_waits_for_units_can_be_agreed_to_as_well(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1, 2), COOKING)
    out_of_units(120)
    screen.run()
    screen.button(key="push").click().run()
    screen = job_done(screen)
    shop().filing.file(ids(4), MUSIC)
    screen.run()
    assert not screen.button(key="push").disabled


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("network", "could not be reached"),
        ("allowance", "units you allowed"),
        ("sign-in", "waits for your sign-in"),
        ("cancelled", "You stopped push"),
    ],
)
def test_a_push_that_stands_still_says_why_and_has_one_button(
    app: App, before: Callable[[], Workspace], reason: str, text: str
) -> None:
    stopped(before, reason)
    screen = app("sync")
    if reason == "network":  # that one tries again by itself
        screen = job_done(screen)
        assert shop().journal.open_push() is None
        return
    assert text in plain_of(warned(screen)) and "nothing is lost" in plain_of(warned(screen))
    assert labels(screen)["go_on"] == "Go on" and "push" not in labels(screen)


def stopped(before: Callable[[], Workspace], reason: str) -> None:
    """A push that had done one of three writes when it stopped for this reason."""
    killed(before)
    workspace = before()
    workspace.journal.set_state(1, "waiting" if reason == "sign-in" else "paused", workspace.quota.now(), reason)
    workspace.close()


def killed(before: Callable[[], Workspace]) -> None:
    """A push whose process ended after the first of three writes."""
    workspace = before()
    workspace.filing.file(ids(0, 1, 2), COOKING)

    def die(done: int, total: int, what: str) -> None:
        if (done, total) == (1, 3):
            raise Killed

    with pytest.raises(Killed):
        workspace.pushes.push(progress=die)
    workspace.close()


def test_a_push_that_was_killed_goes_on_by_itself_at_the_next_start_and_says_so(
    app: App, before: Callable[[], Workspace], gate: Gate, youtube: DemoYouTube
) -> None:
    killed(before)
    gate.shut()
    screen = app("sync")
    assert "Push 1 goes on by itself, where it was when the app was closed" in plain_of(screen.info[0].value)
    assert "cancel_push" in labels(screen)
    gate.open()
    screen = job_done(screen)
    assert copies(youtube, COOKING, 0, 1, 2) == [1, 1, 1]
    assert any("Push 1 · done" in text for text in texts(screen))


def test_a_push_that_changed_since_waits_for_another_look_at_the_plan(
    app: App, before: Callable[[], Workspace]
) -> None:
    killed(before)
    workspace = before()
    workspace.filing.file(ids(2), MUSIC)
    workspace.close()
    screen = job_done(app("sync"))
    assert "something changed since you agreed" in plain_of(warned(screen)) and "go_on" not in labels(screen)
    screen = pushed(screen)
    assert any("Push 1 · done" in text for text in texts(screen))


# -- afterwards ----------------------------------------------------------------------------------------------------------


def test_a_push_that_is_done_has_a_receipt_and_can_be_undone(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1), COOKING)
    screen = pushed(screen.run())
    assert copies(youtube, COOKING, 0, 1) == [1, 1]
    assert any("2 done · 100 units" in text for text in texts(screen))
    assert "Talk 1" in shop().pushes.receipt(1) and screen.get("download_button")
    screen.button(key="undo_1").click().run()
    assert shop().edits.count() == 2
    guard = [box for box in screen.text_input if box.key == "confirm"]
    screen = pushed(guard[0].set_value(str(shop().pushes.plan().confirm_count)).run() if guard else screen)
    assert copies(youtube, COOKING, 0, 1) == [0, 0]
    screen = see(screen, "history")
    assert any("Push 1 · undone" in text for text in texts(screen)) and screen.button(key="undo_1").disabled


def test_what_an_undo_cannot_bring_back_is_said_until_it_is_understood(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(11), MUSIC, COOKING)
    screen = pushed(screen.run())
    screen.button(key="undo_1").click().run()
    assert any("added date" in text for text in texts(screen))
    screen.button(key="understood").click().run()
    assert "understood" not in labels(screen)


def test_a_push_that_failed_says_which_writes_and_why(app: App, gate: Gate) -> None:
    screen = app("sync")
    shop().filing.file(ids(0), COOKING)
    shop().filing.file(ids(11), MUSIC, COOKING)

    def refuse(request: Request) -> Answer | None:
        wrong = request.method == "POST" and MUSIC in str(request.body)
        return Answer(403, error_body(403, "playlistItemsNotAccessible", "You may not.")) if wrong else None

    gate.refuse = refuse
    screen.run()
    screen.button(key="push").click().run()
    screen = job_done(screen)
    assert not screen.exception
    assert any("Push 1 · failed" in text for text in texts(screen))
    table = next(element.value for element in screen.dataframe if "remark" in element.value)
    assert table["state"].to_list() == ["failed", "blocked"] and "Talk 11" in table["what"].to_list()
    assert any("Your edits are kept" in element.value for element in screen.caption)
    assert shop().edits.count() == 1 and shop().local().playlists[COOKING].copies(video_id(11)) == 0


def test_history_lists_every_operation_and_can_be_narrowed_to_a_state(app: App) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1), COOKING)
    screen = see(pushed(screen.run()), "history")
    assert screen.dataframe[0].value["state"].to_list() == ["done", "done"]
    screen.get("button_group")[-1].set_value(["failed"]).run()
    assert not screen.dataframe and any("No operation" in element.value for element in screen.caption)


def test_an_inbox_is_tidied_only_when_it_is_asked_for(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    shop().filing.file(ids(0, 1), COOKING)
    screen = pushed(screen.run())
    assert copies(youtube, INBOX, 0, 1) == [1, 1] and shop().edits.count() == 0
    assert any("2 videos of Inbox are in a category already" in text for text in texts(screen))
    screen.button(key=f"tidy_{INBOX}").click().run()
    screen = pushed(screen)
    assert copies(youtube, INBOX, 0, 1) == [0, 0] and copies(youtube, COOKING, 0, 1) == [1, 1]
    assert f"tidy_{INBOX}" not in labels(screen)


def test_what_a_write_may_have_left_over_is_proposed_and_never_removed_by_itself(
    app: App, youtube: DemoYouTube, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = app("sync")
    item = youtube.present.playlists[MUSIC].items[-1]
    answered: list[tuple[str, str]] = []
    monkeypatch.setattr(shop().pushes, "orphans", lambda: [Orphan(item.item_id or "", MUSIC, item.video_id)])
    monkeypatch.setattr(
        shop().conflicts, "resolve", lambda question, choice: answered.append((question, choice)) or "Kept."
    )
    app_state()._snapshot = Snapshot(shop())
    screen.run()
    assert any("Talk 20, twice in Music" in text for text in texts(screen))
    screen.button(key=f"keep_{item.item_id}").click().run()
    assert answered == [(f"x{item.item_id}", "keep it")]


# -- held back -----------------------------------------------------------------------------------------------------------


def emptied(youtube: DemoYouTube, playlist_id: str) -> None:
    def change(playlist: Playlist) -> Playlist:
        return replace(playlist, items=())

    youtube.amend(lambda account: account.with_playlist(change(account.playlists[playlist_id])))
    shop().pulls.pull()


@pytest.mark.parametrize("name", ["sync", "library"])
def test_a_listing_that_is_not_believed_shows_what_would_go(
    app: App, youtube: DemoYouTube, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = app(name)
    monkeypatch.setattr(shop().analysis, "run", lambda **_: None)
    emptied(youtube, MUSIC)
    screen.run()
    assert any("Talk 20" in text for text in texts(screen))
    assert screen.button(key=f"accept_{MUSIC}").disabled == (len(shop().catalog.held_back()[0].missing) > 10)


def test_believing_youtube_takes_its_listing_over(
    app: App, youtube: DemoYouTube, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = app("sync")
    monkeypatch.setattr(shop().analysis, "run", lambda **_: None)
    emptied(youtube, COOKING)
    screen.run()
    screen.button(key=f"accept_{COOKING}").click().run()
    screen = job_done(screen)
    assert not shop().catalog.held_back() and shop().catalog.items_of(COOKING) == ()
    assert f"accept_{COOKING}" not in labels(screen)


def test_keeping_what_one_had_asks_no_more_for_now(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    emptied(youtube, COOKING)
    screen.run()
    screen.button(key=f"later_{COOKING}").click().run()
    assert f"accept_{COOKING}" not in labels(screen) and len(shop().catalog.items_of(COOKING)) == 10


def test_edits_of_a_playlist_that_is_held_back_can_be_dropped(app: App, youtube: DemoYouTube) -> None:
    screen = app("sync")
    shop().filing.file(ids(0), COOKING)
    emptied(youtube, COOKING)
    screen.run()
    screen.button(key=f"drop_{COOKING}").click().run()
    assert shop().edits.count() == 0 and len(shop().catalog.items_of(COOKING)) == 10
