import { keyFor } from '../domain/key-hint.ts';
import type { Intent } from '../domain/phase.ts';
import { PAST, tasksInWords } from '../domain/several.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { beginChange } from '../domain/transition.ts';
import { withEntry, withoutEntries } from './map.ts';
import { placeMarks } from './marks.ts';
import { split } from './plan.ts';
import { knownTask } from './selectors.ts';
import type { Failure, Notice, Order, State } from './state.ts';

/** The tasks of an order are marked no more: what is pressed next is about others. */
export function takeOrder(state: State, order: Order): State {
  const marked = new Set(state.view.marked);
  for (const { id } of order.tasks) marked.delete(id);
  return { ...state, orders: [...state.orders, order], notice: null, view: { ...state.view, marked } };
}

export const holdOrder = (state: State, id: string, until: number | null): State =>
  changed(state, id, (order) => ({
    ...order,
    stage: until === null ? 'held' : 'waiting',
    dueAt: until ?? order.dueAt,
  }));

/** Nothing was done, and the tasks are marked as they were. */
export function takeBackOrder(state: State, id: string): State {
  const order = orderOf(state, id);
  if (order === null || order.stage === 'going') return state;
  const notice = said(state, 'plain', `Nothing was ${PAST[order.intent]}: ${marksAgain(order.tasks.length)}`);
  return { ...markAgain(without(state, id), order.tasks), notice };
}

const marksAgain = (count: number): string =>
  count === 1 ? 'the task is marked again.' : `the ${count} tasks are marked again.`;

/** Shows what is asked of all of them at once, whose turn comes later included. A rule may have turned against one since. */
export function beginOrder(state: State, id: string): State {
  const order = orderOf(state, id);
  if (order === null || order.stage === 'going') return state;
  const { able, unable } = split(
    order.tasks.map((task) => knownTask(state, task.id) ?? task),
    order.intent,
    state,
  );
  const asked = new Map(state.asked);
  for (const task of able)
    if (knownTask(state, task.id) !== null) asked.set(task.id, beginChange(order.intent, task, state.now));
  const failures = unable.map(({ task, reason }) => ({ taskId: task.id, title: titleOf(task), reason }));
  return changed({ ...state, asked }, id, (was) => ({
    ...was,
    stage: 'going',
    failures,
    done: failures.length,
  }));
}

/** It is the turn of this task, whose patience with the server begins now. */
export function showAsked(state: State, id: string, taskId: string, now: number): State {
  const order = orderOf(state, id);
  const task = knownTask(state, taskId);
  if (order === null || task === null) return state;
  return { ...state, asked: withEntry(state.asked, taskId, beginChange(order.intent, task, now)) };
}

export function noteAnswer(state: State, id: string, taskId: string, failure: Failure | null): State {
  const noted = changed(state, id, (order) => ({
    ...order,
    done: order.done + 1,
    failures: failure === null ? order.failures : [...order.failures, failure],
  }));
  return failure === null
    ? noted
    : { ...noted, asked: withoutEntries(noted.asked, (each) => each === taskId) };
}

/**
 * The result of an order: a line when all went well, else a list of failures. The list opens by itself unless the user is
 * writing or answering something; it replaces the question before a quit, whose answer would hide it. Failed tasks are
 * marked again, so that the same key tries again.
 */
export function endOrder(state: State, id: string): State {
  const order = orderOf(state, id);
  if (order === null) return state;
  const ended = without(state, id);
  if (order.failures.length === 0) return { ...ended, notice: said(state, 'good', `${doneWords(order)}.`) };
  const failed = new Set(order.failures.map(({ taskId }) => taskId));
  const next = markAgain(
    { ...ended, outcome: order },
    order.tasks.filter((task) => failed.has(task.id)),
  );
  const { overlay, focus } = state.view;
  if (overlay === null ? focus !== 'prompt' : overlay.kind === 'confirm-quit')
    return { ...next, view: { ...next.view, overlay: { kind: 'outcome', top: 0 } } };
  return { ...next, notice: said(state, 'bad', outcomeWords(order)) };
}

/** `5 tasks are being paused`: what the server took, which may take it a while. */
export function doneWords({ intent, tasks, failures }: Order): string {
  const count = tasks.length - failures.length;
  const how: Readonly<Record<Intent, string>> = {
    pause: count === 1 ? 'is pausing' : 'are pausing',
    resume: count === 1 ? 'is resuming' : 'are resuming',
    delete: count === 1 ? 'is deleted' : 'are deleted',
  };
  return `${tasksInWords(count)} ${how[intent]}`;
}

/** In one line, with the first failure. */
function outcomeWords(order: Order): string {
  const [first] = order.failures;
  const count = `${order.failures.length} of ${tasksInWords(order.tasks.length)} could not be ${PAST[order.intent]}`;
  return first === undefined
    ? `${count}.`
    : `${count}. “${first.title}”: ${first.reason} ${keyFor('outcome')} shows all.`;
}

const orderOf = ({ orders }: State, id: string): Order | null =>
  orders.find((order) => order.id === id) ?? null;

const changed = (state: State, id: string, change: (order: Order) => Order): State => ({
  ...state,
  orders: state.orders.map((order) => (order.id === id ? change(order) : order)),
});

const without = (state: State, id: string): State => ({
  ...state,
  orders: state.orders.filter((order) => order.id !== id),
});

/** Those that are still there. */
function markAgain(state: State, tasks: readonly Task[]): State {
  const marked = new Set(state.view.marked);
  for (const { id } of tasks) if (knownTask(state, id) !== null) marked.add(id);
  return placeMarks({ ...state, view: { ...state.view, marked } });
}

const said = ({ now }: State, tone: Notice['tone'], text: string): Notice => ({ tone, text, at: now });
