import path from 'node:path';
import * as z from 'zod/mini';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import type { ConfigFault, ConfigFile } from './config-file.ts';

/** The setting `worktree`: git worktrees for new chats on this machine. */
export interface WorktreeSettings {
  /** Whether a new chat gets a worktree unless the user chooses. */
  readonly isDefault: boolean;
  /** The directory below which worktrees are made, absolute; null for the state directory's. */
  readonly directory: string | null;
  /** The names of branches that taskdeck makes begin with it. */
  readonly branchPrefix: string;
  /** A command line for the shell that prepares each new worktree; null for the script of the project. */
  readonly setUp: string | null;
  /** Time limit of the set-up. */
  readonly setUpMinutes: number;
}

export const DEFAULT_WORKTREE_SETTINGS: WorktreeSettings = {
  isDefault: false,
  directory: null,
  branchPrefix: 'taskdeck/',
  setUp: null,
  setUpMinutes: 10,
};

const MINUTES_RULE = 'must be a number of minutes from 1 to 240';
/** Any such prefix makes a name that `git check-ref-format` accepts. */
const PREFIX = /^(?:[A-Za-z0-9_][A-Za-z0-9_-]*\/)*(?:[A-Za-z0-9_][A-Za-z0-9_-]*)?$/;
const PREFIX_LIMIT = 60;

const schema = z.strictObject(
  {
    default: z.optional(z.boolean('must be true or false')),
    directory: z.optional(
      z
        .string('must be a string')
        .check(
          z.refine(
            (text) => path.isAbsolute(text) && !text.includes('\0'),
            'must be an absolute path, without ~ or variables',
          ),
        ),
    ),
    branchPrefix: z.optional(
      z
        .string('must be a string')
        .check(
          z.regex(PREFIX, 'must be letters, digits, _ and -, such as "taskdeck/"'),
          z.maxLength(PREFIX_LIMIT, `must be at most ${PREFIX_LIMIT} characters`),
        ),
    ),
    setUp: z.optional(
      z
        .string('must be a string, such as "npm ci"')
        .check(
          z.refine(
            (text) => text.trim() !== '' && !text.includes('\0'),
            'must be a command, such as "npm ci"',
          ),
        ),
    ),
    setUpMinutes: z.optional(
      z.number(MINUTES_RULE).check(z.minimum(1, MINUTES_RULE), z.maximum(240, MINUTES_RULE)),
    ),
  },
  'must be an object: { … }',
);

/**
 * The setting `worktree`, with defaults.
 * @throws UsageError that names each fault with its line and field
 */
export function worktreeSettingsFrom(file: ConfigFile | null): WorktreeSettings {
  const setting = file === null ? undefined : settingOf(file);
  if (file === null || setting === undefined) return DEFAULT_WORKTREE_SETTINGS;
  const faults = worktreeFaults(file);
  if (faults.length > 0) throw file.errorFor(...faults);
  const { default: isDefault, ...rest } = schema.parse(setting);
  const given = Object.entries({ isDefault, ...rest }).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_WORKTREE_SETTINGS, ...Object.fromEntries(given) };
}

/** All faults of the setting `worktree`. */
export function worktreeFaults(file: ConfigFile): readonly ConfigFault[] {
  const setting = settingOf(file);
  if (setting === undefined) return [];
  const { error } = schema.safeParse(setting);
  return (error?.issues ?? []).flatMap((issue): readonly ConfigFault[] => {
    const where = ['worktree', ...issue.path.filter((part) => typeof part !== 'symbol')];
    if (issue.code !== 'unrecognized_keys') return [{ path: where, message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...where, key],
      message: ['is not a setting', didYouMean(key, FIELDS)].filter(Boolean).join('. '),
    }));
  });
}

const FIELDS: readonly string[] = Object.keys(schema.shape);

const settingOf = ({ value }: ConfigFile): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, 'worktree') : undefined;
