/** What lies over the screen. `OverlayHost` shows the one that `overlays.ts` names. */
export { OverlayHost } from './overlay-host';
