"""Django's entry for the web pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates and template tags."""

    name = "postroom.web"
    label = "web"
