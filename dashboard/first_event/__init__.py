"""A project nothing has come to yet: its snippet, guides for common ways to build a site, the wait for an event."""
