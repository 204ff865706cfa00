import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import { sessionTabs } from '../app/search';
import { Convergence } from './convergence/convergence';
import { Costs } from './costs/costs';
import { Rows } from './rows/rows';
import type { SessionView } from './session-context';
import styles from './session-screen.module.css';
import { Timeline } from './timeline/timeline';
import { Transcript } from './transcript/transcript';

type Tab = (typeof sessionTabs)[number];

const titles: Readonly<Record<Tab, string>> = {
  transcript: 'Transcript',
  timeline: 'Timeline',
  costs: 'Costs',
  convergence: 'Convergence',
  rows: 'Rows',
};

export function SessionTabs(view: SessionView) {
  const tab = view.search.tab ?? 'transcript';
  const change = (value: string) => {
    const next = sessionTabs.find((one) => one === value);
    if (next !== undefined) view.change({ tab: next, x0: undefined, x1: undefined, offset: undefined });
  };
  return (
    <Tabs.Root className={styles.tabs} value={tab} onValueChange={change} activationMode="automatic">
      <Tabs.List className={styles.tabList} aria-label="Session">
        {sessionTabs.map((name) => (
          <Tabs.Trigger className={styles.tab} value={name} key={name}>
            {titles[name]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {sessionTabs.map((name) => (
        <Tabs.Content className={styles.panel} value={name} key={name} tabIndex={-1}>
          {panelOf(name, view)}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function panelOf(tab: Tab, view: SessionView): ReactNode {
  switch (tab) {
    case 'transcript':
      return <Transcript {...view} />;
    case 'timeline':
      return <Timeline {...view} />;
    case 'costs':
      return <Costs {...view} />;
    case 'convergence':
      return <Convergence {...view} />;
    case 'rows':
      return <Rows {...view} />;
  }
}
