import { expect, test } from 'vitest';
import { logText } from './log-text';

test.each([
  [
    '2026-11-21T08:52:47.340882Z  INFO create:try_new_primary:make_primary_connection_maker: libsql_server::replication::primary::logger: SQLite autocheckpoint: 1000',
    { level: null, text: 'SQLite autocheckpoint: 1000' },
  ],
  [
    '2026-11-21T08:52:47.322295Z  INFO restore: libsql_server::namespace::meta_store: meta store restore completed',
    { level: null, text: 'meta store restore completed' },
  ],
  [
    '2026-11-21T08:52:47.261865Z  WARN sqld: Using JWT-based authentication',
    { level: 'warning', text: 'Using JWT-based authentication' },
  ],
  ['migration 2 batches applied', { level: null, text: 'migration 2 batches applied' }],
])('of %s what it says is shown', (line, shown) => {
  expect(logText(line)).toEqual(shown);
});
