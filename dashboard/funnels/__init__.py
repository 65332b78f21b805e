"""The funnel builder: what an address says of a funnel (`definition`), its form, and how its answer is shown."""
