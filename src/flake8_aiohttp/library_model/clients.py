"""Other libraries whose objects have requests, or methods that are called so: `await redis.get(key)`.

Names are those of top-level packages. Whatever a file makes of one of these is none of aiohttp's.
"""

from __future__ import annotations

ENTERED_LIKE_OURS = frozenset("rnet wreq niquests pyreqwest".split())
"""Clients whose `get` may stand in an `async with`, too: beside them a block proves nothing."""

AWAITED_LIKE_OURS = ENTERED_LIKE_OURS | frozenset(
    "playwright patchright camoufox curl_cffi primp blacksheep async_asgi_testclient aiosonic asks requests_html "
    "quart starlette fastapi redis aioredis pyppeteer nodriver zendriver httpcore treq tornado sanic_testing "
    "ratelimit_requests requests_async".split()
)
"""Libraries whose responses are awaited, and their bodies after them: beside them `await r.json()` proves nothing."""

HTTP_CLIENTS = AWAITED_LIKE_OURS | frozenset(
    "httpx requests urllib3 hishel cloudscraper tls_client noble_tls hrequests grequests requests_cache "
    "requests_toolbelt requests_oauthlib requests_futures httplib2 http urllib authlib pycurl".split()
)
"""Every client of HTTP, but for aiohttp and what is built on it."""

PLAIN_CLIENTS = frozenset("cloudscraper httplib2 requests requests_cache requests_oauthlib urllib3".split())
"""Clients without coroutines: no `async with` enters a request of theirs."""

OTHERS = HTTP_CLIENTS | frozenset(
    "coredis aredis aiocache aiomcache pymemcache emcache cashews diskcache sqlalchemy sqlmodel databases asyncpg "
    "aiomysql aiopg aiosqlite psycopg psycopg_pool psycopg2 motor pymongo beanie tortoise peewee peewee_async "
    "prisma edgedb gel surrealdb neo4j cassandra clickhouse_driver asynch botocore aiobotocore aioboto3 boto3 "
    "elasticsearch opensearchpy etcd3 nats aio_pika aiokafka aiormq zeep grpc selenium websockets websocket "
    "asyncssh paramiko ftplib".split()
)
"""These, and what has sessions, pools and `get` without any HTTP: databases, caches, queues."""

WORDS = {
    **dict.fromkeys(("aiohttp", "clientsession", "clientresponse"), True),
    "asyncclient": False,
    **dict.fromkeys(sorted(HTTP_CLIENTS - {"http", "urllib", "starlette", "fastapi", "quart", "redis"}), False),
}
"""What the name of a flag says: `use_aiohttp` is aiohttp's where it is true, `HAS_HTTPX` the other's."""

OTHER_RECEIVERS = frozenset(
    "queue page browser context playwright redis cache pool db database httpx requests curl tls".split()
)
"""Words in the name of a receiver whose `await x.get(…)` is seldom aiohttp's."""

OUR_MEMBERS = frozenset({"status", "release", "ws_connect", "connector", "cookie_jar", "real_url", "request_info"})
"""What `hasattr` asks for to know an object of aiohttp's from another client's."""


def is_other(qualified: str) -> bool:
    """Whether a qualified name belongs to one of these libraries."""
    return qualified.partition(".")[0] in OTHERS
