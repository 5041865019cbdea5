import { type CommandLine, type Completes, deploymentFlags, flagsOf } from '../command-line.ts';
import { screen } from '../commands.ts';

/**
 * Prints the names of one's tasks for a shell, on the deployment that the line speaks of. A completion never asks
 * anything and never shows an error: what cannot be found out is not offered.
 */
export const LIST_TASKS = 'taskdeck list --quiet';

/** Flags that choose the deployment: they go along when names are looked up. */
export const deploymentSwitches = deploymentFlags
  .filter(({ value }) => value === null)
  .map(({ name }) => `--${name}`);
export const deploymentValues = deploymentFlags
  .filter(({ value }) => value !== null)
  .map(({ name }) => `--${name}`);

/** What `taskdeck` alone takes besides. */
export const screenSwitches = screen.flags.map(({ name }) => `--${name}`);

/** All flags of a command as they are written. */
export const flagWords = (command: CommandLine): readonly string[] =>
  flagsOf(command).map(({ name }) => `--${name}`);

/** What can stand as a value, one line for each flag that has fixed ones. */
export function valuesByFlag(commands: readonly CommandLine[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const { name, completes } of commands.flatMap(flagsOf)) {
    if (isWords(completes)) values.set(`--${name}`, completes);
  }
  return values;
}

/** Flags whose value follows as a word of its own and cannot be guessed. */
export const freeValueFlags = (commands: readonly CommandLine[]): readonly string[] => [
  ...new Set(
    commands
      .flatMap(flagsOf)
      .filter(({ value, completes }) => value !== null && !isWords(completes))
      .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]),
  ),
];

export const isWords = (completes: Completes | undefined): completes is readonly string[] =>
  Array.isArray(completes);
