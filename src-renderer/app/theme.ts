import { live } from './live';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

/** The page's theme follows the setting and, for `system`, the system. */
export function followTheme(): void {
  const apply = (): void => {
    const { theme, density } = live.settings.get();
    const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    document.documentElement.dataset.theme = shown;
    document.documentElement.dataset.density = density;
  };
  dark.addEventListener('change', apply);
  live.settings.subscribe(apply);
  apply();
}
