"""The frame around every page: `layout.layout()`, the address' shared part (`view.read_view`) and building blocks.

Pages import `view`, `blocks`, `answers`, `charts` and `icons` from here; nothing here imports a page.
"""
