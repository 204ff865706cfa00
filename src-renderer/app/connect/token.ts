const key = 'stepscope.token';

/** Takes the token out of the address (`#token=…`), so that it is in no history entry and no copied link. */
export function takeToken(): string | null {
  const fragment = /^#token=([\w-]+)(?:&to=(.*))?$/.exec(location.hash);
  if (fragment?.[1] !== undefined) {
    sessionStorage.setItem(key, fragment[1]);
    const rest = fragment[2] === undefined ? '' : `#${decodeURIComponent(fragment[2])}`;
    history.replaceState(null, '', location.pathname + location.search + rest);
  }
  return sessionStorage.getItem(key);
}
