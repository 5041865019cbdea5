import { PAST } from '../domain/several.ts';
import { FRAME } from '../store/geometry.ts';
import { screen } from '../store/screen.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { type OutcomeRow, outcomeRows } from './outcome-rows.ts';
import { wholeTextRows } from './whole-texts.ts';

/** What of the outcome, or of texts in full, is on screen. */
export interface OutcomeWindow {
  readonly kind: 'outcome' | 'texts';
  readonly title: string;
  readonly rows: readonly OutcomeRow[];
  readonly top: number;
  readonly height: number;
  readonly total: number;
}

/** The part of the outcome that a scroll position shows; null when it is not on screen. */
export function outcomeWindow(state: State): OutcomeWindow | null {
  const where = screen(state);
  const { overlay } = state.view;
  if (where.kind === 'tiny' || (overlay?.kind !== 'outcome' && overlay?.kind !== 'texts')) return null;
  const width = outcomeWidth(where.body.width);
  const shown =
    overlay.kind === 'texts'
      ? { title: 'In full', rows: wholeTextRows(state, width) }
      : state.outcome === null
        ? null
        : { title: `Not ${PAST[state.outcome.intent]}`, rows: outcomeRows(state.outcome, width) };
  if (shown === null) return null;
  const height = where.body.height - FRAME;
  const total = shown.rows.length;
  const top = Math.min(overlay.top, Math.max(0, total - height));
  return { kind: overlay.kind, ...shown, top, height, total };
}

/** Columns of its text on a screen of so many: the frame and a blank at either side are not of them. */
const outcomeWidth = (columns: number): number => columns - FRAME - 2;

/** Scrolls by so many rows, and no further than the text goes. */
export function scrollOutcome({ store }: CommandContext, rows: number): void {
  const window = outcomeWindow(store.getState());
  if (window === null) return;
  const { kind, top, height, total } = window;
  const target = Math.min(Math.max(0, top + rows), Math.max(0, total - height));
  if (target !== top) store.dispatch({ type: 'overlay-opened', overlay: { kind, top: target } });
}

const scroll =
  (rows: (height: number) => number) =>
  (context: CommandContext): void =>
    scrollOutcome(context, rows(outcomeWindow(context.store.getState())?.height ?? 0));

export const outcomeCommands: readonly Command[] = [
  {
    id: 'outcome-down',
    title: 'Scroll the text down',
    keys: ['down', 'j'],
    scope: 'outcome',
    run: scroll(() => 1),
  },
  {
    id: 'outcome-up',
    title: 'Scroll the text up',
    keys: ['up', 'k'],
    scope: 'outcome',
    run: scroll(() => -1),
  },
  {
    id: 'outcome-page-down',
    title: 'Scroll the text down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    scope: 'outcome',
    run: scroll((height) => Math.max(1, height - 1)),
  },
  {
    id: 'outcome-page-up',
    title: 'Scroll the text up a page',
    keys: ['pageup', 'ctrl+u'],
    scope: 'outcome',
    run: scroll((height) => -Math.max(1, height - 1)),
  },
];
