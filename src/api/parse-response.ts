import type * as z from 'zod/mini';
import { BackendError } from '../domain/errors.ts';
import type { BaseUrl } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';

/** The checked value of a response body. @throws BackendError `bad-answer` */
export function parseResponse<Schema extends z.ZodMiniType>(
  schema: Schema,
  response: ApiResponse,
  request: ApiRequest,
): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(response, request));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badResponse(
    request,
    issue === undefined ? 'the format is unknown' : describeIssue(issue),
    response.status,
  );
}

/**
 * Coder answers unknown paths with status 200 and the dashboard's page; sign-in pages do the same.
 * @throws BackendError `not-coder` for a web page
 */
export function rejectHtml(response: ApiResponse, request: ApiRequest, baseUrl: BaseUrl): void {
  const type = String(response.headers['content-type'] ?? '');
  if (!/\bhtml\b/i.test(type) && !/^\s*</.test(response.body.toString('utf8', 0, 64))) return;
  throw new BackendError({
    kind: 'not-coder',
    message: `${baseUrl.host} answered with a web page instead of data.`,
    hint: 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
    status: response.status,
    tookEffect: tookEffectOf(request),
  });
}

function parseJson(response: ApiResponse, request: ApiRequest): unknown {
  if (response.body.length === 0) throw badResponse(request, 'the answer is empty', response.status);
  try {
    return JSON.parse(response.body.toString('utf8'));
  } catch {
    // The message of JSON.parse quotes the body, which may hold secrets.
    throw badResponse(request, 'the answer is not valid JSON', response.status);
  }
}

/** The error for a response that is successful but unusable. `why` follows a colon. */
export const badResponse = (request: ApiRequest, why: string, status?: number): BackendError =>
  new BackendError({
    kind: 'bad-answer',
    message: `Invalid answer to ${request.method} ${request.path}: ${why}.`,
    hint: 'Update taskdeck, and check whether a proxy changes the answers of the server.',
    ...(status === undefined ? {} : { status }),
    tookEffect: tookEffectOf(request),
  });

const tookEffectOf = ({ method }: ApiRequest) => (method === 'GET' ? 'no' : 'maybe');

function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  );
  const where = place === '' ? 'the answer' : place;
  return issue.code === 'invalid_type'
    ? `${where} is not of type ${issue.expected}`
    : `${where} has an unknown format`;
}
