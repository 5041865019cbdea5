import { Refusal } from './refusal.ts';
import type { Context, Guard } from './router.ts';
import { tokenFault } from './token.ts';

const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';

/** The token that a request carries: Coder's own header, or the usual one. */
export const tokenOf = (context: Context): string | undefined =>
  context.req.header('Coder-Session-Token') ??
  /^Bearer\s+(\S+)$/i.exec(context.req.header('Authorization') ?? '')?.[1];

/** Lets those pass who have the server's token. */
export const withToken =
  (token: string): Guard =>
  (context) => {
    const fault = tokenFault(tokenOf(context), token);
    if (fault !== null) throw new Refusal(401, SIGNED_OUT, fault);
  };

export const signedOut = (detail: string): Refusal => new Refusal(401, SIGNED_OUT, detail);

/**
 * Turns away what a web page can send: a page in the user's browser may reach this address under a name of its own
 * (DNS rebinding), and then it has that name in `Host`, or its own address in `Origin`.
 */
export const fromThisMachine =
  (port: () => number): Guard =>
  (context) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    if (!hosts.includes((context.req.header('Host') ?? '').toLowerCase())) {
      throw new Refusal(
        403,
        'This server answers to its own address only.',
        'The Host header names another one.',
      );
    }
    const origin = context.req.header('Origin');
    if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`)) {
      throw new Refusal(
        403,
        'This server does not answer to web pages.',
        'The Origin header names another place.',
      );
    }
  };

export const anybody: Guard = () => undefined;
