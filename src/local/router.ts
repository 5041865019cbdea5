import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { UnusableDirectory } from '../platform/own-directory.ts';
import { sentenceOfSystem } from '../platform/system-error.ts';
import { wireJson } from './json.ts';
import { noSuchRoute, Refusal, type Status } from './refusal.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
/** A request, with Node's own objects behind it. */
interface Environment {
  Bindings: HttpBindings;
}
export type Context = HonoContext<Environment>;
export type Handler = (context: Context) => Response | Promise<Response>;
/** Throws the refusal of a caller who may not. */
export type Guard = (context: Context) => void;

export interface RouterSetup {
  /** Looked at before anything else, for known and unknown paths alike. */
  readonly everybody: Guard;
  readonly buildVersion: string;
}

/** A prompt and the environment of a shell, 1 MiB each, as JSON. Bytes. */
const BODY_LIMIT = 4 << 20;

/**
 * The paths of the server with what all of them share: Coder's way to write JSON and refusals, its version header,
 * 404 for unknown paths and 405 without a body for known ones.
 */
export class Router {
  readonly app = new Hono<Environment>();
  readonly #methods = new Map<string, Method[]>();

  constructor({ everybody, buildVersion }: RouterSetup) {
    this.app.use(async (context, next) => {
      context.header('X-Coder-Build-Version', buildVersion);
      everybody(context);
      await next();
    });
    this.app.notFound((context) => refuse(context, noSuchRoute()));
    this.app.onError((error, context) => {
      if (error instanceof Refusal) return refuse(context, error);
      console.error(error);
      if (error instanceof UnusableDirectory)
        return refuse(context, new Refusal(507, sentenceOfSystem(error)));
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
  done(): Hono<Environment> {
    for (const [path, methods] of this.#methods) {
      this.app.all(path, (context) => context.body(null, 405, { Allow: methods.join(', ') }));
    }
    return this.app;
  }
}

/** The request's body as text. Throws the refusal of one beyond the limit, without having read all of it. */
export async function bodyText(context: Context, limit = BODY_LIMIT): Promise<string> {
  const { incoming } = context.env;
  const parts: Buffer[] = [];
  let size = 0;
  // The connection stays: the refusal shall get through.
  for await (const part of incoming.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > limit) throw new Refusal(413, 'Request body is too large.', `The limit is ${limit} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export const answer = (context: Context, value: unknown, status: 200 | 201 | 202 = 200): Response =>
  context.body(wireJson(value), status, { 'Content-Type': 'application/json; charset=utf-8' });

export const answerNothing = (context: Context): Response => context.body(null, 204);

function refuse(context: Context, refusal: Refusal): Response {
  const status: Status = refusal.status;
  return context.body(wireJson(refusal.body), status, { 'Content-Type': 'application/json; charset=utf-8' });
}
