"""Which addresses a webhook may have: the origins that ``REDSHANK_HOOKS_ALLOW`` lists, by commas; nothing by default.

``REDSHANK_HOOKS_ALLOW``  ``https://cases.force.example,https://10.20.1.5:8443``

A name on the list that leads to this machine, to a link-local address or to where a cloud keeps its machines' secrets is refused when it
is called: only such an address written out on the list is taken at its word.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from redshank.errors import UsageError

SETTING = "REDSHANK_HOOKS_ALLOW"
#: Where clouds answer a machine about itself, beside the link-local address that most of them use.
METADATA = {ip_address("fd00:ec2::254"), ip_address("100.100.100.200"), ip_address("168.63.129.16")}


class Refused(Exception):
    """The address may not be called; the text says why, in words of ours."""


@dataclass(frozen=True)
class Origin:
    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


def origin_of(address: str) -> Origin | None:
    """The origin of an address, or nothing where it is none of HTTP."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        return None
    return Origin(parts.scheme, parts.hostname.lower(), port or (443 if parts.scheme == "https" else 80))


def read(environment: Mapping[str, str]) -> frozenset[Origin]:
    """The origins that the environment lists. :class:`UsageError` for what is none, or is not encrypted beyond this machine."""
    found = set()
    for text in environment.get(SETTING, "").split(","):
        if not (said := text.strip()):
            continue
        origin = origin_of(said)
        if origin is None or urlsplit(said).path.strip("/") or urlsplit(said).query:
            raise UsageError(f"{SETTING}: {said} is no origin", "write https://host or https://host:port")
        if origin.scheme == "http" and not _is_here(origin.host):
            raise UsageError(f"{SETTING}: {said} is not encrypted", "write https://…")
        found.add(origin)
    return frozenset(found)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_here(host: str) -> bool:
    found = _literal(host)
    return found is not None and found.is_loopback


def _is_forbidden(found: IPv4Address | IPv6Address) -> bool:
    return (
        found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved or found in METADATA
    )  # fmt: skip


def check(address: str, listed: frozenset[Origin]) -> Origin:
    """The origin of an address that is on the list. :class:`Refused` else."""
    origin = origin_of(address)
    if origin is None:
        raise Refused("It is no address of HTTP")
    if origin not in listed:
        raise Refused(f"{origin} is not on the list of {SETTING}")
    return origin


def resolved(origin: Origin) -> str:
    """The numeric address to call, looked up once so that what was checked is what is called. :class:`Refused` for a forbidden one."""
    literal = _literal(origin.host)
    if literal is not None:
        return str(literal)  # written out on the list: taken at its word
    try:
        rows = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Refused("Its name is not known") from error
    found = [_literal(str(row[4][0]).partition("%")[0]) for row in rows]
    if not found or any(one is None or _is_forbidden(one) for one in found):
        raise Refused("Its name leads to this machine or to an address that is not called")
    return str(found[0])
