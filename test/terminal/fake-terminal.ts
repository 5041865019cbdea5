import { EventEmitter } from 'node:events';
import { TerminalEmulator } from '../support/emulator.ts';
import type { Clustering } from '../support/unicode.ts';

/** A terminal behind a connection that may be slow. */
export class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  readonly screen: TerminalEmulator;
  columns: number;
  rows: number;
  readonly writes: string[] = [];
  /** While true, nothing is read. */
  stuck = false;
  #held: (() => void)[] = [];

  constructor(columns: number, rows: number, clustering: Clustering = 'graphemes') {
    super();
    this.columns = columns;
    this.rows = rows;
    this.screen = new TerminalEmulator({ cols: columns, rows, clustering });
  }

  write(data: string, done?: () => void): boolean {
    if (data !== '') this.writes.push(data);
    // A terminal driver adds the carriage return.
    const arrived = this.screen.write(data.replaceAll('\n', '\r\n'));
    if (this.stuck) this.#held.push(() => done?.());
    else void arrived.then(done);
    return !this.stuck;
  }

  release(): void {
    this.stuck = false;
    for (const done of this.#held.splice(0)) done();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.screen.resize(columns, rows);
    this.emit('resize');
  }

  get bytes(): number {
    return this.writes.reduce((sum, data) => sum + Buffer.byteLength(data), 0);
  }

  /** The output since the last call. */
  take(): string {
    return this.writes.splice(0).join('');
  }
}

/** Bold and colours of a blank cannot be seen, and the painter does not send them. */
export const visibleCells = (screen: TerminalEmulator): string[] =>
  screen.cells().map((row) =>
    row
      .split('|')
      .map((cell) =>
        cell.replace(/^ \{([^}]*)\}$/, (_, style: string) => ` {${shown(style)}}`).replace('{}', ''),
      )
      .join('|'),
  );
const shown = (style: string): string =>
  style
    .split(',')
    .filter((part) => /^(?:inverse|underline|strikethrough|overline|bg:)/.test(part))
    .join(',');
