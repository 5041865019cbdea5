import type { Mouse, MouseInput } from '../domain/mouse-input.ts';

/**
 * Reports presses and the wheel (1000) without a limit of columns (1006). Motion is not reported: with shift the terminal can
 * still select text.
 */
export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l';

/** A report: `<`, button, column, row, and `M` for press or `m` for release. */
const REPORT = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])$/;
const PARTIAL_REPORT = /^\x1b\[<[\d;]*$/;

export const isMouseReport = (sequence: string): boolean => sequence.startsWith('\x1b[<');

/** Whether these bytes are a mouse report without its end. */
export const isPartialMouseReport = (bytes: string): boolean => PARTIAL_REPORT.test(bytes);

/** The event of a report; null for other buttons, releases and events with a modifier. */
export function parseMouseReport(report: string): MouseInput | null {
  const [, button, column, row, end] = REPORT.exec(report) ?? [];
  const kind = end === 'M' ? KINDS.get(button ?? '') : undefined;
  if (kind === undefined) return null;
  return { kind, column: Number(column) - 1, row: Number(row) - 1 };
}

const KINDS: ReadonlyMap<string, MouseInput['kind']> = new Map([
  ['0', 'click'],
  ['64', 'wheel-up'],
  ['65', 'wheel-down'],
]);

/** Passes mouse events on to its listeners. */
export function createMouseSource(): Mouse & { emit(pointing: MouseInput): void } {
  const listeners = new Set<(pointing: MouseInput) => void>();
  return {
    emit(pointing) {
      for (const listener of listeners) listener(pointing);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
