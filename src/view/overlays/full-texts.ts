import { errorText } from '../../domain/errors.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { capitalize } from '../../domain/text/format.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { visibleBuild } from '../../store/builds.ts';
import { currentQuestion } from '../../store/current-question.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { questionTitle } from '../detail/question-rows.ts';
import { connectionProblem } from '../layout/connection-problem.ts';
import type { ResultRow } from './bulk-result-rows.ts';

/** Texts that the screen may truncate, each with a heading. Untrusted. */
function cuttableTexts(state: State): readonly (readonly [heading: string, text: string])[] {
  const { notice, queuedNotices, lastHiddenNotice, listFreshness } = state;
  const task = selectedTask(state);
  const build = task === null ? null : visibleBuild(state, task);
  const transcript = task === null ? undefined : state.transcripts.get(task.id);
  return [
    ...[notice, ...queuedNotices, lastHiddenNotice].flatMap((each) =>
      each === null ? [] : [['Notice', each.text] as const],
    ),
    [
      'Problem',
      connectionProblem(state)?.text ?? (listFreshness.error === null ? '' : errorText(listFreshness.error)),
    ],
    ['Task title', task === null ? '' : titleOf(task)],
    ...questionTexts(state, task),
    ['Agent’s report', task?.state?.message ?? ''],
    ['Build error', build?.build.error ?? ''],
    ['Transcript error', transcript?.error == null ? '' : errorText(transcript.error)],
  ];
}

/** The question with its options; none without one. */
function questionTexts(
  state: State,
  task: Task | null,
): readonly (readonly [heading: string, text: string])[] {
  const current = currentQuestion(state, task);
  if (current === null) return [];
  const { text, detail = '', options } = current.question;
  return [
    [capitalize(questionTitle(current)), text],
    [DETAIL, detail],
    ...options.map(({ label, description }, index): readonly [string, string] => [
      `Option ${index + 1}`,
      description === '' ? label : `${label}: ${description}`,
    ]),
  ];
}

/** The heading of what a permission is about: its lines stay lines. */
const DETAIL = 'It is about';

/** Notices, errors and the texts of the detail heading in full, in rows of `width` columns. */
export const fullTextRows = (state: State, width: number): readonly ResultRow[] =>
  cuttableTexts(state).flatMap(([heading, text]): readonly ResultRow[] => {
    const words =
      heading === DETAIL ? sanitise(text) : sanitiseLine(withKeyNames(text, state.keyNames)).trim();
    if (words === '') return [];
    return [
      { kind: 'task', text: heading },
      ...wrap(words, Math.max(1, width)).map((row): ResultRow => ({ kind: 'plain', text: row })),
      { kind: 'plain', text: '' },
    ];
  });

export const hasFullTexts = (state: State): boolean =>
  cuttableTexts(state).some(([, text]) => text.trim() !== '');
