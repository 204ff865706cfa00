import { frameParts } from './overlays';

/** In a window too narrow for all (1,280 px at 200 %) sidebar and inspector give way to the list; with room they come back. */
export function followRoom(): void {
  const room = window.matchMedia('(min-width: 760px)');
  let gaveWay: readonly (typeof frameParts.sidebar)[] = [];
  const look = (): void => {
    if (room.matches) {
      for (const part of gaveWay) part.set(true);
      gaveWay = [];
    } else {
      gaveWay = [frameParts.sidebar, frameParts.inspector].filter((part) => part.get());
      for (const part of gaveWay) part.set(false);
    }
  };
  room.addEventListener('change', look);
  look();
}
