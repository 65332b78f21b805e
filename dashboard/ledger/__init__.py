"""The ledger's parts: what the reasons amount to, and how they are shown."""
