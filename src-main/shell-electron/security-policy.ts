/** What the window may load, where it may go and what it may ask for, as data: the rules of Electron's security checklist. */

export const appScheme = 'app';
export const appOrigin = 'app://stepscope';
export const startPage = `${appOrigin}/index.html`;

/** Nothing that is not listed. Styles in attributes are how React and uPlot place things; no script has that freedom. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** How every window is made. */
export const webPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies Electron.WebPreferences;

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** The page may go to itself (a reload, a route), nowhere else. */
export function isOwnPage(url: string): boolean {
  const parsed = parse(url);
  return parsed?.protocol === `${appScheme}:` && parsed.host === 'stepscope';
}

/** Only https leaves, through the system's browser, and without a name or password in it. */
export function mayLeave(url: string): boolean {
  const parsed = parse(url);
  return parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '';
}

/** The page of a Stepscope that serves on this machine, by the ticket that it gave. */
export function isOwnServePage(url: string): boolean {
  const parsed = parse(url);
  return (
    parsed?.protocol === 'http:' && parsed.hostname === '127.0.0.1' && parsed.pathname.startsWith('/open/')
  );
}
