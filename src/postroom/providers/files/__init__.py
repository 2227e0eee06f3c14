"""Mail in files: mbox, Maildir, directories of mails, single mails. See README.md.

Yields bytes with the place where they stood. Must not interpret a mail beyond the mbox's own lines, and
uses the standard library only, because its chunks are read inside the reading processes.
"""

from postroom.providers.files.chunk import MAX_MAIL_BYTES, Chunk, FileMail
from postroom.providers.files.path import PathProblem, chunks, total_bytes

__all__ = ["MAX_MAIL_BYTES", "Chunk", "FileMail", "PathProblem", "chunks", "total_bytes"]
