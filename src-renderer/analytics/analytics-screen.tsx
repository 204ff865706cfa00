import { Skeleton } from '../ui';

export function AnalyticsScreen() {
  return <Skeleton />;
}
