import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
} from '@tanstack/react-router';
import { AnalyticsScreen } from '../analytics';
import { MappingScreen } from '../mapping';
import { OpenScreen } from '../open';
import { SessionScreen } from '../session';
import { SessionsScreen } from '../sessions';
import { StoreScreen } from '../store';
import { ErrorState } from '../ui';
import { Frame } from './frame/frame';
import { analyticsSearch, mappingSearch, sessionSearch, sessionsSearch } from './search';

const root = createRootRoute({
  component: Frame,
  errorComponent: ({ error }) => <ErrorState error={error} onRetry={() => location.reload()} />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/sessions', replace: true });
  },
});

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: sessionsSearch,
  component: SessionsScreen,
});

const session = createRoute({
  getParentRoute: () => root,
  path: '/session/$sourceId/$sessionId',
  validateSearch: sessionSearch,
  component: SessionScreen,
});

const analytics = createRoute({
  getParentRoute: () => root,
  path: '/analytics',
  validateSearch: analyticsSearch,
  component: AnalyticsScreen,
});

const store = createRoute({ getParentRoute: () => root, path: '/store', component: StoreScreen });
const mapping = createRoute({
  getParentRoute: () => root,
  path: '/mapping',
  validateSearch: mappingSearch,
  component: MappingScreen,
});
const open = createRoute({ getParentRoute: () => root, path: '/open', component: OpenScreen });

/** Addresses are fragments: the page itself is one file, under app:// and under a loopback port. */
export const router = createRouter({
  routeTree: root.addChildren([home, sessions, session, analytics, store, mapping, open]),
  history: createHashHistory(),
  defaultErrorComponent: ({ error }) => <ErrorState error={error} onRetry={() => location.reload()} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
