"""Django's entry for the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Registers the models under the label ``store``."""

    name = "postroom.store"
    label = "store"
