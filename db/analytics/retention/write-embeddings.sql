-- Embeddings of an archive: a file of JSON lines as the care writes them, out as one Parquet file.
COPY (
  SELECT "table", row_id, session_id, unhex(embedding) AS embedding
  FROM read_json(
    /*{lines}*/ 'embeddings.jsonl'
    , columns = {'table': 'VARCHAR', 'row_id': 'BIGINT', 'session_id': 'VARCHAR', 'embedding': 'VARCHAR'}
    , format = 'newline_delimited'
  )
) TO
  /*{file}*/ 'embeddings.parquet'
(FORMAT parquet, COMPRESSION zstd)
