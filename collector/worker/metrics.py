"""The worker's metrics; `docs/metrics.md` has the list."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()

requests = Counter(
    "heatwake_worker_requests_total",
    "Requests by what became of them. Much malformed or poisoned: look at `heatwake dead-letters list`.",
    ["outcome"],
    registry=registry,
)
batch_seconds = Histogram(
    "heatwake_worker_batch_seconds",
    "From a batch's entries to its commit. High: Postgres or the blob store is slow.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=registry,
)
batch_requests = Histogram(
    "heatwake_worker_batch_requests",
    "Requests a batch. Often at collector.batch_requests: the workers fall behind, add a node.",
    buckets=(1, 4, 16, 64, 256, 1024, 2048, 4096, 8192),
    registry=registry,
)
lag_seconds = Histogram(
    "heatwake_worker_lag_seconds",
    "From the oldest request of a batch at the collector's door to its commit. Above 5: the workers fall behind.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    registry=registry,
)
waits = Counter(
    "heatwake_worker_waits_total",
    "Times that a batch had to wait because a store was not to be had; nothing is lost, /readyz says which it is.",
    registry=registry,
)
lost_leases = Counter(
    "heatwake_worker_lost_leases_total",
    "Batches given up because another worker had taken the shard. Often: batches take longer than collector.lease_s.",
    registry=registry,
)
shards = Gauge(
    "heatwake_worker_shards",
    "Shards that this worker holds. 0 on every worker: nothing is committed.",
    registry=registry,
)
scrubbed = Counter(
    "heatwake_worker_scrubbed_events_total",
    "Recorded events in which something personal was left that a tracker should have masked; it is masked now.",
    registry=registry,
)
compacted = Counter(
    "heatwake_worker_compacted_deltas_total",
    "Deltas folded into days. Not growing while requests come in: reading heatmaps and funnels gets slow.",
    ["kind"],
    registry=registry,
)
closed = Counter(
    "heatwake_worker_closed_sessions_total",
    "Sessions closed after half an hour of silence. Not growing while sessions begin: upkeep does not get its turn.",
    registry=registry,
)
dead_letters = Gauge(
    "heatwake_worker_dead_letters",
    "Dead letters kept of all shards, the same on every worker. Growing: `heatwake dead-letters list` says why.",
    registry=registry,
)
dead_letters_dropped = Counter(
    "heatwake_worker_dead_letters_dropped_total",
    "Dead letters that made room for newer ones. Growing: raise collector.dead_letters, or run them again sooner.",
    registry=registry,
)
dead_letters_lost = Counter(
    "heatwake_worker_dead_letters_lost_total",
    "Records that could not be used and were not kept, since Redis had no memory even after its streams were trimmed.",
    registry=registry,
)
packed = Counter(
    "heatwake_worker_packed_recordings_total",
    "Recordings of closed sessions that were packed. Standing still: look for recording_unreadable in the log.",
    registry=registry,
)
packed_from_bytes = Counter(
    "heatwake_worker_packed_from_bytes_total",
    "Bytes of the chunks that were packed, as they lay in the blob store.",
    registry=registry,
)
packed_to_bytes = Counter(
    "heatwake_worker_packed_to_bytes_total",
    "Bytes of the packs that took their place. Not much less: sites share little, or no dictionary is made.",
    registry=registry,
)
retained = Counter(
    "heatwake_worker_retention_sessions_total",
    "Sessions whose recording, or all of which, was removed since its time to be kept has run out.",
    ["what"],
    registry=registry,
)
