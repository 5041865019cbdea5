import { resultWindow } from '../view/overlays/result-window.ts';
import type { Command, CommandContext } from './command.ts';

/** Scrolls by `rows`, within the text. */
export function scrollResult({ store }: CommandContext, rows: number): void {
  const window = resultWindow(store.getState());
  if (window === null) return;
  const { kind, top, height, total } = window;
  const target = Math.min(Math.max(0, top + rows), Math.max(0, total - height));
  if (target !== top) store.dispatch({ type: 'overlay-opened', overlay: { kind, top: target } });
}

const scroll =
  (rows: (height: number) => number) =>
  (context: CommandContext): void =>
    scrollResult(context, rows(resultWindow(context.store.getState())?.height ?? 0));

export const bulkResultCommands: readonly Command[] = [
  {
    id: 'outcome-down',
    title: 'Scroll the text down',
    keys: ['down', 'j'],
    keyContext: 'outcome',
    run: scroll(() => 1),
  },
  {
    id: 'outcome-up',
    title: 'Scroll the text up',
    keys: ['up', 'k'],
    keyContext: 'outcome',
    run: scroll(() => -1),
  },
  {
    id: 'outcome-page-down',
    title: 'Scroll the text down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'outcome',
    run: scroll((height) => Math.max(1, height - 1)),
  },
  {
    id: 'outcome-page-up',
    title: 'Scroll the text up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'outcome',
    run: scroll((height) => -Math.max(1, height - 1)),
  },
];
