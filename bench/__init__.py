"""Benchmarks of the product as `bin/up` runs it: `bin/bench NAME` runs one; docs/performance.md says what they gave."""
