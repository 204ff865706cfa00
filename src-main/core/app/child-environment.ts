/**
 * The environment of a child process. glibc gives each of its many threads a heap that the others do not use: with two for all of them the
 * engine kept 80 MB less after an export.
 */
export function childEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { MALLOC_ARENA_MAX: '2', ...environment };
}
