import { BackendError, type BackendErrorFacts } from '../domain/errors.ts';
import { withoutSecrets } from '../domain/secrets.ts';
import { type Refusal, refusal } from '../wire/common.ts';
import type { Address } from './address.ts';
import type { Answer, Call } from './call.ts';
import { PROXY_SIGN_IN } from './failure.ts';
import { retryAfterOf } from './retry-after.ts';

export interface Refused {
  readonly answer: Answer;
  readonly call: Call;
  readonly address: Address;
  /** Taken out of whatever is said, should a server repeat them. */
  readonly secrets: readonly string[];
  /** Unix time in ms, by the server's clock. */
  readonly now: number;
}

/** What differs from one kind of refusal to the next. */
type Told = Pick<BackendErrorFacts, 'kind' | 'message'> &
  Partial<Pick<BackendErrorFacts, 'hint' | 'tookEffect'>>;

/** The error for an answer outside of 200 to 299. Who knows Coder's body from a proxy's decides here, and only here. */
export function refusalOf(refused: Refused): BackendError {
  const { answer, call, address, now } = refused;
  const { status } = answer;
  const words = wordsOf(refused);
  const retryAfterMs = retryAfterOf(answer.headers['retry-after'], now);
  const facts = (rest: Told) =>
    new BackendError({
      status,
      tookEffect: call.method === 'GET' || hadNoEffect(status) ? 'no' : 'maybe',
      ...(words?.detail === undefined ? {} : { detail: words.detail }),
      ...(words?.validations ? { validations: words.validations } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...rest,
    });

  if (status === 401) {
    return facts({
      kind: 'signed-out',
      message: words?.message ?? `${address.host} wants a sign-in.`,
      hint: `Run \`taskdeck login ${address.origin}${address.prefix}\`, or set CODER_SESSION_TOKEN.`,
    });
  }
  if (status === 407) {
    return facts({
      kind: 'unreachable',
      message: 'The proxy on the way wants a user name and password.',
      hint: PROXY_SIGN_IN,
    });
  }
  if (status === 429) {
    return facts({
      kind: 'rate-limited',
      message: words?.message ?? `${address.host} is asked too often.`,
    });
  }
  if (status >= 500) return facts(serverTrouble(refused, words));
  if (status < 400) return facts(redirected(answer, address));
  if (status === 413) {
    return facts({
      kind: 'invalid',
      // A proxy answers with a page of its own.
      message: words?.message ?? `${address.host} does not take a request of this size (status 413).`,
      hint: 'Shorten the text, or put it into a file that the agent can read.',
    });
  }
  if (status === 405) {
    return facts({ kind: 'server', message: 'The server does not know this request.' });
  }
  if (words === null) {
    return facts({
      kind: 'not-coder',
      message: `What answers at ${address.host} is not a Coder server (status ${status}).`,
      hint: 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
    });
  }
  return facts({ kind: kindOf(status, words), message: words.message });
}

/**
 * The server refused the request, or (507, RFC 4918) could not store what it asks for: the answer of the local server
 * whose disk is full.
 */
const hadNoEffect = (status: number): boolean => (status >= 400 && status <= 499) || status === 507;

/** What Coder says for a path that this version does not have. An absent object is told in other words. */
export const ROUTE_NOT_FOUND = 'Route not found.';

/** Older servers answer 400 to what is a matter of the task's state, and newer ones still do so in two places. */
const STATE_WORDS: ReadonlySet<string> = new Set(['Task must be active.', 'Task status must be active.']);

function kindOf(status: number, { message }: Refusal): BackendErrorFacts['kind'] {
  switch (status) {
    case 403:
      return 'forbidden';
    case 404:
    // A workspace that has been deleted.
    case 410:
      return 'not-found';
    case 409:
    case 412:
      return 'conflict';
    default:
      return STATE_WORDS.has(message) ? 'conflict' : 'invalid';
  }
}

/**
 * Coder's answers to `send` before it passes the message on (coderd/aitasks.go, taskSend). The fourth one,
 * that the app rejected the message, also covers a line that broke after the message had gone.
 */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'Task app is not ready to accept input.',
  'Failed to reach task app endpoint.',
  'Failed to get status from task app.',
  'Failed to create agentapi client.',
]);
const BUSY: ReadonlySet<string> = new Set([
  'Task app is not ready to accept input.',
  'Task app rejected the message.',
]);

function serverTrouble({ answer, address }: Refused, words: Refusal | null): Told {
  if (words === null) {
    return {
      kind: 'server',
      message: `${address.host} answers with status ${answer.status}.`,
      hint: 'The server, or a proxy in front of it, is in trouble.',
    };
  }
  const kind = answer.status === 502 && BUSY.has(words.message) ? 'busy' : 'server';
  const passedOn = answer.status !== 502 || !NOT_PASSED_ON.has(words.message);
  return { kind, message: words.message, ...(passedOn ? {} : { tookEffect: 'no' }) };
}

function redirected({ headers }: Answer, { origin, host }: Address): Told {
  const location = headers.location;
  const target = typeof location === 'string' ? URL.parse(location, origin)?.origin : undefined;
  // `null` is what URL says for schemes without an origin.
  const elsewhere = target === undefined || target === 'null' ? undefined : target;
  const upgrade = elsewhere === `https://${host}` && origin === `http://${host}`;
  return {
    kind: 'not-coder',
    message:
      elsewhere === undefined
        ? `${host} sends taskdeck elsewhere, which a Coder server never does.`
        : `${host} sends taskdeck to ${elsewhere}, which a Coder server never does.`,
    hint:
      elsewhere !== undefined && (upgrade || elsewhere !== origin)
        ? 'If that is the deployment, use its URL; if it is a sign-in page, set CODER_HEADER.'
        : 'Check the URL, and whether a proxy or a sign-in page is in front of the server.',
  };
}

/** Coder's own words, or null when the body is somebody else's. */
function wordsOf({ answer, secrets }: Refused): Refusal | null {
  const text = answer.body.toString('utf8');
  try {
    const parsed = refusal.safeParse(JSON.parse(withoutSecrets(text, secrets)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
