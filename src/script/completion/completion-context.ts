import {
  type CommandDefinition,
  type CompletionKind,
  deploymentFlags,
  type Flag,
  flagsOf,
} from '../command-definition.ts';
import { commands, screenCommand } from '../commands.ts';

export interface Candidate {
  readonly value: string;
  /** May be empty. */
  readonly description: string;
}

/** The completions at the cursor, as far as the command line alone decides them. */
export interface CompletionContext {
  /** The candidates, or the kind of names to look up. */
  readonly source: Exclude<CompletionKind, readonly string[] | null> | readonly Candidate[];
  /** The last word up to the cursor. */
  readonly typed: string;
  /** The part of that word before each candidate, such as `--phase=idle,`. */
  readonly prefix: string;
  readonly deployment: { readonly url?: string; readonly profile?: string; readonly local: boolean };
  readonly plainHttp: boolean;
  /** The directory that the line names for a new chat; `.` without one. */
  readonly directory: string;
}

const COMMAND_CANDIDATES: readonly Candidate[] = commands.map(({ name, summary }) => ({
  value: name,
  description: summary,
}));

const GENERAL_FLAGS: readonly Flag[] = [
  { name: 'help', value: null, summary: 'print help' },
  { name: 'version', value: null, summary: 'print the version' },
];

/** @param words the words after `taskdeck` up to the cursor; the last one may be empty or incomplete */
export function completionContextAt(words: readonly string[]): CompletionContext {
  const typed = words.at(-1) ?? '';
  const line = parsePartialLine(words.slice(0, -1));
  const deployment = {
    ...(line.values.has('url') && { url: line.values.get('url') }),
    ...(line.values.has('profile') && { profile: line.values.get('profile') }),
    local: line.given.has('local'),
  };
  const at = {
    typed,
    deployment,
    plainHttp: line.given.has('plain-http'),
    directory: line.values.get('cwd') ?? line.values.get('workspace') ?? '.',
  };
  if (line.pending !== null) return { ...at, ...flagValues(line.pending, typed, '') };
  if (!line.flagsEnded && typed.startsWith('-')) {
    const [, name = '', value] = /^--([^=]+)=(.*)$/su.exec(typed) ?? [];
    const flag = findFlag(line.command, name);
    if (value !== undefined) {
      return { ...at, ...(flag === undefined ? NO_CANDIDATES : flagValues(flag, value, `--${name}=`)) };
    }
    return { ...at, source: flagCandidates(line), prefix: '' };
  }
  if (line.command === undefined) return { ...at, source: COMMAND_CANDIDATES, prefix: '' };
  return { ...at, source: argumentSource(line.command, line.argumentCount), prefix: '' };
}

const NO_CANDIDATES = { source: [], prefix: '' } as const;

interface PartialCommandLine {
  readonly command: CommandDefinition | undefined;
  readonly argumentCount: number;
  /** A flag whose value comes next. */
  readonly pending: Flag | null;
  readonly flagsEnded: boolean;
  /** Names of the flags on the line. */
  readonly given: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

function parsePartialLine(words: readonly string[]): PartialCommandLine {
  let command: CommandDefinition | undefined;
  let argumentCount = 0;
  let pending: Flag | null = null;
  let flagsEnded = false;
  const given = new Set<string>();
  const values = new Map<string, string>();
  for (const word of words) {
    if (pending !== null) {
      values.set(pending.name, word);
      pending = null;
    } else if (!flagsEnded && word === '--') flagsEnded = true;
    else if (!flagsEnded && word.startsWith('-') && word !== '-') {
      const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/su.exec(word) ?? [];
      const flag = name === '' ? findShortFlag(command, word) : findFlag(command, name);
      given.add(flag?.name ?? name);
      if (value !== undefined) values.set(name, value);
      else if (flag !== undefined && flag.value !== null) pending = flag;
    } else if (command === undefined) command = commands.find(({ name }) => name === word) ?? screenCommand;
    else argumentCount += 1;
  }
  return { command, argumentCount, pending, flagsEnded, given, values };
}

const flagsAt = (command: CommandDefinition | undefined): readonly Flag[] =>
  command === undefined ? [...screenCommand.flags, ...deploymentFlags, ...GENERAL_FLAGS] : flagsOf(command);

/** Before the command is known, any command's flag matches. */
const findFlag = (command: CommandDefinition | undefined, name: string): Flag | undefined =>
  (command === undefined ? [screenCommand, ...commands].flatMap(flagsOf) : flagsOf(command)).find(
    (flag) => flag.name === name,
  );

/** The flag of `-q`, or the last one of a group such as `-qO`; undefined when the word also has its value. */
function findShortFlag(command: CommandDefinition | undefined, word: string): Flag | undefined {
  const flags = command === undefined ? [screenCommand, ...commands].flatMap(flagsOf) : flagsOf(command);
  const letters = [...word.slice(1)];
  const found = letters.map((letter) => flags.find(({ short }) => short === letter));
  const valueAt = found.findIndex((flag) => flag !== undefined && flag.value !== null);
  // In `-tshell` the value is in the same word.
  return valueAt >= 0 && valueAt < letters.length - 1 ? undefined : found.at(-1);
}

const flagCandidates = ({ command, given }: PartialCommandLine): readonly Candidate[] =>
  flagsAt(command)
    .filter(({ name, repeatable }) => repeatable === true || !given.has(name))
    .map(({ name, summary }) => ({ value: `--${name}`, description: summary }));

function flagValues(
  { completes = null }: Flag,
  typed: string,
  prefix: string,
): Pick<CompletionContext, 'source' | 'prefix'> {
  if (completes === null) return { source: [], prefix };
  if (!isWords(completes)) return { source: completes, prefix };
  // Fixed words may form a list with commas.
  const list = typed.slice(0, typed.lastIndexOf(',') + 1);
  return { source: plainWords(completes), prefix: prefix + list };
}

function argumentSource(command: CommandDefinition, position: number): CompletionContext['source'] {
  const { completes = null, completesFirst = false, max, second = [] } = command.arguments;
  if (command.name === 'help') return position === 0 ? COMMAND_CANDIDATES : [];
  if (position === 1 && second.length > 0) return plainWords(second);
  if (completes === null || ((completesFirst || max !== Number.POSITIVE_INFINITY) && position > 0)) return [];
  return isWords(completes) ? plainWords(completes) : completes;
}

const plainWords = (words: readonly string[]): readonly Candidate[] =>
  words.map((value) => ({ value, description: '' }));

const isWords = (completes: CompletionKind): completes is readonly string[] => Array.isArray(completes);
