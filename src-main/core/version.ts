import { version } from '../../package.json';

/** As package.json says it; built in. */
export const applicationVersion: string = version;
