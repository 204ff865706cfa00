import { type DragEvent, type ReactNode, useState } from 'react';
import { navigateTo } from '../commands';
import { shellClient } from '../connect';
import { live } from '../live';
import { openSpecs } from '../open-specs';
import { type Dropped, notify, openOverlay } from '../overlays';
import styles from './drop-target.module.css';
import { droppedItems } from './dropped-items';

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

async function open(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  if (await openSpecs(paths.map((path) => ({ kind: 'path', path })))) navigateTo('/sessions');
}

function isUnsure({ places }: Dropped): boolean {
  return places.length !== 1;
}

/** Where it lies; of what is not found, or in several places, the dialog tells. */
async function lookFor(dropped: DataTransfer): Promise<readonly string[]> {
  const items = await droppedItems(dropped);
  if (items.length === 0) return [];
  const found = await shellClient.findDropped({ items });
  const unsure = items.map(({ name }, nth) => ({ name, places: found[nth] ?? [] })).filter(isUnsure);
  if (unsure.length > 0) openOverlay({ kind: 'dropped', unsure });
  return found.filter((places) => places.length === 1).flat();
}

/** Files and folders can be dropped anywhere. Where the shell cannot tell their paths, they are looked for, else the picker is offered. */
export function DropTarget({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  const [isLooking, setLooking] = useState(false);
  const drop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(false);
    const bridge = window.stepscope;
    if (bridge !== undefined && live.capabilities.get()?.dropPaths === true) {
      const paths = [...event.dataTransfer.files].map((file) => bridge.pathForFile(file));
      void open(paths.filter((path) => path !== ''));
      return;
    }
    setLooking(true);
    void lookFor(event.dataTransfer)
      .then(open, (error: unknown) => notify({ title: 'What was dropped was not looked for', error }))
      .finally(() => setLooking(false));
  };
  // The hint comes under the pointer in the middle of a drag: entering it must not refuse what was accepted.
  const take = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      className={styles.target}
      onDragEnter={take}
      onDragOver={take}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={drop}
    >
      {children}
      {(over || isLooking) && (
        <div className={styles.hint} role="status">
          {over ? 'Drop to open read-only' : 'Looking for it on this machine…'}
        </div>
      )}
    </div>
  );
}
