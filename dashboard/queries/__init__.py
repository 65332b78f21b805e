"""What pages and API ask: one module a question, each answer read through the cache and cut to what the asker may see.

Every query takes an `Access` first (dashboard.auth.access): whose project, and whether only one recording of it.
"""
