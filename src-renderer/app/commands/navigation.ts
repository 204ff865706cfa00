import { Live } from '../live';

type Place = '/sessions' | '/analytics' | '/store' | '/open';

/** How commands go to a screen without importing the router, which imports the screens, which import the commands. */
let goTo: (to: Place) => void = () => undefined;
export const route = new Live('/');

export function setNavigator(navigate: (to: Place) => void): void {
  goTo = navigate;
}

export function navigateTo(to: Place): void {
  goTo(to);
}

export function routeName(): string {
  return route.get();
}
