import type { WebContents } from 'electron';
import { isOwnPage, mayLeave } from './security-policy';

/** A page stays where it is and opens no window; an https link goes to the system's browser instead. */
export function guardNavigation(contents: WebContents, leave: (url: string) => void): void {
  const goOutside = (url: string) => {
    if (mayLeave(url)) leave(url);
  };
  contents.setWindowOpenHandler(({ url }) => {
    goOutside(url);
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', (event) => {
    if (isOwnPage(event.url) && event.isMainFrame) return;
    event.preventDefault();
    if (event.isMainFrame) goOutside(event.url);
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
