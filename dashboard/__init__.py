"""The dashboard: Dash pages, the public API and share links in one Flask monolith; reads aggregates through the cache.

Knows `storage`, `heatwake` and `heatwake_components`; never `collector`.
"""
