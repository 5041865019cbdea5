import type { CustomColors, ThemeName } from '../domain/colors.ts';
import type { Hook } from './hook.ts';
import { type Column, DEFAULT_COLUMNS, type RowLines } from './list-display.ts';
import type { OwnCommand } from './own-command.ts';
import type { LayoutSetting } from './pane-layout.ts';
import type { ViewSetting } from './saved-view.ts';

/** The settings in `config.jsonc` and of the command line. The state has their current values: `state.settings`. */
export interface Settings {
  readonly poll: {
    /** Poll interval of the list, seconds; shorter while a task changes its state. */
    readonly list: number;
    /** Poll interval of the transcript of a working task, seconds; other polls of the task in proportion. */
    readonly transcript: number;
  };
  /** Notifications when a task needs you: none, the bell, or the bell and a desktop notification. */
  readonly notify: 'off' | 'bell' | 'full';
  /** Show the number of tasks that need you in the window title. */
  readonly title: boolean;
  /** Store conversations on this machine. */
  readonly archive: boolean;
  readonly mouse: boolean;
  /** The list beside the task, above it, or what suits the size of the terminal. */
  readonly layout: LayoutSetting;
  /** Send the server nothing but requests that read. */
  readonly readOnly: boolean;
  /** Program and arguments to open web pages; empty for the system's default. */
  readonly open: readonly string[];
  /** The colours of the screen. `terminal`: its own 16. */
  readonly theme: ThemeName;
  /** Colours by role, instead of those of the theme. */
  readonly colors: CustomColors;
  /** Draw with ASCII characters only. */
  readonly ascii: boolean;
  /** Write lines for a screen reader instead of drawing. */
  readonly screenReader: boolean;
  /** Lines of a task's row in the list; `auto`: two on a high screen, and in the list of tasks that need you. */
  readonly rows: RowLines;
  /** The columns of the list beside the title, in their order. */
  readonly columns: readonly Column[];
  /** Keys by command; other commands keep their default keys. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Commands of the user. */
  readonly commands: readonly OwnCommand[];
  /** Programs that run when tasks change. */
  readonly hooks: readonly Hook[];
  /** Saved views by id, beside the shipped ones or instead of them. */
  readonly views: Readonly<Record<string, ViewSetting>>;
}

export const defaultSettings: Settings = {
  poll: { list: 5, transcript: 1 },
  notify: 'full',
  title: true,
  archive: true,
  mouse: false,
  layout: 'auto',
  readOnly: false,
  open: [],
  theme: 'terminal',
  colors: {},
  ascii: false,
  screenReader: false,
  rows: 'auto',
  columns: DEFAULT_COLUMNS,
  keys: {},
  commands: [],
  hooks: [],
  views: {},
};

/** A setting of the screen. */
export type SettingName = keyof Settings;

/** The settings that a running taskdeck does not apply when they change: they choose how the terminal is opened. */
export const RESTART_SETTINGS: readonly SettingName[] = ['ascii', 'screenReader'];

/** The settings with another value, in the order of `defaultSettings`. */
export const changedSettings = (before: Settings, after: Settings): readonly SettingName[] =>
  SETTING_NAMES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));

const SETTING_NAMES = Object.keys(defaultSettings) as readonly SettingName[];
