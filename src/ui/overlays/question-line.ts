import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { taskById } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

/** The question that stands in the prompt's place, with the keys that answer it; null when none is open. */
export function questionLine(state: State, theme: Theme): string | null {
  const { overlay } = state.view;
  switch (overlay?.kind) {
    case 'confirm-delete':
      return ask(
        state,
        theme,
        `Delete ${named(state, overlay.taskId)} and its workspace?`,
        'y deletes · any other key keeps it',
      );
    case 'confirm-resume':
      return ask(
        state,
        theme,
        'The task is paused.',
        'y resumes it and sends · w sends when it is resumed · any other key keeps the draft',
      );
    case 'confirm-quit': {
      const { length } = state.deliveries;
      const what = length === 1 ? 'A message is' : `${length} messages are`;
      return ask(state, theme, `${what} still on the way.`, 'y quits · any other key stays');
    }
    default:
      return null;
  }
}

const named = (state: State, taskId: string): string => {
  const task = taskById(state, taskId);
  return task === null
    ? 'the task'
    : `“${truncate(sanitiseLine(titleOf(task)), Math.max(10, state.size.columns - 60))}”`;
};

const ask = ({ size }: State, theme: Theme, question: string, keys: string): string =>
  truncate(` ${theme.attention('?')} ${theme.strong(question)}  ${theme.dim(keys)}`, size.columns);
