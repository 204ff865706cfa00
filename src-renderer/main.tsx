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
import { TipProvider } from './ui';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

connect();
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <TipProvider delayDuration={400}>
        <RouterProvider router={router} />
      </TipProvider>
    </QueryClientProvider>
  </StrictMode>,
);
