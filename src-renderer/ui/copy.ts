import { useState } from 'react';

/** Copies text in the page and says for a moment that it did. A shell that writes the clipboard itself is set by `setCopier`. */
let copier = (text: string): Promise<void> => navigator.clipboard.writeText(text);

export function setCopier(copy: (text: string) => Promise<void>): void {
  copier = copy;
}

export function copyText(text: string): Promise<void> {
  return copier(text);
}

export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const [copied, setCopied] = useState(false);
  const copy = (text: string): void => {
    void copier(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return { copied, copy };
}
