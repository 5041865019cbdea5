import { isAgentDefault } from '../../domain/agent-model.ts';
import type { BackendError } from '../../domain/errors.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { type OwnerScope, scopeText } from '../../domain/owner-scope.ts';
import type { Model } from '../../domain/ports/source.ts';
import { requestedOwners } from '../../domain/query-requests.ts';
import { shortDuration } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { modelsFor } from '../../store/chat-form.ts';
import { hasOnlyChats } from '../../store/list-freshness.ts';
import { parseFilter } from '../../store/matching-rows.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** The headline of an error that leaves nothing else to show. */
function headline({ kind }: BackendError): string {
  switch (kind) {
    case 'signed-out':
      return 'Not signed in';
    case 'forbidden':
      return 'No permission to see tasks on this server';
    case 'no-tasks':
      return 'Neither Tasks nor Chats on this server';
    case 'not-coder':
      return 'This does not look like a Coder server';
    case 'bad-answer':
      return 'Cannot read the server’s response';
    case 'setup':
      return 'Cannot connect with the settings of this machine';
    case 'unreachable':
      return 'Cannot reach the server';
    case 'timeout':
      return 'The server does not answer';
    case 'rate-limited':
      return 'Too many requests';
    case 'internal':
      return 'Internal error in taskdeck';
    case 'updated':
      return 'taskdeck was updated';
    default:
      return 'The server reported an error';
  }
}

/** The error's own hint, or a default. */
function advice({ kind, hint }: BackendError): string {
  if (hint !== undefined) return hint;
  switch (kind) {
    case 'unreachable':
    case 'timeout':
      return 'Check your network or VPN, and that the server is running.';
    case 'setup':
      return 'Correct it and start taskdeck again.';
    case 'forbidden':
      return 'Ask the server’s administrator for access to Tasks or Chats.';
    case 'updated':
      return 'Quit and start taskdeck again.';
    case 'rate-limited':
      return 'Other programs with your account may send requests too.';
    case 'bad-answer':
      return 'It may be too old or too new. Compare the versions with `taskdeck doctor`.';
    default:
      return 'If it persists, contact the server’s administrator.';
  }
}

/** How to retry: a missing sign-in needs the user, other errors may end by themselves. */
const retryAdvice = ({ kind }: BackendError): string =>
  kind === 'signed-out'
    ? `Sign in again in another terminal, and taskdeck continues by itself. ${keyFor('quit')} quits.`
    : `taskdeck keeps retrying. ${keyFor('repaint')} retries now, ${keyFor('quit')} quits.`;

/** After this time without a response the user is informed; ms. */
const SLOW_MS = 3_000;

/** The pane for an error that leaves nothing else to show: the problem, the server's message, and advice. */
export function problemLines(state: State, theme: Theme, width: number, height: number): string[] {
  const { error } = state.listFreshness;
  const indented = (text: string): string[] =>
    wrap(sanitiseLine(withKeyNames(text, state.keyNames)), Math.max(1, width - 4)).map((line) => `  ${line}`);
  if (error === null) return ['', ...waitingWords(state).flatMap(indented).map(theme.dim)];
  const wrong = indented(headline(error)).map(theme.bad);
  const message = indented(serverMessage(error));
  const todo = indented(advice(error)).map(theme.strong);
  const then = indented(retryAdvice(error)).map(theme.dim);
  // The advice is the last part to go on a small screen.
  const layouts = [
    ['', ...wrong, '', ...message, '', ...todo, '', ...then],
    [...wrong, ...message, ...todo, ...then],
    [...wrong, ...message, ...todo],
  ];
  const fitting = layouts.find((lines) => lines.length <= height);
  if (fitting !== undefined) return fitting;
  const room = Math.max(1, height - wrong.length - todo.length);
  const cut = message.slice(0, room).with(-1, truncate(`${message[room - 1] ?? ''}…`, width));
  return [...wrong, ...cut, ...todo].slice(0, height);
}

/** The server's message with its details. */
const serverMessage = ({ message, detail, validations }: BackendError): string =>
  [message, detail, ...validations.map(({ field, detail: words }) => `${field}: ${words}`)]
    .filter(Boolean)
    .join(' ');

function waitingWords({ deployment, now, listedScope, listedSince }: State): string[] {
  const waited = now - listedSince;
  const loading = `Loading ${scopeText(listedScope)} from ${deployment.name}…`;
  return waited < SLOW_MS
    ? [loading]
    : [
        loading,
        '',
        `No response for ${shortDuration(waited)}. ${keyFor('repaint')} retries, ${keyFor('quit')} quits.`,
      ];
}

function noTasks(listed: OwnerScope): string {
  const what = listed.archived ? 'archived chats' : 'tasks';
  switch (listed.kind) {
    case 'mine':
      return listed.archived ? 'No archived chats.' : 'No tasks yet.';
    case 'everyone':
      return `No ${what} that you can see.`;
    case 'shared':
      return `No ${listed.archived ? 'archived ' : ''}chats are shared with you. ${keyFor('owner')} lists others.`;
    case 'owner':
      return `${sanitiseLine(listed.name)} has no ${what} that you can see. ${keyFor('owner')} lists others.`;
  }
}

/** Missing agents that are named. */
const MAX_MISSING = 2;

/** The agents of this machine and how to get one, and the uses of taskdeck without any. */
function agentLines(state: State): readonly string[] {
  const agents = (modelsFor(state).value ?? []).filter(isAgentDefault);
  const name = ({ provider }: Model): string => sanitiseLine(provider);
  const usable = agents.filter(({ unavailable }) => unavailable === null);
  if (usable.length > 0) return [`Agents on this machine: ${usable.map(name).join(', ')}.`];
  const missing = agents.slice(0, MAX_MISSING);
  return [
    'taskdeck runs coding agents and shell commands on this machine, and shows which one needs you.',
    ...missing.map((agent) => `- ${name(agent)}: ${sanitiseLine(agent.unavailable ?? '')}`),
    // It prints commands in one line, to copy them.
    ...(agents.length > missing.length ? ['taskdeck doctor lists all.'] : []),
  ];
}

/** The text of an empty list, with a next step. */
export function emptyLines(state: State, theme: Theme, width: number): string[] {
  const { view, deployment, tasks, keyNames, listedScope } = state;
  const indented = (text: string): string[] =>
    wrap(withKeyNames(text, keyNames), Math.max(1, width - 2)).map((line) => ` ${line}`);
  if (tasks.length > 0 && view.filter === '')
    return [
      '',
      ...indented('No task needs you.'),
      ...indented(`${keyFor('clear')} shows all tasks.`).map(theme.dim),
    ];
  if (tasks.length > 0)
    return [
      '',
      ...indented(`No task matches “${sanitiseLine(view.filter)}”.`),
      ...(listedScope.kind !== 'everyone' && requestedOwners(parseFilter(view.filter)) !== null
        ? indented(`${keyFor('owner')} lists the tasks of others.`).map(theme.dim)
        : []),
      ...indented(`${keyFor('clear')} shows all tasks.`).map(theme.dim),
    ];
  const elsewhere = deployment.local
    ? [...agentLines(state), 'For the tasks of a Coder deployment: taskdeck login URL']
    : [
        'Tasks run on this deployment.',
        ...(hasOnlyChats(state)
          ? ['To create a chat, you may need the role agents-access from an administrator.']
          : []),
      ];
  if (listedScope.archived)
    return [
      '',
      ...indented(noTasks(listedScope)),
      '',
      ...indented(`${keyFor('archived')} returns to the other tasks.`).map(theme.dim),
    ];
  return [
    '',
    ...indented(noTasks(listedScope)),
    '',
    ...[`Press ${keyFor('new')} to start one.`, ...elsewhere].flatMap(indented).map(theme.dim),
  ];
}
