"""Recordings as people see them: the list with its filters, the player's side panel, sharing."""
