"""The state of the app over the small library, as the tests of the screens have it: what goes on by itself is started there."""

from tests.ui.conftest import endpoint, gate, home, nothing_new_is_learnt, open_app_state, pulled, small_state, youtube

__all__ = ["endpoint", "gate", "home", "nothing_new_is_learnt", "open_app_state", "pulled", "small_state", "youtube"]
