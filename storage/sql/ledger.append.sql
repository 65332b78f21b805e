-- What a batch adds to one hour and reason, for all projects; no index but the primary key.
INSERT INTO ledger_batches (hour, reason, projects, requests, events, bytes)
VALUES (
    to_timestamp(%(hour_s)s), %(reason)s,
    %(projects)s::bigint[], %(requests)s::bigint[], %(events)s::bigint[], %(bytes)s::bigint[]
)
