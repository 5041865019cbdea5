import { errorText } from '../domain/errors.ts';
import { withKeyNames } from '../domain/key-placeholder.ts';
import { titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { visibleBuild } from '../store/build-view.ts';
import { connectionProblem } from '../store/connection-problem.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { ResultRow } from './bulk-result-rows.ts';

/** The texts that a screen may have to cut, by what they are. Untrusted. */
function cuttableTexts(state: State): readonly (readonly [heading: string, text: string])[] {
  const { notice, queuedNotices, lastHiddenNotice, listFreshness } = state;
  const task = selectedTask(state);
  const build = task === null ? null : visibleBuild(state, task);
  const transcript = task === null ? undefined : state.transcripts.get(task.id);
  return [
    ...[notice, ...queuedNotices, lastHiddenNotice].flatMap((each) =>
      each === null ? [] : [['Message', each.text] as const],
    ),
    [
      'Problem',
      connectionProblem(state)?.text ?? (listFreshness.error === null ? '' : errorText(listFreshness.error)),
    ],
    ['Title of the selected task', task === null ? '' : titleOf(task)],
    ['What its agent reports', task?.state?.message ?? ''],
    ['Why its build failed', build?.build.error ?? ''],
    ['Why its messages cannot be read', transcript?.error == null ? '' : errorText(transcript.error)],
  ];
}

/** Messages, errors and what stands in the heading, in full, in rows of `width` columns. */
export const fullTextRows = (state: State, width: number): readonly ResultRow[] =>
  cuttableTexts(state).flatMap(([heading, text]): readonly ResultRow[] => {
    const words = sanitiseLine(withKeyNames(text, state.keyNames)).trim();
    if (words === '') return [];
    return [
      { kind: 'task', text: heading },
      ...wrap(words, Math.max(1, width)).map((row): ResultRow => ({ kind: 'plain', text: row })),
      { kind: 'plain', text: '' },
    ];
  });

/** Whether there is any. */
export const hasFullTexts = (state: State): boolean =>
  cuttableTexts(state).some(([, text]) => text.trim() !== '');
