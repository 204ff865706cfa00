/** Paths as text, on either kind of machine. */
export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** `/home/a` → `/`, `home`, `a`, each with the path it stands for. */
export function crumbsOf(path: string): Crumb[] {
  const separator = separatorOf(path);
  const windows = /^[A-Za-z]:/.exec(path)?.[0];
  const start: Crumb =
    windows === undefined ? { name: '/', path: '/' } : { name: windows, path: `${windows}\\` };
  const parts = path
    .slice(windows?.length ?? 0)
    .split(separator)
    .filter((part) => part !== '');
  let so = windows === undefined ? '' : windows;
  return [
    start,
    ...parts.map((name) => {
      so = `${so}${separator}${name}`;
      return { name, path: so };
    }),
  ];
}

export function joinPath(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** `/home/a/tr` → the folder `/home/a/` and `tr`, the beginning of a name in it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const end = path.lastIndexOf(separatorOf(path)) + 1;
  return { folder: path.slice(0, end), name: path.slice(end) };
}

export function isAbsolutePath(text: string): boolean {
  return /^(\/|~\/|[A-Za-z]:[\\/])/.test(text);
}

/** What somebody pastes: quotes of a shell and blanks around it are dropped. */
export function cleanPath(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function separatorOf(path: string): '/' | '\\' {
  return /^[A-Za-z]:\\/.test(path) ? '\\' : '/';
}
