"""The Celery app: queues, schedule, and the options that make messages mere nudges.

A message only says that there is work; the rows hold it. So messages may be lost or come twice,
are acknowledged early, never reserved ahead, and have no result.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import redis
from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init, worker_ready
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

LANES = ("interactive", "standard", "bulk")
# Drain loops may run for minutes: what must not wait for them has queues and a worker of its own.
HOUSEKEEPING = ("sweep", "mail", "imports")
# Customers' receivers may hang: they hold up nothing but each other, and that little.
WEBHOOKS = "webhooks"
READY_SECONDS = 120
MAIL_SECONDS = 60.0
TIDY_SECONDS = 300.0
WEBHOOK_SECONDS = 5.0
LOG_SECONDS = 5.0
IMPORT_SECONDS = 30.0
PURGE_SECONDS = 3600.0


def ready_key(node: str) -> str:
    """Return the Redis key a worker of that name sets when it takes messages."""
    return f"worker_ready:{node}"


app = Celery("interlinear")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=30,
    broker_transport_options={
        "visibility_timeout": 3600,
        "socket_connect_timeout": 5,
        # Queues are asked in the order a worker names them: interactive first.
        "queue_order_strategy": "priority",
    },
    result_backend=None,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=False,
    task_publish_retry=False,
    task_serializer="json",
    accept_content=["json"],
    task_queues=[Queue(name) for name in (*LANES, *HOUSEKEEPING, WEBHOOKS)],
    task_default_queue="standard",
    task_create_missing_queues=False,
    task_routes={
        "translation.sweep": {"queue": "sweep"},
        "accounts.move_notes": {"queue": "sweep"},
        "accounts.purge_requests": {"queue": "sweep"},
        "accounts.purge_calls": {"queue": "sweep"},
        "accounts.clean": {"queue": "sweep"},
        "accounts.send_mail": {"queue": "mail"},
        "accounts.sweep_mail": {"queue": "mail"},
        "accounts.erase_organization": {"queue": "sweep"},
        "accounts.tidy": {"queue": "sweep"},
        "glossaries.run_imports": {"queue": "imports"},
        "translation.deliver_webhooks": {"queue": WEBHOOKS},
        "translation.purge_webhooks": {"queue": "sweep"},
    },
    worker_pool="threads",
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    # Touches acks_late tasks only; said aloud, or each reconnect warns about the default.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    timezone="UTC",
    enable_utc=True,
    beat_schedule={
        "sweep": {
            "task": "translation.sweep",
            "schedule": float(settings.SWEEP_SECONDS),
            # Enough for a pause of the worker, too short for a heap of old sweeps.
            "options": {"queue": "sweep", "expires": 10 * settings.SWEEP_SECONDS},
        },
        "request-log": {
            "task": "accounts.move_notes",
            "schedule": LOG_SECONDS,
            "options": {"queue": "sweep", "expires": 10 * LOG_SECONDS},
        },
        "request-log-purge": {
            "task": "accounts.purge_requests",
            "schedule": PURGE_SECONDS,
            "options": {"queue": "sweep", "expires": PURGE_SECONDS},
        },
        "clean": {
            "task": "accounts.clean",
            "schedule": crontab(hour="2", minute="10"),  # by UTC
            "options": {"queue": "sweep", "expires": 6 * 3600},
        },
        "calls-purge": {
            "task": "accounts.purge_calls",
            "schedule": crontab(hour="3", minute="50"),
            "options": {"queue": "sweep", "expires": 3600},
        },
        "mail": {
            "task": "accounts.sweep_mail",
            "schedule": MAIL_SECONDS,
            "options": {"queue": "mail", "expires": MAIL_SECONDS},
        },
        "tidy": {
            "task": "accounts.tidy",
            "schedule": TIDY_SECONDS,
            "options": {"queue": "sweep", "expires": TIDY_SECONDS},
        },
        "imports": {
            "task": "glossaries.run_imports",
            "schedule": IMPORT_SECONDS,
            "options": {"queue": "imports", "expires": IMPORT_SECONDS},
        },
        "webhooks": {
            "task": "translation.deliver_webhooks",
            "schedule": WEBHOOK_SECONDS,
            "options": {"queue": WEBHOOKS, "expires": 10 * WEBHOOK_SECONDS},
        },
        "purge_webhooks": {
            "task": "translation.purge_webhooks",
            "schedule": crontab(hour="3", minute="20"),
            "options": {"queue": "sweep", "expires": 3600},
        },
    },
)
if settings.PROCESS != "beat":  # it sends names, and loading what they do takes seconds
    app.autodiscover_tasks()


@worker_init.connect
def _refuse_wrong_role(**_: object) -> None:
    """End a worker for whose database role row-level security is off."""
    from django.core.exceptions import ImproperlyConfigured

    from accounts.tenancy.guard import assert_runtime_role

    try:
        assert_runtime_role()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None  # anything else Celery would only log


@worker_ready.connect
def _say_ready(sender: Any, **_: object) -> None:
    """Tell whoever waits for this worker (the supervisor) that it takes messages."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(ready_key(sender.hostname), "1", ex=READY_SECONDS)


@worker_ready.connect
def _warm_up(**_: object) -> None:
    """Load what the first translation needs, beside the loops: somebody may be waiting for it."""
    if settings.PROCESS == "worker":
        from claude.services import warm_up

        threading.Thread(target=warm_up, name="warm-up", daemon=True).start()


@worker_ready.connect
def _look_at_models(**_: object) -> None:
    """Ask once at each start whether the configured models can be used; /readyz shows the answer.

    Only the housekeeping worker asks: one answer serves the whole house.
    """
    if settings.PROCESS == "housekeeping":
        from django.utils import timezone

        from claude.services import check_models

        check_models(now=timezone.now())
