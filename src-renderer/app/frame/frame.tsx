import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect } from 'react';
import { Keys, MenuHost } from '../../ui';
import { keysLabel, route, runCommand, setNavigator } from '../commands';
import { OverlayHost } from '../dialogs';
import { live } from '../live';
import { frameParts } from '../overlays';
import { useLive } from '../use-live';
import { ClosedSources } from './closed-sources';
import { DropTarget } from './drop-target';
import styles from './frame.module.css';
import { MenuBar } from './menu-bar';
import { Notices } from './notices';
import { Sidebar } from './sidebar';
import { StatusBar } from './status-bar';

/** What stands around every screen. */
export function Frame() {
  const capabilities = useLive(live.capabilities);
  const hasSidebar = useLive(frameParts.sidebar);
  useRouteForCommands();
  return (
    <DropTarget>
      <div className={styles.frame}>
        {capabilities !== null && !capabilities.nativeMenu && (
          <header className={styles.top}>
            <MenuBar />
            <span className={styles.space} />
            <PaletteButton />
          </header>
        )}
        <div className={styles.middle}>
          {hasSidebar && <Sidebar />}
          <main className={styles.main} id="main">
            <Outlet />
          </main>
        </div>
        <StatusBar />
      </div>
      <ClosedSources />
      <OverlayHost />
      <Notices />
      <MenuHost />
    </DropTarget>
  );
}

function PaletteButton() {
  const platform = useLive(live.capabilities)?.platform ?? 'linux';
  return (
    <button type="button" className={styles.palette} onClick={() => runCommand('view.palette')}>
      <Search size={13} aria-hidden />
      <span>Commands, sources, sessions</span>
      <Keys>{keysLabel('CmdOrCtrl+K', platform)}</Keys>
    </button>
  );
}

/** Commands navigate and ask where they are, outside React. */
function useRouteForCommands(): void {
  const router = useRouter();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(
    () =>
      setNavigator((to, search) =>
        to === '/mapping' ? void router.navigate({ to, search: search ?? {} }) : void router.navigate({ to }),
      ),
    [router],
  );
  useEffect(() => route.set(path), [path]);
}
