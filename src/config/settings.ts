import * as z from 'zod/mini';
import { COLOR_ROLES } from '../domain/colors.ts';
import { columnFault, isColumn } from '../domain/list-display.ts';
import { parseTaskQuery } from '../domain/query.ts';
import { isShippedView } from '../domain/saved-view.ts';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { colorsSchema, themeSchema } from './color-settings.ts';
import { COMMAND_FIELDS, commandsFrom, commandsSchema } from './command-settings.ts';
import type { ConfigFault, ConfigFile } from './config-file.ts';
import { HOOK_FIELDS, hooksFrom, hooksSchema } from './hook-settings.ts';

/** Fields that configured-agents.ts, allow-rules.ts, worktree-settings.ts or an editor checks. */
const CHECKED_ELSEWHERE: readonly string[] = ['agents', 'allow', 'worktree', '$schema'];

const seconds = z
  .number('must be a number of seconds')
  .check(z.minimum(0.5, 'must be at least 0.5'), z.maximum(3600, 'must be at most 3600'));
const booleanValue = z.boolean('must be true or false');
const text = z.string('must be a string');
/** No system accepts an empty program or a NUL. */
const PROGRAM_RULE = 'must be a program, or a list of a program and its arguments';
const program = z.string(PROGRAM_RULE).check(z.regex(/^[^\0]+$/, PROGRAM_RULE));

const columns = z.array(z.unknown(), 'must be a list of columns: ["phase", "age"]').check(
  z.superRefine((given, context) => {
    for (const [index, value] of given.entries()) {
      const message = columnFault(value, given.slice(0, index));
      if (message !== null) context.addIssue({ code: 'custom', path: [index], message });
    }
  }),
);

const settingsSchema = z.strictObject({
  poll: z.optional(z.strictObject({ list: z.optional(seconds), transcript: z.optional(seconds) })),
  notify: z.optional(z.enum(['off', 'bell', 'full'], 'must be "off", "bell" or "full"')),
  title: z.optional(booleanValue),
  archive: z.optional(booleanValue),
  mouse: z.optional(booleanValue),
  readOnly: z.optional(booleanValue),
  layout: z.optional(z.enum(['auto', 'side', 'stacked'], 'must be "auto", "side" or "stacked"')),
  open: z.optional(z.union([program, z.array(program)], PROGRAM_RULE)),
  theme: z.optional(themeSchema),
  colors: z.optional(colorsSchema),
  ascii: z.optional(booleanValue),
  screenReader: z.optional(booleanValue),
  rows: z.optional(z.literal([1, 2, 'auto'], 'must be 1, 2 or "auto"')),
  columns: z.optional(columns),
  keys: z.optional(z.record(z.string(), z.union([text, z.array(text)], 'must be a key or a list of keys'))),
  commands: z.optional(commandsSchema),
  hooks: z.optional(hooksSchema),
  views: z.optional(
    z.record(
      z.string().check(z.regex(/\S/u, 'must not be blank')),
      z.strictObject({ name: z.optional(text), filter: z.optional(text), key: z.optional(text) }),
    ),
  ),
});

/** Returns the faults of custom keys: by command, by saved view, and of the user's commands. */
export type FindKeyFaults = (
  keys: Settings['keys'],
  viewKeys: Readonly<Record<string, string>>,
  commandKeys: readonly (string | undefined)[],
) => readonly ConfigFault[];

/**
 * The settings of a config file, with defaults.
 * @throws UsageError with the line and field of each fault
 */
export function settingsFrom(file: ConfigFile | null, keyFaults: FindKeyFaults = () => []): Settings {
  if (file === null) return defaultSettings;
  const faults = settingsFaults(file, keyFaults);
  if (faults.length > 0) throw file.errorFor(...faults);
  const {
    poll,
    keys,
    views,
    open,
    colors,
    hooks,
    commands,
    columns: listed,
    ...rest
  } = settingsSchema.parse(withoutForeignFields(file));
  return {
    ...defaultSettings,
    ...withoutUndefined(rest),
    poll: { ...defaultSettings.poll, ...withoutUndefined(poll ?? {}) },
    open: typeof open === 'string' ? [open] : (open ?? defaultSettings.open),
    columns: listed?.filter(isColumn) ?? defaultSettings.columns,
    colors: withoutUndefined(colors ?? {}),
    keys: toKeyLists(keys),
    hooks: hooksFrom(hooks),
    commands: commandsFrom(commands),
    views: mapValues(views ?? {}, withoutUndefined),
  };
}

/** All faults of a config file except those of its agents. */
export function settingsFaults(file: ConfigFile, keyFaults: FindKeyFaults): readonly ConfigFault[] {
  const parsed = settingsSchema.safeParse(withoutForeignFields(file));
  const malformed = parsed.error?.issues.flatMap(faultsOf) ?? [];
  const { keys, views = {} } = settingsSchema.parse(
    withoutForeignFields(withoutFaultyFields(file, malformed)),
  );
  return [
    ...malformed,
    ...keyFaults(toKeyLists(keys), keysOfViews(views), keysOfCommands(file)),
    ...Object.entries(views).flatMap(([id, { filter }]) => {
      if (filter === undefined)
        return isShippedView(id) ? [] : [{ path: ['views', id], message: 'must have a "filter"' }];
      const { problem } = parseTaskQuery(filter);
      return problem === null
        ? []
        : [{ path: ['views', id, 'filter'], message: problem.replace(/\.$/u, '') }];
    }),
  ];
}

/** Settings with independent fields. Keys depend on each other: one may be free only because another one moved. */
const INDEPENDENT_FIELDS: readonly string[] = ['poll', 'views', 'colors'];

/** Lists with independent elements. */
const INDEPENDENT_LISTS: readonly string[] = ['hooks', 'commands'];

export function withoutFaultyFields(file: ConfigFile, faults: readonly ConfigFault[]): ConfigFile {
  if (!isRecord(file.value) || faults.some(({ path }) => path.length === 0)) return { ...file, value: {} };
  const value: Record<string, unknown> = { ...file.value };
  for (const { path } of faults) {
    const [field = '', inner, part] = path.map(String);
    const fields = value[field];
    // Removed below: the indexes of the others must stay until then.
    if (INDEPENDENT_LISTS.includes(field) && inner !== undefined && Array.isArray(fields)) {
      const element: unknown = fields[Number(inner)];
      value[field] = fields.with(
        Number(inner),
        part === 'key' && isRecord(element) ? withoutField(element, part) : undefined,
      );
      continue;
    }
    // A view without its key is still one.
    const view = isRecord(fields) && inner !== undefined ? fields[inner] : undefined;
    if (field === 'views' && part === 'key' && isRecord(fields) && inner !== undefined && isRecord(view)) {
      value[field] = { ...fields, [inner]: withoutField(view, part) };
    } else if (inner !== undefined && INDEPENDENT_FIELDS.includes(field) && isRecord(fields)) {
      value[field] = withoutField(fields, inner);
    } else delete value[field];
  }
  for (const field of INDEPENDENT_LISTS) {
    const list = value[field];
    if (Array.isArray(list)) value[field] = list.filter((element) => element !== undefined);
  }
  return { ...file, value };
}

const withoutField = (
  fields: Readonly<Record<string, unknown>>,
  field: string,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));

const keysOfViews = (
  views: Readonly<Record<string, { readonly key?: string | undefined }>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(views).flatMap(([id, { key }]) => (key === undefined ? [] : [[id, key] as const])),
  );

/** By index in the file, also of commands with faults. */
function keysOfCommands({ value }: ConfigFile): readonly (string | undefined)[] {
  const commands = isRecord(value) ? value.commands : undefined;
  if (!Array.isArray(commands)) return [];
  return commands.map((command: unknown) =>
    isRecord(command) && typeof command.key === 'string' ? command.key : undefined,
  );
}

const toKeyLists = (given: Readonly<Record<string, string | readonly string[]>> = {}): Settings['keys'] =>
  mapValues(given, (key) => (typeof key === 'string' ? [key] : key));

function withoutForeignFields({ value }: ConfigFile): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !CHECKED_ELSEWHERE.includes(key)));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function faultsOf(issue: z.core.$ZodIssue): readonly ConfigFault[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownField(key, path) }));
  }
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    return [{ path, message: 'must be an object: { … }' }];
  }
  return [{ path, message: issue.message }];
}

/** Fields by the path of their object. */
const KNOWN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': [...Object.keys(defaultSettings), ...CHECKED_ELSEWHERE],
  poll: Object.keys(defaultSettings.poll),
  colors: COLOR_ROLES,
  hooks: HOOK_FIELDS,
  commands: COMMAND_FIELDS,
};

const unknownField = (key: string, path: readonly (string | number)[]): string =>
  [
    'is not a setting',
    didYouMean(key, KNOWN_FIELDS[path.filter((part) => typeof part !== 'number').join('.')] ?? VIEW_FIELDS),
  ]
    .filter(Boolean)
    .join('. ');

const VIEW_FIELDS: readonly (keyof Settings['views'][string])[] = ['name', 'filter', 'key'];

/** An undefined field would hide its default. */
const withoutUndefined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };

const mapValues = <Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Readonly<Record<string, Result>> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
