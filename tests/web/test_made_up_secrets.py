"""A secret that is still the word of a manual starts nothing."""

import pytest

from redshank.errors import NotPermitted
from redshank.web import mailing, provider, settings
from redshank.web.watched import token


def test_secrets_of_a_manual_are_refused_wherever_one_stands(monkeypatch, tmp_path):
    """The words of the example of the settings, left as they are: exit 12, and the secret itself is not repeated."""
    file = tmp_path / "made-up"
    file.write_text("changeme-changeme-changeme\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("REDSHANK_DATABASE_URL", "postgres://redshank:PASSWORD@127.0.0.1/none")
    issued = {"REDSHANK_OIDC_ISSUER": "https://sign-in.example", "REDSHANK_OIDC_CLIENT_ID": "redshank"}
    mail = {
        "REDSHANK_ORIGIN": "https://redshank.example",
        "REDSHANK_SMTP_HOST": "mail.example",
        "REDSHANK_SMTP_FROM": "redshank@mail.example",
        "REDSHANK_SMTP_USER": "redshank",
    }
    for read in (
        lambda: mailing.read(mail | {"REDSHANK_SMTP_PASSWORD_FILE": str(file)}),
        settings._database,
        lambda: token.read(str(file)),
        lambda: provider.read(issued | {"REDSHANK_OIDC_CLIENT_SECRET_FILE": str(file)}),
        lambda: provider.read(issued | {"REDSHANK_OIDC_CLIENT_SECRET": "changeme"}),
    ):
        with pytest.raises(NotPermitted, match="placeholder") as told:
            read()
        assert "changeme" not in str(told.value).lower()
