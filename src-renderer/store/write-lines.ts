/** The lines that write into the store, per way in. `TOKEN` stands for the token until it is revealed or copied. */
export interface WriteLines {
  readonly id: 'typescript' | 'python' | 'http' | 'client';
  readonly title: string;
  readonly note: string;
  readonly code: string;
}

export function writeLinesOf(url: string, token: string | null): readonly WriteLines[] {
  const auth = token === null ? '' : token;
  const environment = `export TURSO_DATABASE_URL='${url}'${token === null ? '' : `\nexport TURSO_AUTH_TOKEN='${auth}'`}`;
  return [
    {
      id: 'typescript',
      title: 'TypeScript tracer',
      note: 'Recording is cheap; writing happens in batches behind it, and is retried.',
      code: `import { SessionTracer } from 'stepscope/tracer';

await using tracer = await SessionTracer.open({
  url: '${url}',${token === null ? '' : `\n  token: '${auth}',`}
});
await using session = tracer.session({ title: 'first trace' });
const step = session.step();
step.message({ role: 'user', content: 'Observation …' });
step.end();`,
    },
    {
      id: 'python',
      title: 'Python, over HTTP',
      note: 'No package needed; any HTTP client will do.',
      code: `import json, urllib.request

body = {"requests": [
  {"type": "execute", "stmt": {
    "sql": "INSERT INTO session_traces (session_id, created_at, metadata) VALUES (?, datetime('now'), '{}')",
    "args": [{"type": "text", "value": "my-session"}]}},
  {"type": "close"}]}
request = urllib.request.Request("${url}/v2/pipeline", json.dumps(body).encode(), {
  "Content-Type": "application/json"${token === null ? '' : `,\n  "Authorization": "Bearer ${auth}"`}})
print(urllib.request.urlopen(request).read().decode())`,
    },
    {
      id: 'http',
      title: 'curl',
      note: "sqld's own protocol.",
      code: `curl '${url}/v2/pipeline' \\
  ${token === null ? '' : `-H 'Authorization: Bearer ${auth}' \\\n  `}-H 'Content-Type: application/json' \\
  -d '{"requests":[{"type":"execute","stmt":{"sql":"SELECT count(*) FROM session_traces"}},{"type":"close"}]}'`,
    },
    {
      id: 'client',
      title: 'Any libsql client',
      note: 'A tracing v3 program needs only these.',
      code: environment,
    },
  ];
}

/** A token that may stand on a screen: its beginning only. */
export function masked(token: string): string {
  return `${token.slice(0, 6)}…${'•'.repeat(12)}`;
}
