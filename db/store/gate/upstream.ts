/** The database behind the gate, however it is reached. */
export interface Upstream {
  /** Runs one Hrana 3 pipeline (JSON text). Rejects when the database is away. */
  pipeline(call: UpstreamCall): Promise<UpstreamReply>;
  version(): Promise<string>;
}

export interface UpstreamCall {
  readonly body: string;
  readonly authorization: string | undefined;
  readonly signal: AbortSignal;
}

export interface UpstreamReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}
