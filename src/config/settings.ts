import * as z from 'zod/mini';
import { queryOf } from '../domain/query.ts';
import type { ConfigFile } from './config-file.ts';
import { defaultSettings } from './default-settings.ts';

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
  readonly views: Readonly<Record<string, View>>;
}

export interface View {
  readonly name: string;
  readonly filter: string;
}

/** Checked elsewhere, by those who know what agents are. */
const ELSEWHERE: readonly string[] = ['agents', '$schema'];

const seconds = z
  .number('must be a number of seconds')
  .check(z.minimum(0.5, 'must be at least 0.5'), z.maximum(3600, 'must be at most 3600'));
const yesOrNo = z.boolean('must be true or false');
const words = z.string('must be a text');
/** Neither a program nor an argument is empty, nor has it a NUL in it: no system takes that. */
const PROGRAM = 'must be a program, or a list of it and its arguments';
const program = z.string(PROGRAM).check(z.regex(/^[^\0]+$/, PROGRAM));

const settingsSchema = z.strictObject({
  poll: z.optional(z.strictObject({ list: z.optional(seconds), transcript: z.optional(seconds) })),
  notify: z.optional(z.enum(['off', 'bell', 'full'], 'must be "off", "bell" or "full"')),
  title: z.optional(yesOrNo),
  archive: z.optional(yesOrNo),
  mouse: z.optional(yesOrNo),
  open: z.optional(z.union([program, z.array(program)], PROGRAM)),
  ascii: z.optional(yesOrNo),
  screenReader: z.optional(yesOrNo),
  keys: z.optional(z.record(z.string(), z.union([words, z.array(words)], 'must be a key or a list of keys'))),
  views: z.optional(
    z.record(
      z.string().check(z.regex(/^[1-9]$/, 'must be a digit from 1 to 9')),
      z.strictObject({ name: z.optional(words), filter: words }),
    ),
  ),
});

/** Finds what is wrong with keys that were given to commands: those who know the commands say it. */
export type KeyFaultIn = (keys: Settings['keys']) => { readonly id: string; readonly what: string } | null;

/**
 * The settings of a config file, the defaults for what it does not say.
 * @throws UsageError that names file, line and field of the first fault
 */
export function settingsFrom(file: ConfigFile | null, keyFault: KeyFaultIn = () => null): Settings {
  if (file === null) return defaultSettings;
  const parsed = settingsSchema.safeParse(ours(file));
  if (!parsed.success) throw faultOf(file, parsed.error.issues[0]);
  const { poll, keys: given = {}, views, open, ...rest } = parsed.data;
  const keys = mapValues(given, (key) => (typeof key === 'string' ? [key] : key));
  const fault = keyFault(keys);
  if (fault !== null) throw file.problem(['keys', fault.id], fault.what);
  for (const [digit, { filter }] of Object.entries(views ?? {})) {
    const { problem } = queryOf(filter);
    if (problem !== null) throw file.problem(['views', digit, 'filter'], problem.replace(/\.$/u, ''));
  }
  return {
    ...defaultSettings,
    ...defined(rest),
    poll: { ...defaultSettings.poll, ...defined(poll ?? {}) },
    open: typeof open === 'string' ? [open] : (open ?? defaultSettings.open),
    keys,
    views: mapValues(views ?? {}, ({ name, filter }) => ({ name: name ?? filter, filter })),
  };
}

function ours({ value }: ConfigFile): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ELSEWHERE.includes(key)));
}

function faultOf(file: ConfigFile, issue: z.core.$ZodIssue | undefined) {
  if (issue === undefined) return file.problem([], 'cannot be understood');
  const where = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return file.problem([...where, issue.keys[0] ?? ''], 'is not known here');
  }
  if (issue.code === 'invalid_key') return file.problem(where, issue.issues[0]?.message ?? issue.message);
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    return file.problem(where, 'must be an object in braces');
  }
  return file.problem(where, issue.message);
}

/** Without the fields that are undefined, which would hide a default. */
const defined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };

const mapValues = <Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Readonly<Record<string, Result>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
