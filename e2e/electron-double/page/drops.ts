/**
 * A drop of files is held until main told their paths, then given to the page anew: `getPathForFile` is synchronous, DevTools is not.
 * The page's File objects are other objects than ours, so a file is known by what it says of itself.
 */
export interface Drops {
  answered(paths: readonly string[]): void;
  pathOf(file: File): string;
}

function keyOf(file: File): string {
  return `${file.name}\n${file.size}\n${file.lastModified}`;
}

export function watchDrops(ask: (count: number) => void): Drops {
  const paths = new Map<string, string>();
  let held: { files: File[]; init: { clientX: number; clientY: number } & DragEventInit } | undefined;

  window.addEventListener(
    'drop',
    (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (!event.isTrusted || files.length === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { clientX, clientY } = event;
      held = { files, init: { clientX, clientY, bubbles: true, cancelable: true } };
      // Where main finds them, by DevTools, in this world.
      Object.defineProperty(globalThis, '__doubleDropped', { value: files, configurable: true });
      ask(files.length);
    },
    { capture: true },
  );

  return {
    answered(found) {
      if (!held) return;
      const { files, init } = held;
      // What lay under the pointer may have been drawn anew since: an element that is gone hands nothing on.
      const target = document.elementFromPoint(init.clientX, init.clientY) ?? document.body;
      held = undefined;
      const dataTransfer = new DataTransfer();
      for (const [index, file] of files.entries()) {
        paths.set(keyOf(file), found[index] ?? '');
        dataTransfer.items.add(file);
      }
      target.dispatchEvent(new DragEvent('drop', { ...init, dataTransfer }));
    },
    pathOf: (file) => paths.get(keyOf(file)) ?? '',
  };
}
