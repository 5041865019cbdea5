import { errorText } from '../../domain/errors.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { visibleBuild } from '../../store/builds.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
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
    ['Agent’s report', task?.state?.message ?? ''],
    ['Build error', build?.build.error ?? ''],
    ['Transcript error', transcript?.error == null ? '' : errorText(transcript.error)],
  ];
}

/** Notices, errors and the texts of the detail heading in full, in rows of `width` columns. */
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

export const hasFullTexts = (state: State): boolean =>
  cuttableTexts(state).some(([, text]) => text.trim() !== '');
