import { ErrorResponse } from './error-response.ts';
import type { Context, Guard } from './router.ts';
import { tokenError } from './token.ts';

const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';

/** The token of a request, from `Coder-Session-Token` or `Authorization`. */
export const requestToken = (context: Context): string | undefined =>
  context.req.header('Coder-Session-Token') ??
  /^Bearer\s+(\S+)$/i.exec(context.req.header('Authorization') ?? '')?.[1];

/** Requires the server's token. */
export const requireToken =
  (token: string): Guard =>
  (context) => {
    const fault = tokenError(requestToken(context), token);
    if (fault !== null) throw new ErrorResponse(401, SIGNED_OUT, fault);
  };

export const unauthorized = (detail: string): ErrorResponse => new ErrorResponse(401, SIGNED_OUT, detail);

/**
 * Refuses requests of web pages. A page in the user's browser can reach this address (DNS rebinding), but its requests
 * have another name in `Host` or another address in `Origin`.
 */
export const requireLoopback =
  (port: () => number): Guard =>
  (context) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    if (!hosts.includes((context.req.header('Host') ?? '').toLowerCase())) {
      throw new ErrorResponse(
        403,
        'This server accepts requests only for its own address.',
        'The Host header names another address.',
      );
    }
    const origin = context.req.header('Origin');
    if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`)) {
      throw new ErrorResponse(
        403,
        'This server does not accept requests from web pages.',
        'The Origin header names another address.',
      );
    }
  };

export const allowAll: Guard = () => undefined;
