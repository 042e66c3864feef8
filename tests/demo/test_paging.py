import pytest

from lib.demo.paging import page_of
from lib.demo.query import Query
from lib.demo.refusals import Refused


def _page(rows, listing="x", **params):
    return page_of(rows, Query({name: [str(value)] for name, value in params.items()}), listing)


def test_following_the_tokens_visits_every_row_once():
    rows, seen, token = list(range(12)), [], None
    while True:
        page = _page(rows, maxResults=5, **({"pageToken": token} if token else {}))
        seen += page.rows
        token = page.next_token
        if token is None:
            break
    assert seen == rows
    assert _page(rows, maxResults=5, pageToken=page.previous_token).rows == [5, 6, 7, 8, 9]


def test_a_page_of_no_rows_still_has_a_next_token():
    page = _page([1, 2], maxResults=0)
    assert not page.rows
    assert list(page.tokens) == ["nextPageToken"]


def test_a_token_is_long_and_good_for_its_own_listing_only():
    token = _page(range(9), listing="one").next_token
    assert len(token) > 150
    for listing, given in (("another", token), ("one", token[:-1]), ("one", "CAUQAA"), ("one", "ü")):
        with pytest.raises(Refused) as refused:
            _page(range(9), listing=listing, pageToken=given)
        assert refused.value.body["error"]["errors"][0]["reason"] == "invalidPageToken"


def test_an_edit_between_two_pages_hides_a_row():
    rows = list(range(10))
    first = _page(rows)
    second = _page(rows[1:], pageToken=first.next_token)
    assert 5 not in [*first.rows, *second.rows]
