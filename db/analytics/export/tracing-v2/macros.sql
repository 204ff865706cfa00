-- What a migration kept of tracing v2 in the metadata of a row (db/migrate/rows/kept.ts); NULL for rows that never were tracing v2.
CREATE OR REPLACE TEMP MACRO kept_v2(metadata) AS
  CASE WHEN contains(metadata, '"tracing_v2"') AND json_valid(metadata) THEN json_extract(metadata, '$.tracing_v2') END;
-- The metadata that tracing v2 had: the first `kept` characters and a brace, or the text that was put aside. Rewritten by somebody since: what is left.
CREATE OR REPLACE TEMP MACRO metadata_v2(metadata, kept) AS CASE
  WHEN json_exists(kept, '$.kept') THEN CASE
    WHEN json_valid(left(metadata, CAST(json_extract_string(kept, '$.kept') AS BIGINT)) || '}')
      THEN left(metadata, CAST(json_extract_string(kept, '$.kept') AS BIGINT)) || '}'
    ELSE json_merge_patch(metadata, '{"tracing_v2": null}')::VARCHAR END
  ELSE json_extract_string(kept, '$.metadata') END;
CREATE OR REPLACE TEMP MACRO whole_v2(kept, path) AS CAST(json_extract_string(kept, path) AS BIGINT);
CREATE OR REPLACE TEMP MACRO time_v2(kept, path) AS make_timestamp(CAST(json_extract_string(kept, path) AS BIGINT));
-- tracing v2 counts in 32 bits.
CREATE OR REPLACE TEMP MACRO narrow(value) AS CASE WHEN value BETWEEN -2147483648 AND 2147483647 THEN CAST(value AS INTEGER) END;
CREATE OR REPLACE TEMP MACRO as_json(text) AS CASE WHEN json_valid(text) THEN CAST(text AS JSON) ELSE to_json(text) END;
