"""What functions of other modules do with what they are given: await it, look at it, or keep it.

Names are qualified; a leading dot means a method of that name on any receiver.
"""

from __future__ import annotations

GATHERING = frozenset({"asyncio.gather", "asyncio.tasks.gather"})
TASKS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run_coroutine_threadsafe",
        "asyncio.wrap_future",
        "asyncio.async",
        "asyncio.Task",
    }
)
WRAPPERS = frozenset({"asyncio.wait_for", "asyncio.shield", "async_timeout.timeout"})
RUNNERS = frozenset({"asyncio.run", "anyio.run", "trio.run", "uvloop.run"})
WAITING = frozenset({"asyncio.wait"})
COMPLETING = frozenset({"asyncio.as_completed"})
TASK_METHODS = frozenset({"create_task", "ensure_future", "start_soon"})
DEFERRING = frozenset({"add_task", "start_soon", "spawn"})
"""Methods that are given a function and its arguments, to be called later."""
RUNNER_METHODS = frozenset({"run_until_complete"})
SCOPES = frozenset(
    {"contextlib.AsyncExitStack", "contextlib.ExitStack", "asyncio.TaskGroup", "anyio.create_task_group"}
)
ENTERING = frozenset({"enter_async_context", "enter_context"})
TRANSPARENT_CONTEXTS = frozenset({"contextlib.aclosing", "contextlib.closing"})
NULL_CONTEXTS = frozenset({"contextlib.nullcontext"})
SUPPRESSING = frozenset({"contextlib.suppress"})
EXPECTING = frozenset({"pytest.raises", "pytest.warns"})
EXPECTING_METHODS = frozenset({"assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex"})
CONTEXT_DECORATORS = ("asynccontextmanager", "contextmanager", "async_context_manager")

LOOKING = frozenset(
    {
        "isinstance",
        "issubclass",
        "callable",
        "hasattr",
        "type",
        "id",
        "repr",
        "print",
        "inspect.isawaitable",
        "inspect.iscoroutine",
        "asyncio.iscoroutine",
        "asyncio.isfuture",
        "asyncio.iscoroutinefunction",
        "inspect.iscoroutinefunction",
    }
)
"""Functions that look at an object and keep nothing of it."""

AWAITABLE_TESTS = frozenset(
    {
        "inspect.isawaitable",
        "inspect.iscoroutine",
        "asyncio.iscoroutine",
        "asyncio.isfuture",
        "isawaitable",
        "iscoroutine",
        "callable",
        "hasattr",
    }
)

FUNCTION_TESTS = frozenset({"inspect.iscoroutinefunction", "asyncio.iscoroutinefunction", "iscoroutinefunction"})
"""Functions that say whether calling an object gives a coroutine."""

LOG_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "fatal"})

PRINTING = frozenset({"print", "str", "repr", "pprint.pprint", "pprint.pformat", "rich.print", "format"})
"""Functions that show an object as text."""

CONSUMING = PRINTING | frozenset(
    {
        "len",
        "int",
        "float",
        "bytes",
        "bytearray",
        "set",
        "sorted",
        "sum",
        "max",
        "min",
        "any",
        "all",
        "abs",
        "round",
        "json.loads",
        "json.dumps",
        "json.load",
        "json.dump",
        "orjson.loads",
        "orjson.dumps",
        "ujson.loads",
        "ujson.dumps",
        "simplejson.loads",
        "rapidjson.loads",
        "yaml.safe_load",
        "yaml.load",
        "pickle.loads",
        "msgpack.unpackb",
        "ast.literal_eval",
        "io.BytesIO",
        "io.StringIO",
        "base64.b64encode",
        "base64.b64decode",
        "hashlib.md5",
        "hashlib.sha1",
        "hashlib.sha256",
        "hashlib.sha512",
        "binascii.hexlify",
        "zlib.crc32",
        "zlib.decompress",
        "gzip.decompress",
        "struct.unpack",
        "struct.unpack_from",
        "hmac.new",
        "shlex.split",
        "textwrap.dedent",
        "textwrap.shorten",
        "warnings.warn",
        "zipfile.ZipFile",
        "PIL.Image.open",
        "numpy.frombuffer",
        "numpy.array",
        "bs4.BeautifulSoup",
        "parsel.Selector",
        "scrapy.Selector",
        "pyquery.PyQuery",
        "selectolax.parser.HTMLParser",
        "lxml.html.fromstring",
        "lxml.etree.fromstring",
        "lxml.etree.HTML",
        "lxml.etree.XML",
        "xml.dom.minidom.parseString",
        "xml.etree.ElementTree.fromstring",
        "xml.etree.ElementTree.XML",
        "defusedxml.ElementTree.fromstring",
        "xmltodict.parse",
        "feedparser.parse",
        "html.unescape",
        "html.escape",
        "csv.reader",
        "csv.DictReader",
        "re.search",
        "re.match",
        "re.fullmatch",
        "re.findall",
        "re.finditer",
        "re.sub",
        "re.split",
        "urllib.parse.unquote",
        "urllib.parse.quote",
        "urllib.parse.parse_qs",
        "urllib.parse.parse_qsl",
        "urllib.parse.urlparse",
        "urllib.parse.urlsplit",
        "urllib.parse.urljoin",
        "aiohttp.web.Response",
        "aiohttp.web.json_response",
        "pandas.DataFrame",
        "pandas.read_csv",
        "pandas.read_html",
        "pandas.read_json",
        "pandas.json_normalize",
        "polars.DataFrame",
        "pydantic.parse_obj_as",
        "munch.munchify",
        ".write",
        ".write_text",
        ".write_bytes",
        ".loads",
        ".parse_obj",
        ".parse_raw",
        ".model_validate",
        ".model_validate_json",
        ".validate_python",
        ".validate_json",
        ".from_dict",
        ".from_json",
        ".fromstring",
        ".from_bytes",
        ".fromhex",
        ".b64encode",
        ".unpackb",
        ".extend",
        ".update",
        ".startswith",
        ".endswith",
        ".send",
        ".send_message",
        ".send_text",
        ".reply",
        ".reply_text",
        ".respond",
        ".answer",
        ".edit_text",
        ".writerow",
        ".writerows",
        ".assertEqual",
        ".assertNotEqual",
        ".assertIn",
        ".assertNotIn",
        ".assertTrue",
        ".assertFalse",
        ".assertDictEqual",
        ".assertListEqual",
        ".assertRegex",
        ".assertGreater",
        ".insert_one",
        ".joinpath",
    }
)
"""Callees that take data, not awaitables or callables: a coroutine given to one of them is a mistake."""

URL_TAKING = frozenset(
    {
        "urllib.parse.urlparse",
        "urllib.parse.urlsplit",
        "urllib.parse.parse_qs",
        "urllib.parse.unquote",
        "urllib.parse.quote",
        "urllib.parse.urljoin",
        "urllib.parse.urldefrag",
        "re.search",
        "re.match",
        "re.fullmatch",
        "re.findall",
        "re.sub",
        "re.split",
        "json.dumps",
        "orjson.dumps",
        "ujson.dumps",
        "aiohttp.web.json_response",
        "len",
        "os.path.basename",
        "os.path.splitext",
    }
)
"""Callees that want a URL as str."""

STREAM_WRAPPERS = frozenset({"Response", "StreamingResponse", "StreamResponse"})
"""Server responses that read the stream they are given when they are sent."""

BINARY_SINKS = frozenset(
    {
        "io.BytesIO",
        "BytesIO",
        "zipfile.ZipFile",
        "PIL.Image.open",
        "hashlib.md5",
        "hashlib.sha1",
        "hashlib.sha256",
        "hashlib.sha512",
        "hashlib.blake2b",
        "zlib.decompress",
        "gzip.decompress",
        "bz2.decompress",
        "lzma.decompress",
        "base64.b64encode",
        ".write_bytes",
    }
)
"""Callees that take bytes: text given to one of them was meant to be the bytes of the body."""

OPENERS = frozenset({"open", "io.open", "aiofiles.open", "anyio.open_file"})

PASSING = frozenset(
    "gather create_task ensure_future wait_for shield partial as_completed wait run run_until_complete start_soon "
    "enter_async_context enter_context closing aclosing nullcontext list tuple set frozenset sorted reversed iter next "
    "anext aiter zip enumerate map filter dict deque defaultdict cast getattr run_coroutine_threadsafe wrap_future "
    "Task spawn copy deepcopy chain islice Response StreamingResponse StreamResponse format join urljoin URL Path "
    "joinpath open __aenter__ timeout create_background_task".split()
)
"""Last names of callees that give what they are given, what awaiting it gives, or a string made of it."""

ADDING = frozenset("append add appendleft put put_nowait insert extend update setdefault push".split())
"""Methods that let their object hold what they are given."""

APPLYING = frozenset({"map", "filter", "sorted"})
"""Functions that call another one: their first argument, or their `key`."""
