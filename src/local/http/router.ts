import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { UnusableDirectory } from '../../platform/private-directory.ts';
import { describeSystemError } from '../../platform/system-error.ts';
import { ErrorResponse, type ErrorStatus, routeNotFound } from './error-response.ts';
import { wireJson } from './wire-json.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
interface NodeBindings {
  Bindings: HttpBindings;
}
export type Context = HonoContext<NodeBindings>;
export type Handler = (context: Context) => Response | Promise<Response>;
/** Throws an ErrorResponse if the caller is not allowed. */
export type Guard = (context: Context) => void;

export interface RouterOptions {
  /** Called first for each request, also for unknown paths. */
  readonly globalGuard: Guard;
  readonly buildVersion: string;
}

/** Bytes. Room for a prompt and an environment of 1 MiB each, as JSON. */
const BODY_LIMIT = 4 << 20;

/**
 * Routes with Coder's conventions: its JSON and error bodies, its version header, 404 for unknown paths, and 405
 * without a body for other methods of known paths.
 */
export class Router {
  readonly app = new Hono<NodeBindings>();
  readonly #methods = new Map<string, Method[]>();

  constructor({ globalGuard, buildVersion }: RouterOptions) {
    this.app.use(async (context, next) => {
      context.header('X-Coder-Build-Version', buildVersion);
      globalGuard(context);
      await next();
    });
    this.app.notFound((context) => sendError(context, routeNotFound()));
    this.app.onError((error, context) => {
      if (error instanceof ErrorResponse) return sendError(context, error);
      console.error(error);
      if (error instanceof UnusableDirectory)
        return sendError(context, new ErrorResponse(507, describeSystemError(error)));
      return sendError(context, new ErrorResponse(500, 'An internal server error occurred.', error.message));
    });
  }

  on(method: Method, path: string, guard: Guard, handler: Handler): void {
    this.#methods.set(path, [...(this.#methods.get(path) ?? []), method]);
    this.app.on(method, path, (context) => {
      guard(context);
      return handler(context);
    });
  }

  /** Call this after the last `on`. */
  finish(): Hono<NodeBindings> {
    for (const [path, methods] of this.#methods) {
      this.app.all(path, (context) => context.body(null, 405, { Allow: methods.join(', ') }));
    }
    return this.app;
  }
}

/** Returns the request's body as text. Throws a 413 as soon as it exceeds `limit` bytes. */
export async function readBodyText(context: Context, limit = BODY_LIMIT): Promise<string> {
  const bytes = await readBody(
    context,
    limit,
    () => new ErrorResponse(413, 'Request body is too large.', `The limit is ${limit} bytes.`),
  );
  return bytes.toString('utf8');
}

/** Returns the request's body. Throws `tooLarge()` as soon as it exceeds `limit` bytes. */
export async function readBody(
  context: Context,
  limit: number,
  tooLarge: () => ErrorResponse,
): Promise<Buffer> {
  const { incoming } = context.env;
  const parts: Buffer[] = [];
  let size = 0;
  // Keeps the connection, so that the client receives the 413.
  for await (const part of incoming.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > limit) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export const sendJson = (context: Context, value: unknown, status: 200 | 201 | 202 = 200): Response =>
  context.body(wireJson(value), status, { 'Content-Type': 'application/json; charset=utf-8' });

export const sendNoContent = (context: Context): Response => context.body(null, 204);

function sendError(context: Context, error: ErrorResponse): Response {
  const status: ErrorStatus = error.status;
  return context.body(wireJson(error.body), status, { 'Content-Type': 'application/json; charset=utf-8' });
}
