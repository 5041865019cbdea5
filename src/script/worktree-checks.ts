import type { Diagnostic } from '../domain/diagnostic.ts';
import { errorText } from '../domain/errors.ts';
import type { Source } from '../domain/ports/source.ts';
import type { WorktreeEntry } from '../domain/worktree.ts';
import { baseName, syncWords, uncommittedWords } from '../domain/worktree-text.ts';

/** The worktrees that no listed chat uses any more, with what is in them and how to remove each. */
export async function worktreeChecks(
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const rows = await Promise.all(sources.map((source) => checksOf(source, signal)));
  return rows.flat();
}

async function checksOf(source: Source, signal: AbortSignal): Promise<readonly Diagnostic[]> {
  // Only on this machine: another server would not know the request.
  if (source.worktrees === undefined || !source.capabilities.directories) return [];
  try {
    const entries = await source.worktrees(signal);
    return entries.filter(isLeftOver).flatMap(entryRows);
  } catch (error) {
    return [{ topic: TOPIC, name: 'list', value: errorText(error), ok: false }];
  }
}

const TOPIC = 'worktrees';

const isLeftOver = ({ chatId, isArchived }: WorktreeEntry): boolean => chatId === null || isArchived;

/** The contents of a worktree, and the command that removes it. A worktree that is left over is no fault. */
function entryRows(entry: WorktreeEntry): readonly Diagnostic[] {
  const { path, repository, branch, base, chatId, reasons } = entry;
  const contents = [uncommittedWords(entry), syncWords(entry)].filter(Boolean).join(', ');
  const owner = chatId === null ? 'its chat is deleted' : 'its chat is archived';
  const nothing = reasons.length > 0 ? '' : `nothing that ${baseName(base)} does not have`;
  const state = [`${path}: ${owner}`, contents || nothing].filter(Boolean).join('; ');
  const advice =
    reasons.length > 0
      ? `not safe to remove: ${reasons.join(' ')}`
      : `git -C ${shellWord(repository)} worktree remove ${shellWord(path)}`;
  return [
    { topic: TOPIC, name: branch, value: state, ok: null },
    { topic: TOPIC, name: 'to remove it', value: advice, ok: null },
  ];
}

/** The text as one word of a POSIX shell. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
