"""What is said to the provider and what of its answers is believed: Authorization Code with PKCE, by Authlib.

State, nonce and the code's verifier lie in the session and are used once, within ten minutes. The provider's
description and its keys are read anew at each sign-in, so a key that it withdrew is not believed any longer. The
answer is believed when its signature is by one of those keys, it comes from this issuer, is meant for this
application, carries the nonce of this session, and its times fit within a minute (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import MismatchingStateError
from authlib.integrations.django_client import DjangoIntegration, OAuth, OAuthError
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from requests.exceptions import RequestException

from redshank.web.provider import Provider

ANSWER_WITHIN = 600  # seconds from the button to the provider's answer (local default)
LEEWAY = 60  # seconds that the two clocks may differ (local default)
WAIT = 5  # seconds for one answer of the provider: a worker's thread waits meanwhile (local default)
#: Signatures by a key pair alone: with a shared secret whoever holds the secret could sign, and "none" is no signature.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST = 60  # as long as the name of an account can be


class Refused(Exception):
    """Nobody is signed in; ``why`` is one of the reasons that ``accounts/refusals.toml`` puts into words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Word:
    """The provider's word: whose account, and whether a second factor was used that the force accepts."""

    username: str
    second_factor: bool


class _Kept(DjangoIntegration):
    """What the session keeps of a sign-in that was begun; Authlib itself would take it however old."""

    expires_in = ANSWER_WITHIN

    def get_state_data(self, session: Any, state: Any) -> Any:
        kept = session.get(f"_state_{self.name}_{state}") or {}
        return super().get_state_data(session, state) if kept.get("exp", 0) > time.time() else None


class _Registry(OAuth):
    framework_integration_cls = _Kept


def _client(provider: Provider) -> Any:
    """Authlib's client with the provider's description, of which only what is needed here is kept."""
    client = _Registry().register(
        "provider",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": provider.scope, "code_challenge_method": "S256", "default_timeout": WAIT},
    )
    try:
        said = client.load_server_metadata()
    except (RequestException, ValueError, TypeError) as error:
        raise Refused("unreachable") from error
    scheme = urlsplit(provider.issuer).scheme
    named = [e for e in (*ENDPOINTS, "userinfo_endpoint") if e in said or e in ENDPOINTS]
    agrees = said.get("issuer") == provider.issuer and all(
        isinstance(said.get(e), str) and urlsplit(said[e]).scheme == scheme for e in named
    )
    offered = said.get("id_token_signing_alg_values_supported")
    signatures = [a for a in offered if a in SIGNATURES] if isinstance(offered, list) else ["RS256"]
    if not agrees or not signatures:
        raise Refused("disagree")
    client.server_metadata = {
        **{name: said[name] for name in ("issuer", *named)},
        "id_token_signing_alg_values_supported": signatures,
        "_loaded_at": said["_loaded_at"],
    }
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in ways and "client_secret_post" in ways:
        client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
    return client


def begin(request: Any, provider: Provider, back: str) -> Any:
    """The redirect to the provider. ``back`` is the address that it leads back to. :class:`Refused` where the provider
    cannot be reached."""
    more = {"acr_values": " ".join(provider.factor_values)} if provider.factor_claim == "acr" else {}
    return _client(provider).authorize_redirect(request, back, **more)


def finish(request: Any, provider: Provider) -> Word:
    """What the provider's answer says, once it is believed; :class:`Refused` otherwise."""
    if request.GET.get("error"):
        _forget(request)
        raise Refused("denied" if request.GET["error"] == "access_denied" else "unable")
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: another provider's answer
        raise Refused("untrusted")
    claims = _claims(request, _client(provider), provider)
    name = claims.get(provider.claim)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST:
        raise Refused("nameless")
    if provider.claim == "email" and claims.get("email_verified") is not True:
        raise Refused("nameless")
    return Word(name, provider.asserts_second_factor(claims.get("amr"), claims.get("acr")))


def _claims(request: Any, client: Any, provider: Provider) -> dict[str, Any]:
    wanted = {
        "iss": {"essential": True, "values": [provider.issuer]},
        "aud": {"essential": True, "values": [provider.client_id]},
        "exp": {"essential": True},
    }
    try:
        token = client.authorize_access_token(request, claims_options=wanted, leeway=LEEWAY)
    except MismatchingStateError as error:
        raise Refused("expired") from error
    except OAuthError as error:
        raise Refused("expired" if error.error == "invalid_grant" else "disagree") from error
    except RequestException as error:
        raise Refused("unreachable") from error
    except (ClaimError, ExpiredTokenError) as error:
        clock = isinstance(error, ExpiredTokenError) or error.claim in ("exp", "iat", "nbf")
        raise Refused("clocks" if clock else "untrusted") from error
    except (JoseError, AuthlibBaseError, ValueError, KeyError) as error:
        raise Refused("untrusted") from error
    claims = token.get("userinfo")
    if not claims:
        raise Refused("untrusted")
    return dict(claims) if provider.claim in claims else _asked(client, token) | dict(claims)


def _asked(client: Any, token: Any) -> dict[str, Any]:
    """What the provider tells of the same person when asked; many keep a name out of the token itself."""
    if "userinfo_endpoint" not in client.server_metadata:
        return {}
    try:
        said = client.userinfo(token=token)
    except RequestException as error:
        raise Refused("unreachable") from error
    except (AuthlibBaseError, ValueError, TypeError) as error:
        raise Refused("untrusted") from error
    if said.get("sub") != token["userinfo"]["sub"]:  # OpenID Connect Core 1.0, 5.3.2
        raise Refused("untrusted")
    return dict(said)


def _forget(request: Any) -> None:
    """A sign-in that the provider refused is not kept for another answer."""
    request.session.pop(f"_state_provider_{request.GET.get('state')}", None)
