"""The processes that answer, one for each core: each with threads, and beside them the sequencer of the audit and the postman
of the notices, of which the one that holds their lock works and the others stand by."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Server(BaseApplication):
    """Gunicorn with settings of ours alone: nothing from a file, an environment or the command line."""

    def __init__(self, home: Path, host: str, port: int, threads: int, workers: int) -> None:
        self.home = home
        self.bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.threads, self.workers = threads, workers
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
            "bind": [self.bind], "workers": self.workers, "worker_class": "gthread", "threads": self.threads, "timeout": 120,
            "graceful_timeout": 5, "keepalive": 5, "accesslog": None, "errorlog": "-", "loglevel": "warning",
            "post_worker_init": post_worker_init, "worker_exit": worker_exit, "limit_request_line": 4094,
            "limit_request_fields": 60, "proc_name": "redshank", "control_socket_disable": True,
            "preload_app": True,  # once, before the processes part
        }  # fmt: skip
        if logs.as_json():
            settings["logconfig_dict"] = log_settings()
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from importlib import import_module

        from django.conf import settings
        from django.db import connections

        from redshank.web.wsgi import application

        import_module(settings.ROOT_URLCONF)  # every page's module, else the first reader waits for them
        connections.close_all()
        return application


def run(home: Path, host: str, port: int, threads: int, workers: int) -> None:
    """Serves until it is told to end."""
    from django.db import connections

    connections.close_all()
    Server(home, host, port, threads, workers).run()
