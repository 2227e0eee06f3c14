"""What talks to mail systems and files: one folder each. Nothing here decides, stores or knows the others.

``port`` says what a provider of mailboxes must do, ``registry`` which there are. ``files`` is none of those: it reads
what lies on the disk.
"""
