import { type BackendError, sentenceOf } from '../../domain/errors.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
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
      return 'This server has no Tasks';
    case 'not-coder':
      return 'This does not look like a Coder server';
    case 'bad-answer':
      return 'The server answers in a way that taskdeck does not understand';
    case 'unreachable':
    case 'timeout':
      return 'The server cannot be reached';
    case 'rate-limited':
      return 'The server asks us to wait';
    default:
      return 'The server reports a problem';
  }
}

/** A whole pane for a failure that leaves nothing to show: what is wrong, what the server said, what to do. */
export function problemLines({ list, deployment }: State, theme: Theme, width: number): string[] {
  const { error } = list;
  if (error === null) return ['', theme.dim(`  Asking ${sanitiseLine(deployment.name)} for your tasks…`)];
  const indented = (text: string): string[] => wrap(text, Math.max(1, width - 4)).map((line) => `  ${line}`);
  return [
    '',
    ...indented(headline(error)).map(theme.bad),
    '',
    ...indented(sanitiseLine(sentenceOf(error))),
    '',
    ...indented('taskdeck keeps trying; ctrl+l tries at once, q quits.').map(theme.dim),
  ];
}

/** An empty list says what to do next. */
export function emptyLines({ view, deployment, tasks }: State, theme: Theme, width: number): string[] {
  const indented = (text: string): string[] => wrap(text, Math.max(1, width - 2)).map((line) => ` ${line}`);
  if (tasks.length > 0)
    return [
      '',
      ...indented(`No task holds “${sanitiseLine(view.filter)}”.`),
      ...indented('esc shows all again.').map(theme.dim),
    ];
  const elsewhere = deployment.local
    ? 'It runs on this machine. For the tasks of a Coder deployment: taskdeck login URL.'
    : 'It runs on this deployment.';
  return [
    '',
    ...indented('No tasks yet.'),
    '',
    ...indented(`Press n to start one. ${elsewhere}`).map(theme.dim),
  ];
}
