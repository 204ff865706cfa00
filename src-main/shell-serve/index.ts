/**
 * The *serve* shell: the application behind an HTTP server on loopback, shown by a browser that is installed here or at the other end of
 * `ssh -L`. The *token* opens the two WebSockets; a *ticket* is a single-use address that gives the token to a page.
 */
export { runServe, type ServeOptions } from './run-serve';
