"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.settings")
application = get_wsgi_application()
# All pages and routes are loaded now rather than with the first request; none of it ever becomes garbage.
get_resolver().url_patterns  # noqa: B018
# As in the reading processes: a call brings many small objects and hardly a cycle.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
