import { Skeleton } from '../ui';

export function StoreScreen() {
  return <Skeleton />;
}
