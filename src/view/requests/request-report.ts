import type { LoggedRequest, RequestRecords } from '../../domain/ports/request-log.ts';
import { isoTime } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { State } from '../../store/state.ts';
import { durationWords, errorParts, statusWords } from './request-rows.ts';

/** The requests and errors as text for a bug report: without secrets, and sanitised. */
export function requestReport(
  { deployment, serverVersion }: Pick<State, 'deployment' | 'serverVersion'>,
  { requests, errors, total }: RequestRecords,
): string {
  const server = serverVersion === null ? '' : `, server ${sanitiseLine(serverVersion)}`;
  return [
    `taskdeck ${TASKDECK_VERSION}, ${sanitiseLine(deployment.name)}${server}`,
    '',
    `Last ${requests.length} of ${total} requests:`,
    ...requests.map(requestLine),
    '',
    `Last ${errors.length} errors:`,
    ...errors.flatMap((error) => [
      requestLine(error.request),
      ...errorParts(error).map((part) => `  ${part}`),
    ]),
    '',
  ].join('\n');
}

const requestLine = (request: LoggedRequest): string =>
  [
    isoTime(request.at),
    request.method,
    sanitiseLine(request.path),
    statusWords(request),
    ...(request.tookMs === null ? [] : [durationWords(request.tookMs)]),
    `${request.bytes} B`,
  ].join(' ');
