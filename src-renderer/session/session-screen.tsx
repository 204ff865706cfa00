import { Skeleton } from '../ui';

export function SessionScreen() {
  return <Skeleton />;
}
