/** Why a request did not do what was asked. The kinds are the answers that a person must tell apart. */
export type BackendErrorKind =
  /** No token, or one that the server no longer takes. */
  | 'signed-out'
  | 'forbidden'
  /** This object does not exist or is not yours to see. */
  | 'not-found'
  /** The server answers, but has no Tasks: too old, switched off, or removed. */
  | 'no-tasks'
  /** The server understood and refused: wrong field, limit, name. */
  | 'invalid'
  /** The task or its workspace is in a state that does not allow this now. */
  | 'conflict'
  /** The agent does not take a message at the moment. Normal traffic, not a fault. */
  | 'busy'
  | 'rate-limited'
  /** A variable, a file or a directory of this machine keeps taskdeck from connecting. Nothing was sent. */
  | 'setup'
  /** No connection: refused, no such host, reset. */
  | 'unreachable'
  | 'timeout'
  /** Something answers, but it is not a Coder server: HTML, a redirect to elsewhere, a proxy's page. */
  | 'not-coder'
  /** JSON, but not what was agreed. */
  | 'bad-answer'
  | 'server'
  /** A fault of taskdeck itself: the server did nothing wrong. */
  | 'internal'
  /** An update of taskdeck has removed a file that the request needs. */
  | 'updated'
  /** Given up by the user, or because taskdeck is ending. */
  | 'aborted';

export interface BackendErrorFacts {
  readonly kind: BackendErrorKind;
  /** The server's own words where there are any. Untrusted text. */
  readonly message: string;
  /** The server's further words; untrusted text. */
  readonly detail?: string;
  /** What the user can do about it: one plain sentence of ours. */
  readonly hint?: string;
  readonly validations?: readonly { readonly field: string; readonly detail: string }[];
  /** HTTP status, for scripts and bug reports; nothing decides by it. */
  readonly status?: number;
  /** How long the server asked us to wait, ms. */
  readonly retryAfterMs?: number;
  /**
   * Whether the request may have taken effect all the same. Decides if a message may be offered again:
   * `no` only when the server refused it, or no byte of it was sent.
   */
  readonly tookEffect: 'no' | 'maybe';
  readonly cause?: unknown;
}

/** Every failure that a backend reports. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly kind: BackendErrorKind;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly validations: readonly { readonly field: string; readonly detail: string }[];
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly tookEffect: 'no' | 'maybe';

  constructor(facts: BackendErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.kind = facts.kind;
    this.detail = facts.detail;
    this.hint = facts.hint;
    this.validations = facts.validations ?? [];
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.tookEffect = facts.tookEffect;
  }
}

/** The error for a fault of taskdeck itself. */
export const internalError = (cause: unknown): BackendError =>
  new BackendError({
    kind: 'internal',
    message: `taskdeck has a fault of its own: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Please report it.',
    tookEffect: 'maybe',
    cause,
  });

/** The same error with another hint. */
export const withHint = (error: BackendError, hint: string): BackendError =>
  new BackendError({ ...error, message: error.message, hint, cause: error });

/** What the user gets to read: the server's words, its detail, then what to do. Untrusted text. */
export function errorText(error: unknown): string {
  if (!(error instanceof BackendError)) return error instanceof Error ? error.message : String(error);
  return joinSentences([errorReason(error), error.hint]);
}

/** What the server, or we in its place, said went wrong; without what to do about it. Untrusted text. */
export const errorReason = ({ message, detail, validations }: BackendError): string =>
  joinSentences([
    message,
    detail,
    // A server may repeat its detail as the fault of a field.
    ...validations
      .filter((fault) => fault.detail !== detail)
      .map((fault) => `${fault.field}: ${fault.detail}`),
  ]);

/** Servers end their sentences with a period or not. */
export const joinSentences = (parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part): part is string => part !== undefined && part !== '')
    .map((part, index, all) => (index < all.length - 1 ? part.replace(/[^\s.!?:;,…]$/u, '$&.') : part))
    .join(' ');

/** A mistake in how taskdeck was called or configured. The message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** It is clear which deployment is meant, but no token for it was found. Scripts end with the code of "not signed in". */
export class NoTokenError extends UsageError {
  readonly url: string;

  constructor(url: string, message: string) {
    super(message);
    this.url = url;
  }
}
