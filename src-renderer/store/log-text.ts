export interface LogText {
  readonly level: 'warning' | 'error' | null;
  readonly text: string;
}

const head = /^\d{4}-\d\d-\d\dT[\d:.]+Z\s+(TRACE|DEBUG|INFO|WARN|ERROR)\s+/;
/** The spans and the module that a line comes from: `create:connect: libsql_server::replication::logger: `. */
const origin = /^(?:[\w:]+(?:\{[^}]*\})?: )*?(?:libsql_server|sqld|\w+::\w+)(?:::\w+)*: /;

/** A line of the store's log without what stands beside it (its time) and what only its authors need (the module). */
export function logText(line: string): LogText {
  const found = head.exec(line);
  if (found === null) return { level: null, text: line };
  const [all, level] = found;
  const text = line.slice(all.length).replace(origin, '');
  return { level: level === 'ERROR' ? 'error' : level === 'WARN' ? 'warning' : null, text };
}
