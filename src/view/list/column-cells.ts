import type { Column } from '../../domain/list-display.ts';
import { creationTime } from '../../domain/phase-since.ts';
import { workPlaceOf } from '../../domain/repository.ts';
import { chatFacts, type Task, templateLabel } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { shortDate } from '../../domain/text/time-of-day.ts';
import { taskLink } from '../../domain/web-link.ts';
import { modelNameOf } from '../../store/model-name.ts';
import { rowTime, taskActivityLevels } from '../../store/row-time.ts';
import type { State } from '../../store/state.ts';
import { changesInRow } from '../rows/chat-words.ts';
import type { Theme } from '../theme.ts';

/** The text of a task in a column, safe to show: its variants, longest first; empty for none. */
export type Cell = readonly string[];

/** The columns of paths and links end with what differs. */
export const CUT_AT_START: readonly Column[] = ['directory', 'link'];

/** From this many columns of the terminal on, rows show how active their tasks were. */
const MIN_SCREEN_FOR_ACTIVITY = 100;

/** The longest path that is shortened for a row. */
const MAX_PATH = 200;

/** The cell of a task in a column. `word`: its phase, or a word of at most eight columns that says more. */
export function cellOf(state: State, task: Task, column: Column, word: string, theme: Theme): Cell {
  if (column === 'changes') return changesInRow(task);
  const text = textOf(state, task, column, word, theme);
  return text === '' ? [] : [text];
}

function textOf(
  state: State,
  task: Task,
  column: Exclude<Column, 'changes'>,
  word: string,
  theme: Theme,
): string {
  switch (column) {
    case 'phase':
      return word;
    case 'age':
      return ageOf(rowTime(state, task), state.now);
    case 'owner':
      return hasOwners(state) ? sanitiseLine(task.ownerName) : '';
    case 'template':
      return templateText(state, task);
    case 'directory':
      return directoryText(state, task);
    case 'link':
      return taskLink(task)?.label ?? '';
    case 'created': {
      const at = creationTime(task, state.now);
      return at === 0 ? '' : shortDate(at, state.now);
    }
    case 'activity':
      return state.size.columns < MIN_SCREEN_FOR_ACTIVITY
        ? ''
        : sparkline(taskActivityLevels(state, task), theme);
  }
}

/** Whether the tasks of the list can have several owners. */
export const hasOwners = ({ listedScope }: State): boolean =>
  listedScope.kind === 'everyone' || listedScope.kind === 'shared';

/** The template of a Task, the agent of a chat on this machine, the model of another chat. */
const templateText = (state: State, task: Task): string =>
  sanitiseLine(
    templateLabel(task) || (chatFacts(task)?.extension?.agent.name ?? '') || modelNameOf(state, task),
  );

/** The directory of the task or its repository. */
const directoryText = ({ deployment }: State, task: Task): string =>
  shortPath(workPlaceOf(task), deployment.home, MAX_PATH);

/** A sign a minute; empty if nothing is known. */
const sparkline = (levels: readonly number[] | null, { glyphs }: Theme): string =>
  levels === null ? '' : levels.map((level) => glyphs.spark[level] ?? '').join('');
