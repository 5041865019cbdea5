import { BackendError, errorText } from '../domain/errors.ts';
import type { LoggedError, LoggedRequest, RequestLog } from '../domain/ports/request-log.ts';
import { redactCredentials, redactSecrets } from '../domain/secrets.ts';

/** The number of requests that are recorded. */
const MAX_REQUESTS = 200;
const MAX_ERRORS = 20;
/** Of each text of an error, characters. */
const MAX_TEXT = 4_000;
/** An error has few causes; a cycle must end. */
const MAX_CAUSES = 8;

interface Times {
  wall(): number;
  monotonic(): number;
}

/** Records one request. */
export interface RequestRecord {
  /** Called with the bytes received so far, in all. */
  received(bytes: number): void;
  /** A response or an accepted upgrade arrived. */
  responded(status: number): void;
  /** It ended without an error; `end` as in LoggedRequest. */
  ended(end?: string): void;
  /** It ended with an error. `secrets` are removed from all texts. */
  failed(error: unknown, body: string, secrets: readonly string[]): void;
}

export interface RecordingLog extends RequestLog {
  start(method: string, path: string, query: Readonly<Record<string, string>> | undefined): RequestRecord;
}

type Entry = { -readonly [Name in keyof LoggedRequest]: LoggedRequest[Name] };
type ErrorEntry = { -readonly [Name in keyof LoggedError]: LoggedError[Name] } & { request: Entry };

/** @param secrets never appear in a record, such as the token */
export function createRequestLog(clock: Times, secrets: readonly string[]): RecordingLog {
  const requests: Entry[] = [];
  let errors: ErrorEntry[] = [];
  let total = 0;
  const entryOf = new WeakMap<object, ErrorEntry>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  function addError(entry: Entry, error: BackendError, body: string, known: readonly string[]): void {
    // A secret that the first cut divides is behind the second one.
    const clean = (text: string): string =>
      redactCredentials(redactSecrets(text.slice(0, 2 * MAX_TEXT), [...secrets, ...known]))
        .slice(0, MAX_TEXT)
        .trim();
    const message = clean(errorText(error));
    const earlier = errors.find(
      ({ request, ...other }) =>
        request.method === entry.method && request.path === entry.path && other.message === message,
    );
    const added: ErrorEntry = {
      request: entry,
      count: (earlier?.count ?? 0) + 1,
      message,
      cause: clean(causeText(error)),
      body: clean(body),
      next: '',
    };
    errors = [...errors.filter((each) => each !== earlier), added].slice(-MAX_ERRORS);
    entryOf.set(error, added);
  }

  return {
    records: () => ({
      requests: requests.map((entry) => ({ ...entry })),
      errors: errors.map((error) => ({ ...error, request: { ...error.request } })),
      total,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    noteNext(error, next) {
      let cause: unknown = error;
      for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
        const entry = entryOf.get(cause);
        if (entry !== undefined) {
          entry.next = next;
          return changed();
        }
        ({ cause } = cause);
      }
    },
    start(method, path, query) {
      const startedAt = clock.monotonic();
      total++;
      const entry: Entry = {
        id: total,
        method,
        path: redactSecrets(pathText(path, query), secrets),
        at: clock.wall(),
        status: null,
        end: '',
        tookMs: null,
        bytes: 0,
      };
      requests.push(entry);
      if (requests.length > MAX_REQUESTS) requests.shift();
      changed();
      /** The first end counts: a failed socket is closed afterwards. */
      const end = (text: string): void => {
        if (entry.tookMs !== null) return;
        entry.end = text;
        entry.tookMs = Math.round(clock.monotonic() - startedAt);
      };
      return {
        received(bytes) {
          // got reports fewer for a response of which some bytes bypassed it.
          entry.bytes = Math.max(entry.bytes, bytes);
        },
        responded(status) {
          entry.status = status;
          changed();
        },
        ended(text = '') {
          end(text);
          changed();
        },
        failed(error, body, known) {
          const kind = error instanceof BackendError ? error.kind : 'internal';
          entry.status ??= error instanceof BackendError ? (error.status ?? null) : null;
          end(kind === 'aborted' ? 'cancelled' : entry.status === null || method === SOCKET ? kind : '');
          if (kind !== 'aborted' && error instanceof BackendError) addError(entry, error, body, known);
          changed();
        },
      };
    },
  };
}

/** The method of a WebSocket in the log. */
export const SOCKET = 'WS';

/** Values may be secrets, or words of the user. */
const pathText = (path: string, query: Readonly<Record<string, string>> = {}): string => {
  const names = Object.keys(query);
  return names.length === 0 ? path : `${path}?${names.join('&')}`;
};

function causeText(error: BackendError): string {
  const texts: string[] = [];
  let { cause } = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    texts.push(cause.message);
    ({ cause } = cause);
  }
  return texts.join(', ');
}
