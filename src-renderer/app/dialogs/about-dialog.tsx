import { Button, Dialog } from '../../ui';
import { live } from '../live';
import { useLive } from '../use-live';
import styles from './about-dialog.module.css';
import type { CloseProps } from './shortcuts-dialog';

export function AboutDialog({ onClose }: CloseProps) {
  const capabilities = useLive(live.capabilities);
  const store = useLive(live.store);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Stepscope"
      description="Opens the traces of LLM agents: what happened, what it cost, whether it converged. Everything stays on this machine; Stepscope makes no network calls of its own."
      width={440}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <dl className={styles.facts}>
        <dt>Version</dt>
        <dd>{capabilities?.version ?? '–'}</dd>
        <dt>Platform</dt>
        <dd>{capabilities?.platform ?? '–'}</dd>
        <dt>Store engine</dt>
        <dd>{store === null ? '–' : `${store.engine} ${store.version ?? ''}`}</dd>
        <dt>Licence</dt>
        <dd>MIT</dd>
      </dl>
    </Dialog>
  );
}
