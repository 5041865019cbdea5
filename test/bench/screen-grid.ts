import type { TerminalEmulator } from '../support/emulator.ts';

/** One cell; the style as the numbers of an SGR sequence, empty for the default. */
export interface GridCell {
  readonly text: string;
  readonly width: number;
  readonly style: string;
}

/** All cells and the cursor. */
export interface Grid {
  readonly rows: readonly (readonly GridCell[])[];
  readonly x: number;
  readonly y: number;
}

const BLANK: GridCell = { text: ' ', width: 1, style: '' };

/** A copy of the current screen. */
export function gridOf({ terminal }: TerminalEmulator): Grid {
  const { active } = terminal.buffer;
  const cell = active.getNullCell();
  const rows = Array.from({ length: terminal.rows }, (_, y) => {
    const line = active.getLine(active.baseY + y);
    return Array.from({ length: terminal.cols }, (_, x): GridCell => {
      if (line?.getCell(x, cell) === undefined) return BLANK;
      const width = cell.getWidth();
      return { text: cell.getChars() || (width === 0 ? '' : ' '), width, style: styleOf(cell) };
    });
  });
  return { rows, x: active.cursorX, y: active.cursorY };
}

type Cell = ReturnType<TerminalEmulator['terminal']['buffer']['active']['getNullCell']>;

function styleOf(cell: Cell): string {
  if (cell.isAttributeDefault()) return '';
  const codes: (number | string)[] = [];
  if (cell.isBold()) codes.push(1);
  if (cell.isDim()) codes.push(2);
  if (cell.isItalic()) codes.push(3);
  if (cell.isUnderline()) codes.push(4);
  if (cell.isBlink()) codes.push(5);
  if (cell.isInverse()) codes.push(7);
  if (cell.isInvisible()) codes.push(8);
  if (cell.isStrikethrough()) codes.push(9);
  if (cell.isFgPalette()) codes.push(palette(cell.getFgColor(), 30));
  else if (cell.isFgRGB()) codes.push(`38;2;${rgb(cell.getFgColor())}`);
  if (cell.isBgPalette()) codes.push(palette(cell.getBgColor(), 40));
  else if (cell.isBgRGB()) codes.push(`48;2;${rgb(cell.getBgColor())}`);
  return codes.join(';');
}

function palette(color: number, base: number): number | string {
  if (color < 8) return base + color;
  return color < 16 ? base + 52 + color : `${base + 8};5;${color}`;
}

const rgb = (color: number): string => `${color >> 16};${(color >> 8) & 255};${color & 255}`;

export const isSame = (a: GridCell | undefined, b: GridCell | undefined): boolean =>
  a?.text === b?.text && a?.width === b?.width && a?.style === b?.style;

/** Neither a character nor a background. */
export const isBlank = ({ text, style }: GridCell): boolean =>
  (text === ' ' || text === '') && !/(?:^|;)(?:7|4\d|48;.*|10\d)(?:;|$)/.test(style);
