"""Scripted visits through the demo shop, in a real Chromium: what `heatwake demo` sends.

`plan` says who comes and what they do, `send` lets them, `arrival` waits until the worker has committed it all,
and `funnel` keeps one for the Funnels page to begin with.
"""
