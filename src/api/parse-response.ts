import type * as z from 'zod/mini';
import { BackendError } from '../domain/errors.ts';
import type { BaseUrl } from './base-url.ts';
import type { ApiRequest, ApiResponse } from './call.ts';

/** The value in an answer's body, checked. @throws BackendError `bad-answer`. */
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
    issue === undefined ? 'it has another form' : describeIssue(issue),
    response.status,
  );
}

/**
 * Any path that a Coder server does not know answers 200 with the dashboard's page, and so do sign-in pages.
 * @throws BackendError `not-coder` when this is such a page.
 */
export function rejectHtml(response: ApiResponse, request: ApiRequest, baseUrl: BaseUrl): void {
  const type = String(response.headers['content-type'] ?? '');
  if (!/\bhtml\b/i.test(type) && !/^\s*</.test(response.body.toString('utf8', 0, 64))) return;
  throw new BackendError({
    kind: 'not-coder',
    message: `${baseUrl.host} answers with a web page instead of data.`,
    hint: 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
    status: response.status,
    tookEffect: tookEffectOf(request),
  });
}

function parseJson(response: ApiResponse, request: ApiRequest): unknown {
  if (response.body.length === 0) throw badResponse(request, 'it is empty', response.status);
  try {
    return JSON.parse(response.body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body, which can hold anything.
    throw badResponse(request, 'it is not whole JSON', response.status);
  }
}

/** The error for an answer of the right status that is of no use; `why` ends a sentence. */
export const badResponse = (request: ApiRequest, why: string, status?: number): BackendError =>
  new BackendError({
    kind: 'bad-answer',
    message: `The server's answer to ${request.method} ${request.path} cannot be used: ${why}.`,
    hint: 'The server may be newer than this taskdeck, or something on the way changes its answers.',
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
  const where = place === '' ? 'the whole of it' : place;
  return issue.code === 'invalid_type' ? `${where} is no ${issue.expected}` : `${where} has another form`;
}
