import { type IBufferCell, Terminal } from '@xterm/headless';
import { type Clustering, unicodeOf } from './unicode.ts';

export interface Cell {
  /** Empty for the right half of a wide character; a space for an empty cell. */
  readonly text: string;
  readonly width: number;
  /** Such as `bold`, `inverse`, `fg:1`, `bg:#ff0000`; default colours are left out. */
  readonly style: readonly string[];
}

/** State of the terminal that a program must restore before it exits. */
export interface TerminalModes {
  readonly alternateScreen: boolean;
  readonly cursorVisible: boolean;
  readonly bracketedPaste: boolean;
  readonly focusReports: boolean;
  readonly mouse: string;
  readonly applicationCursor: boolean;
  readonly applicationKeypad: boolean;
  readonly wraparound: boolean;
  readonly synchronized: boolean;
  /**
   * Depth of the kitty keyboard flag stack of the active screen. Below 0, the program popped more than it pushed: on a
   * real terminal it removed the flags of its parent.
   */
  readonly kittyFlags: number;
  /** The same for the inactive screen; the normal and the alternate screen have separate stacks. */
  readonly kittyFlagsOfOtherScreen: number;
}

export const INITIAL_MODES: TerminalModes = {
  alternateScreen: false,
  cursorVisible: true,
  bracketedPaste: false,
  focusReports: false,
  mouse: 'none',
  applicationCursor: false,
  applicationKeypad: false,
  wraparound: true,
  synchronized: false,
  kittyFlags: 0,
  kittyFlagsOfOtherScreen: 0,
};

export interface EmulatorOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly clustering?: Clustering;
  /** The answer to a query for the background (OSC 11), such as `rgb:ffff/ffff/ffff`. Default: none. */
  readonly background?: string;
  /** Answers queries of the kitty keyboard protocol. */
  readonly kitty?: boolean;
  /**
   * Whether the wheel sends arrow keys on the alternate screen. `off`, `on`: the initial value of mode 1007; `never`,
   * `always`: a terminal without that mode.
   */
  readonly wheelKeys?: 'never' | 'off' | 'on' | 'always';
}

/** The screen, now or at an earlier moment. */
export interface ScreenSnapshot {
  readonly cols: number;
  /** Each row is padded to the width of the terminal. */
  rows(): string[];
  /** The rows without trailing spaces, joined by line feeds. */
  text(): string;
  cursor(): { readonly x: number; readonly y: number; readonly visible: boolean };
  modes(): TerminalModes;
  /** The number of bells so far. */
  bells(): number;
  title(): string;
}

export class TerminalEmulator implements ScreenSnapshot {
  readonly terminal: Terminal;
  /** Receives the terminal's replies to the program. */
  onReply: (bytes: string) => void = () => {};
  #cursorVisible = true;
  readonly #kitty = { normal: 0, alternate: 0 };
  /** Whether the wheel sends arrow keys on the alternate screen. */
  wheelSendsKeys: boolean;
  #bells = 0;
  #title = '';
  readonly #listeners = new Set<() => void>();

  constructor({
    cols = 80,
    rows = 24,
    clustering = 'graphemes',
    kitty = false,
    background,
    wheelKeys = 'never',
  }: EmulatorOptions = {}) {
    this.terminal = new Terminal({
      cols,
      rows,
      allowProposedApi: true,
      scrollback: 1_000,
      logLevel: 'off',
      // taskdeck saves and restores the title.
      windowOptions: { pushTitle: true, popTitle: true },
    });
    this.terminal.unicode.register(unicodeOf(clustering));
    this.terminal.unicode.activeVersion = clustering;
    this.terminal.onData((bytes) => this.onReply(bytes));
    this.terminal.onBell(() => {
      this.#bells++;
    });
    this.terminal.onTitleChange((title) => {
      this.#title = title;
    });
    const { parser } = this.terminal;
    parser.registerOscHandler(11, (data) => {
      if (data === '?' && background !== undefined) this.onReply(`\x1b]11;${background}\x1b\\`);
      return data === '?';
    });
    this.wheelSendsKeys = wheelKeys === 'on' || wheelKeys === 'always';
    if (wheelKeys === 'on' || wheelKeys === 'off') {
      parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, (params) => {
        if (params[0] !== 1007) return false;
        this.onReply(`\x1b[?1007;${this.wheelSendsKeys ? 1 : 2}$y`);
        return true;
      });
    }
    for (const final of ['h', 'l']) {
      parser.registerCsiHandler({ prefix: '?', final }, (params) => {
        if (params.includes(25)) this.#cursorVisible = final === 'h';
        if (params.includes(1007) && wheelKeys !== 'always') this.wheelSendsKeys = final === 'h';
        return false;
      });
    }
    parser.registerCsiHandler({ prefix: '>', final: 'u' }, () => {
      this.#kitty[this.#activeScreen]++;
      return true;
    });
    parser.registerCsiHandler({ prefix: '<', final: 'u' }, (params) => {
      this.#kitty[this.#activeScreen] -= Number(params[0]) || 1;
      return true;
    });
    parser.registerCsiHandler({ prefix: '?', final: 'u' }, () => {
      if (kitty) this.onReply(`\x1b[?${this.#kitty[this.#activeScreen] > 0 ? 1 : 0}u`);
      return true;
    });
  }

  get #activeScreen(): 'normal' | 'alternate' {
    return this.terminal.buffer.active.type;
  }

  /** Resolves when the emulator has processed the bytes. */
  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.terminal.write(data, () => {
        resolve();
        for (const listener of [...this.#listeners]) listener();
      });
    });
  }

  /** Calls `listener` after each processed chunk. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get cols(): number {
    return this.terminal.cols;
  }

  get rowCount(): number {
    return this.terminal.rows;
  }

  resize(cols: number, rows: number): void {
    this.terminal.resize(cols, rows);
  }

  rows(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, y) => {
      const line = active.getLine(active.baseY + y);
      return line?.translateToString(false, 0, this.terminal.cols) ?? ' '.repeat(this.terminal.cols);
    });
  }

  text(): string {
    return textOf(this.rows());
  }

  snapshot(): ScreenSnapshot {
    const [cols, rows, cursor, modes] = [this.cols, this.rows(), this.cursor(), this.modes()];
    const [bells, title] = [this.#bells, this.#title];
    return {
      cols,
      rows: () => rows,
      text: () => textOf(rows),
      cursor: () => cursor,
      modes: () => modes,
      bells: () => bells,
      title: () => title,
    };
  }

  /** The normal screen with its scrollback. */
  history(): string {
    const { normal } = this.terminal.buffer;
    return Array.from({ length: normal.length }, (_, y) => normal.getLine(y)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  }

  /** Column `x` and row `y` start at 0. */
  cell(x: number, y: number): Cell {
    const { active } = this.terminal.buffer;
    const cell = active.getLine(active.baseY + y)?.getCell(x);
    if (cell === undefined) throw new Error(`no cell at column ${x}, row ${y}`);
    const width = cell.getWidth();
    return { text: cell.getChars() || (width === 0 ? '' : ' '), width, style: styleOf(cell) };
  }

  /** One string per row with every cell's text, width and style, for comparisons. */
  cells(): string[] {
    return Array.from({ length: this.rowCount }, (_, y) =>
      Array.from({ length: this.cols }, (_, x) => {
        const { text, width, style } = this.cell(x, y);
        return `${text}${width === 1 ? '' : width}${style.length === 0 ? '' : `{${style.join(',')}}`}`;
      }).join('|'),
    );
  }

  cursor(): { readonly x: number; readonly y: number; readonly visible: boolean } {
    const { cursorX, cursorY } = this.terminal.buffer.active;
    return { x: cursorX, y: cursorY, visible: this.#cursorVisible };
  }

  modes(): TerminalModes {
    const { modes } = this.terminal;
    return {
      alternateScreen: this.terminal.buffer.active.type === 'alternate',
      cursorVisible: this.#cursorVisible,
      bracketedPaste: modes.bracketedPasteMode,
      focusReports: modes.sendFocusMode,
      mouse: modes.mouseTrackingMode,
      applicationCursor: modes.applicationCursorKeysMode,
      applicationKeypad: modes.applicationKeypadMode,
      wraparound: modes.wraparoundMode,
      synchronized: modes.synchronizedOutputMode,
      kittyFlags: this.#kitty[this.#activeScreen],
      kittyFlagsOfOtherScreen: this.#kitty[this.#activeScreen === 'normal' ? 'alternate' : 'normal'],
    };
  }

  bells(): number {
    return this.#bells;
  }

  title(): string {
    return this.#title;
  }

  dispose(): void {
    this.terminal.dispose();
  }
}

const textOf = (rows: readonly string[]): string => rows.map((row) => row.trimEnd()).join('\n');

function styleOf(cell: IBufferCell): string[] {
  const style: string[] = [];
  if (cell.isBold()) style.push('bold');
  if (cell.isDim()) style.push('dim');
  if (cell.isItalic()) style.push('italic');
  if (cell.isUnderline()) style.push('underline');
  if (cell.isBlink()) style.push('blink');
  if (cell.isInverse()) style.push('inverse');
  if (cell.isInvisible()) style.push('invisible');
  if (cell.isStrikethrough()) style.push('strikethrough');
  if (cell.isOverline()) style.push('overline');
  if (cell.isFgPalette()) style.push(`fg:${cell.getFgColor()}`);
  else if (cell.isFgRGB()) style.push(`fg:${hex(cell.getFgColor())}`);
  if (cell.isBgPalette()) style.push(`bg:${cell.getBgColor()}`);
  else if (cell.isBgRGB()) style.push(`bg:${hex(cell.getBgColor())}`);
  return style;
}

const hex = (color: number): string => `#${color.toString(16).padStart(6, '0')}`;
