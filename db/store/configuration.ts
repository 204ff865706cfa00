import { z } from 'zod';
import { ExpectedError } from '../model';

/** The environment as users of tracing v3 know it. */
const environmentSchema = z.object({
  TURSO_DATABASE_URL: z
    .string()
    .regex(/^(libsql|https?|wss?|file):/, 'a libsql:, http:, https:, ws:, wss: or file: URL')
    .optional(),
  TURSO_AUTH_TOKEN: z.string().optional(),
  TURSO_POOL_SIZE: z.coerce.number().int().min(1).max(96).default(32),
  TURSO_ECHO_SQL: z.stringbool().default(false),
  SQLD_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

export interface StoreConfiguration {
  /** A database somewhere else, which then is the store; null: our own sqld. */
  readonly databaseUrl: string | null;
  readonly authToken: string | null;
  /** Requests that may be in the database at one time. */
  readonly poolSize: number;
  readonly echoSql: boolean;
  /** The port that was asked for; null: the default, which may give way. */
  readonly port: number | null;
}

export const DEFAULT_PORT = 8080;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. An empty variable counts as unset. */
export function readConfiguration(environment: Environment): StoreConfiguration {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = issue?.path.join('.') ?? 'the environment';
    throw new ExpectedError('STORE_UNAVAILABLE', `${name} cannot be used: ${issue?.message ?? 'invalid'}.`, {
      action: `Correct or unset ${name}, then start again.`,
    });
  }
  const values = parsed.data;
  return {
    databaseUrl: values.TURSO_DATABASE_URL ?? null,
    authToken: values.TURSO_AUTH_TOKEN ?? null,
    poolSize: values.TURSO_POOL_SIZE,
    echoSql: values.TURSO_ECHO_SQL,
    port: values.SQLD_HTTP_PORT ?? null,
  };
}
