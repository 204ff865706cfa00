import { Skeleton } from '../ui';

export function OpenScreen() {
  return <Skeleton />;
}
