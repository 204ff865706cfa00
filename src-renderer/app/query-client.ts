import { QueryClient } from '@tanstack/react-query';
import { isFailureCode } from '../ui';

/**
 * Server data stays until something says that it changed (the workspace's revision, a new connection): nothing polls, nothing goes stale by
 * the clock. A call that was cut off by a restart is asked again; every other failure is the user's to see.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
      retry: (times, error) => times < 3 && isFailureCode(error, 'ENGINE_RESTARTED'),
      retryDelay: 100,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
