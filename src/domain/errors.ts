/** Why a request failed. The kinds are the cases that a user must tell apart. */
export type BackendErrorKind =
  /** No token, or one that the server no longer accepts. */
  | 'signed-out'
  | 'forbidden'
  /** The object does not exist or is not visible to this user. */
  | 'not-found'
  /** The server does not have the source, Tasks or Chats: too old, switched off, or removed. */
  | 'no-tasks'
  /** The server rejected a value: a wrong field, a limit, a name. */
  | 'invalid'
  /** The state of the task or its workspace does not allow this now. */
  | 'conflict'
  /** The question that a message answers is no longer open: it has another answer. */
  | 'answered'
  /** The agent does not accept messages at the moment. Normal traffic, not a fault. */
  | 'busy'
  | 'rate-limited'
  /** An environment variable, a file or a directory of this machine prevents the connection. Nothing was sent. */
  | 'setup'
  /** No connection: refused, no such host, reset. */
  | 'unreachable'
  | 'timeout'
  /** The responder is not a Coder server: HTML, a redirect to another host, a proxy's page. */
  | 'not-coder'
  /** JSON that does not match the API. */
  | 'bad-answer'
  | 'server'
  /** taskdeck did not send it, because it is in read-only mode. */
  | 'read-only'
  /** A bug in taskdeck. */
  | 'internal'
  /** An update of taskdeck removed a file that the request needs. */
  | 'updated'
  /** Cancelled by the user, or because taskdeck quits. */
  | 'aborted';

/** Why a server does not have a source. */
export interface Unavailability {
  readonly api: 'Tasks' | 'Chats';
  /** `refused`: it has it, but not for this user. */
  readonly reason: 'missing' | 'refused';
  /** The server's version as it reports it; null when unknown. */
  readonly version: string | null;
}

export interface BackendErrorFacts {
  readonly kind: BackendErrorKind;
  /** The server's message where there is one. Untrusted text. */
  readonly message: string;
  /** The server's additional detail. Untrusted text. */
  readonly detail?: string;
  /** How to fix it, in one sentence. */
  readonly hint?: string;
  readonly validations?: readonly { readonly field: string; readonly detail: string }[];
  /** HTTP status, only for display. */
  readonly status?: number;
  /** The Retry-After of the server, ms. */
  readonly retryAfterMs?: number;
  /**
   * Whether the request may have taken effect anyway: decides whether a message may be sent again. `no` only when the
   * server rejected it or nothing was sent.
   */
  readonly tookEffect: 'no' | 'maybe';
  /** With `no-tasks`: which source, and why. */
  readonly unavailable?: Unavailability;
  readonly cause?: unknown;
}

export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly kind: BackendErrorKind;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly validations: readonly { readonly field: string; readonly detail: string }[];
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly tookEffect: 'no' | 'maybe';
  readonly unavailable: Unavailability | undefined;

  constructor(facts: BackendErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.kind = facts.kind;
    this.detail = facts.detail;
    this.hint = facts.hint;
    this.validations = facts.validations ?? [];
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.tookEffect = facts.tookEffect;
    this.unavailable = facts.unavailable;
  }
}

export const internalError = (cause: unknown): BackendError =>
  new BackendError({
    kind: 'internal',
    message: `Internal error in taskdeck: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Report this bug.',
    tookEffect: 'maybe',
    cause,
  });

export const withHint = (error: BackendError, hint: string): BackendError =>
  new BackendError({ ...error, message: error.message, hint, cause: error });

/** The error for the user: the message, the detail, then the hint. Untrusted text. */
export function errorText(error: unknown): string {
  if (!(error instanceof BackendError)) return error instanceof Error ? error.message : String(error);
  return joinSentences([errorReason(error), error.hint]);
}

/** The error without its hint. Untrusted text. */
export const errorReason = ({ message, detail, validations }: BackendError): string =>
  joinSentences([
    message,
    detail,
    // A server may repeat its detail, or a part of its message, as the error of a field.
    ...validations
      .filter((fault) => fault.detail !== detail && !message.includes(fault.detail))
      .map((fault) => `${fault.field}: ${fault.detail}`),
  ]);

/** Some servers end their sentences with a period, others do not. */
export const joinSentences = (parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part): part is string => part !== undefined && part !== '')
    .map((part, index, all) => (index < all.length - 1 ? part.replace(/[^\s.!?:;,…]$/u, '$&.') : part))
    .join(' ');

/** A wrong argument or setting. The message says how to correct it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The deployment is known, but it has no token. Scripts exit with the code of `signed-out`. */
export class NoTokenError extends UsageError {
  readonly url: string;

  constructor(url: string, message: string) {
    super(message);
    this.url = url;
  }
}
