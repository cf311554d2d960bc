"""The application as a server runs it. ``redshank serve`` sets the home first."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "redshank.web.settings")
application = get_wsgi_application()
