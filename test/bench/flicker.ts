import { TerminalEmulator } from '../support/emulator.ts';
import { type Grid, gridOf, isBlank } from './screen-grid.ts';

/** Every sequence that erases something. */
const ERASES = /\x1b\[\??\d*(?:;\d+)*[JKXPLMST@]|\x1bc|\x1b\[\?(?:1049|1047|47)[hl]/g;
/** Only the first erases of a frame are checked. */
const MAX_STATES = 200;

/**
 * Draws updates on a terminal without synchronized output, and counts the cells that are blank in between although they
 * have text before and after. Returns the maximum of each update.
 */
export class FlickerWatch {
  readonly #screen: TerminalEmulator;

  constructor(cols: number, rows: number) {
    this.#screen = new TerminalEmulator({ cols, rows });
  }

  /** Writes output that is not checked. */
  async skip(chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) await this.#screen.write(chunk);
  }

  async worst(chunks: readonly Buffer[]): Promise<number> {
    const before = gridOf(this.#screen);
    const between: Grid[] = [];
    for (const chunk of chunks) {
      for (const part of atErases(chunk)) {
        await this.#screen.write(part);
        if (between.length < MAX_STATES) between.push(gridOf(this.#screen));
      }
    }
    const after = gridOf(this.#screen);
    return Math.max(0, ...between.map((grid) => blankedCells(before, grid, after)));
  }

  dispose(): void {
    this.#screen.dispose();
  }
}

/** Splits after each erase. */
function atErases(chunk: Buffer): Buffer[] {
  const text = chunk.toString('latin1');
  const ends = [...text.matchAll(ERASES)].map((match) => match.index + match[0].length);
  const cuts = [0, ...ends, chunk.length];
  return cuts.slice(1).map((end, index) => chunk.subarray(cuts[index], end));
}

function blankedCells(before: Grid, between: Grid, after: Grid): number {
  let count = 0;
  for (const [y, row] of after.rows.entries()) {
    for (const [x, cell] of row.entries()) {
      const oldCell = before.rows[y]?.[x];
      const midCell = between.rows[y]?.[x];
      if (oldCell === undefined || midCell === undefined || oldCell.width === 0 || cell.width === 0) continue;
      if (!isBlank(oldCell) && !isBlank(cell) && isBlank(midCell)) count++;
    }
  }
  return count;
}
