import { BackendError, joinSentences, UsageError } from '../domain/errors.ts';
import type { NewChat, Source } from '../domain/ports/source.ts';
import { type Task, worktreeOf } from '../domain/task.ts';
import { noWorktree, type WorktreePreview } from '../domain/worktree.ts';
import { baseName, shortCommit } from '../domain/worktree-text.ts';
import { absoluteDirectory } from './local-create.ts';

/** The worktree of a new chat, as the command line names it. */
export interface WorktreeOptions {
  /** Undefined: the settings of the server decide. */
  readonly wanted: boolean | undefined;
  readonly base: string | undefined;
  readonly branch: string | undefined;
}

/** The worktree of a new chat. */
export interface PlannedWorktree {
  /** Those of the request. */
  readonly fields: Pick<NewChat, 'worktree'>;
  /** Null without a worktree. */
  readonly preview: WorktreePreview | null;
  /** Why the settings have no effect, in a sentence; empty when they have. */
  readonly note: string;
}

const NONE: PlannedWorktree = { fields: {}, preview: null, note: '' };

/**
 * `directory`: of the chat, absolute or relative; undefined for the current one.
 * @throws UsageError where no worktree can be made
 */
export async function planWorktree(
  source: Source,
  directory: string | undefined,
  { wanted, base, branch }: WorktreeOptions,
  signal: AbortSignal,
): Promise<PlannedWorktree> {
  const isLocal = source.capabilities.directories;
  if (wanted === true && !isLocal) throw new UsageError('--worktree works only for chats on this machine.');
  if (wanted === false || !isLocal || source.previewWorktree === undefined) return NONE;
  const preview = await source
    .previewWorktree(absoluteDirectory(directory ?? '.'), base ?? '', signal)
    .catch((error: unknown) => {
      // The creation refuses the directory as well.
      if (wanted === undefined && error instanceof BackendError && error.kind === 'invalid')
        return noWorktree('');
      throw error;
    });
  const { reason, isDefault } = preview;
  if (wanted === true && reason !== '') throw new UsageError(reason);
  if (wanted === undefined && !isDefault) return NONE;
  if (reason !== '') return { ...NONE, note: joinSentences([reason, 'The chat gets no worktree.']) };
  return {
    fields: { worktree: { ...(base !== undefined && { base }), ...(branch !== undefined && { branch }) } },
    preview,
    note: '',
  };
}

/** The fields of a request that `worktreeUsage` reads. */
const FIELDS = ['worktree', 'base', 'branch'];

/** The error of a creation: wrong usage where the server refused the base or the branch. */
export function worktreeUsage(error: unknown): unknown {
  if (!(error instanceof BackendError) || error.kind !== 'invalid') return error;
  const { message, validations } = error;
  const faults = validations.filter(({ field }) => FIELDS.includes(field));
  if (faults.length === 0) return error;
  // A server may repeat its message as the error of the field.
  return new UsageError(joinSentences([...new Set([message, ...faults.map(({ detail }) => detail)])]));
}

/** The branch, the base and the place of the chat's worktree, in a sentence; empty without one. Untrusted text. */
export function worktreeNote(task: Task, preview: WorktreePreview | null): string {
  const worktree = worktreeOf(task);
  if (worktree === null) return '';
  const { branch, base, path } = worktree;
  const commit = preview === null ? '' : shortCommit(preview.baseCommit);
  const subject = preview === null || preview.baseSubject === '' ? '' : ` (${preview.baseSubject})`;
  const at = commit === '' || baseName(base) === commit ? '' : ` at ${commit}`;
  return `The agent works on the new branch ${branch} from ${baseName(base)}${at}${subject}, in ${path}.`;
}
