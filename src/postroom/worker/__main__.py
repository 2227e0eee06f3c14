"""Starts the worker as a process of its own: ``python -m postroom.worker``."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.settings")
django.setup()

if __name__ == "__main__":
    from postroom.worker.runner import run_forever

    run_forever()
