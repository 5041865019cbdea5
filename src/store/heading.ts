import { reportLine } from '../domain/agent-report.ts';
import type { Phase } from '../domain/phase.ts';
import { phaseSince } from '../domain/phase-since.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, truncate } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { taskLink } from '../domain/web-link.ts';
import { phaseIn } from './selectors.ts';
import type { State } from './state.ts';

/** What stands above a conversation. Plain text that is safe to show; no row is wider than the pane. */
export interface Heading {
  /** The whole title, where the frame has room for a part of it only. */
  readonly title: readonly string[];
  readonly phase: Phase;
  readonly age: string;
  /** What the agent reports, on the row of the phase; empty where it has rows of its own. */
  readonly report: string;
  /** What the agent reports, on rows of its own. */
  readonly reportRows: readonly string[];
  readonly link: { readonly address: string; readonly label: string } | null;
  /** Template and owner; empty where there is no room. */
  readonly origin: string;
}

/** The title and the report may take this many rows each. */
const MAX_ROWS = 3;
/** The heading leaves this share of the pane to what is below it. */
const MAX_SHARE = 1 / 4;
/** Columns from which on the heading also says what the agent links to. */
const MIN_COLUMNS_FOR_LINK = 44;
/** Columns from which on the heading also says where the task comes from. */
const MIN_COLUMNS_FOR_ORIGIN = 60;
/** Columns that the frame has less for the title than the pane has inside. */
const TITLE_FRAME = 2;

/** The heading in `width` columns, in a pane that has `height` rows inside. */
export function headingOf(state: State, task: Task, width: number, height: number): Heading {
  const maxRows = Math.max(0, Math.floor(height * MAX_SHARE));
  const phase = phaseIn(state, task);
  const age = ageOf(phaseSince(task, state.now), state.now);
  const report = reportLine(task);
  const said = report === '' ? '' : `“${report}”`;
  const third = Math.floor(width / 3);
  const found = width < MIN_COLUMNS_FOR_LINK ? null : taskLink(task);
  // A third of the room at most, so that what the task says is not pushed out by where it points.
  const link = found === null ? null : { ...found, label: `→ ${truncate(found.label, third - 2)}` };
  const origin = width < MIN_COLUMNS_FOR_ORIGIN ? '' : truncate(originOf(task), third);

  const name = sanitiseLine(titleOf(task));
  const isCut = displayWidth(name) > width - TITLE_FRAME;
  const title = isCut ? rows(name, width, Math.min(MAX_ROWS, maxRows)) : [];

  const beside = (text: string): number => (text === '' ? 0 : displayWidth(text) + 1);
  const room = width - beside(link?.label ?? '') - beside(origin) - displayWidth(`${phase} ${age} · `);
  const rest = Math.min(MAX_ROWS, maxRows - title.length);
  const isBelow = displayWidth(said) > room && rest > 0;
  return {
    title,
    phase,
    age,
    report: isBelow ? '' : said,
    reportRows: isBelow ? rows(said, width, rest) : [],
    link,
    origin,
  };
}

/** How many rows it takes. */
export const headingRows = ({ title, reportRows }: Heading): number => title.length + 1 + reportRows.length;

function originOf({ templateDisplayName, templateName, ownerName }: Task): string {
  return [sanitiseLine(templateDisplayName || templateName), sanitiseLine(ownerName)]
    .filter(Boolean)
    .join(' · ');
}

/** A text in at most `most` rows; the last one is cut. */
function rows(text: string, width: number, maxRows: number): readonly string[] {
  if (maxRows <= 0) return [];
  const all = wrap(text, Math.max(1, width));
  if (all.length <= maxRows) return all;
  return [...all.slice(0, maxRows - 1), truncate(all.slice(maxRows - 1).join(' '), width)];
}
