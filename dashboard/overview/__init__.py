"""The overview's parts: stat tiles, what is most frequent, and the series."""
