import type { BackendError } from '../../domain/errors.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { type OwnerScope, scopeText } from '../../domain/owner-scope.ts';
import { requestedOwners } from '../../domain/query.ts';
import { shortDuration } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { parseFilter } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** What is wrong, in a few words, when there is nothing else to show. */
function headline({ kind }: BackendError): string {
  switch (kind) {
    case 'signed-out':
      return 'You are not signed in';
    case 'forbidden':
      return 'You may not see tasks on this server';
    case 'no-tasks':
      return 'There are no Tasks on this server';
    case 'not-coder':
      return 'This does not look like a Coder server';
    case 'bad-answer':
      return 'The server answers in a way that taskdeck does not understand';
    case 'setup':
      return 'taskdeck cannot connect with the settings of this machine';
    case 'unreachable':
      return 'The server cannot be reached';
    case 'timeout':
      return 'The server does not answer';
    case 'rate-limited':
      return 'The server asks us to wait';
    case 'internal':
      return 'taskdeck has a fault of its own';
    case 'updated':
      return 'taskdeck was updated';
    default:
      return 'The server reports a problem';
  }
}

/** What the user can do where the error itself has no advice. */
function advice({ kind, hint }: BackendError): string {
  if (hint !== undefined) return hint;
  switch (kind) {
    case 'unreachable':
    case 'timeout':
      return 'Check your network or VPN, and that the server is running.';
    case 'setup':
      return 'Correct it, then start taskdeck again.';
    case 'forbidden':
      return 'Ask whoever runs the server for access to Tasks.';
    case 'updated':
      return 'Quit and start it again.';
    case 'rate-limited':
      return 'Other programs with your account may be asking too.';
    case 'bad-answer':
      return 'It may be too old or too new for this taskdeck: `taskdeck doctor` tells both versions.';
    default:
      return 'If it stays so, tell whoever runs the server.';
  }
}

/** What trying again depends on: a token is read when taskdeck starts, everything else may heal by itself. */
const retryAdvice = ({ kind }: BackendError): string =>
  kind === 'signed-out'
    ? `taskdeck goes on by itself when you have signed in again, in another terminal; ${keyFor('quit')} quits.`
    : `taskdeck keeps trying; ${keyFor('repaint')} tries at once, ${keyFor('quit')} quits.`;

/** Without an answer for so long the user is told that there is none, ms. */
const SLOW_MS = 3_000;

/** A whole pane for what leaves nothing to show: what is wrong, what the server said, what to do. */
export function problemLines(state: State, theme: Theme, width: number, height: number): string[] {
  const { error } = state.listFreshness;
  const indented = (text: string): string[] =>
    wrap(sanitiseLine(withKeyNames(text, state.keyNames)), Math.max(1, width - 4)).map((line) => `  ${line}`);
  if (error === null) return ['', ...waitingWords(state).flatMap(indented).map(theme.dim)];
  const wrong = indented(headline(error)).map(theme.bad);
  const said = indented(serverMessage(error));
  const todo = indented(advice(error)).map(theme.strong);
  const then = indented(retryAdvice(error)).map(theme.dim);
  // Where there is little room, what to do is the last thing to go.
  const layouts = [
    ['', ...wrong, '', ...said, '', ...todo, '', ...then],
    [...wrong, ...said, ...todo, ...then],
    [...wrong, ...said, ...todo],
  ];
  const fitting = layouts.find((lines) => lines.length <= height);
  if (fitting !== undefined) return fitting;
  const room = Math.max(1, height - wrong.length - todo.length);
  const cut = said.slice(0, room).with(-1, truncate(`${said[room - 1] ?? ''}…`, width));
  return [...wrong, ...cut, ...todo].slice(0, height);
}

/** The server's own words, or ours where it said nothing. */
const serverMessage = ({ message, detail, validations }: BackendError): string =>
  [message, detail, ...validations.map(({ field, detail: words }) => `${field}: ${words}`)]
    .filter(Boolean)
    .join(' ');

function waitingWords({ deployment, now, listedScope, listedSince }: State): string[] {
  const waited = now - listedSince;
  const asking = `Asking ${deployment.name} for ${scopeText(listedScope)}…`;
  return waited < SLOW_MS
    ? [asking]
    : [
        asking,
        '',
        `No answer for ${shortDuration(waited)} yet. ${keyFor('quit')} quits, ${keyFor('repaint')} asks again.`,
      ];
}

const noTasks = (listed: OwnerScope): string =>
  listed.kind === 'mine'
    ? 'No tasks yet.'
    : listed.kind === 'everyone'
      ? 'There are no tasks that you may see.'
      : `${sanitiseLine(listed.name)} has no tasks that you may see. ${keyFor('owner')} lists others.`;

/** An empty list says what to do next. */
export function emptyLines(
  { view, deployment, tasks, keyNames, listedScope }: State,
  theme: Theme,
  width: number,
): string[] {
  const indented = (text: string): string[] =>
    wrap(withKeyNames(text, keyNames), Math.max(1, width - 2)).map((line) => ` ${line}`);
  if (tasks.length > 0 && view.filter === '')
    return [
      '',
      ...indented('No task needs you.'),
      ...indented(`${keyFor('clear')} shows all again.`).map(theme.dim),
    ];
  if (tasks.length > 0)
    return [
      '',
      ...indented(`No task holds “${sanitiseLine(view.filter)}”.`),
      ...(listedScope.kind !== 'everyone' && requestedOwners(parseFilter(view.filter)) !== null
        ? indented(`${keyFor('owner')} lists the tasks of others.`).map(theme.dim)
        : []),
      ...indented(`${keyFor('clear')} shows all again.`).map(theme.dim),
    ];
  const elsewhere = deployment.local
    ? ['It runs on this machine.', 'For the tasks of a Coder deployment: taskdeck login URL']
    : ['It runs on this deployment.'];
  return [
    '',
    ...indented(noTasks(listedScope)),
    '',
    ...[`Press ${keyFor('new')} to start one.`, ...elsewhere].flatMap(indented).map(theme.dim),
  ];
}
