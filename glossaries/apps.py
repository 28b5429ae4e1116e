"""Glossaries: what a customer teaches us of its language, frozen into a brief for each run."""

from django.apps import AppConfig


class GlossariesConfig(AppConfig):
    name = "glossaries"
    default_auto_field = "django.db.models.BigAutoField"
