"""A desk over the small library, as the tests of the screens have it: what goes on by itself is started there."""

from tests.ui.conftest import at_desk, endpoint, gate, home, nothing_new_is_learnt, pulled, small_desk, youtube

__all__ = ["at_desk", "endpoint", "gate", "home", "nothing_new_is_learnt", "pulled", "small_desk", "youtube"]
