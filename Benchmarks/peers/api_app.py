"""FastAPI on uvicorn with asyncpg: targets as our API has them, from tables of the same shape with the same rows.

It answers the same bodies (times have three digits more) and is written as fast as such a service usually gets: one statement to a
request, a pool of connections, statements prepared, serials from a sequence, and a bearer token that is proved by its signature alone
and then, as ours, not proved again for five seconds.
"""
import base64
import datetime
import json
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

# PyJWT takes 8 MB more where this can be imported, which other peers brought along; signatures of the kind used here do without.
sys.modules["cryptography"] = None

import asyncpg
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

KEY = bytes.fromhex(os.environ["BENCH_KEY"])
COUNTS = os.environ.get("BENCH_COUNTS") == "1"
CONNECTIONS = 10
REMEMBERED_SECONDS = 5
UTC = datetime.UTC


class ConnectionMethod(BaseModel):
    """One way to reach a target."""

    kind: str
    host: str | None = Field(None, min_length=1, max_length=253)
    port: int | None = Field(None, ge=1, le=65535)
    user: str | None = Field(None, min_length=1, max_length=64)
    credential: str | None = None
    jump: str | None = None
    connect_timeout_seconds: int | None = Field(None, ge=1, le=600)


class SaveTarget(BaseModel):
    """A target to add."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
    description: str = Field("", max_length=2000)
    type: str = "server"
    os: str = Field("", max_length=64)
    environment: str = Field("", max_length=64)
    location: str = Field("", max_length=128)
    tags: list[str] = Field([], max_length=100)
    connections: list[ConnectionMethod] = Field([], max_length=10)


class HostKey(BaseModel):
    """A pinned host key."""

    algorithm: str
    blob: str
    fingerprint: str
    pinned_at: datetime.datetime
    pinned_by: str


class Target(BaseModel):
    """A target."""

    id: str
    serial: str
    name: str
    description: str
    type: str
    os: str
    environment: str
    location: str
    tags: list[str]
    facts: dict[str, str]
    status: str
    connections: list[ConnectionMethod]
    host_key_policy: str
    host_keys: list[HostKey]
    revision: int
    created_at: datetime.datetime
    updated_at: datetime.datetime


class Page(BaseModel):
    """A page of targets."""

    items: list[Target]
    next_cursor: str | None = None
    total: int | None = None


COLUMNS = """
    t.id, t.serial, t.name, t.description, t.type, t.os, t.environment, t.location, t.status, t.host_key_policy, t.revision,
    t.created_at, t.updated_at, t.parts
"""
SHOW = f"SELECT {COLUMNS} FROM targets t WHERE t.id = $1"
PAGE = f"SELECT {COLUMNS} FROM targets t WHERE t.name_key > $1 ORDER BY t.name_key LIMIT $2"
COUNT = "SELECT COUNT(*) FROM targets"
CREATE = """
WITH target AS (
    INSERT INTO targets (id, serial, name, name_key, description, type, os, os_key, environment, environment_key, location, location_key,
        status, host_key_policy, revision, created_at, updated_at, parts)
    VALUES ($1, 'T2026' || nextval('target_numbers'), $2, lower($2), $3, $4, $5, lower($5), $6, lower($6), $7, lower($7),
        'active', 'strict', 1, $8, $8, $15)
    RETURNING serial
), tags AS (
    INSERT INTO target_tags (target_id, tag, tag_key) SELECT $1, tag, lower(tag) FROM unnest($9::text[]) AS tag
), methods AS (
    INSERT INTO target_methods (target_id, position, kind, host, port, username, connect_timeout_seconds)
    SELECT $1, m.position - 1, m.kind, m.host, m.port, m.username, m.seconds
    FROM unnest($10::text[], $11::text[], $12::bigint[], $13::text[], $14::bigint[])
        WITH ORDINALITY AS m (kind, host, port, username, seconds, position)
)
SELECT serial FROM target
"""


def instant(milliseconds: int) -> datetime.datetime:
    """An instant out of the table."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, UTC)


METHOD = ("kind", "host", "port", "user", "credential", "jump", "connect_timeout_seconds")
HOST_KEY = ("algorithm", "blob", "fingerprint", "pinned_at", "pinned_by")


def target(row: asyncpg.Record) -> dict[str, Any]:
    """A row as the model wants it."""
    tags, facts, methods, keys = (kind or () for kind in json.loads(row["parts"]))
    return {
        **row, "tags": [tag for tag, in tags], "facts": dict(facts),
        "connections": [dict(zip(METHOD, method, strict=True)) for method in methods],
        "host_keys": [{**(pinned := dict(zip(HOST_KEY, key, strict=True))), "pinned_at": instant(pinned["pinned_at"])} for key in keys],
        "created_at": instant(row["created_at"]), "updated_at": instant(row["updated_at"])}


remembered: dict[str, tuple[dict[str, Any], float]] = {}


async def signed_in(authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
    """What a signed bearer token says; remembered for as long as ours does."""
    known, until = remembered.get(authorization, (None, 0.0))
    if known is not None and time.monotonic() < until:
        return known
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "), KEY, algorithms=["HS256"], audience="opsconductor-api", issuer="opsconductor",
            options={"require": ["exp", "sub", "sid"]})
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    remembered.clear()
    remembered[authorization] = claims, time.monotonic() + REMEMBERED_SECONDS
    return claims


@asynccontextmanager
async def life(served: FastAPI) -> AsyncIterator[None]:
    """Opens the pool and closes it."""
    served.state.pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=CONNECTIONS, max_size=CONNECTIONS)
    yield
    await served.state.pool.close()


app = FastAPI(lifespan=life)
Caller = Annotated[dict[str, Any], Depends(signed_in)]


@app.get("/health")
async def health() -> dict[str, str]:
    """Whether it serves."""
    return {"status": "ok"}


@app.get("/api/targets", response_model=Page, response_model_exclude_none=True)
async def page(caller: Caller, limit: Annotated[int, Field(ge=1, le=500)] = 50, cursor: str | None = None) -> dict[str, Any]:
    """A page of targets by name."""
    after = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode() if cursor else ""
    async with app.state.pool.acquire() as connection:
        rows = await connection.fetch(PAGE, after, limit + 1)
        total = await connection.fetchval(COUNT) if COUNTS else None
    shown = rows[:limit]
    following = base64.urlsafe_b64encode(shown[-1]["name"].lower().encode()).decode().rstrip("=") if len(rows) > limit else None
    return {"items": [target(row) for row in shown], "next_cursor": following, "total": total}


@app.get("/api/targets/{id}", response_model=Target, response_model_exclude_none=True)
async def show(caller: Caller, id: str) -> dict[str, Any]:
    """One target."""
    row = await app.state.pool.fetchrow(SHOW, id)
    if row is None:
        raise HTTPException(404)
    return target(row)


@app.post("/api/targets", response_model=Target, response_model_exclude_none=True, status_code=201)
async def create(caller: Caller, save: SaveTarget) -> dict[str, Any]:
    """Adds a target."""
    now, name = time.time_ns() // 1_000_000, str(uuid.uuid4())
    methods, tags = save.connections, sorted(save.tags, key=str.lower)
    parts = json.dumps([[[tag] for tag in tags], [], [[getattr(method, field) for field in METHOD] for method in methods], []])
    try:
        serial = await app.state.pool.fetchval(
            CREATE, name, save.name, save.description, save.type, save.os, save.environment, save.location, now, save.tags,
            [method.kind for method in methods], [method.host for method in methods], [method.port for method in methods],
            [method.user for method in methods], [method.connect_timeout_seconds for method in methods], parts)
    except asyncpg.UniqueViolationError as error:
        raise HTTPException(409) from error
    return {
        **save.model_dump(), "id": name, "serial": serial, "tags": tags, "facts": {}, "status": "active",
        "host_key_policy": "strict", "host_keys": [], "revision": 1, "created_at": instant(now), "updated_at": instant(now)}
