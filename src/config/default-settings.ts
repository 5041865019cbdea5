/** What a person can set in `config.jsonc`, with what holds where nothing is said. */
export interface Settings {
  readonly poll: {
    /** How often the list is asked for, seconds; somewhat more often while something moves. */
    readonly list: number;
    /** How often the transcript of a working task is asked for, seconds; the rest about that task in proportion. */
    readonly transcript: number;
  };
  /** How to say that a task begins to need you: not at all, by the bell, or by a notice of the terminal with it. */
  readonly notify: 'off' | 'bell' | 'full';
  /** Whether the window's title says how many tasks need you. */
  readonly title: boolean;
  /** Whether conversations are kept on this machine. */
  readonly archive: boolean;
  readonly mouse: boolean;
  /** The program, and its arguments, that web pages are opened with; empty: whatever the machine has. */
  readonly open: readonly string[];
  /** Draw with nothing but ASCII. */
  readonly ascii: boolean;
  /** Say in lines what there is, for screen readers, instead of drawing it. */
  readonly screenReader: boolean;
  /** Keys by command; a command that is not named keeps its own. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Filters on the keys 1 to 9. */
  readonly views: Readonly<Record<string, SavedView>>;
}

interface SavedView {
  readonly name: string;
  readonly filter: string;
}

/** What holds where nothing is set. */
export const defaultSettings: Settings = {
  poll: { list: 5, transcript: 1 },
  notify: 'full',
  title: true,
  archive: true,
  mouse: false,
  open: [],
  ascii: false,
  screenReader: false,
  keys: {},
  views: {},
};
