import type * as z from 'zod/mini';
import { BackendError } from '../domain/errors.ts';
import type { Address } from './address.ts';
import type { Answer, Call } from './call.ts';

/** The value in an answer's body, checked. @throws BackendError `bad-answer`. */
export function readAnswer<Schema extends z.ZodMiniType>(
  schema: Schema,
  answer: Answer,
  call: Call,
): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(answer, call));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badAnswer(call, issue === undefined ? 'it has another form' : complaint(issue), answer.status);
}

/**
 * Any path that a Coder server does not know answers 200 with the dashboard's page, and so do sign-in pages.
 * @throws BackendError `not-coder` when this is such a page.
 */
export function refuseHtml(answer: Answer, call: Call, address: Address): void {
  const type = String(answer.headers['content-type'] ?? '');
  if (!/\bhtml\b/i.test(type) && !/^\s*</.test(answer.body.toString('utf8', 0, 64))) return;
  throw new BackendError({
    kind: 'not-coder',
    message: `${address.host} answers with a web page instead of data.`,
    hint: 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
    status: answer.status,
    tookEffect: effectOf(call),
  });
}

function jsonOf(answer: Answer, call: Call): unknown {
  if (answer.body.length === 0) throw badAnswer(call, 'it is empty', answer.status);
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body, which can hold anything.
    throw badAnswer(call, 'it is not whole JSON', answer.status);
  }
}

/** The error for an answer of the right status that is of no use; `why` ends a sentence. */
export const badAnswer = (call: Call, why: string, status?: number): BackendError =>
  new BackendError({
    kind: 'bad-answer',
    message: `The server's answer to ${call.method} ${call.path} cannot be used: ${why}.`,
    hint: 'The server may be newer than this taskdeck, or something on the way changes its answers.',
    ...(status === undefined ? {} : { status }),
    tookEffect: effectOf(call),
  });

const effectOf = ({ method }: Call) => (method === 'GET' ? 'no' : 'maybe');

function complaint(issue: z.core.$ZodIssue): string {
  const place = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  );
  const where = place === '' ? 'the whole of it' : place;
  return issue.code === 'invalid_type' ? `${where} is no ${issue.expected}` : `${where} has another form`;
}
