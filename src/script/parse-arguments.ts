import meow from 'meow';
import { UsageError } from '../domain/errors.ts';
import { type CommandDefinition, type Flag, flagsOf } from './command-definition.ts';
import { commands, findCommand, screenCommand } from './commands.ts';
import { commandName, kebabCase, ParsedFlags } from './flags.ts';

/** A valid command line: the command knows all its flags. */
export interface ParsedCommand {
  readonly command: CommandDefinition;
  readonly args: readonly string[];
  readonly flags: ParsedFlags;
}

/**
 * Parses a command line by the command definitions.
 * @param words the words after `taskdeck`
 * @throws UsageError with a hint
 */
export function parseArguments(words: readonly string[]): ParsedCommand {
  const name = commandWord(words);
  const command = name === undefined ? screenCommand : findCommand(name);
  const { flags, args } = splitWords(words, flagsOf(command));
  const given = {
    command,
    args: name === undefined ? args : args.slice(1),
    flags: new ParsedFlags(command, parseFlags(command, flags)),
  };
  checkArguments(given);
  return given;
}

/** Whether the line has one of these switches before `--`, even if the rest is invalid. */
export function hasSwitch(words: readonly string[], ...switches: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => switches.includes(word));
}

/** The first word that is neither a flag nor the value of one. */
export const commandWord = (words: readonly string[]): string | undefined =>
  splitWords(words, [screenCommand, ...commands].flatMap(flagsOf)).args[0];

/** A flag with its value is one word. */
interface SplitWords {
  readonly flags: readonly string[];
  readonly args: readonly string[];
}

/**
 * Separates flags from arguments, because meow reads a prompt that begins with a dash as flags, and the word after a
 * switch as its value.
 * @param known the flags that decide whether a word is the value of the one before
 */
function splitWords(words: readonly string[], known: readonly Flag[]): SplitWords {
  const flags: string[] = [];
  const args: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    if (word === '--') return { flags, args: [...args, ...words.slice(at + 1)] };
    if (!isFlag(word, known)) args.push(word);
    else if (takesValue(word, known) && next !== undefined && next !== '--' && !isFlag(next, known)) {
      flags.push(`${word}=${next}`);
      at += 1;
    } else flags.push(word);
  }
  return { flags, args };
}

/** A flag begins with a dash and has no white space in its name. `-` and negative numbers are arguments. */
function isFlag(word: string, known: readonly Flag[]): boolean {
  if (!/^-./s.test(word) || /^-[\d.]+$/.test(word)) return false;
  const [name = ''] = word.split('=', 1);
  if (/\s/.test(name)) return false;
  // "--json=x fails, fix it" is a prompt: only a flag that takes a value can have one with white space.
  return !/\s/.test(word) || takesValue(name, known);
}

/** Whether a flag takes a value; in a group of letters only the last one can. */
function takesValue(name: string, known: readonly Flag[]): boolean {
  const letter = /^-[a-z]*([a-z])$/i.exec(name)?.[1];
  return known.some(
    (flag) =>
      flag.value !== null && (name === `--${flag.name}` || (letter !== undefined && letter === flag.short)),
  );
}

/** The values of flags by name in camelCase; arrays for repeatable ones. */
function parseFlags(command: CommandDefinition, words: readonly string[]): Readonly<Record<string, unknown>> {
  const repeatable = flagsOf(command).filter((flag) => flag.repeatable);
  const isRepeatable = (word: string, { name }: Flag): boolean =>
    word === `--${name}` || word.startsWith(`--${name}=`);
  // meow leaves out empty values of such flags.
  const lists = repeatable.flatMap((flag) => {
    const values = words
      .filter((word) => isRepeatable(word, flag))
      .map((word) => word.slice(`--${flag.name}=`.length));
    return values.length === 0 ? [] : [[camelCase(flag.name), values] as const];
  });
  checkOpposites(command, words);
  const single = words.filter((word) => !repeatable.some((flag) => isRepeatable(word, flag)));
  return { ...parseSingleFlags(command, single), ...Object.fromEntries(lists) };
}

function parseSingleFlags(
  command: CommandDefinition,
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const known = Object.fromEntries(
    flagsOf(command).map(({ name, short, value }) => [
      camelCase(nameAfterNo(name) ?? name),
      {
        type: value === null ? ('boolean' as const) : ('string' as const),
        ...(short !== undefined && { shortFlag: short }),
      },
    ]),
  );
  try {
    const { flags } = meow('', {
      importMeta: { url: import.meta.url } as ImportMeta,
      pkg: { name: 'taskdeck', bin: { taskdeck: '' } },
      argv: words,
      flags: known,
      booleanDefault: undefined,
      // taskdeck prints help, version and errors itself; meow would exit.
      autoHelp: false,
      autoVersion: false,
      allowUnknownFlags: true,
    });
    return restoreNoFlags(command, flags as Readonly<Record<string, unknown>>);
  } catch (error) {
    // meow throws only for a flag that is given twice.
    throw new UsageError(
      error instanceof Error ? error.message.replace(/(?<=--)\w+/, kebabCase) : String(error),
    );
  }
}

/** The name without `no-`; null without this prefix. */
const nameAfterNo = (name: string): string | null =>
  name.startsWith('no-') ? name.slice('no-'.length) : null;

/**
 * meow lets the last of `--worktree` and `--no-worktree` win.
 * @throws UsageError for both
 */
function checkOpposites(command: CommandDefinition, words: readonly string[]): void {
  for (const { name } of flagsOf(command)) {
    const positive = nameAfterNo(name);
    if (positive !== null && words.includes(`--${name}`) && words.includes(`--${positive}`))
      throw new UsageError(`--${positive} and --${name} contradict each other. Omit one of them.`);
  }
}

/** meow reads `--no-archive` as `archive: false`; this restores the flag. */
function restoreNoFlags(
  command: CommandDefinition,
  parsed: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => {
      const flag = flagsOf(command).find(
        ({ name }) => value === false && nameAfterNo(name) === kebabCase(key),
      );
      return flag === undefined ? [key, value] : [camelCase(flag.name), true];
    }),
  );
}

function checkArguments({ command, args }: ParsedCommand): void {
  const { usage, arguments: allowed } = command;
  const pattern = `${commandName(command)} ${usage}`.trimEnd();
  if (args.length < allowed.min) throw new UsageError(`An argument is missing. Usage: ${pattern}`);
  if (args.length > allowed.max) {
    throw new UsageError(`Unexpected argument "${args[allowed.max]}". Usage: ${pattern}`);
  }
}

const camelCase = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
