-- A member of a metadata column, whichever shape that has: an object, or a list of {metadata_type, data}. The first that is there.
CREATE MACRO said(json, name) AS CASE WHEN json_valid(json) THEN coalesce(
  json_extract_string(json, '$.' || name),
  list_filter(json_extract_string(json, '$[*].data.' || name), x -> x IS NOT NULL)[1],
  list_filter(json_extract_string(json, '$[*].' || name), x -> x IS NOT NULL)[1]
) END;
-- A list of {metadata_type, data} as the members of an object, by type: `"type": data, …`. NULL where it is no such list, or names a type twice.
CREATE MACRO members(json) AS CASE WHEN json_valid(json) AND json_type(json) = 'ARRAY' THEN (
  SELECT CASE WHEN count(*) = count(DISTINCT name) AND count(*) > 0 THEN string_agg(to_json(name)::VARCHAR || ':' || data::VARCHAR, ',' ORDER BY place) END
  FROM (
    SELECT unnest(range(len(items))) AS place, unnest(list_transform(items, x -> json_extract_string(x, '$.metadata_type'))) AS name,
      unnest(list_transform(items, x -> json_extract(x, '$.data'))) AS data
    FROM (SELECT json_extract(json, '$[*]') AS items)
  ) WHERE name IS NOT NULL AND name <> 'tracing_v2' AND data IS NOT NULL
) END;
