import type { LoggedError, LoggedRequest, RequestRecords } from '../../domain/ports/request-log.ts';
import { formatBytes } from '../../domain/text/format.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, padOrTruncate, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { memoize } from '../../store/memoize.ts';

export interface RequestRow {
  readonly kind: 'request' | 'failed' | 'running' | 'heading' | 'detail';
  readonly text: string;
}

const STATUS_COLUMNS = 12;
const TOOK_COLUMNS = 7;
const SIZE_COLUMNS = 7;
const INDENT = '    ';

/**
 * One row for each request, the newest last, with its error in full below it. Errors of requests that are no longer
 * recorded come first. Rows have `width` columns at most.
 */
export const requestRows = memoize((records: RequestRecords, width: number): readonly RequestRow[] => {
  const { requests, errors } = records;
  const oldest = requests[0]?.id ?? 0;
  const earlier = errors.filter(({ request }) => request.id < oldest);
  const errorOf = new Map(errors.map((error) => [error.request.id, error]));
  return [
    ...(earlier.length === 0 ? [] : [{ kind: 'heading', text: 'Earlier errors' } as const]),
    ...earlier.flatMap((error) => withError(error.request, error, width)),
    ...(earlier.length === 0 ? [] : [{ kind: 'heading', text: 'Requests' } as const]),
    ...requests.flatMap((request) => withError(request, errorOf.get(request.id), width)),
  ];
});

const withError = (
  request: LoggedRequest,
  error: LoggedError | undefined,
  width: number,
): readonly RequestRow[] => [
  { kind: kindOf(request, error), text: requestText(request, width) },
  ...(error === undefined ? [] : errorRows(error, width)),
];

function kindOf(request: LoggedRequest, error: LoggedError | undefined): RequestRow['kind'] {
  if (error !== undefined || (request.status ?? 0) >= 400) return 'failed';
  return request.tookMs === null ? 'running' : 'request';
}

/** Time, method, status, duration, size and path; of a long path the end. */
function requestText(request: LoggedRequest, width: number): string {
  const { at, method, bytes, tookMs, path } = request;
  const head = [
    timeWithSeconds(at),
    method.padEnd(6),
    padOrTruncate(statusWords(request), STATUS_COLUMNS),
    (tookMs === null ? '' : durationWords(tookMs)).padStart(TOOK_COLUMNS),
    (bytes === 0 ? '' : formatBytes(bytes)).padStart(SIZE_COLUMNS),
    '',
  ].join(' ');
  return head + truncate(sanitiseLine(path), Math.max(1, width - displayWidth(head)), 'start');
}

/** `200`, `101 closed 1001`, `timeout`, `open` or `waits`. */
export function statusWords({ status, end, tookMs, method }: LoggedRequest): string {
  if (method === 'WS' && status === 101) return tookMs === null ? 'open' : sanitiseLine(end);
  const words = [status === null ? '' : String(status), sanitiseLine(end)].filter(Boolean).join(' ');
  return words === '' ? 'waits' : words;
}

/** `12 ms`, `3.4 s`, `5 min`. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Local, such as `09:30:05`. */
function timeWithSeconds(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** The parts of an error, each with its name. */
export const errorParts = ({ message, cause, body, next, count }: LoggedError): readonly string[] => [
  sanitiseLine(message),
  ...(cause === '' ? [] : [`cause: ${sanitiseLine(cause)}`]),
  ...(body === '' ? [] : [`body: ${sanitise(body)}`]),
  ...(next === '' ? [] : [`then: taskdeck ${sanitiseLine(next)}`]),
  ...(count === 1 ? [] : [`${count} times`]),
];

const errorRows = (error: LoggedError, width: number): readonly RequestRow[] =>
  errorParts(error).flatMap((part) =>
    wrap(part, Math.max(1, width - INDENT.length)).map(
      (text): RequestRow => ({ kind: 'detail', text: INDENT + text }),
    ),
  );
