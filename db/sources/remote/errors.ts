import { ExpectedError } from '../../model';

/** What a server or the network can do, told apart here and nowhere else. */
export function remoteFailure(error: unknown, url: string, signal: AbortSignal): unknown {
  if (error instanceof ExpectedError) return error;
  const options = { cause: error };
  if (signal.aborted) {
    return new ExpectedError(
      'CANCELLED',
      `Reading ${url} was cancelled.`,
      { path: url, action: 'Open it again when it is wanted.' },
      options,
    );
  }
  const text = causes(error);
  if (/TimeoutError|ETIMEDOUT|timed? ?out|aborted/i.test(text)) {
    return new ExpectedError(
      'STORE_UNAVAILABLE',
      `${url} did not answer in time.`,
      { path: url, action: 'Check that the server is reachable, then open it again.' },
      options,
    );
  }
  if (/\b40[13]\b|unauthorized|forbidden|AUTH|JWT/i.test(text)) {
    return new ExpectedError(
      'SOURCE_UNREADABLE',
      `${url} rejected the token.`,
      { path: url, action: 'Give a token that may read this database.' },
      options,
    );
  }
  if (
    /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|fetch failed|socket/i.test(text)
  ) {
    return new ExpectedError(
      'STORE_UNAVAILABLE',
      `${url} refused the connection.`,
      { path: url, action: 'Check the address and that the server is running.' },
      options,
    );
  }
  if (/URL_|Invalid URL/i.test(text)) {
    return new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${url} is not an address of a libsql server.`,
      { path: url, action: 'Give an address such as http://127.0.0.1:8080 or libsql://name.turso.io.' },
      options,
    );
  }
  return new ExpectedError(
    'SOURCE_UNREADABLE',
    `${url} could not be read: ${error instanceof Error ? error.message : String(error)}`,
    { path: url, action: 'Check that it is a libsql or sqld server.' },
    options,
  );
}

/** The error, what caused it, and what caused that, as one text: fetch hides the reason two levels down. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return `${error.name} ${code} ${error.message} ${error.cause === undefined ? '' : causes(error.cause)}`;
}
