"""Reading mail: from the bytes of RFC 5322 and MIME to an envelope and a content. See ``rfc5322`` for the rules."""
