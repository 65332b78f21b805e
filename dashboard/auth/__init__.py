"""Who may see what: sign-in, roles, grants, share links and API keys, and the one guard that everything asks.

`guard` (pages, callbacks, routes and `access`) and `access.Access` are for the rest of the dashboard.
"""
