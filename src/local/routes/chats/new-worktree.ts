import type { NewChat } from '../../chats/chat-requests.ts';
import type { WirePart } from '../../chats/chat-row-types.ts';
import { ErrorResponse } from '../../http/error-response.ts';
import { sendJson } from '../../http/router.ts';
import { WorktreeRefused } from '../../worktrees/worktree-refused.ts';
import type { PlannedWorktree } from '../../worktrees/worktree-table.ts';
import { whileConnected } from '../route-context.ts';
import { type ChatsContext, usableDirectory } from './chats-context.ts';
import { isFields, isGiven } from './request-fields.ts';

/** GET …/chats/worktrees/preview: the worktree that a new chat would get. */
export function worktreePreviewRoute({ router, worktrees, requireToken }: ChatsContext): void {
  router.on('GET', '/api/v2/chats/worktrees/preview', requireToken, async (request) => {
    const directory = usableDirectory(request.req.query('directory'));
    const base = (request.req.query('base') ?? '').trim();
    const preview = await whileConnected(request, (signal) =>
      worktrees.creation.preview({ directory, base }, null, signal),
    );
    return sendJson(request, preview);
  });
}

interface WorktreeFields {
  /** Empty if absent. */
  readonly base: string;
  readonly branch: string;
}

/** `worktree` of a request to create a chat; null if absent. Throws a 400. */
export function worktreeFieldsOf(value: unknown): WorktreeFields | null {
  if (!isGiven(value)) return null;
  const { base = '', branch = '' } = isFields(value) ? value : { base: null };
  if (typeof base === 'string' && typeof branch === 'string')
    return { base: base.trim(), branch: branch.trim() };
  const detail = 'It must be an object; its fields base and branch are strings.';
  throw new ErrorResponse(400, 'Unable to create the worktree.', detail, [{ field: 'worktree', detail }]);
}

/**
 * Calls `create` with the worktree that a chat's request wants: until its row is stored, another chat could get the same
 * names. Throws a 400 with the field that keeps it from having one.
 */
export async function withNewWorktree<Created>(
  { base, branch }: WorktreeFields,
  { directory, content, title, environment }: Omit<NewChat, 'worktree'>,
  { worktrees: { creation } }: ChatsContext,
  signal: AbortSignal,
  create: (worktree: PlannedWorktree) => Created,
): Promise<Created> {
  try {
    const facts = await creation.examine({ directory, base, branch }, environment, signal);
    return create(creation.plan(facts, { branch, prompt: textOf(content) || (title ?? '') }));
  } catch (error) {
    throw error instanceof WorktreeRefused ? error.toResponse() : error;
  }
}

const textOf = (content: readonly WirePart[]): string =>
  content.flatMap(({ type, text }) => (type === 'text' ? [String(text)] : [])).join(' ');
