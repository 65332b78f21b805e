"""The pages: one module each, registered through `dashboard.auth.guard.page`; `dashboard.server` imports them all."""
