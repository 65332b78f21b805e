"""The settings' parts: the tabs, and for each of them what it shows; dashboard/pages/settings_*.py act on them."""
