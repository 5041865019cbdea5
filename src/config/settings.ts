import * as z from 'zod/mini';
import { queryOf } from '../domain/query.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import type { ConfigFault, ConfigFile } from './config-file.ts';
import { defaultSettings, type Settings } from './default-settings.ts';

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

/** Returns what is wrong with the keys that were given to commands: only the commands know. */
export type KeyFaultsIn = (
  keys: Settings['keys'],
) => readonly { readonly id: string; readonly what: string }[];

/**
 * The settings of a config file, with the defaults for what is missing.
 * @throws UsageError that names each fault with its line and field
 */
export function settingsFrom(file: ConfigFile | null, keyFaults: KeyFaultsIn = () => []): Settings {
  if (file === null) return defaultSettings;
  const faults = settingsFaults(file, keyFaults);
  if (faults.length > 0) throw file.problem(...faults);
  const { poll, keys, views, open, ...rest } = settingsSchema.parse(ours(file));
  return {
    ...defaultSettings,
    ...defined(rest),
    poll: { ...defaultSettings.poll, ...defined(poll ?? {}) },
    open: typeof open === 'string' ? [open] : (open ?? defaultSettings.open),
    keys: keyLists(keys),
    views: mapValues(views ?? {}, ({ name, filter }) => ({ name: name ?? filter, filter })),
  };
}

/** Every fault of the settings in a config file; those of its agents are found by `agentFaults`. */
export function settingsFaults(file: ConfigFile, keyFaults: KeyFaultsIn): readonly ConfigFault[] {
  const parsed = settingsSchema.safeParse(ours(file));
  const malformed = parsed.error?.issues.flatMap(faultsOf) ?? [];
  const { keys, views = {} } = settingsSchema.parse(ours(withoutFaults(file, malformed)));
  return [
    ...malformed,
    ...keyFaults(keyLists(keys)).map(({ id, what }) => ({ path: ['keys', id], what })),
    ...Object.entries(views).flatMap(([digit, { filter }]) => {
      const { problem } = queryOf(filter);
      return problem === null
        ? []
        : [{ path: ['views', digit, 'filter'], what: problem.replace(/\.$/u, '') }];
    }),
  ];
}

/** Settings whose fields are independent of each other; keys are not, one may be free only because another was moved. */
const INDEPENDENT_FIELDS: readonly string[] = ['poll', 'views'];

/** The same file without the fields that have one of these faults. */
export function withoutFaults(file: ConfigFile, faults: readonly ConfigFault[]): ConfigFile {
  if (!isRecord(file.value) || faults.some(({ path }) => path.length === 0)) return { ...file, value: {} };
  const value: Record<string, unknown> = { ...file.value };
  for (const { path } of faults) {
    const [field = '', inner] = path.map(String);
    const fields = value[field];
    if (inner !== undefined && INDEPENDENT_FIELDS.includes(field) && isRecord(fields)) {
      value[field] = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== inner));
    } else delete value[field];
  }
  return { ...file, value };
}

const keyLists = (given: Readonly<Record<string, string | readonly string[]>> = {}): Settings['keys'] =>
  mapValues(given, (key) => (typeof key === 'string' ? [key] : key));

function ours({ value }: ConfigFile): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ELSEWHERE.includes(key)));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function faultsOf(issue: z.core.$ZodIssue): readonly ConfigFault[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], what: unknownField(key, path) }));
  }
  if (issue.code === 'invalid_key') return [{ path, what: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    return [{ path, what: 'must be an object in braces' }];
  }
  return [{ path, what: issue.message }];
}

/** Fields of the file by the path of the object that they are in. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': [...Object.keys(defaultSettings), ...ELSEWHERE],
  poll: Object.keys(defaultSettings.poll),
};

const unknownField = (key: string, path: readonly (string | number)[]): string =>
  ['is not a setting', didYouMean(key, FIELDS[path.join('.')] ?? VIEW_FIELDS)].filter(Boolean).join('. ');

const VIEW_FIELDS: readonly (keyof Settings['views'][string])[] = ['name', 'filter'];

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
