"""The storage tier: one room a store behind a small interface, the domain's types, and the only place with SQL.

`collector` and `dashboard` reach data only through here; nothing in here knows of either.
"""
