import { Skeleton } from '../ui';

export function SessionsScreen() {
  return <Skeleton />;
}
