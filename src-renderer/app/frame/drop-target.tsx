import { type DragEvent, type ReactNode, useState } from 'react';
import { navigateTo } from '../commands';
import { live } from '../live';
import { openSpecs } from '../open-specs';
import { openOverlay } from '../overlays';
import styles from './drop-target.module.css';

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

/** Files and folders can be dropped anywhere. Where the shell cannot tell their paths, the picker is offered instead. */
export function DropTarget({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(false);
    const bridge = window.stepscope;
    if (bridge === undefined || live.capabilities.get()?.dropPaths !== true) {
      openOverlay({ kind: 'cannot-drop' });
      return;
    }
    const paths = [...event.dataTransfer.files]
      .map((file) => bridge.pathForFile(file))
      .filter((path) => path !== '');
    if (paths.length === 0) return;
    void openSpecs(paths.map((path) => ({ kind: 'path', path }))).then((opened) => {
      if (opened) navigateTo('/sessions');
    });
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
      {over && <div className={styles.hint}>Drop to open read-only</div>}
    </div>
  );
}
