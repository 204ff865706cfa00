/** Runs in the page's own world before any of its scripts. */
import { receiveExposed } from './bridge';

declare const __DOUBLE_SECRET__: string;
if (window === window.top) receiveExposed(__DOUBLE_SECRET__);
