import meow from 'meow';
import { UsageError } from '../domain/errors.ts';
import { type CommandLine, flagsOf } from './command-line.ts';
import { commandNamed, commands, screen } from './commands.ts';
import { called, dashed, Flags } from './flags.ts';

/** A command line that was understood: everything on it is known to the command. */
export interface GivenCommand {
  readonly command: CommandLine;
  readonly args: readonly string[];
  readonly flags: Flags;
}

/**
 * Reads a command line by the tables that help and completion are made from.
 * @param words what stands behind `taskdeck`
 * @throws UsageError that says what to do instead
 */
export function readCommand(words: readonly string[]): GivenCommand {
  const name = commandWord(words);
  const command = name === undefined ? screen : commandNamed(name);
  const { input, flags } = parse(command, words);
  const args = name === undefined ? input : input.slice(1);
  const given = { command, args, flags: new Flags(command, flags) };
  checkArguments(given);
  return given;
}

/** Whether one of these switches stands there, whatever else does. Behind `--` nothing is a switch. */
export function says(words: readonly string[], ...switches: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => switches.includes(word));
}

/** Which flags are followed by a value; that must not be taken for the command. */
const FOLLOWED: ReadonlySet<string> = new Set(
  [screen, ...commands]
    .flatMap(flagsOf)
    .filter(({ value }) => value !== null)
    .flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]),
);

/** The first word that is neither a flag nor the value of one. */
export function commandWord(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return words[at + 1];
    if (FOLLOWED.has(word)) at += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

function parse(command: CommandLine, words: readonly string[]) {
  const flags = Object.fromEntries(
    flagsOf(command).map(({ name, short, value }) => [
      camelCase(denied(name) ?? name),
      {
        type: value === null ? ('boolean' as const) : ('string' as const),
        ...(short !== undefined && { shortFlag: short }),
      },
    ]),
  );
  try {
    const { input, flags: parsed } = meow('', {
      importMeta: { url: import.meta.url } as ImportMeta,
      pkg: { name: 'taskdeck', bin: { taskdeck: '' } },
      argv: words,
      flags,
      booleanDefault: undefined,
      // Help, the version and what is unknown get words of our own, and no exit in the middle.
      autoHelp: false,
      autoVersion: false,
      allowUnknownFlags: true,
    });
    return {
      input: input.map(String),
      flags: asWritten(command, parsed as Readonly<Record<string, unknown>>),
    };
  } catch (error) {
    // All that meow throws at a user: a flag that is given twice.
    throw new UsageError(
      error instanceof Error ? error.message.replace(/(?<=--)\w+/, dashed) : String(error),
    );
  }
}

/** What `no-` stands before; null for another name. */
const denied = (name: string): string | null => (name.startsWith('no-') ? name.slice('no-'.length) : null);

/** meow takes `--no-archive` for an `archive` that is false. */
function asWritten(
  command: CommandLine,
  parsed: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => {
      const flag = flagsOf(command).find(({ name }) => value === false && denied(name) === dashed(key));
      return flag === undefined ? [key, value] : [camelCase(flag.name), true];
    }),
  );
}

function checkArguments({ command, args }: GivenCommand): void {
  const { usage, arguments: allowed } = command;
  const pattern = `${called(command)} ${usage}`.trimEnd();
  if (args.length < allowed.least) throw new UsageError(`Something is missing: ${pattern}`);
  if (args.length > allowed.most) {
    throw new UsageError(`"${args[allowed.most]}" is one word too many: ${pattern}`);
  }
}

const camelCase = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
