import { type CommandLine, type Completes, deploymentFlags, type Flag, flagsOf } from '../command-line.ts';
import { commands, screen } from '../commands.ts';

/** One word that can stand at the cursor. */
export interface Candidate {
  readonly value: string;
  /** Empty where there is nothing to say. */
  readonly description: string;
}

/** What can stand at the cursor of a command line, as far as the line alone decides. */
export interface Wanted {
  /** The candidates, or what they are names of. */
  readonly source: 'task' | 'template' | 'profile' | 'directory' | readonly Candidate[];
  /** The text before the cursor, of the last word only. */
  readonly typed: string;
  /** What stands before each candidate in that word, such as `--phase=idle,`. */
  readonly prefix: string;
  /** The flags of the line that choose the deployment. */
  readonly deployment: { readonly url?: string; readonly profile?: string; readonly local: boolean };
  readonly plainHttp: boolean;
}

const COMMANDS: readonly Candidate[] = commands.map(({ name, summary }) => ({
  value: name,
  description: summary,
}));

const GENERAL: readonly Flag[] = [
  { name: 'help', value: null, summary: 'print help' },
  { name: 'version', value: null, summary: 'print the version' },
];

/** @param words what stands behind `taskdeck` up to the cursor; the last one may be empty or incomplete */
export function wantedAt(words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? '';
  const line = readLine(words.slice(0, -1));
  const deployment = {
    ...(line.values.has('url') && { url: line.values.get('url') }),
    ...(line.values.has('profile') && { profile: line.values.get('profile') }),
    local: line.given.has('local'),
  };
  const at = { typed, deployment, plainHttp: line.given.has('plain-http') };
  if (line.pending !== null) return { ...at, ...flagValues(line.pending, typed, '') };
  if (!line.flagsEnded && typed.startsWith('-')) {
    const [, name = '', value] = /^--([^=]+)=(.*)$/su.exec(typed) ?? [];
    const flag = knownFlag(line.command, name);
    if (value !== undefined) {
      return { ...at, ...(flag === undefined ? NOTHING : flagValues(flag, value, `--${name}=`)) };
    }
    return { ...at, source: flagCandidates(line), prefix: '' };
  }
  if (line.command === undefined) return { ...at, source: COMMANDS, prefix: '' };
  return { ...at, source: argumentSource(line.command, line.argumentCount), prefix: '' };
}

const NOTHING = { source: [], prefix: '' } as const;

interface Line {
  readonly command: CommandLine | undefined;
  readonly argumentCount: number;
  /** A flag whose value comes next. */
  readonly pending: Flag | null;
  readonly flagsEnded: boolean;
  /** Names of the flags on the line. */
  readonly given: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

function readLine(words: readonly string[]): Line {
  let command: CommandLine | undefined;
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
      const flag = name === '' ? shortFlag(command, word) : knownFlag(command, name);
      given.add(flag?.name ?? name);
      if (value !== undefined) values.set(name, value);
      else if (flag !== undefined && flag.value !== null) pending = flag;
    } else if (command === undefined) command = commands.find(({ name }) => name === word) ?? screen;
    else argumentCount += 1;
  }
  return { command, argumentCount, pending, flagsEnded, given, values };
}

const flagsAt = (command: CommandLine | undefined): readonly Flag[] =>
  command === undefined ? [...screen.flags, ...deploymentFlags, ...GENERAL] : flagsOf(command);

/** A flag may stand before its command. */
const knownFlag = (command: CommandLine | undefined, name: string): Flag | undefined =>
  (command === undefined ? [screen, ...commands].flatMap(flagsOf) : flagsOf(command)).find(
    (flag) => flag.name === name,
  );

/** The flag of `-q`, or the last one of a group such as `-qO`, when its value comes in the next word. */
function shortFlag(command: CommandLine | undefined, word: string): Flag | undefined {
  const flags = command === undefined ? [screen, ...commands].flatMap(flagsOf) : flagsOf(command);
  const letters = [...word.slice(1)];
  const found = letters.map((letter) => flags.find(({ short }) => short === letter));
  const valueAt = found.findIndex((flag) => flag !== undefined && flag.value !== null);
  // In `-tshell` the value follows in the same word.
  return valueAt >= 0 && valueAt < letters.length - 1 ? undefined : found.at(-1);
}

const flagCandidates = ({ command, given }: Line): readonly Candidate[] =>
  flagsAt(command)
    .filter(({ name }) => !given.has(name))
    .map(({ name, summary }) => ({ value: `--${name}`, description: summary }));

function flagValues(
  { completes = null }: Flag,
  typed: string,
  prefix: string,
): Pick<Wanted, 'source' | 'prefix'> {
  if (completes === null) return { source: [], prefix };
  if (!isWords(completes)) return { source: completes, prefix };
  // Fixed words may be given as a list with commas.
  const list = typed.slice(0, typed.lastIndexOf(',') + 1);
  return { source: plainWords(completes), prefix: prefix + list };
}

function argumentSource(command: CommandLine, position: number): Wanted['source'] {
  const { completes = null, most } = command.arguments;
  if (command.name === 'help') return position === 0 ? COMMANDS : [];
  if (completes === null || (most !== Number.POSITIVE_INFINITY && position > 0)) return [];
  return isWords(completes) ? plainWords(completes) : completes;
}

const plainWords = (words: readonly string[]): readonly Candidate[] =>
  words.map((value) => ({ value, description: '' }));

const isWords = (completes: Completes): completes is readonly string[] => Array.isArray(completes);
