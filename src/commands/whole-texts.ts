import { sentenceOf } from '../domain/errors.ts';
import { withKeyNames } from '../domain/key-hint.ts';
import { titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { wrap } from '../domain/text/wrap.ts';
import { shownBuild } from '../store/build-view.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { trouble } from '../store/trouble.ts';
import type { OutcomeRow } from './outcome-rows.ts';

/** The texts that a screen may have to cut, by what they are. Untrusted. */
function textsOf(state: State): readonly (readonly [heading: string, text: string])[] {
  const { notice, untold, lastRemark, list } = state;
  const task = selectedTask(state);
  const build = task === null ? null : shownBuild(state, task);
  const transcript = task === null ? undefined : state.transcripts.get(task.id);
  return [
    ...[notice, ...untold, lastRemark].flatMap((each) =>
      each === null ? [] : [['Message', each.text] as const],
    ),
    ['Problem', trouble(state)?.whole ?? (list.error === null ? '' : sentenceOf(list.error))],
    ['Title of the selected task', task === null ? '' : titleOf(task)],
    ['What its agent reports', task?.state?.message ?? ''],
    ['Why its build failed', build?.build.error ?? ''],
    ['Why its messages cannot be read', transcript?.error == null ? '' : sentenceOf(transcript.error)],
  ];
}

/** Messages, errors and what stands in the heading, in full, in rows of `width` columns. */
export const wholeTextRows = (state: State, width: number): readonly OutcomeRow[] =>
  textsOf(state).flatMap(([heading, text]): readonly OutcomeRow[] => {
    const words = sanitiseLine(withKeyNames(text, state.keyNames)).trim();
    if (words === '') return [];
    return [
      { kind: 'task', text: heading },
      ...wrap(words, Math.max(1, width)).map((row): OutcomeRow => ({ kind: 'plain', text: row })),
      { kind: 'plain', text: '' },
    ];
  });

/** Whether there is any. */
export const hasTexts = (state: State): boolean => textsOf(state).some(([, text]) => text.trim() !== '');
