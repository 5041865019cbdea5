import { BackendError, type Unavailability } from './errors.ts';

/**
 * The error for a server without Tasks. Coder has them since 2.28, turned off by default from 2.36 on, and not since 2.38.
 */
export const tasksUnavailable = (version: string | null): BackendError =>
  unavailableError({ api: 'Tasks', reason: 'missing', version }, tasksWords(version));

/** The error for a server without Chats. Coder has them since 2.33, and behind an experiment in 2.32. */
export const chatsUnavailable = (version: string | null): BackendError =>
  unavailableError({ api: 'Chats', reason: 'missing', version }, chatsWords(version));

/** The error for a user who may not list chats. */
export const chatsRefused = (version: string | null, cause: BackendError): BackendError =>
  unavailableError(
    { api: 'Chats', reason: 'refused', version },
    ['You may not use Chats on this server.', ROLE_HINT],
    cause,
  );

type Words = readonly [message: string, hint: string];

const LOCAL_HINT = 'To run tasks on this machine, use `taskdeck --local`.';
const PROXY_HINT = `Check the URL, and the proxies in front of the server. ${LOCAL_HINT}`;
/** Members need the role until about 2.36. */
const ROLE_HINT = 'Ask an administrator for the role `agents-access`.';

const unavailableError = (
  unavailable: Unavailability,
  [message, hint]: Words,
  cause?: BackendError,
): BackendError =>
  new BackendError({
    kind: 'no-tasks',
    message,
    hint,
    status: cause?.status ?? 404,
    tookEffect: 'no',
    unavailable,
    cause,
  });

/** The version as a number to compare, such as 2028 for 2.28; null when unknown. */
function numberOf(version: string | null): { readonly number: number; readonly text: string } | null {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  // Development builds have the version 0.0.0.
  if (major === undefined || minor === undefined || major === '0') return null;
  return { number: Number(major) * 1000 + Number(minor), text: `${major}.${minor}` };
}

function tasksWords(version: string | null): Words {
  const found = numberOf(version);
  if (found === null) return ['This server has no Tasks.', `It may be too old or too new. ${LOCAL_HINT}`];
  const subject = `This server runs Coder ${found.text}`;
  if (found.number < 2028)
    return [`${subject}, which is too old for Tasks.`, `Tasks need Coder 2.28 or newer. ${LOCAL_HINT}`];
  if (found.number < 2036) return [`${subject}, but does not answer requests for Tasks.`, PROXY_HINT];
  if (found.number < 2038)
    return [
      `${subject}, where Tasks are turned off.`,
      `An administrator can turn them on with CODER_ENABLE_AI_TASKS=true. ${LOCAL_HINT}`,
    ];
  return [
    `${subject}, which no longer has Tasks.`,
    `Coder 2.37 was the last version with Tasks. ${LOCAL_HINT}`,
  ];
}

function chatsWords(version: string | null): Words {
  const found = numberOf(version);
  if (found === null) return ['This server has no Chats.', `Chats need Coder 2.33 or newer. ${LOCAL_HINT}`];
  const subject = `This server runs Coder ${found.text}`;
  if (found.number < 2032)
    return [`${subject}, which is too old for Chats.`, `Chats need Coder 2.33 or newer. ${LOCAL_HINT}`];
  if (found.number === 2032)
    return [
      `${subject}, where Chats are an experiment that is turned off.`,
      `An administrator can turn it on with CODER_EXPERIMENTS=agents. ${LOCAL_HINT}`,
    ];
  return [`${subject}, but does not answer requests for Chats.`, PROXY_HINT];
}

/** The words for a server that has neither for this user, and the request to its administrator. */
function neitherWords(version: string | null, areChatsRefused: boolean): Words {
  const found = numberOf(version);
  const subject = found === null ? 'This server' : `This server runs Coder ${found.text}`;
  if (areChatsRefused)
    return [
      found === null
        ? 'This server has no Tasks, and you may not use Chats on it.'
        : `${subject} without Tasks, and you may not use Chats on it.`,
      ROLE_HINT,
    ];
  if (found === null)
    return [
      'This server has neither Tasks nor Chats.',
      `Ask an administrator whether it runs Coder 2.37 or newer, which has Chats. ${LOCAL_HINT}`,
    ];
  if (found.number < 2028)
    return [
      `${subject}, which is too old for Tasks and for Chats.`,
      `Ask an administrator to update it: Tasks need Coder 2.28, Chats 2.33. ${LOCAL_HINT}`,
    ];
  if (found.number < 2033) return tasksWords(version);
  if (found.number < 2036)
    return [`${subject}, but answers requests neither for Tasks nor for Chats.`, PROXY_HINT];
  const tasks = found.number < 2038 ? 'where Tasks are turned off' : 'which no longer has Tasks';
  const request = found.number < 2037 ? 'to update it to 2.37 or newer' : 'why';
  return [
    `${subject}, ${tasks}, and does not answer requests for Chats.`,
    `Ask an administrator ${request}. Check the URL, and the proxies in front of the server. ${LOCAL_HINT}`,
  ];
}

const combined = new WeakMap<BackendError, { readonly last: BackendError; readonly error: BackendError }>();

/**
 * The error for a server that has none of several sources, from their errors: it says one thing about all of them. The
 * same object for the same errors. A single error stays as it is.
 */
export function neitherAvailable([first, ...others]: readonly [
  BackendError,
  ...BackendError[],
]): BackendError {
  const last = others.at(-1);
  if (last === undefined) return first;
  const all = [first, ...others].flatMap(({ unavailable }) =>
    unavailable === undefined ? [] : [unavailable],
  );
  if (all.length < 2) return first;
  const known = combined.get(first);
  if (known?.last === last) return known.error;
  const version = all.find((each) => each.version !== null)?.version ?? null;
  const refused = all.find(({ reason }) => reason === 'refused');
  const [message, hint] = neitherWords(version, refused !== undefined);
  // An administrator can change a refusal.
  const error = new BackendError({ ...first, unavailable: refused ?? all[0], message, hint, cause: first });
  combined.set(first, { last, error });
  return error;
}
