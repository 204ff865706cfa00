-- The lowest and the highest number of the sessions in a scope. `scope_0` is renamed to a table of its own. One row; an empty scope: 1 and 0.
SELECT coalesce(min(session_no), 1)::BIGINT AS lowest_no, coalesce(max(session_no), 0)::BIGINT AS highest_no FROM scratch.scope_0
