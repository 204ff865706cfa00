-- A workflow with a node, a call of a model in it and a span of another service; a second trace whose root failed. Absent text is '', absent
-- JSON {}; INTERNAL is stored as CLIENT and the reverse; times have zones; a patch was ingested twice.
INSERT INTO spans VALUES
  ('0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', NULL, 'shop', 'Order workflow', 'CLIENT',
   '2025-09-01 10:00:00.000001+02', '2025-09-01 10:00:09+02', '1', '', '{"junjo.workflow.node.count": 1}', '[]', '[]', 256, NULL,
   'wf-1', '', 'workflow', '{"total": 0}', '{"total": 3}', '{"v": 1, "nodes": [], "edges": []}', 'store-1'),
  ('0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', 'b7ad6b7169203331', 'shop', 'AddNode', 'CLIENT',
   '2025-09-01 10:00:01+02', '2025-09-01 10:00:08+02', 'STATUS_CODE_OK', '', '{}',
   '[{"name": "set_state", "timeUnixNano": 1756713602000000123, "droppedAttributesCount": 0, "attributes": {"id": "e-1", "junjo.store.name": "S", "junjo.store.id": "store-1", "junjo.store.action": "add", "junjo.state_json_patch": "[{\"op\":\"replace\",\"path\":\"/total\",\"value\":3}]"}},
     {"name": "set_state", "timeUnixNano": "1756713603000000000", "attributes": {"id": "e-2", "junjo.store.id": "store-1", "junjo.state_json_patch": "{}"}}]',
   '[]', 0, '', 'node-1', 'wf-1', 'node', '{}', '{}', '{}', ''),
  ('0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203333', 'b7ad6b7169203332', 'shop', 'chat gpt-4.1-mini', 'INTERNAL',
   '2025-09-01 10:00:02+02', '2025-09-01 10:00:03.5+02', '0', '',
   '{"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4.1-mini", "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 10}',
   '[]', '[]', 0, NULL, '', '', '', '{}', '{}', '{}', ''),
  ('1bf7651916cd43dd8448eb211c80319c', 'c7ad6b7169203331', '', 'shop', 'Refund workflow', 'CLIENT',
   '2025-09-01 11:00:00+02', '2025-09-01 11:00:01+02', 'STATUS_CODE_ERROR', 'no such order', '{}', '[]', '[]', 0, NULL,
   'wf-2', '', 'workflow', '{}', '{}', '{}', 'store-2');
INSERT INTO state_patches VALUES
  ('p-1', 'shop', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', '', 'node-1', '2025-09-01 10:00:02+02',
   '[{"op":"replace","path":"/total","value":3}]', 'store-1'),
  ('p-2', 'shop', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', '', 'node-1', '2025-09-01 10:00:02+02',
   '[{"op":"replace","path":"/total","value":3}]', 'store-1'),
  ('p-3', 'shop', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', '', 'node-1', '2025-09-01 10:00:03+02', '{}', 'store-1');
