/** Custom properties of the theme as colours that a canvas takes, and word of a new theme. */
export interface ThemeColours {
  readonly of: (property: string, alpha?: number) => string;
}

export function readColours(host: HTMLElement): ThemeColours {
  const known = new Map<string, string>();
  return {
    of: (property, alpha = 1) => {
      const key = `${property}/${alpha}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const probe = host.ownerDocument.createElement('i');
      probe.style.color =
        alpha === 1
          ? `var(${property})`
          : `color-mix(in oklab, var(${property}) ${alpha * 100}%, transparent)`;
      host.append(probe);
      const colour = getComputedStyle(probe).color;
      probe.remove();
      known.set(key, colour);
      return colour;
    },
  };
}

/** The theme is an attribute of the page: whoever sets it, the canvases follow. */
export function watchTheme(changed: () => void): Disposable {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'class', 'style'] });
  return { [Symbol.dispose]: () => observer.disconnect() };
}
