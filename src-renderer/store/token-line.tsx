import { Check, Copy, Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { IconButton, useCopy } from '../ui';
import styles from './store-screen.module.css';
import { masked } from './write-lines';

/** A token: hidden until it is asked for, copied without being shown. */
export function TokenLine({ token, name }: { readonly token: string; readonly name: string }) {
  const [isShown, setShown] = useState(false);
  const { copied, copy } = useCopy();
  return (
    <span className={styles.token}>
      <code className={isShown ? styles.shown : undefined}>{isShown ? token : masked(token)}</code>
      <IconButton
        label={isShown ? `Hide the ${name}` : `Show the ${name}`}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? <EyeOff size={13} aria-hidden /> : <Eye size={13} aria-hidden />}
      </IconButton>
      <IconButton label={copied ? 'Copied' : `Copy the ${name}`} onClick={() => copy(token)}>
        {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      </IconButton>
    </span>
  );
}
