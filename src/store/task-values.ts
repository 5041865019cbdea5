import type { TaskValues } from '../domain/configured-program.ts';
import type { Phase } from '../domain/phase.ts';
import { questionText } from '../domain/question.ts';
import { directoryOf, type Task, titleOf } from '../domain/task.ts';
import { kindOf, rawMessageOf } from '../domain/task-json.ts';
import { sanitise, sanitiseLine } from '../domain/text/sanitise.ts';
import { parseWebUrl } from '../domain/web-link.ts';
import { questionsOf } from './questions.ts';
import type { State } from './state.ts';

/** Linux limits a variable and an argument to 128 KiB; UTF-16 units. */
const MAX_LENGTH = 16 * 1_024;

/** The values of a task for the user's own programs, sanitised. `url`: its web page. */
export const taskValues = (state: State, task: Task, phase: Phase, url: string | null): TaskValues => ({
  id: task.id,
  name: line(task.name),
  title: line(titleOf(task)),
  owner: line(task.ownerName),
  kind: kindOf(task),
  url: url ?? '',
  link: parseWebUrl(task.state?.uri ?? '') ?? '',
  // A path is a name in the file system: another one would be another directory.
  dir: directoryOf(task)?.path ?? '',
  phase,
  message: sanitise(rawMessageOf(task)).slice(0, MAX_LENGTH),
  question: sanitise(questionTextOf(state, task)).slice(0, MAX_LENGTH),
});

const line = (text: string): string => sanitiseLine(text).slice(0, MAX_LENGTH);

function questionTextOf(state: State, task: Task): string {
  const [question] = questionsOf(state, task);
  return question === undefined ? '' : questionText(question);
}
