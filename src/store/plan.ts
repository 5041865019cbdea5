import type { Verdict } from '../domain/rules.ts';
import { type Act, may, PAST } from '../domain/several.ts';
import type { Task } from '../domain/task.ts';
import { remember } from './remember.ts';
import { phaseIn, taskById } from './selectors.ts';
import type { State } from './state.ts';

/** What would become of several tasks. */
export interface Plan {
  readonly able: readonly Task[];
  /** Those that it cannot be done to, and why: a sentence. */
  readonly unable: readonly { readonly task: Task; readonly reason: string }[];
}

type Standing = Pick<State, 'asked' | 'now'>;

/** To which of these tasks it can be done as they are now. One that is gone is in neither list. */
export const planFor = ({ tasks, asked, now }: State, act: Act, taskIds: readonly string[]): Plan =>
  planned(tasks, asked, now, act, taskIds);

/** Drawn by several parts of the screen at once. */
const planned = remember(
  (tasks: State['tasks'], asked: State['asked'], now: number, act: Act, taskIds: readonly string[]): Plan =>
    split(
      taskIds.map((id) => taskById({ tasks }, id)).filter((task) => task !== null),
      act,
      { asked, now },
    ),
);

/** Which of these tasks it can be done to. */
export function split(tasks: readonly Task[], act: Act, standing: Standing): Plan {
  const able: Task[] = [];
  const unable: Plan['unable'][number][] = [];
  for (const task of tasks) {
    const verdict = may(act, phaseIn(standing, task));
    if (verdict === true) able.push(task);
    else unable.push({ task, reason: verdict });
  }
  return { able, unable };
}

/** Whether it can be done to any of the marked tasks, or why to none of them. Worked out when one may stand otherwise. */
export const mayAnyMarked = ({ view, tasks, asked, now }: State, act: Act): Verdict =>
  VERDICTS[act](view.marked, tasks, asked, now);

const anyMarked = (act: Act) =>
  remember(
    (marked: ReadonlySet<string>, tasks: State['tasks'], asked: State['asked'], now: number): Verdict => {
      const reasons = new Set<string>();
      for (const id of marked) {
        const task = taskById({ tasks }, id);
        if (task === null) continue;
        const verdict = may(act, phaseIn({ asked, now }, task));
        if (verdict === true) return true;
        reasons.add(verdict);
      }
      return whyNone(marked.size, reasons, act);
    },
  );

const VERDICTS = {
  pause: anyMarked('pause'),
  resume: anyMarked('resume'),
  delete: anyMarked('delete'),
  send: anyMarked('send'),
};

/** More reasons than this are not read. */
const MOST_REASONS = 3;

/** Why it can be done to none of so many. */
function whyNone(count: number, reasons: ReadonlySet<string>, act: Act): string {
  const why = [...reasons].slice(0, MOST_REASONS).join(' ');
  return count === 1
    ? `The marked task cannot be ${PAST[act]}. ${why}`
    : `None of the ${count} marked tasks can be ${PAST[act]}. ${why}`;
}
