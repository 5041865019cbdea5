import type { ConfiguredProgram } from './configured-program.ts';

/** A command that the user adds in the settings. */
export interface OwnCommand {
  /** The name of its key; null for a command that only the palette runs. */
  readonly key: string | null;
  readonly name: string;
  readonly program: ConfiguredProgram;
  /** `directory`: runs in the directory of the task, which must be on this machine. */
  readonly in: 'directory' | null;
  /**
   * `none`: only failures are shown. `notice`: the first line is shown. `pager`: all of it is. `terminal`: the program gets the
   * terminal until it ends.
   */
  readonly output: OwnCommandOutput;
  /** Asks before it runs. */
  readonly confirm: boolean;
  /** Seconds. Without effect on a program that gets the terminal. */
  readonly timeout: number;
}

export const OWN_COMMAND_OUTPUTS = ['none', 'notice', 'pager', 'terminal'] as const;
type OwnCommandOutput = (typeof OWN_COMMAND_OUTPUTS)[number];

/** The id of a command of the settings, by its name. */
export const ownCommandId = ({ name }: Pick<OwnCommand, 'name'>): string => `own:${name}`;

/** Columns: the help and the palette have room for this. */
export const MAX_NAME = 34;
