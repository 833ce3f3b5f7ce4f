"""Which types the callees of other modules take, where a text stands beside bytes.

Measured on Python 3.10 to 3.13: each callee of `BYTES_ALONE` raises TypeError for a str, each of `TEXT_ALONE` for
bytes.
"""

from __future__ import annotations

BYTES_ALONE = frozenset(
    {
        "base64.b16encode",
        "base64.b32encode",
        "base64.b64encode",
        "base64.encodebytes",
        "base64.standard_b64encode",
        "base64.urlsafe_b64encode",
        "binascii.crc32",
        "binascii.hexlify",
        "bytearray",
        "bytes",
        "bz2.compress",
        "bz2.decompress",
        "gzip.compress",
        "gzip.decompress",
        "hashlib.blake2b",
        "hashlib.blake2s",
        "hashlib.md5",
        "hashlib.sha1",
        "hashlib.sha224",
        "hashlib.sha256",
        "hashlib.sha384",
        "hashlib.sha3_256",
        "hashlib.sha3_512",
        "hashlib.sha512",
        "io.BytesIO",
        "lzma.compress",
        "lzma.decompress",
        "memoryview",
        "pickle.loads",
        "struct.unpack",
        "struct.unpack_from",
        "zlib.adler32",
        "zlib.compress",
        "zlib.crc32",
        "zlib.decompress",
    }
)
"""Callees that take bytes, and no text."""

TEXT_ALONE = frozenset(
    {
        "csv.DictReader",
        "csv.reader",
        "html.escape",
        "html.unescape",
        "io.StringIO",
        "json.dump",
        "json.dumps",
        "shlex.split",
        "textwrap.dedent",
        "textwrap.indent",
        "textwrap.shorten",
        "urllib.parse.urljoin",
    }
)
"""Callees that take text, and no bytes."""

FILES = frozenset({"PIL.Image.open", "zipfile.ZipFile"})
"""Callees that take a file, and a text or bytes for the name of one."""

PARSERS = frozenset(
    {
        "ast.literal_eval",
        "json.loads",
        "orjson.loads",
        "rapidjson.loads",
        "simplejson.loads",
        "ujson.loads",
        "xmltodict.parse",
        "yaml.safe_load",
    }
)
"""Callees that take text or bytes, and nothing that was parsed already."""

EITHER = frozenset({"bool", "isinstance", "len", "type"})
"""Callees that look at a value and are content with both."""

HASHES = frozenset({"hashlib.new", "hmac.new"} | {name for name in BYTES_ALONE if name.startswith("hashlib.")})
"""Makers of objects whose `update` takes bytes alone."""

BYTE_FILES = frozenset({"tempfile.NamedTemporaryFile", "tempfile.SpooledTemporaryFile", "tempfile.TemporaryFile"})
"""Openers of files that are open for bytes unless a mode says otherwise."""

COMPRESSED_FILES = frozenset({"bz2.open", "gzip.open", "lzma.open"})
"""Openers of files that are open for bytes unless their mode has a `t`."""
