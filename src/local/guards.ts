import { ErrorResponse } from './error-response.ts';
import type { Context, Guard } from './router.ts';
import { tokenError } from './token.ts';

const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';

/** The token that a request carries: Coder's own header, or the usual one. */
export const requestToken = (context: Context): string | undefined =>
  context.req.header('Coder-Session-Token') ??
  /^Bearer\s+(\S+)$/i.exec(context.req.header('Authorization') ?? '')?.[1];

/** Lets those pass who have the server's token. */
export const requireToken =
  (token: string): Guard =>
  (context) => {
    const fault = tokenError(requestToken(context), token);
    if (fault !== null) throw new ErrorResponse(401, SIGNED_OUT, fault);
  };

export const unauthorized = (detail: string): ErrorResponse => new ErrorResponse(401, SIGNED_OUT, detail);

/**
 * Turns away what a web page can send: a page in the user's browser may reach this address under a name of its own
 * (DNS rebinding), and then it has that name in `Host`, or its own address in `Origin`.
 */
export const requireLoopback =
  (port: () => number): Guard =>
  (context) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    if (!hosts.includes((context.req.header('Host') ?? '').toLowerCase())) {
      throw new ErrorResponse(
        403,
        'This server answers to its own address only.',
        'The Host header names another one.',
      );
    }
    const origin = context.req.header('Origin');
    if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`)) {
      throw new ErrorResponse(
        403,
        'This server does not answer to web pages.',
        'The Origin header names another place.',
      );
    }
  };

export const allowAll: Guard = () => undefined;
