import { expect, test } from 'vitest';
import { readConfiguration } from './configuration';

test('an empty environment is a local store on the default port', () => {
  expect(readConfiguration({ TURSO_DATABASE_URL: '', SQLD_HTTP_PORT: '' })).toEqual({
    databaseUrl: null,
    authToken: null,
    poolSize: 32,
    echoSql: false,
    port: null,
  });
});

test('the variables of tracing v3 are read', () => {
  const environment = {
    TURSO_DATABASE_URL: 'libsql://traces.example.org',
    TURSO_AUTH_TOKEN: 'secret',
    TURSO_POOL_SIZE: '8',
    TURSO_ECHO_SQL: '1',
    SQLD_HTTP_PORT: '9090',
  };
  expect(readConfiguration(environment)).toEqual({
    databaseUrl: 'libsql://traces.example.org',
    authToken: 'secret',
    poolSize: 8,
    echoSql: true,
    port: 9090,
  });
});

test.each([
  ['SQLD_HTTP_PORT', 'eighty'],
  ['SQLD_HTTP_PORT', '70000'],
  ['TURSO_DATABASE_URL', 'traces.db'],
  ['TURSO_POOL_SIZE', '0'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(name);
});
