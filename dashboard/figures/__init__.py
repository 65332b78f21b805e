"""Figures: pure functions from a query's answer to a `go.Figure`; `theme` says how all of them look."""
