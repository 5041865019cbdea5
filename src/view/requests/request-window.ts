import type { State } from '../../store/state.ts';
import { FRAME_SIZE } from '../layout/geometry.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import type { Theme } from '../theme.ts';
import { type RequestRow, requestRows } from './request-rows.ts';

/** The visible rows of the requests. */
export interface RequestWindow {
  readonly title: string;
  readonly rows: readonly RequestRow[];
  /** The first visible row. */
  readonly top: number;
  readonly height: number;
  /** Whether new requests appear; false after scrolling up. */
  readonly follows: boolean;
  /** Since the start. */
  readonly count: number;
}

/** Null while the overlay is closed, and on a screen that is too small. */
export function requestWindow(state: State): RequestWindow | null {
  const where = screenLayout(state);
  const { overlay } = state.view;
  if (where.kind === 'tiny' || overlay?.kind !== 'requests') return null;
  const records = state.requestRecords;
  const rows = records === null ? [] : requestRows(records, where.body.width - FRAME_SIZE - 2);
  const height = where.body.height - FRAME_SIZE;
  const last = Math.max(0, rows.length - height);
  return {
    title: overlay.top === null ? 'Requests' : 'Requests (paused)',
    rows,
    top: Math.min(overlay.top ?? last, last),
    height,
    follows: overlay.top === null,
    count: records?.total ?? 0,
  };
}

export const requestLines = ({ rows, top, height }: RequestWindow, theme: Theme): readonly string[] =>
  rows.length === 0
    ? ['', theme.dim(' No requests yet.')]
    : rows.slice(top, top + height).map((row) => ` ${styled(row, theme)}`);

function styled({ kind, text }: RequestRow, theme: Theme): string {
  switch (kind) {
    case 'heading':
      return theme.strong(text);
    case 'failed':
      return theme.bad(text);
    case 'running':
      return theme.dim(text);
    case 'request':
    case 'detail':
      return text;
  }
}

/** The number of requests since the start, and the position if they do not fit; longest variant first. */
export function requestStatus({ rows, top, height, count }: RequestWindow): readonly string[] {
  const position =
    rows.length <= height ? '' : `${top + 1}–${Math.min(rows.length, top + height)} of ${rows.length}`;
  const since = `${count} since the start`;
  return [[since, position].filter(Boolean).join(' · '), position, ''];
}
