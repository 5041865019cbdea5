import { linkOf } from '../domain/link.ts';
import type { Phase } from '../domain/phase.ts';
import { reportOf } from '../domain/report.ts';
import { sinceWhen } from '../domain/since.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { phaseIn } from './selectors.ts';
import type { State } from './state.ts';

/** What stands above a conversation. Plain text that is safe to show; no row is wider than the pane. */
export interface Heading {
  /** The whole title, where the frame has room for a part of it only. */
  readonly title: readonly string[];
  readonly phase: Phase;
  readonly age: string;
  /** What the agent reports, on the row of the phase; empty where it has rows of its own. */
  readonly said: string;
  /** What the agent reports, on rows of its own. */
  readonly below: readonly string[];
  readonly link: { readonly address: string; readonly label: string } | null;
  /** Template and owner; empty where there is no room. */
  readonly origin: string;
}

/** The title and the report may take this many rows each. */
const MOST_ROWS = 3;
/** The heading leaves this share of the pane to what is below it. */
const SHARE = 1 / 4;
/** Columns from which on the heading also says what the agent links to. */
const ROOM_FOR_LINK = 44;
/** Columns from which on the heading also says where the task comes from. */
const ROOM_FOR_ORIGIN = 60;
/** Columns that the frame has less for the title than the pane has inside. */
const FRAME_OF_TITLE = 2;

/** The heading in `width` columns, in a pane that has `height` rows inside. */
export function headingOf(state: State, task: Task, width: number, height: number): Heading {
  const most = Math.max(0, Math.floor(height * SHARE));
  const phase = phaseIn(state, task);
  const age = ageOf(sinceWhen(task, state.now), state.now);
  const report = reportOf(task);
  const said = report === '' ? '' : `“${report}”`;
  const third = Math.floor(width / 3);
  const found = width < ROOM_FOR_LINK ? null : linkOf(task);
  // A third of the room at most, so that what the task says is not pushed out by where it points.
  const link = found === null ? null : { ...found, label: `→ ${truncate(found.label, third - 2)}` };
  const origin = width < ROOM_FOR_ORIGIN ? '' : truncate(originOf(task), third);

  const name = sanitiseLine(titleOf(task));
  const isCut = displayWidth(name) > width - FRAME_OF_TITLE;
  const title = isCut ? rows(name, width, Math.min(MOST_ROWS, most)) : [];

  const beside = (text: string): number => (text === '' ? 0 : displayWidth(text) + 1);
  const room = width - beside(link?.label ?? '') - beside(origin) - displayWidth(`${phase} ${age} · `);
  const rest = Math.min(MOST_ROWS, most - title.length);
  const isBelow = displayWidth(said) > room && rest > 0;
  return {
    title,
    phase,
    age,
    said: isBelow ? '' : said,
    below: isBelow ? rows(said, width, rest) : [],
    link,
    origin,
  };
}

/** How many rows it takes. */
export const headingRows = ({ title, below }: Heading): number => title.length + 1 + below.length;

function originOf({ templateDisplayName, templateName, ownerName }: Task): string {
  return [sanitiseLine(templateDisplayName || templateName), sanitiseLine(ownerName)]
    .filter(Boolean)
    .join(' · ');
}

/** A text in at most `most` rows; the last one is cut. */
function rows(text: string, width: number, most: number): readonly string[] {
  if (most <= 0) return [];
  const all = wrap(text, Math.max(1, width));
  if (all.length <= most) return all;
  return [...all.slice(0, most - 1), truncate(all.slice(most - 1).join(' '), width)];
}
