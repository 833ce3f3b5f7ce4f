"""Binary content: the extensions and media types whose bodies are no text.

`.svg` and `image/svg+xml` are text. Compressed text (`.json.gz`) is binary until it is unpacked.
"""

from __future__ import annotations

import re

UTF8 = frozenset({"utf-8", "utf8", "utf_8"})
"""What Python calls the charset of a text that names none."""

EXTENSIONS = frozenset(
    "png jpg jpeg gif bmp webp ico tif tiff heic avif psd "
    "mp3 mp4 m4a m4v ogg oga ogv opus wav flac aac avi mov mkv webm wma wmv "
    "zip gz tgz bz2 xz 7z rar tar zst jar whl egg apk deb rpm dmg iso exe msi dll so bin dat "
    "pdf doc docx xls xlsx ppt pptx odt ods epub mobi "
    "ttf otf woff woff2 eot "
    "npy npz pkl pickle parquet pt pth onnx safetensors h5 hdf5 pyc wasm".split()
) - {"dat", "bin"}
"""`.dat` and `.bin` tell nothing: plenty of text goes by these names."""

_TYPES = re.compile(
    r"(image/(?!svg)|audio/(?!x-mpegurl|mpegurl|x-scpls)|video/|font/)[\w.+*-]+$"
    r"|application/(octet-stream|pdf|zip|gzip|x-gzip|x-tar|x-7z-compressed|x-bzip2?|vnd\.ms-excel|msword"
    r"|vnd\.openxmlformats-officedocument\.[\w.-]+|x-protobuf|wasm|x-font-[\w-]+)$"
)
_SEGMENT = re.compile(r"/(?:image/(?!svg)|audio/|video/)(?:png|jpe?g|gif|webp|bmp|mpeg|mp4|ogg|wav|webm)$")
_NAMESPACE = re.compile(r"[^\W\d_]+:")
_FAMILIES = frozenset({"image", "image/", "audio", "audio/", "video", "video/"})


def binary_type(text: str) -> bool:
    """Say whether a media type, alone or with parameters, is binary: `image/png`, `application/zip; x=y`."""
    return bool(_TYPES.match(text.partition(";")[0].strip().lower()))


def binary_family(text: str) -> bool:
    """Say whether `text`, a piece of a content type that code tests for, means binary: `image/`, `pdf`."""
    lowered = text.lower().strip()
    return lowered in _FAMILIES or binary_type(lowered)


def binary_accept(header: str) -> bool:
    """Say whether all alternatives of an `Accept` header are binary."""
    return all(binary_type(alternative) for alternative in header.split(","))


def binary_name(name: str) -> bool:
    """Say whether a file name (or the tail of one) has a binary extension."""
    _, dot, extension = name.rpartition(".")
    return bool(dot) and extension.lower() in EXTENSIONS


def _is_page(path: str) -> bool:
    """Whether a path names the page that shows a file: MediaWiki `File:Logo.png`, GitHub `blob/main/logo.png`."""
    return "/blob/" in path or bool(_NAMESPACE.match(path.rpartition("/")[2]))


def binary_url(url: str) -> str:
    """Give what of `url` says that it is binary: a last name with a binary extension, or a MIME segment (`/image/png`).

    Unknown pieces of the URL are NUL characters; a query or fragment tells nothing.
    """
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    _, scheme, rest = path.rpartition("://")
    if scheme and "/" not in rest:
        return ""  # a bare host: `.zip` and `.mov` are top-level domains
    last = path.rpartition("/")[2]
    if binary_name(last) and not _is_page(path):
        return last.rpartition("\0")[2]
    segment = _SEGMENT.search(path)
    return segment[0] if segment else ""
