"""Each page on the small library, without a browser: it draws, its buttons do what they say, and nothing is Markdown that should not be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from lib.demo.youtube import DemoYouTube
from lib.derived import SuggestionChange, TrainingRun
from lib.errors import ApiError
from lib.models import Decider, Playlist, Role
from lib.settings import ROOT
from lib.ui.app_state import app_state
from lib.ui.messages import plain
from lib.ui.review import decisions, queue
from lib.ui.review.decisions import NOWHERE
from tests.ui.conftest import COOKING, EVIL, MUSIC, PAGES, ids, job_done, texts, video_id

App = Callable[[str], AppTest]
MARKDOWN = (
    "markdown",
    "caption",
    "title",
    "header",
    "subheader",
    "button",
    "toast",
    "info",
    "warning",
    "error",
    "success",
    "toggle",
)


def without(playlists: dict[str, Playlist], playlist_id: str) -> dict[str, Playlist]:
    return {key: playlist for key, playlist in playlists.items() if key != playlist_id}


def raising(error: Exception) -> Callable[..., None]:
    def fail(**_: object) -> None:
        raise error

    return fail


def copies(playlist_id: str, video: str) -> int:
    return app_state().workspace.local().playlists[playlist_id].copies(video)


def said_in_markdown(screen: AppTest) -> list[str]:
    values = []
    for kind in MARKDOWN:
        for element in screen.get(kind):
            values += [str(getattr(element, "value", "")), str(getattr(element, "label", ""))]
    return values


@pytest.mark.parametrize("name", PAGES)
def test_a_page_draws_itself_without_an_error(app: App, name: str) -> None:
    screen = app(name)
    assert not screen.exception and not screen.error
    assert screen.title[0].value == name.capitalize()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_an_empty_library_says_what_to_do_next(
    opened: Callable[..., AppTest], tmp_path: Path, endpoint: str, name: str
) -> None:
    screen = opened(name, ATLAS_HOME=str(tmp_path), YOUTUBE_API_ENDPOINT=endpoint)
    assert not screen.exception and not screen.error
    if name != "settings":
        assert any("Pull" in element.value or "File videos" in element.value for element in screen.info)


def test_a_title_is_never_shown_as_markdown(app: App) -> None:
    screen = app("review")
    screen.session_state["picked"] = ids(0)
    for page in PAGES:
        screen.switch_page(f"pages/{page}.py").run()
        assert not [text for text in said_in_markdown(screen) if EVIL in text]
    screen.switch_page("pages/map.py").run()
    assert EVIL in texts(screen)


def test_the_heavy_modules_are_never_loaded_by_the_app(home: Path, endpoint: str) -> None:
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
at = AppTest.from_file("app.py", default_timeout=60).run()
for page in {PAGES!r}:
    at.switch_page(f"pages/{{page}}.py").run()
    assert not at.exception, at.exception
print(sorted({{"torch", "umap", "sklearn", "sentence_transformers"}} & set(sys.modules)))
"""
    environment = {"ATLAS_HOME": str(home), "YOUTUBE_API_ENDPOINT": endpoint, "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.stdout.strip().endswith("[]"), ran.stdout + ran.stderr


def test_a_library_held_by_another_process_is_told_in_one_sentence(
    opened: Callable[..., AppTest], home: Path, endpoint: str
) -> None:
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, sys; c = duckdb.connect({str(home / 'atlas.duckdb')!r}); print('open', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout and held.stdout.readline() == "open\n"
    screen = opened(ATLAS_HOME=str(home), YOUTUBE_API_ENDPOINT=endpoint)
    held.communicate()
    assert not screen.exception and "already open" in screen.error[0].value
    screen.button(key="try_again").click().run()
    assert not screen.exception and not screen.error and screen.title[0].value == "Library"


# -- library -------------------------------------------------------------------------------------------------------------


def test_the_health_card_counts_what_is_there(app: App) -> None:
    shown = {metric.label: metric.value for metric in app("library").metric}
    assert shown == {
        "Videos": "30",
        "Playlists": "4",
        "Unfiled": "10",
        "Misfits": "1",
        "Repeats": "1",
        "Unavailable": "0",
    }


def test_pull_reads_what_is_new_on_youtube(app: App, youtube: DemoYouTube, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = app("library")
    monkeypatch.setattr(app_state().workspace.analysis, "run", lambda **_: None)
    youtube.amend(lambda account: replace(account, playlists=without(account.playlists, MUSIC)))
    screen.button(key="pull").click().run()
    screen = job_done(screen)
    assert not screen.error and screen.button(key=f"accept_{MUSIC}")


def test_a_job_that_fails_says_so_in_words_until_it_is_dismissed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = app("library")
    message = f"YouTube did not answer about {EVIL}."
    monkeypatch.setattr(
        app_state().workspace.pulls,
        "pull",
        raising(ApiError(message, "Try later.", status=503, reason="", applied=None)),
    )
    screen.button(key="pull").click().run()
    screen = job_done(screen)
    assert plain(message) in screen.error[0].value and "Try later" in screen.error[0].value
    assert not [text for text in said_in_markdown(screen) if EVIL in text]
    screen.button(key="dismiss").click().run()
    assert not screen.error


def test_a_bug_of_ours_never_shows_a_traceback(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = app("library")
    monkeypatch.setattr(app_state().workspace.pulls, "pull", raising(ZeroDivisionError("secret detail")))
    screen.button(key="pull").click().run()
    screen = job_done(screen)
    assert not screen.exception and "secret detail" not in screen.error[0].value


def test_a_held_back_playlist_is_asked_about(app: App) -> None:
    screen = app("library")
    app_state().workspace.catalog.hold_back(MUSIC, f'"Music {EVIL}" now lists none.', app_state().workspace.quota.now())
    screen.run()
    assert screen.button(key=f"accept_{MUSIC}").label == "Believe YouTube"
    assert not [text for text in said_in_markdown(screen) if EVIL in text]


# -- map -----------------------------------------------------------------------------------------------------------------


def test_the_topics_stand_beside_the_map_until_something_is_selected(app: App) -> None:
    screen = app("map")
    screen.session_state["picked"] = ids(*range(10))
    screen.run()
    assert screen.subheader[0].value == "10 videos selected"
    screen.button(key="clear").click().run()
    assert screen.subheader[0].value == "3 topics"


def test_what_is_selected_on_the_map_is_filed_into_a_category(app: App) -> None:
    screen = app("map")
    screen.session_state["picked"] = ids(4, 5)
    screen.run()
    screen.selectbox(key="file_into").set_value("Music").run()
    screen.button(key="file").click().run()
    assert [copies(MUSIC, video) for video in ids(4, 5)] == [1, 1]
    assert screen.toast[0].value == plain("2 edits laid for Music.")


def test_one_selected_video_says_why_it_is_suggested_and_fetches_no_picture_unasked(app: App) -> None:
    screen = app("map")
    screen.session_state["picked"] = ids(1)
    screen.run()
    assert "Suggested: Cooking (97%). Much like Talk 11." in texts(screen)
    assert not screen.get("imgs")


# -- review --------------------------------------------------------------------------------------------------------------


def test_accepting_a_group_files_it_and_undo_asks_again(app: App) -> None:
    screen = app("review")
    assert screen.segmented_control(key="part").options[:5] == [
        "Next (6)",
        "Sure groups (3)",
        "Table (10)",
        "Misfits (1)",
        "Rules (0)",
    ]
    screen.segmented_control(key="part").set_value("groups").run()
    screen.button(key=f"accept_group_{COOKING}").click().run()
    assert [copies(COOKING, video) for video in ids(0, 1, 2)] == [1, 1, 1]
    assert screen.segmented_control(key="part").options[1] == "Sure groups (0)"
    screen.button(key="undo").click().run()
    assert screen.segmented_control(key="part").options[1] == "Sure groups (3)"
    assert app_state().workspace.edits.count() == 0


def test_a_group_accepted_unseen_is_the_models_word_and_one_that_was_opened_the_users(app: App) -> None:
    screen = app("review")
    screen.segmented_control(key="part").set_value("groups").run()
    screen.button(key=f"accept_group_{COOKING}").click().run()
    assert {edit.decided_by for edit in app_state().workspace.edits.pending()} == {Decider.MODEL}
    screen.button(key="undo").click().run()
    screen.toggle(key=f"list_group_{COOKING}").set_value(True).run()
    screen.button(key=f"accept_group_{COOKING}").click().run()
    assert {edit.decided_by for edit in app_state().workspace.edits.pending()} == {Decider.YOU}


def answer(screen: AppTest, name: str) -> Button:
    """The button of the question that is asked at this moment."""
    (button,) = [element for element in screen.button if (element.key or "").startswith(f"{name}_")]
    return button


def test_what_is_sure_is_asked_first_then_lists_then_single_ones(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MIN_SURE", 3)
    screen, pair = app("review"), ids(3, 4)
    derived = app_state().workspace.derived
    derived.store_suggestions(
        [
            replace(suggestion, question=1) if suggestion.video_id in pair else suggestion
            for suggestion in derived.suggestions()
        ]
    )
    screen.run()
    assert answer(screen, "file_list").label == "File 3 videos"
    answer(screen, "file_list").click().run()
    assert [copies(COOKING, video) for video in ids(0, 1, 2)] == [1, 1, 1]
    assert answer(screen, "file_list").label == "File 2 videos"
    answer(screen, "skip").click().run()
    assert "Talk 5" in texts(screen)
    for _ in range(2):
        screen.button(key="undo").click().run()
    assert answer(screen, "file_list").label == "File 3 videos" and app_state().workspace.edits.pending() == []


def test_of_what_is_sure_it_is_said_how_many_may_be_wrong(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MIN_SURE", 3)
    screen = app("review")
    assert any("most likely all of these" in text for text in texts(screen))
    derived = app_state().workspace.derived
    derived.store_suggestions([replace(s, confidence=0.7) if s.sure else s for s in derived.suggestions()])
    screen.run()
    assert any("about 1 of all 3 may be wrong" in text for text in texts(screen))
    screen.segmented_control(key="part").set_value("groups").run()
    assert any("about 1 of all 3 may be wrong" in caption.value for caption in screen.caption)


def test_what_is_corrected_in_a_list_goes_where_it_was_set_and_teaches(app: App) -> None:
    screen = app("review")
    shown = [item for item in app_state().snapshot.suggestions if item.sure and not item.misfit]
    decisions.file_list(app_state(), shown, {video_id(1): MUSIC, video_id(2): NOWHERE})
    assert [copies(COOKING, video) for video in ids(0, 1, 2)] == [1, 0, 0]
    assert copies(MUSIC, video_id(1)) == 1
    assert (video_id(2), COOKING) in app_state().workspace.edits.feedback.rejected()
    assert app_state().workspace.edits.feedback.agreement(50) == (1, 3)
    assert not screen.exception


def test_what_the_last_decisions_taught_is_said_and_listed(app: App) -> None:
    screen, changed = app("review"), (SuggestionChange(video_id(3), COOKING, MUSIC, False, True),)
    app_state().workspace.training_log.store(TrainingRun(datetime.now(UTC), 12, changed, 42, 50))
    screen.run()
    assert "Your 12 decisions changed 1 suggestion. We agreed on 42 of the last 50." in texts(screen)
    assert "Music, sure" in screen.dataframe[0].value["Suggested now"].tolist()


def test_what_was_learned_from_decisions_that_were_all_taken_back_is_said_no_longer(app: App) -> None:
    screen = app("review")
    answer(screen, "choose_2").click().run()
    workspace = app_state().workspace
    workspace.training_log.store(TrainingRun(datetime.now(UTC), 1, (), *workspace.edits.feedback.agreement(50)))
    screen.run()
    sentence = "Your 1 decision changed no suggestion. We agreed on 0 of the last 1."
    assert sentence in texts(screen)
    screen.button(key="undo").click().run()
    assert not [text for text in texts(screen) if "decision" in text and "changed" in text]


def test_a_few_sure_ones_wait_until_nothing_else_is_left(app: App) -> None:
    screen = app("review")
    assert "Talk 3" in texts(screen)
    for _ in range(3):
        answer(screen, "skip").click().run()
    assert answer(screen, "file_list").label == "File 3 videos"


def test_the_doubtful_ones_come_one_at_a_time(app: App) -> None:
    screen = app("review")
    answer(screen, "choose_2").click().run()
    answer(screen, "skip").click().run()
    answer(screen, "no_match").click().run()
    assert copies(COOKING, video_id(3)) == 1
    assert (video_id(5), MUSIC) in app_state().workspace.edits.feedback.rejected()
    assert answer(screen, "file_list").label == "File 3 videos"
    for _ in range(3):
        screen.button(key="undo").click().run()
    assert "Talk 3" in texts(screen) and app_state().workspace.edits.pending() == []
    assert app_state().workspace.edits.feedback.rejected() == set()


def test_after_undo_the_first_choice_is_again_what_was_suggested(app: App) -> None:
    screen = app("review")
    answer(screen, "choose_2").click().run()
    screen.button(key="undo").click().run()
    assert [answer(screen, f"choose_{n}").label for n in (1, 2)] == ["Music", "Cooking"]


def test_a_question_is_answered_once_between_two_runs_of_the_page() -> None:
    def page() -> None:
        import streamlit as st

        from lib.ui.review.keys import Question

        question = Question([])
        for _ in range(2):
            question.answered(lambda: st.session_state.setdefault("answers", []).append(1))

    run = AppTest.from_function(page).run()
    assert run.session_state["answers"] == [1] and not run.exception


def test_what_is_learned_meanwhile_takes_no_list_away_in_which_something_was_corrected(app: App) -> None:
    screen, pair = app("review"), ids(3, 4)
    derived = app_state().workspace.derived
    one_list = [
        replace(suggestion, question=1) if suggestion.video_id in pair else suggestion
        for suggestion in derived.suggestions()
    ]
    derived.store_suggestions(one_list)
    screen.run()
    name = (answer(screen, "file_list").key or "").removeprefix("file_list_")
    learned = [
        replace(suggestion, to_playlist=COOKING, question=0)
        for suggestion in one_list
        if suggestion.video_id != video_id(4)
    ]
    derived.store_suggestions(learned)
    screen.session_state[f"list_{name}"] = {"edited_rows": {0: {"category": COOKING}}}
    screen.run()
    assert answer(screen, "file_list").label == "File 2, 1 corrected"
    answer(screen, "file_list").click().run()
    assert (copies(COOKING, video_id(3)), copies(MUSIC, video_id(4))) == (1, 1) and not screen.exception
    assert "Talk 5" in texts(screen)


def test_the_end_of_the_inbox_leads_to_the_plan(app: App) -> None:
    screen = app("review")
    for name in ("choose_1", "no_match", "no_match", "file_list"):
        answer(screen, name).click().run()
    assert "Nothing is left" in screen.success[0].value
    assert [link.label for link in screen.get("page_link")] == ["See the plan"]


def test_a_misfit_moves(app: App) -> None:
    screen = app("review")
    screen.segmented_control(key="part").set_value("misfits").run()
    screen.button(key=f"accept_misfit_{MUSIC}").click().run()
    assert (copies(COOKING, video_id(19)), copies(MUSIC, video_id(19))) == (0, 1)


# -- library and settings -------------------------------------------------------------------------------------------------


def test_the_roles_that_were_chosen_are_kept(app: App) -> None:
    screen = app("library")
    app_state().workspace.playlists.give_role([MUSIC], Role.IGNORED)
    screen.run()
    assert screen.dataframe[0].value.loc[MUSIC, "role"] == "ignored"


def test_settings_offer_the_export(app: App) -> None:
    screen = app("settings")
    assert screen.get("download_button")[0].proto.label == "Export as CSV"
    assert json.dumps(EVIL)[1:-1] in app_state().workspace.export.text()


def test_a_playlist_is_renamed_sorted_and_deleted_from_the_library(app: App) -> None:
    screen = app("library")
    screen.selectbox(key="act_on").set_value(MUSIC).run()
    screen.text_input(key=f"name_{MUSIC}").set_value(EVIL).run()
    screen.button(key="rename").click().run()
    assert app_state().workspace.local().playlists[MUSIC].title == EVIL and not screen.exception
    assert not [text for text in said_in_markdown(screen) if EVIL in text]
    screen.selectbox(key="sort_direction").set_value("descending").run()
    assert "units" in screen.button(key="sort").label
    screen.button(key="sort").click().run()
    assert app_state().workspace.local().playlists[MUSIC].items[0].video_id == video_id(29)
    screen.button(key="delete_playlist").click().run()
    assert MUSIC not in app_state().workspace.local().playlists and not screen.exception
    assert app_state().workspace.pushes.plan().guards


def test_of_two_playlists_with_one_title_the_one_that_was_chosen_is_deleted(app: App) -> None:
    screen = app("library")
    screen.selectbox(key="act_on").set_value(MUSIC).run()
    screen.text_input(key=f"name_{MUSIC}").set_value("Cooking").run()
    screen.button(key="rename").click().run()
    screen.selectbox(key="act_on").set_value(COOKING).run()
    screen.button(key="delete_playlist").click().run()
    assert COOKING not in (local := app_state().workspace.local().playlists) and MUSIC in local


def test_a_topic_that_a_playlist_mostly_holds_is_filed_there(app: App) -> None:
    screen = app("map")
    screen.session_state["topic_chosen"] = ("Topic 1", tuple(ids(5, *range(10, 18))))
    screen.session_state["picked"] = ids(5, *range(10, 18))
    screen.run()
    assert "8 of 9 are in Cooking already." in texts(screen)
    screen.button(key="make_category").click().run()
    assert copies(COOKING, video_id(5)) == 1 and not screen.exception


def test_a_topic_of_its_own_becomes_a_new_category(app: App) -> None:
    screen = app("map")
    screen.session_state["topic_chosen"] = ("Topic 0", tuple(ids(*range(10))))
    screen.session_state["picked"] = ids(*range(10))
    screen.run()
    assert screen.button(key="make_category").label == "Make this a category"
    screen.button(key="make_category").click().run()
    new = next(p for p in app_state().workspace.local().playlists.values() if p.title == "Topic 0")
    assert [item.video_id for item in new.items] == ids(*range(10))


def test_the_offer_goes_with_the_selection(app: App) -> None:
    screen = app("map")
    screen.session_state["topic_chosen"] = ("Topic 0", tuple(ids(*range(10))))
    screen.session_state["picked"] = ids(1, 2)
    screen.run()
    assert "make_category" not in [button.key for button in screen.button]
