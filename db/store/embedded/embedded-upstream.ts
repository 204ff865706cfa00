import { randomUUID } from 'node:crypto';
import { type CryptoKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { pipelineRequest, readPipeline } from '../gate/hrana';
import type { Upstream, UpstreamCall, UpstreamReply } from '../gate/upstream';
import { pipeline } from './protocol';
import { EmbeddedStream } from './stream';

const claims = z.object({ a: z.enum(['ro', 'rw']).default('rw') });
/** As in sqld: a stream that nobody uses is closed. */
const IDLE_LIMIT_MS = 10_000;

interface OpenStream {
  readonly stream: EmbeddedStream;
  readonly access: 'ro' | 'rw';
  readonly limit: NodeJS.Timeout;
}

/** A libsql file in this process, behind the same protocol as sqld: for platforms that have no sqld. */
export class EmbeddedUpstream implements Upstream, Disposable {
  private readonly streams = new Map<string, OpenStream>();

  constructor(
    private readonly path: string,
    private readonly publicKey: CryptoKey,
  ) {}

  async pipeline(call: UpstreamCall): Promise<UpstreamReply> {
    const access = await this.access(call.authorization);
    if (access === null) return reply(401, { error: 'Unauthorized: a token of this store is needed' });
    const parsed = pipeline.safeParse(JSON.parse(call.body));
    if (!parsed.success) return reply(400, { error: 'The pipeline is not valid Hrana 3' });
    const { baton, requests } = parsed.data;
    if (access === 'ro' && readPipeline(pipelineRequest.parse(parsed.data)).kind === 'write')
      return reply(403, { error: 'Forbidden: this token only reads' });
    const stream = baton ? this.take(baton, access) : new EmbeddedStream(this.path, access);
    if (stream === null) return reply(400, { error: 'Received an invalid baton' });
    const results = requests.map((each) => stream.answer(each));
    if (requests.some((each) => each.type === 'close')) {
      stream[Symbol.dispose]();
      return reply(200, { baton: null, base_url: null, results });
    }
    return reply(200, { baton: this.keep(stream, access), base_url: null, results });
  }

  async version(): Promise<string> {
    return 'libsql, embedded';
  }

  [Symbol.dispose](): void {
    for (const [baton, each] of this.streams) this.close(baton, each);
  }

  private keep(stream: EmbeddedStream, access: 'ro' | 'rw'): string {
    const baton = randomUUID();
    const limit = setTimeout(() => this.close(baton, open), IDLE_LIMIT_MS);
    const open: OpenStream = { stream, access, limit };
    this.streams.set(baton, open);
    return baton;
  }

  private take(baton: string, access: 'ro' | 'rw'): EmbeddedStream | null {
    const open = this.streams.get(baton);
    if (!open || open.access !== access) return null;
    this.streams.delete(baton);
    clearTimeout(open.limit);
    return open.stream;
  }

  private close(baton: string, { stream, limit }: OpenStream): void {
    this.streams.delete(baton);
    clearTimeout(limit);
    stream[Symbol.dispose]();
  }

  private async access(authorization: string | undefined): Promise<'ro' | 'rw' | null> {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    try {
      const { payload } = await jwtVerify(token, this.publicKey, { algorithms: ['EdDSA'] });
      return claims.parse(payload).a;
    } catch {
      return null; // Not a token of this store, whatever the reason.
    }
  }
}

function reply(status: number, value: object): UpstreamReply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
