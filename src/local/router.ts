import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { wireJson } from './json.ts';
import { noSuchRoute, Refusal, type Status } from './refusal.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
export type Handler = (context: Context) => Response | Promise<Response>;
/** Throws the refusal of a caller who may not. */
export type Guard = (context: Context) => void;

export interface RouterSetup {
  /** Looked at before anything else, for known and unknown paths alike. */
  readonly everybody: Guard;
  readonly buildVersion: string;
}

/** No request of the Tasks API comes near this, bytes. */
const BODY_LIMIT = 1 << 20;

/**
 * The paths of the server with what all of them share: Coder's way to write JSON and refusals, its version header,
 * 404 for unknown paths and 405 without a body for known ones.
 */
export class Router {
  readonly app = new Hono();
  readonly #methods = new Map<string, Method[]>();

  constructor({ everybody, buildVersion }: RouterSetup) {
    this.app.use(async (context, next) => {
      context.header('X-Coder-Build-Version', buildVersion);
      everybody(context);
      await next();
    });
    this.app.use(bodyLimit({ maxSize: BODY_LIMIT, onError: (context) => refuse(context, tooLarge()) }));
    this.app.notFound((context) => refuse(context, noSuchRoute()));
    this.app.onError((error, context) => {
      if (error instanceof Refusal) return refuse(context, error);
      console.error(error);
      return refuse(context, new Refusal(500, 'An internal server error occurred.', error.message));
    });
  }

  on(method: Method, path: string, guard: Guard, handler: Handler): void {
    this.#methods.set(path, [...(this.#methods.get(path) ?? []), method]);
    this.app.on(method, path, (context) => {
      guard(context);
      return handler(context);
    });
  }

  /** To be called when every path is known. */
  done(): Hono {
    for (const [path, methods] of this.#methods) {
      this.app.all(path, (context) => context.body(null, 405, { Allow: methods.join(', ') }));
    }
    return this.app;
  }
}

const tooLarge = (): Refusal =>
  new Refusal(413, 'Request body is too large.', `The limit is ${BODY_LIMIT} bytes.`);

export const answer = (context: Context, value: unknown, status: 200 | 201 | 202 = 200): Response =>
  context.body(wireJson(value), status, { 'Content-Type': 'application/json; charset=utf-8' });

export const answerNothing = (context: Context): Response => context.body(null, 204);

function refuse(context: Context, refusal: Refusal): Response {
  const status: Status = refusal.status;
  return context.body(wireJson(refusal.body), status, { 'Content-Type': 'application/json; charset=utf-8' });
}
