-- Keeps requests that came before their page event; primary key. One that is there is left as it is.
INSERT INTO early_requests (project_id, day, session_id, page_view_id, seq, device, received_ms, skew_ms, body)
SELECT * FROM unnest(
    %(project_id)s::bigint[], %(day)s::date[], %(session_id)s::uuid[], %(page_view_id)s::bigint[], %(seq)s::integer[],
    %(device)s::smallint[], %(received_ms)s::bigint[], %(skew_ms)s::bigint[], %(body)s::bytea[]
)
ON CONFLICT DO NOTHING
