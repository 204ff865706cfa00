import { Button, Dialog } from '../../ui';
import { pickAndOpen } from '../open-specs';
import type { CloseProps } from './shortcuts-dialog';

/** A browser's page is not told where a dropped file lies, and a trace is opened in place, with its WAL beside it. */
export function CannotDropDialog({ onClose }: CloseProps) {
  const pick = (want: 'file' | 'folder'): void => {
    onClose();
    void pickAndOpen(want);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="A browser does not say where a dropped file lies"
      description="Traces are read in place, together with the files beside them, so their path is needed. Choose the file or folder here instead; its path can also be pasted."
      footer={
        <>
          <Button onClick={() => pick('folder')}>Open folder…</Button>
          <Button variant="primary" onClick={() => pick('file')}>
            Open file…
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}
