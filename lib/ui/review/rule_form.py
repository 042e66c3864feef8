"""The form of a rule. What it would file is shown while it is filled in, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.ml.text.tokens import join_phrases, split_phrases
from lib.models import Edit, Role, counted
from lib.rules.rules import MOST_DAYS, MOST_MINUTES, Conditions, Preview, Rule, flaw
from lib.ui.app_state import AppState
from lib.ui.messages import attempt, plain
from lib.ui.snapshot import Snapshot
from lib.ui.styles import secondary_text, table_height

MOST_ROWS = 200
FIRST_VIDEO = date(2005, 4, 23)
_EDITED = "rule_edited"
_ANY, _ALL = "Any of them", "All of them"


def edited() -> int | None:
    """The number of the rule in the form, 0 for a new one, None where no form is open."""
    rule_id: int | None = st.session_state.get(_EDITED)
    return rule_id


def edit(rule_id: int | None = 0) -> None:
    """Open the form for a rule, for a new one, or close it."""
    st.session_state[_EDITED] = rule_id


def show(app: AppState, rule: Rule | None) -> None:
    """The form, with what the rule would do as it stands there."""
    with st.container(border=True, key="rule_form"):
        draft = _draft(app.snapshot, rule)
        trouble = flaw(draft, app.snapshot.local)
        preview = app.workspace.rules.preview(draft, app.snapshot.situation)
        if trouble and (draft.playlist_id and not draft.conditions.empty):
            st.warning(plain(trouble), icon=":material/error:")
        elif trouble:
            secondary_text(
                "Choose a category and at least one condition; what the rule would file then appears here.", "rule_hint"
            )
        else:
            _show_preview(app.snapshot, draft, preview)
        with st.container(horizontal=True):
            _show_buttons(app, draft, trouble, len(preview.files))


def _draft(snapshot: Snapshot, rule: Rule | None) -> Rule:
    """The rule as the form has it now."""
    kept, key = rule or Rule(0, Conditions(), ""), f"rule_form_{rule.rule_id if rule else 0}"
    first, second, third = st.columns(3), st.columns([2, 1], vertical_alignment="bottom"), st.columns(4)
    with first[0]:
        playlist_id, title = _ask_category(snapshot, kept.playlist_id, f"{key}_into")
    with first[1]:
        channel = _ask_channel(snapshot, kept.conditions, f"{key}_channel")
    with first[2]:
        inbox = _ask_inbox(snapshot, kept.conditions, f"{key}_inbox")
    words, all_words = _ask_words(second, kept.conditions, key)
    with third[0]:
        shortest = _number("Minutes at least", kept.conditions.shortest, f"{key}_shortest", MOST_MINUTES)
    with third[1]:
        longest = _number("Minutes at most", kept.conditions.longest, f"{key}_longest", MOST_MINUTES)
    with third[2]:
        days = _number("Days in the inbox", kept.conditions.days, f"{key}_days", MOST_DAYS)
    with third[3]:
        before = _ask_day(kept.conditions, f"{key}_before")
    conditions = Conditions(channel, words, all_words, shortest, longest, days, before, inbox)
    return replace(kept, conditions=conditions, playlist_id=playlist_id, title=title)


def _ask_category(snapshot: Snapshot, kept: str, key: str) -> tuple[str, str]:
    """The id and the name of the category; twice "" where none is chosen."""
    names = snapshot.categories
    ids = list(names)
    chosen = st.selectbox(
        "File into",
        ids,
        format_func=lambda playlist_id: names.get(playlist_id, playlist_id),
        index=ids.index(kept) if kept in ids else None,
        placeholder="Choose a category",
        key=key,
    )
    return (chosen, names[chosen]) if chosen in names else ("", "")


def _ask_channel(snapshot: Snapshot, kept: Conditions, key: str) -> str:
    """The channel by its id, where one alone has the title that was chosen, else by what was typed."""
    shown = snapshot.rule_names.get(kept.channel, kept.channel) or None
    chosen = st.selectbox(
        "Channel",
        list(dict.fromkeys([*([shown] if shown else []), *snapshot.channels])),
        index=0 if shown else None,
        placeholder="Any channel",
        accept_new_options=True,
        key=key,
    )
    if chosen == shown:
        return kept.channel
    return snapshot.channels.get(chosen or "", chosen or "").strip()


def _ask_inbox(snapshot: Snapshot, kept: Conditions, key: str) -> str | None:
    ids = [p.playlist_id for p in snapshot.local.playlists.values() if p.role is Role.INBOX]
    return st.selectbox(
        "From",
        ids,
        format_func=lambda playlist_id: snapshot.playlist_names.get(playlist_id, playlist_id),
        index=ids.index(kept.inbox) if kept.inbox in ids else None,
        placeholder="Any inbox",
        key=key,
    )


def _ask_words(columns: Sequence[DeltaGenerator], kept: Conditions, key: str) -> tuple[tuple[str, ...], bool]:
    typed = columns[0].text_input(
        "Words of the title",
        value=join_phrases(kept.words),
        key=f"{key}_words",
        placeholder='sourdough "cast iron"',
        help="Whole words, in any case and with any accents. What stands between quotes is looked for as it stands there.",
        autocomplete="off",
    )
    how = columns[1].segmented_control(
        "Of these words",
        [_ANY, _ALL],
        default=_ALL if kept.all_words else _ANY,
        required=True,
        key=f"{key}_all",
        label_visibility="collapsed",
    )
    return split_phrases(typed), how == _ALL


def _number(label: str, value: int | None, key: str, most: int) -> int | None:
    asked = st.number_input(label, min_value=0, max_value=most, value=value, step=1, key=key, placeholder="Any")
    return None if asked is None else int(asked)


def _ask_day(kept: Conditions, key: str) -> date | None:
    asked = st.date_input(
        "Published before",
        value=kept.published_before,
        min_value=FIRST_VIDEO,
        max_value=date(datetime.now().year + 1, 12, 31),
        key=key,
        format="YYYY-MM-DD",
    )
    return asked if isinstance(asked, date) else None


def _show_preview(snapshot: Snapshot, draft: Rule, preview: Preview) -> None:
    """How many videos the rule would file and which, why not more, and which like them are filed elsewhere."""
    category_title = snapshot.playlist_title(draft.playlist_id)
    files = len(preview.files)
    st.text(
        f"It would file {counted(files, 'video')} into {category_title} now." if files else "It would file nothing now."
    )
    if remarks := _remarks(preview, category_title):
        secondary_text(remarks, "rule_others")
    if preview.elsewhere:
        st.warning(
            f"{len(preview.elsewhere):,} of the {counted(preview.filed, 'video')} like these that are filed "
            f"{'is' if len(preview.elsewhere) == 1 else 'are'} not in {plain(category_title)}.",
            icon=":material/alt_route:",
        )
        with st.expander("Where they are"):
            _show_videos(snapshot, preview.elsewhere, "rule_elsewhere")
    if preview.files:
        _show_videos(snapshot, preview.files, "rule_files")


def _remarks(preview: Preview, category_title: str) -> str:
    parts = (
        f"{preview.above:,} more {'is' if preview.above == 1 else 'are'} answered by a rule above it."
        if preview.above
        else "",
        f"{preview.refused:,} more you have kept out of {category_title} before." if preview.refused else "",
        f"{preview.dead:,} more cannot be watched any longer, and YouTube takes no such video." if preview.dead else "",
    )
    return "\n".join(part for part in parts if part)


def _show_videos(snapshot: Snapshot, video_ids: tuple[str, ...], key: str) -> None:
    shown = video_ids[:MOST_ROWS]
    st.dataframe(
        snapshot.video_table(shown),
        key=key,
        height=table_height(len(shown), 320),
        hide_index=True,
        column_order=["title", "channel", "playlists"],
        column_config={
            "title": st.column_config.TextColumn("Title", width="large"),
            "channel": "Channel",
            "playlists": "In",
        },
    )
    if len(video_ids) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {len(video_ids):,} are listed.")


def _show_buttons(app: AppState, draft: Rule, trouble: str, files: int) -> None:
    st.button(
        f"Save and file {counted(files, 'video')}" if files else "Save and file",
        key="rule_save_apply",
        type="primary",
        disabled=bool(trouble) or not files,
        on_click=_save,
        args=(app, draft, True),
    )
    st.button("Save only", key="rule_save", disabled=bool(trouble), on_click=_save, args=(app, draft, False))
    st.button("Cancel", key="rule_cancel", type="tertiary", on_click=edit, args=(None,))


def _save(app: AppState, draft: Rule, apply: bool) -> None:
    """Keep the rule, and let it file where that was asked for; a flawed one stays in the form."""
    rules = app.workspace.rules

    def save() -> list[Edit]:
        """Save the rule and, where asked for, apply it; the edits it laid."""
        if apply:
            return rules.save_and_apply(draft)
        rules.save(draft)
        return []

    laid = attempt(save, lambda done: f"Saved; {counted(len(done), 'video')} filed by rule." if apply else "Saved.")
    if laid is not None:
        edit(None)
