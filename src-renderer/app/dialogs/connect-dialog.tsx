import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SourceSpec } from '../../../src-main/contract';
import { Button, Dialog, ErrorState, Field, shownFailureOf } from '../../ui';
import { navigateTo } from '../commands';
import { dataClient, shell, shellClient } from '../connect';
import { queryClient } from '../query-client';
import type { CloseProps } from './shortcuts-dialog';

/** Opens a libsql or sqld server. The failure stays in the dialog, so that the address can be mended. */
export function ConnectDialog({ onClose }: CloseProps) {
  const [url, setUrl] = useState('');
  const [token, setToken] = useState('');
  const open = useMutation({
    mutationFn: async (spec: SourceSpec) => {
      const [result] = await dataClient.sources.open({ specs: [spec] });
      if (result?.failure !== null && result?.failure !== undefined) return result.failure;
      await shellClient.rememberRecent({ specs: [spec] });
      await queryClient.invalidateQueries({ queryKey: shell.recent.key() });
      onClose();
      navigateTo('/sessions');
      return null;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const spec = { kind: 'remote' as const, url: url.trim() };
    open.mutate(token.trim() === '' ? spec : { ...spec, token: token.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Connect to URL"
      description="A libsql or sqld server with trace tables. It is only read."
      width={520}
    >
      <form onSubmit={submit}>
        <Field
          label="URL"
          mono
          autoFocus
          value={url}
          placeholder="http://127.0.0.1:8080 or libsql://…"
          onChange={(event) => setUrl(event.target.value)}
        />
        <Field
          label="Token"
          mono
          type="password"
          value={token}
          hint="Left empty for a server without authentication. A read-only token is enough."
          onChange={(event) => setToken(event.target.value)}
        />
        {open.data !== undefined && open.data !== null && (
          <Spaced>
            <ErrorState failure={shownFailureOf(open.data)} inline />
          </Spaced>
        )}
        {open.isError && (
          <Spaced>
            <ErrorState error={open.error} inline />
          </Spaced>
        )}
        <div style={{ display: 'flex', justifyContent: 'flex-end', gap: 8, marginTop: 16 }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={url.trim() === '' || open.isPending}>
            {open.isPending ? 'Connecting…' : 'Connect'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Spaced({ children }: { readonly children: React.ReactNode }) {
  return <div style={{ marginTop: 12 }}>{children}</div>;
}
