import { Live } from '../live';

type Place = '/sessions' | '/analytics' | '/store' | '/open' | '/mapping';

/** What a mapping is made for: a file, and what is open of it already. */
export interface MappingPlace {
  readonly path: string;
  readonly source?: string | undefined;
}

/** How commands go to a screen without importing the router, which imports the screens, which import the commands. */
let goTo: (to: Place, search?: MappingPlace) => void = () => undefined;
export const route = new Live('/');

export function setNavigator(navigate: (to: Place, search?: MappingPlace) => void): void {
  goTo = navigate;
}

export function navigateTo(to: Place): void {
  goTo(to);
}

/** Where the user says what the columns of a file are. */
export function navigateToMapping(place: MappingPlace): void {
  goTo('/mapping', place);
}

export function routeName(): string {
  return route.get();
}
