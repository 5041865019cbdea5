import { BackendError, type BackendErrorFacts } from '../domain/errors.ts';
import { redactSecrets } from '../domain/secrets.ts';
import { type ErrorResponse, errorResponse } from '../wire/common.ts';
import type { BaseUrl } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';
import { PROXY_CREDENTIALS_HINT } from './transport-error.ts';

/** The wait of a `Retry-After` header, ms; undefined for a missing or invalid one. RFC 9110, 10.2.3. */
function retryAfterOf(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse accepts many formats; an HTTP date starts with the name of a day.
  const at = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

export interface FailedRequest {
  readonly response: ApiResponse;
  readonly request: ApiRequest;
  readonly baseUrl: BaseUrl;
  /** Redacted from the server's messages. */
  readonly secrets: readonly string[];
  /** Unix time in ms, by the server's clock. */
  readonly now: number;
}

type ErrorFacts = Pick<BackendErrorFacts, 'kind' | 'message'> &
  Partial<Pick<BackendErrorFacts, 'hint' | 'tookEffect'>>;

/** The error for a response outside of 200 to 299. Distinguishes Coder's error body from that of a proxy. */
export function httpError(failed: FailedRequest): BackendError {
  const { response, request, baseUrl, now } = failed;
  const { status } = response;
  const body = coderErrorBody(failed);
  const retryAfterMs = retryAfterOf(response.headers['retry-after'], now);
  const errorWith = (rest: ErrorFacts) =>
    new BackendError({
      status,
      tookEffect: request.method === 'GET' || isWithoutEffect(status) ? 'no' : 'maybe',
      ...(body?.detail === undefined ? {} : { detail: body.detail }),
      ...(body?.validations ? { validations: body.validations } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...rest,
    });

  if (status === 401) {
    return errorWith({
      kind: 'signed-out',
      message: body?.message ?? `${baseUrl.host} requires you to sign in.`,
      hint: `Run \`taskdeck login ${baseUrl.origin}${baseUrl.prefix}\`, or set CODER_SESSION_TOKEN.`,
    });
  }
  if (status === 407) {
    return errorWith({
      kind: 'unreachable',
      message: 'The proxy requires a user name and password.',
      hint: PROXY_CREDENTIALS_HINT,
    });
  }
  if (status === 429) {
    if (body?.message === QUEUE_FULL)
      return errorWith({
        kind: 'busy',
        message: body.message,
        hint: 'Cancel a queued message, or wait until the agent takes one.',
      });
    return errorWith({
      kind: 'rate-limited',
      message: body?.message ?? `Too many requests to ${baseUrl.host}.`,
    });
  }
  if (status >= 500) return errorWith(serverError(failed, body));
  if (status < 400) return errorWith(redirectError(response, baseUrl));
  if (status === 413) {
    return errorWith({
      kind: 'invalid',
      message: body?.message ?? `The request is too large for ${baseUrl.host} (status 413).`,
      hint: 'Shorten the text, or put it into a file that the agent can read.',
    });
  }
  if (status === 405) {
    return errorWith({ kind: 'server', message: 'The server does not support this request.' });
  }
  if (body === null) {
    return errorWith({
      kind: 'not-coder',
      message: `The server at ${baseUrl.host} is not a Coder server (status ${status}).`,
      hint: 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
    });
  }
  return errorWith({ kind: kindOf(status, body), message: body.message, ...hintFor(body) });
}

/** Chats: the message is not in the queue. The other answers with this status are about too many requests. */
const QUEUE_FULL = 'Message queue is full.';

/** Chats: advice about refusals that have other reasons than the rights of the user or the state of the chat. */
function hintFor({ message, kind }: ErrorResponse): { readonly hint?: string } {
  if (kind === 'hook_denied')
    return { hint: 'A hook of this deployment refused it. Ask an administrator for the rules.' };
  if (/\b(?:usage|spend(?:ing)?) limit\b/iu.test(message))
    return { hint: 'The budget is used up. Ask an administrator for more, or wait until it is renewed.' };
  if (message === 'Chat is in an invalid state.')
    return { hint: 'Open the chat on the web page, which can repair it.' };
  return {};
}

/** Whether the status says that nothing changed. 507 (RFC 4918) is the local server's answer when its disk is full. */
const isWithoutEffect = (status: number): boolean => (status >= 400 && status <= 499) || status === 507;

/** Coder's message for a path that its version does not have. A missing object has other messages. */
const ROUTE_NOT_FOUND = 'Route not found.';

/** Whether the server's version does not have the path. */
export const isRouteNotFound = (error: unknown): boolean =>
  error instanceof BackendError && error.status === 404 && error.message === ROUTE_NOT_FOUND;

/** Whether the error is Coder's own, which proves that the path exists; a proxy's error does not. */
export const isCoderError = (error: unknown): boolean =>
  error instanceof BackendError &&
  (error.kind === 'not-found' ||
    error.kind === 'conflict' ||
    error.kind === 'invalid' ||
    error.kind === 'forbidden' ||
    error.kind === 'busy');

/** Messages of status 400 that mean a conflict with the task's state: older servers, and newer ones in two places. */
const STATE_MESSAGES: ReadonlySet<string> = new Set(['Task must be active.', 'Task status must be active.']);

function kindOf(status: number, { message }: ErrorResponse): BackendErrorFacts['kind'] {
  switch (status) {
    case 403:
      return 'forbidden';
    case 404:
    // Coder's status for a deleted workspace.
    case 410:
      return 'not-found';
    case 409:
    case 412:
      return 'conflict';
    default:
      return STATE_MESSAGES.has(message) ? 'conflict' : 'invalid';
  }
}

/**
 * Coder's answers to `send` before it forwards the message (coderd/aitasks.go, taskSend). 'Task app rejected the
 * message.' is not one of them: it also covers a connection that broke after the message was sent.
 */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'Task app is not ready to accept input.',
  'Failed to reach task app endpoint.',
  'Failed to get status from task app.',
  'Failed to create agentapi client.',
]);
const BUSY_MESSAGES: ReadonlySet<string> = new Set([
  'Task app is not ready to accept input.',
  'Task app rejected the message.',
]);

/** Chats: Coder's answer to all changes while the deployment has no AI Gateway. */
const GATEWAY_OFF = /\bAI Gateway must be enabled\b/u;

function serverError({ response, baseUrl }: FailedRequest, body: ErrorResponse | null): ErrorFacts {
  if (body === null) {
    return {
      kind: 'server',
      message: `${baseUrl.host} answered with status ${response.status}.`,
      hint: 'The server, or a proxy in front of it, has a problem. Try again later.',
    };
  }
  // Before anything is changed. Reading goes on.
  if (response.status === 503 && GATEWAY_OFF.test(body.message))
    return {
      kind: 'server',
      message: body.message,
      hint: 'Until an administrator turns the AI Gateway on, chats can only be read.',
      tookEffect: 'no',
    };
  const kind = response.status === 502 && BUSY_MESSAGES.has(body.message) ? 'busy' : 'server';
  const mayBeForwarded = response.status !== 502 || !NOT_FORWARDED.has(body.message);
  return { kind, message: body.message, ...(mayBeForwarded ? {} : { tookEffect: 'no' }) };
}

function redirectError({ headers }: ApiResponse, { origin, host }: BaseUrl): ErrorFacts {
  const location = headers.location;
  const target = typeof location === 'string' ? URL.parse(location, origin)?.origin : undefined;
  // URL has the origin `null` for some schemes.
  const otherOrigin = target === undefined || target === 'null' ? undefined : target;
  const isHttpsUpgrade = otherOrigin === `https://${host}` && origin === `http://${host}`;
  return {
    kind: 'not-coder',
    message:
      otherOrigin === undefined
        ? `${host} redirects the request, which a Coder server never does.`
        : `${host} redirects to ${otherOrigin}, which a Coder server never does.`,
    hint:
      otherOrigin !== undefined && (isHttpsUpgrade || otherOrigin !== origin)
        ? 'If that is the deployment, use its URL. If it is a sign-in page, set CODER_HEADER.'
        : 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
  };
}

/** Null for a body that is not Coder's. */
function coderErrorBody({ response, secrets }: FailedRequest): ErrorResponse | null {
  const text = response.body.toString('utf8');
  try {
    const parsed = errorResponse.safeParse(JSON.parse(redactSecrets(text, secrets)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
