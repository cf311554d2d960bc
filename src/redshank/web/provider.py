"""Signing in through the force's own provider (OpenID Connect), as the environment describes it; nothing by default.

``REDSHANK_OIDC_ISSUER``              the provider's issuer, as its description gives it, ``https://…``
``REDSHANK_OIDC_CLIENT_ID``           what the provider calls this application
``REDSHANK_OIDC_CLIENT_SECRET_FILE``  a file of mode 0600 that holds the client's secret …
``REDSHANK_OIDC_CLIENT_SECRET``       … or the secret itself
``REDSHANK_OIDC_CLAIM``               the claim that holds the account's name here; else ``preferred_username``
``REDSHANK_OIDC_SCOPE``               what is asked for; else ``openid profile``
``REDSHANK_OIDC_SECOND_FACTOR``       ``amr=mfa,otp`` or ``acr=…``: what of the provider's word stands for the
                                      second factor; left away, everybody types the code of their authenticator
``REDSHANK_OIDC_NAME``                what the button says after "Sign in with"; else ``your force account``
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from redshank.errors import NotPermitted, UsageError
from redshank.settings import refuse_made_up

BEFORE = "REDSHANK_OIDC_"
KNOWN = (
    "ISSUER",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CLIENT_SECRET_FILE",
    "CLAIM",
    "SCOPE",
    "SECOND_FACTOR",
    "NAME",
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Provider:
    """One provider. The secret is never part of a text that this object gives of itself."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str = "preferred_username"
    scope: str = "openid profile"
    factor_claim: str = ""  # amr, acr, or nothing
    factor_values: tuple[str, ...] = ()
    name: str = "your force account"

    def asserts_second_factor(self, amr: object, acr: object) -> bool:
        """Whether what the provider says of the sign-in is what the force accepts for the second factor."""
        if self.factor_claim == "amr":
            return isinstance(amr, list) and any(one in self.factor_values for one in amr)
        return self.factor_claim == "acr" and isinstance(acr, str) and acr in self.factor_values


def read(environment: Mapping[str, str]) -> Provider | None:
    """The provider that the environment describes, or None where it describes none.

    Errors: :class:`UsageError` half a description, an unknown name, an issuer without TLS; :class:`NotPermitted` a
    secret that others can read.
    """
    told = {k.removeprefix(BEFORE): v.strip() for k, v in environment.items() if k.startswith(BEFORE)}
    told = {k: v for k, v in told.items() if v}
    if not told:
        return None
    if unknown := sorted(set(told) - set(KNOWN)):
        raise UsageError(
            f"{BEFORE}{unknown[0]}: there is no such setting",
            f"known: {', '.join(BEFORE + k for k in KNOWN)}",
        )
    missing = [k for k in ("ISSUER", "CLIENT_ID") if k not in told]
    if not missing and "CLIENT_SECRET" not in told and "CLIENT_SECRET_FILE" not in told:
        missing = ["CLIENT_SECRET_FILE"]
    if missing:
        raise UsageError(
            f"{BEFORE}{missing[0]} is missing",
            "signing in through a provider needs issuer, client id and client secret; docs/sign-in.md tells how",
        )
    claim, values = _second_factor(told.get("SECOND_FACTOR", ""))
    scope = told.get("SCOPE", Provider.scope)
    if "openid" not in scope.split():
        raise UsageError(
            f"{BEFORE}SCOPE does not ask for openid", "write openid first, then what else is needed"
        )
    return Provider(
        issuer=_issuer(told["ISSUER"]),
        client_id=told["CLIENT_ID"],
        client_secret=_secret(told),
        claim=told.get("CLAIM", Provider.claim),
        scope=scope,
        factor_claim=claim,
        factor_values=values,
        name=told.get("NAME", Provider.name)[:60],
    )


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    on_this_machine = parts.scheme == "http" and parts.hostname in LOOPBACK
    if (
        not parts.hostname
        or not (parts.scheme == "https" or on_this_machine)
        or parts.query
        or parts.fragment
    ):
        raise UsageError(
            f"{BEFORE}ISSUER is no address of an issuer", "write https://…, as the provider states it"
        )
    return text


def _secret(told: Mapping[str, str]) -> str:
    if "CLIENT_SECRET_FILE" not in told:
        refuse_made_up(told["CLIENT_SECRET"], f"{BEFORE}CLIENT_SECRET")
        return told["CLIENT_SECRET"]
    if "CLIENT_SECRET" in told:
        raise UsageError(
            f"{BEFORE}CLIENT_SECRET and {BEFORE}CLIENT_SECRET_FILE are both set", "leave one away"
        )
    path = Path(told["CLIENT_SECRET_FILE"])
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{BEFORE}CLIENT_SECRET_FILE: {path} cannot be read", "name a file with the secret"
        ) from error
    if mode & 0o077:
        raise NotPermitted(f"{path} can be read by others (its mode is {mode:04o})", f"chmod 600 {path}")
    if not text:
        raise UsageError(f"{BEFORE}CLIENT_SECRET_FILE: {path} is empty", "write the client's secret into it")
    refuse_made_up(text, f"{BEFORE}CLIENT_SECRET_FILE")
    return text


def _second_factor(text: str) -> tuple[str, tuple[str, ...]]:
    if not text:
        return "", ()
    claim, _, values = text.partition("=")
    wanted = tuple(v.strip() for v in values.split(",") if v.strip())
    if claim.strip() not in ("amr", "acr") or not wanted:
        raise UsageError(
            f"{BEFORE}SECOND_FACTOR names no claim and values", "write amr=mfa or acr=…, or leave it away"
        )
    return claim.strip(), wanted
