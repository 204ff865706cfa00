-- tracing v2 messages → messages. The content is JSON: a text, an object with a text, or the first writer's wrapper around either. What
-- is none of these stays as it is. Types that are no role are kept in the metadata.
WITH told AS (
  SELECT
    *,
    message_type IN ('SessionEventMessage', 'SessionEventMarkovBlanketMessage') AS is_wrapped,
    TRY(json_type(content)) AS kind
  FROM piece
  WHERE session_id IS NOT NULL
),
opened AS (
  SELECT
    *,
    CASE WHEN is_wrapped AND kind = 'OBJECT' THEN coalesce(
        TRY(json_extract_string(content, '$.content.role')), TRY(json_extract_string(content, '$.message_type')), message_type)
      ELSE message_type END AS said_by,
    CASE
      WHEN kind = 'VARCHAR' THEN TRY(json_extract_string(content, '$'))
      WHEN kind = 'OBJECT' AND is_wrapped AND TRY(json_type(content, '$.content')) = 'VARCHAR'
        THEN TRY(json_extract_string(content, '$.content'))
      WHEN kind = 'OBJECT' AND is_wrapped AND TRY(json_type(content, '$.content.text')) = 'VARCHAR'
        THEN TRY(json_extract_string(content, '$.content.text'))
      WHEN kind = 'OBJECT' AND TRY(json_type(content, '$.text')) = 'VARCHAR' THEN TRY(json_extract_string(content, '$.text'))
      WHEN kind = 'OBJECT' AND TRY(json_type(content, '$.content')) = 'VARCHAR' THEN TRY(json_extract_string(content, '$.content'))
    END AS text,
    coalesce(
      'key ' || timestep_id,
      CASE WHEN kind = 'OBJECT'
        THEN 'id ' || coalesce(TRY(json_extract_string(content, '$.step_id')), TRY(json_extract_string(content, '$.metadata.step_id'))) END
    ) AS step_name
  FROM told
)
SELECT
  coalesce(m.id, m.row_key) AS message_key,
  m.session_id,
  s.step_key,
  CASE WHEN m.said_by IN ('system', 'user', 'assistant', 'tool_use', 'tool_result') THEN m.said_by
    WHEN m.said_by = 'tool_call' THEN 'tool_use' ELSE 'other' END AS role,
  CASE WHEN m.kind = 'OBJECT' THEN TRY(json_extract_string(m.content, '$.origin_system_id')) END AS author,
  coalesce(m.text, m.content, '') AS content,
  coalesce(m.event_time, m."timestamp") AS occurred_at,
  m.message_time AS sequence,
  CASE
    WHEN m.kind = 'OBJECT' AND m.text IS NOT NULL
      THEN CAST(json_object('message_type', m.message_type, 'content', CAST(m.content AS JSON)) AS VARCHAR)
    WHEN m.said_by NOT IN ('system', 'user', 'assistant', 'tool_use', 'tool_result')
      THEN CAST(json_object('message_type', m.message_type) AS VARCHAR)
  END AS metadata
FROM opened m
LEFT JOIN step_names s ON s.session_id = m.session_id AND s.name = m.step_name
