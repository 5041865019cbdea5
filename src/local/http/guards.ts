import { ErrorResponse } from './error-response.ts';
import type { Context, Guard } from './router.ts';
import { tokenError } from './token.ts';

const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';

/** Reads a header of a request, by its name in any case. */
export type HeaderReader = (name: string) => string | undefined;

const headersOf =
  (context: Context): HeaderReader =>
  (name) =>
    context.req.header(name);

/** The token of a request, from `Coder-Session-Token` or `Authorization`. */
const tokenIn = (header: HeaderReader): string | undefined =>
  header('Coder-Session-Token') ?? /^Bearer\s+(\S+)$/i.exec(header('Authorization') ?? '')?.[1];

export const requestToken = (context: Context): string | undefined => tokenIn(headersOf(context));

/** Requires the server's token. */
export const requireToken =
  (token: string): Guard =>
  (context) =>
    checkToken(token, headersOf(context));

/** Throws a 401 for headers without the server's token. */
export function checkToken(token: string, header: HeaderReader): void {
  const fault = tokenError(tokenIn(header), token);
  if (fault !== null) throw new ErrorResponse(401, SIGNED_OUT, fault);
}

export const unauthorized = (detail: string): ErrorResponse => new ErrorResponse(401, SIGNED_OUT, detail);

/** Refuses requests of web pages: see `checkLoopback`. */
export const requireLoopback =
  (port: () => number): Guard =>
  (context) =>
    checkLoopback(port(), headersOf(context));

/**
 * Throws a 403 for requests of web pages. A page in the user's browser can reach this address (DNS rebinding), but its
 * requests have another name in `Host` or another address in `Origin`.
 */
export function checkLoopback(port: number, header: HeaderReader): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes((header('Host') ?? '').toLowerCase())) {
    throw new ErrorResponse(
      403,
      'This server accepts requests only for its own address.',
      'The Host header names another address.',
    );
  }
  const origin = header('Origin');
  if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`)) {
    throw new ErrorResponse(
      403,
      'This server does not accept requests from web pages.',
      'The Origin header names another address.',
    );
  }
}

export const allowAll: Guard = () => undefined;
