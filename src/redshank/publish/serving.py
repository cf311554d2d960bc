"""The process that answers: one worker with threads, and beside it the sequencer of the audit and the postman of the notices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """Gunicorn with settings of ours alone: nothing from a file, an environment or the command line."""

    def __init__(self, home: Path, host: str, port: int, threads: int) -> None:
        self.home = home
        self.bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.threads = threads
        super().__init__()

    def load_config(self) -> None:
        beside: dict[str, Any] = {}

        def post_worker_init(worker: Any) -> None:
            from redshank.web.notices.postman import Postman
            from redshank.web.trail.sequencer import Sequencer

            beside["sequencer"] = Sequencer(self.home)
            beside["postman"] = Postman(self.home)
            for thread in beside.values():
                thread.start()

        def worker_exit(server: Any, worker: Any) -> None:
            for thread in beside.values():
                thread.stop()

        from redshank import logs
        from redshank.web.logs import settings as log_settings

        settings: dict[str, Any] = {
            "bind": [self.bind], "workers": 1, "worker_class": "gthread", "threads": self.threads, "timeout": 120,
            "graceful_timeout": 5, "keepalive": 5, "accesslog": None, "errorlog": "-", "loglevel": "warning",
            "post_worker_init": post_worker_init, "worker_exit": worker_exit, "limit_request_line": 4094,
            "limit_request_fields": 60, "proc_name": "redshank", "control_socket_disable": True,
        }  # fmt: skip
        if logs.as_json():
            settings["logconfig_dict"] = log_settings()
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from django.db import connections

        connections.close_all()
        from redshank.web.wsgi import application

        return application


def run(home: Path, host: str, port: int, threads: int) -> None:
    """Serves until it is told to end."""
    from django.db import connections

    connections.close_all()
    Server(home, host, port, threads).run()
