"""Origins that a page of another site might show, or somebody who hopes that they are compared carelessly."""

# What nobody was allowed; the second host is the one that was asked.
FOREIGN = (
    "null", "NULL", "", "*", "{host}", "//{host}", "https:{host}", "https:///{host}", "https://", "https://evil.example", "http://evil.example",
    "HTTPS://EVIL.EXAMPLE", "https://{host}.evil.example", "https://evil{host}", "https://evil-{host}", "https://sub.{host}", "https://{host}e",
    "https://{host}.", "https://.{host}", "https://{host}@evil.example", "https://evil@{host}", "https://{host}:443@evil.example",
    "https://{host}:444", "https://{host}:80", "https://{host}:0443", "https://{host}:", "https://{host}:443443", "https://{host}:443:443",
    "https://{host}/", "https://{host}/x", "https://evil.example/https://{host}", "https://evil.example?https://{host}",
    "https://evil.example#https://{host}", "https://evil.example\\@{host}", "https://{host}\\.evil.example", "https://{host}%00.evil.example",
    "https://{host}\t.evil.example", "https://{host} https://evil.example", "https://evil.example https://{host}",
    "https://{host},https://evil.example", "https://evil.example, https://{host}", "https://{host}\u202e", "https://{host}\u0301",
    "https://{host}\uff0eevil.example", "https://xn--{host}", "https://" + "a" * 4000 + ".{host}", "https://{host}." + "a" * 9000,
    "ftp://{host}", "file://{host}", "ws://{host}", "wss://{host}", "chrome-extension://{host}", "javascript://{host}", "x://{host}",
    "https://evil.example://{host}",
)
# Without an origin, what browsers say about where a request comes from; the last one is silence.
SITES = ("cross-site", "same-site", "none", "", "null", "Same-Origin ", "same-origin, cross-site", None)


def foreign(host: str) -> list[dict[str, bytes]]:
    """Headers of requests that come from elsewhere than from the pages of `host`."""
    # The sign of the unit of temperature becomes a small k when it is lowered.
    texts = [text.replace("{host}", host) for text in FOREIGN] + ([f"https://{host}".replace("k", "\u212a")] if "k" in host else [])
    return [*({"Origin": text.encode()} for text in texts), *({"Sec-Fetch-Site": site.encode()} if site is not None else {} for site in SITES)]


# Headers with which somebody claims to be somebody else, or to come from elsewhere.
CLAIMED_ADDRESS = "10.66.66.66"
FORGED = [
    *({name: CLAIMED_ADDRESS} for name in (
        "X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Cluster-Client-IP", "X-Originating-IP",
        "X-Remote-Addr", "Client-IP", "Via")),
    {"X-Forwarded-For": f"127.0.0.1, {CLAIMED_ADDRESS}"}, {"X-Forwarded-For": f"{CLAIMED_ADDRESS}, 127.0.0.1"},
    {"Forwarded": f"for={CLAIMED_ADDRESS};host=evil.example;proto=https"},
    *({name: "admin"} for name in (
        "X-Ops-User", "X-Ops-Caller", "X-User", "X-User-Id", "X-Username", "X-Remote-User", "Remote-User", "X-Forwarded-User",
        "X-Forwarded-Preferred-Username", "X-Auth-Request-User", "X-WEBAUTH-USER", "X-Authenticated-User")),
    *({name: "administrator"} for name in ("X-Ops-Role", "X-Ops-Permissions", "X-Role", "X-Roles", "X-Scope", "X-Forwarded-Groups")),
    {"X-Original-URL": "/api/users"}, {"X-Rewrite-URL": "/api/users"}, {"X-HTTP-Method-Override": "DELETE"}, {"X-Original-Method": "DELETE"},
    {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "http"}, {"X-Forwarded-Prefix": "/api/users"},
]
