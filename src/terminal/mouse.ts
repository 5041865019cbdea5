import type { Mouse, MouseInput } from '../domain/mouse-input.ts';

/**
 * Presses and the wheel are reported (1000), in the form that knows no largest column (1006). Not the way of the mouse:
 * with shift held the terminal keeps it to itself and selects text, as long as nobody asks for more.
 */
export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l';

/** A report, or how one begins: `<`, a button, column and row, and `M` for pressed or `m` for let go. */
const REPORT = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])$/;
const PARTIAL_REPORT = /^\x1b\[<[\d;]*$/;

export const isMouseReport = (sequence: string): boolean => sequence.startsWith('\x1b[<');

/** Whether these bytes are a mouse report without its end. */
export const isPartialMouseReport = (bytes: string): boolean => PARTIAL_REPORT.test(bytes);

/** What a report tells of; null for what means nothing here: other buttons, a button let go, one with a key held. */
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

/** Hands on what the mouse does to whoever listens, once somebody does. */
export function createMouseSource(): Mouse & { heard(pointing: MouseInput): void } {
  const listeners = new Set<(pointing: MouseInput) => void>();
  return {
    heard(pointing) {
      for (const listener of listeners) listener(pointing);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
