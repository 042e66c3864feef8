import pytest

from lib.demo.query import Query
from lib.demo.refusals import Refused


def test_comma_joined_and_repeated_values_are_the_same_and_count_once():
    assert Query({"id": ["a,b", "c"]}).many("id") == Query({"id": ["a", "b", "c", "a"]}).many("id") == ["a", "b", "c"]


def test_more_than_fifty_ids_are_an_invalid_filter():
    assert len(Query({"id": [",".join(map(str, range(50)))]}).ids()) == 50
    with pytest.raises(Refused) as refused:
        Query({"id": [",".join(map(str, range(51)))]}).ids()
    assert refused.value.body["error"]["errors"][0]["reason"] == "invalidFilters"


@pytest.mark.parametrize(("asked", "size"), [(None, 5), ("0", 0), ("7", 7), ("50", 50), ("51", 50), ("9999", 50)])
def test_a_page_holds_five_unless_told_and_never_more_than_fifty(asked, size):
    assert Query({"maxResults": [asked]} if asked else {}).page_size() == size


def test_a_part_that_does_not_exist_is_refused_as_youtube_does_and_one_not_modelled_loudly():
    known = {"snippet": True, "player": False}
    assert Query({"part": ["snippet"]}).parts(known) == {"snippet"}
    for part, status in (("bogus", 400), ("player", 501), ("", 501)):
        with pytest.raises(Refused) as refused:
            Query({"part": [part]}).parts(known)
        assert refused.value.status == status


@pytest.mark.parametrize("params", [{"fields": ["items"]}, {"alt": ["media"]}])
def test_a_parameter_outside_the_model_is_refused_by_name(params):
    with pytest.raises(Refused) as refused:
        Query(params).allow(())
    assert refused.value.status == 501
    assert next(iter(params)) in refused.value.body["error"]["message"]


@pytest.mark.parametrize("params", [{"maxResults": ["-1"]}, {"maxResults": ["1", "2"]}])
def test_a_page_size_that_nobody_measured_is_refused_loudly(params):
    with pytest.raises(Refused) as refused:
        Query(params).page_size()
    assert refused.value.status == 501
