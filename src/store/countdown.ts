import type { Order, State } from './state.ts';

/** The one that has not begun and can be taken back, or null. */
export const waitingOrder = ({ orders }: Pick<State, 'orders'>): Order | null =>
  orders.find(({ stage }) => stage !== 'going') ?? null;

/** Those that a line tells of: about one that is held the user is asked. */
export const toldOrders = ({ orders }: Pick<State, 'orders'>): readonly Order[] =>
  orders.filter(({ stage }) => stage !== 'held');

/** Of how many tasks it is not known yet what becomes of them. */
export const leftOf = ({ tasks, done }: Order): number => tasks.length - done;

/** When the countdown of an order next reads differently, Unix ms; infinity when none counts. */
export function nextCount({ orders, now }: Pick<State, 'orders' | 'now'>): number {
  const order = orders.find(({ stage }) => stage === 'waiting');
  return order === undefined
    ? Number.POSITIVE_INFINITY
    : order.dueAt - Math.max(0, secondsUntil(order.dueAt, now) - 1) * 1_000;
}

/** Whole seconds, the begun one included; never below 0. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1_000));
