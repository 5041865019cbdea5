import { requestReport } from '../view/requests/request-report.ts';
import { requestWindow } from '../view/requests/request-window.ts';
import type { Command, CommandContext } from './command.ts';

/** Scrolls by `rows`; at the end new requests appear again. */
export function scrollRequests({ store }: CommandContext, rows: number): void {
  const window = requestWindow(store.getState());
  if (window === null) return;
  const { top, height, rows: all } = window;
  const last = Math.max(0, all.length - height);
  const target = Math.min(Math.max(0, top + rows), last);
  const next = target === last && rows > 0 ? null : target;
  if (next === null ? !window.follows : next !== top)
    store.dispatch({ type: 'overlay-opened', overlay: { kind: 'requests', top: next } });
}

const scroll =
  (rows: (height: number) => number) =>
  (context: CommandContext): void =>
    scrollRequests(context, rows(requestWindow(context.store.getState())?.height ?? 0));

const FAR = Number.MAX_SAFE_INTEGER;

/** Copies the requests and errors, without secrets. */
async function copyReport({ store, clipboard, clock }: CommandContext): Promise<void> {
  const state = store.getState();
  if (state.requestRecords === null) return;
  const { done, words } = await clipboard.copy(requestReport(state, state.requestRecords));
  store.dispatch({
    type: 'notice-changed',
    notice: { tone: done ? 'good' : 'bad', text: words, at: clock.now() },
  });
}

export const requestCommands: readonly Command[] = [
  {
    id: 'requests',
    title: 'Requests and errors in full',
    hint: 'requests',
    keys: ['ctrl+g'],
    keyContext: 'panes',
    run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'requests', top: null } }),
  },
  {
    id: 'requests-down',
    title: 'Scroll the requests down',
    keys: ['down', 'j'],
    keyContext: 'requests',
    run: scroll(() => 1),
  },
  {
    id: 'requests-up',
    title: 'Scroll the requests up',
    keys: ['up', 'k'],
    keyContext: 'requests',
    run: scroll(() => -1),
  },
  {
    id: 'requests-page-down',
    title: 'Scroll the requests down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'requests',
    run: scroll((height) => Math.max(1, height - 1)),
  },
  {
    id: 'requests-page-up',
    title: 'Scroll the requests up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'requests',
    run: scroll((height) => -Math.max(1, height - 1)),
  },
  {
    id: 'requests-top',
    title: 'To the oldest request',
    keys: ['g', 'home'],
    keyContext: 'requests',
    run: scroll(() => -FAR),
  },
  {
    id: 'requests-end',
    title: 'To the newest request, and follow',
    hint: 'follow',
    keys: ['G', 'end'],
    keyContext: 'requests',
    run: scroll(() => FAR),
  },
  {
    id: 'requests-copy',
    title: 'Copy for a report, without secrets',
    hint: 'copy',
    keys: ['y'],
    keyContext: 'requests',
    run: (context) => void copyReport(context),
  },
];
