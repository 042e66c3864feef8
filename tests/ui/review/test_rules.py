"""Rules on the review page: made with a preview, applied, taken back, switched, proposed, and said when broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from lib.models import Decider, Role
from lib.rules.rules import Conditions, Rule
from lib.ui.app_state import app_state
from tests.ui.conftest import COOKING, EVIL, INBOX, MUSIC, ids, texts, video_id
from tests.ui.test_pages import copies, said_in_markdown

App = Callable[[str], AppTest]
FORM = "rule_form_0"


@pytest.fixture
def screen(app: App) -> AppTest:
    return to_rules(app("review"))


def to_rules(screen: AppTest) -> AppTest:
    return screen.segmented_control(key="part").set_value("rules").run()


def made(conditions: Conditions, to: str = COOKING, **facts: object) -> int:
    return app_state().workspace.rules.save(Rule(0, conditions, to, **facts)).rule_id  # type: ignore[arg-type]


def parts(screen: AppTest) -> list[str]:
    return list(screen.segmented_control(key="part").options)


def filled(screen: AppTest, into: str = "Cooking", words: str = "3 4 19 29") -> AppTest:
    screen.button(key="rule_new").click().run()
    screen.selectbox(key=f"{FORM}_into").set_value(into).run()
    return screen.text_input(key=f"{FORM}_words").set_value(words).run()


def test_without_rules_the_page_says_what_they_are_for(screen: AppTest) -> None:
    assert "no rule yet" in screen.info[0].value and screen.button(key="rules_apply").disabled


def test_the_form_shows_what_the_rule_would_do_before_anything_is_kept(screen: AppTest) -> None:
    filled(screen)
    assert "It would file 2 videos into Cooking now." in texts(screen)
    assert screen.warning[0].value == r"1 of the 2 videos like these that are filed is not in Cooking."
    tables = {tuple(table.value.index) for table in screen.dataframe}
    assert tables == {tuple(ids(3, 4)), tuple(ids(29))}
    assert app_state().workspace.rules.all() == [] and app_state().workspace.edits.count() == 0


def test_saving_alone_files_nothing_and_takes_the_question_from_the_model(screen: AppTest) -> None:
    before = parts(screen)
    filled(screen).button(key="rule_save").click().run()
    assert app_state().workspace.edits.count() == 0
    assert (before[0], parts(screen)[0], parts(screen)[4]) == ("Next (6)", "Next (4)", "Rules (2)")
    assert "1. Title says 3, 4, 19 or 29 → Cooking" in texts(screen)
    assert "It would file 2 videos now." in texts(screen)


def test_save_and_file_files_and_the_last_step_takes_it_back(screen: AppTest) -> None:
    filled(screen).button(key="rule_save_apply").click().run()
    assert [copies(COOKING, video) for video in ids(3, 4)] == [1, 1]
    assert {edit.decided_by for edit in app_state().workspace.edits.pending()} == {Decider.RULE}
    assert "Nothing is left for it to file. 2 edits of it wait for a push." in texts(screen)
    screen.button(key="take_back_last").click().run()
    assert app_state().workspace.edits.count() == 0 and parts(screen)[4] == "Rules (2)"


@pytest.mark.parametrize("key", ["rules_apply", "rule_apply_{}"])
def test_a_rule_is_applied_and_its_edits_taken_back_alone(screen: AppTest, key: str) -> None:
    number = made(Conditions(words=("3",)))
    app_state().workspace.filing.file([video_id(5)], MUSIC)
    screen.run()
    screen.button(key=key.format(number)).click().run()
    assert copies(COOKING, video_id(3)) == 1 and screen.button(key="rules_apply").disabled
    screen.button(key=f"rule_take_back_{number}").click().run()
    assert [edit.video_id for edit in app_state().workspace.edits.pending()] == [video_id(5)]


def test_rules_are_switched_ordered_changed_and_deleted(screen: AppTest) -> None:
    first, second = made(Conditions(words=("3",))), made(Conditions(words=("3",)), MUSIC)
    screen.run()
    screen.button(key=f"rule_up_{second}").click().run()
    assert [text for text in texts(screen) if "→" in text] == ["1. Title says 3 → Music", "2. Title says 3 → Cooking"]
    screen.toggle(key=f"rule_on_{second}").set_value(False).run()
    screen.toggle(key=f"rule_itself_{first}").set_value(True).run()
    assert [(rule.enabled, rule.by_itself) for rule in app_state().workspace.rules.all()] == [
        (False, False),
        (True, True),
    ]
    screen.button(key=f"rule_edit_{first}").click().run()
    screen.number_input(key=f"rule_form_{first}_longest").set_value(30).run()
    screen.button(key="rule_save").click().run()
    changed = app_state().workspace.rules.all()[1]
    assert (changed.rule_id, changed.conditions) == (first, Conditions(words=("3",), longest=30))
    assert (changed.enabled, changed.by_itself) == (True, True)
    screen.button(key=f"rule_delete_{second}").click().run()
    assert [rule.rule_id for rule in app_state().workspace.rules.all()] == [first]
    screen.button(key="rule_put_back").click().run()
    assert [rule.rule_id for rule in app_state().workspace.rules.all()] == [second, first]
    assert not [button for button in screen.button if button.key == "rule_put_back"]


def test_a_rule_that_was_switched_elsewhere_is_shown_as_it_is(screen: AppTest) -> None:
    number = made(Conditions(words=("3",)))
    screen.run()
    screen.toggle(key=f"rule_on_{number}").set_value(False).run()
    screen.button(key=f"rule_edit_{number}").click().run()
    screen.button(key="rule_save_apply").click().run()
    assert app_state().workspace.rules.all()[0].enabled and screen.toggle(key=f"rule_on_{number}").value
    app_state().workspace.rules.switch(number, by_itself=True)  # as another tab does
    screen.run()
    assert screen.toggle(key=f"rule_itself_{number}").value


def test_a_channel_without_an_id_is_none_that_a_new_rule_begins_with(screen: AppTest) -> None:
    catalog = app_state().workspace.catalog
    catalog.store_videos([replace(catalog.videos()[video_id(3)], channel_id="", channel_title="Nameless")])
    screen.run()
    screen.button(key="rule_new").click().run()
    assert screen.selectbox(key=f"{FORM}_channel").value is None
    screen.selectbox(key=f"{FORM}_into").set_value("Cooking").run()
    screen.selectbox(key=f"{FORM}_channel").set_value("Nameless").run()
    screen.button(key="rule_save").click().run()
    assert app_state().workspace.rules.all()[0].conditions == Conditions("Nameless")


def test_every_condition_of_a_rule_comes_back_in_its_form_and_is_kept(screen: AppTest) -> None:
    every = Conditions("UCowner", ("3", "talk 3"), True, 5, 60, 1, None, INBOX)
    number = made(every)
    screen.run()
    screen.button(key=f"rule_edit_{number}").click().run()
    screen.button(key="rule_save").click().run()
    assert app_state().workspace.rules.all()[0].conditions == every


def test_what_cannot_be_is_said_in_the_form_and_not_kept(screen: AppTest) -> None:
    filled(screen, words="3")
    screen.number_input(key=f"{FORM}_shortest").set_value(20).run()
    screen.number_input(key=f"{FORM}_longest").set_value(10).run()
    assert "at least 20 and at most 10" in screen.warning[0].value
    assert screen.button(key="rule_save").disabled and screen.button(key="rule_save_apply").disabled
    screen.button(key="rule_cancel").click().run()
    assert app_state().workspace.rules.all() == []


def test_a_rule_whose_category_is_none_any_more_says_so(screen: AppTest) -> None:
    made(Conditions(words=("3",)))
    app_state().workspace.playlists.give_role([COOKING], Role.IGNORED)
    screen.run()
    assert "It can do nothing: Cooking is no category that can be filed into." in texts(screen)
    app_state().workspace.catalog.drop_playlist(COOKING)
    screen.run()
    assert "1. Title says 3 → Cooking" in texts(screen) and parts(screen)[4] == "Rules (0)"


def test_a_rule_that_holds_already_is_proposed_and_made_or_turned_down(screen: AppTest) -> None:
    app_state().workspace.playlists.give_role([MUSIC], Role.IGNORED)
    screen.run()
    assert "All 10 filed videos of Owner are in Cooking, and 10 more wait in an inbox." in texts(screen)
    screen.button(key="proposal_0").click().run()
    assert "1. Channel is Owner → Cooking" in texts(screen) and app_state().workspace.edits.count() == 0
    screen.button(key=f"rule_delete_{app_state().workspace.rules.all()[0].rule_id}").click().run()
    screen.button(key="proposal_no_0").click().run()
    assert not [text for text in texts(screen) if text.startswith("All 10")]


def test_names_of_others_are_shown_as_text(screen: AppTest) -> None:
    workspace = app_state().workspace
    known = workspace.catalog.videos()
    workspace.catalog.store_videos([replace(video, channel_title=EVIL) for video in known.values()])
    workspace.catalog.rename_playlist(COOKING, EVIL)
    workspace.playlists.give_role([MUSIC], Role.IGNORED)
    made(Conditions(words=(EVIL,)))
    screen.run()
    screen.button(key="rule_new").click().run()
    screen.selectbox(key=f"{FORM}_into").set_value(EVIL).run()
    screen.selectbox(key=f"{FORM}_channel").set_value(EVIL).run()
    screen.button(key="rule_save").click().run()
    assert f"2. Channel is {EVIL} → {EVIL}" in texts(screen) and not screen.exception
    assert not [text for text in said_in_markdown(screen) if EVIL in text]


def test_who_decided_is_the_rule_among_the_edits_and_on_the_map(app: App) -> None:
    screen = app("sync")
    made(Conditions(words=("3", "4")))
    app_state().workspace.rules.apply()
    app_state().workspace.filing.take_back([app_state().workspace.edits.pending()[1].edit_id])
    screen.segmented_control(key="sync_part").set_value("edits").run()
    assert list(screen.dataframe[0].value["decided by"]) == ["rule"]
    screen.switch_page("pages/map.py")
    screen.session_state["picked"] = ids(4)
    screen.run()
    assert "A rule says: Cooking. Title says 3 or 4." in texts(screen)
    for number, who in ((3, "rule"), (10, "YouTube"), (4, "nobody yet")):
        screen.session_state["picked"] = ids(number)
        screen.run()
        assert [text for text in texts(screen) if f"Filed by: {who}" in text]
