import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './app/tokens.css';
import './app/global.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './app/connect';
import { queryClient } from './app/query-client';
import { router } from './app/router';
import { start } from './app/start';
import { TokenMissing } from './app/token-missing';
import { TipProvider } from './ui';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

const connection = connect();
if (connection === 'connecting') start();
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <TipProvider delayDuration={400}>
        {connection === 'connecting' ? <RouterProvider router={router} /> : <TokenMissing />}
      </TipProvider>
    </QueryClientProvider>
  </StrictMode>,
);
