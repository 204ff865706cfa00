import { readFileSync } from 'node:fs';
import { z } from 'zod';

const bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type Bounds = z.infer<typeof bounds>;

export const windowState = z.object({ bounds, isMaximised: z.boolean() });
export type WindowState = z.infer<typeof windowState>;

export const minimumSize = { width: 800, height: 560 };
const usualSize = { width: 1_280, height: 860 };
/** So much of the title bar must be reachable for a window to count as on a screen. */
const reachable = { width: 120, height: 40 };

/** What was remembered; a file that is missing or not ours counts as nothing remembered. */
export function readWindowState(file: string): WindowState | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return windowState.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isOn(area: Bounds, window: Bounds): boolean {
  const overlap = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const isTopInside = window.y >= area.y && window.y + reachable.height <= area.y + area.height;
  return overlap >= reachable.width && isTopInside;
}

/** Where the window opens: where it was, if that is still on a screen and fits it; else in the middle of the first. */
export function placeWindow(remembered: WindowState | undefined, screens: readonly Bounds[]): WindowState {
  const screen = remembered && screens.find((area) => isOn(area, remembered.bounds));
  const first = screens[0];
  if (remembered && screen) {
    const width = Math.min(remembered.bounds.width, screen.width);
    const height = Math.min(remembered.bounds.height, screen.height);
    return { ...remembered, bounds: { ...remembered.bounds, width, height } };
  }
  const area = first ?? { x: 0, y: 0, ...usualSize };
  const width = Math.min(remembered?.bounds.width ?? usualSize.width, area.width);
  const height = Math.min(remembered?.bounds.height ?? usualSize.height, area.height);
  const x = area.x + Math.round((area.width - width) / 2);
  const y = area.y + Math.round((area.height - height) / 2);
  return { bounds: { x, y, width, height }, isMaximised: remembered?.isMaximised ?? false };
}
