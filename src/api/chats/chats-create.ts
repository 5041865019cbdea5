import { PERMISSIONS, WORKTREES } from '../../domain/chat-extension.ts';
import { BackendError } from '../../domain/errors.ts';
import { isNewChat, type NewChat, type Source } from '../../domain/ports/source.ts';
import { noWorktree } from '../../domain/worktree.ts';
import { wireChat } from '../../wire/chat.ts';
import { type CreateChatRequest, contentWith, labelledChats } from '../../wire/chat-request.ts';
import { wireWorktreePreview } from '../../wire/worktree-preview.ts';
import type { ApiClient } from '../api-client.ts';
import type { ChatsApi } from './chats-api.ts';
import { chatsError } from './chats-errors.ts';
import type { UploadToOrganization } from './chats-files.ts';

/** The worktree that a new chat would get. A server without the extension gets no request. */
export const createWorktreePreview = (api: ChatsApi): Required<Pick<Source, 'previewWorktree'>> => ({
  async previewWorktree(directory, base, signal) {
    const extensions = await api.client.extensions(signal);
    if (!extensions.includes(WORKTREES)) return noWorktree(NO_WORKTREES);
    const query = { directory, ...(base !== '' && { base }) };
    const wire = await api.request(
      wireWorktreePreview,
      { method: 'GET', path: '/worktrees/preview', query },
      signal,
    );
    return {
      reason: wire.reason,
      repository: wire.repository,
      base: wire.base,
      baseCommit: wire.base_commit,
      baseSubject: wire.base_subject,
      branchPrefix: wire.branch_prefix,
      parent: wire.parent,
      isDefault: wire.is_default,
      setUp: wire.set_up,
    };
  },
});

/** The reason of a server without the extension. */
const NO_WORKTREES = 'This server makes no worktrees.';

/** The label that holds the id of a creation. */
const LABEL = 'taskdeck';

/**
 * Creates chats, each with a random label by which it is found when the answer is lost. `directory`: as of
 * `createChatsSource`.
 */
export const createChatsCreation = (
  api: ChatsApi,
  upload: UploadToOrganization,
  directory: string | undefined,
): Required<Pick<Source, 'create' | 'findCreated'>> => ({
  async create(task, signal, creationId) {
    if (!isNewChat(task)) throw invalid('A chat is not created from a template.');
    const fileIds: string[] = [];
    for (const file of task.attachments ?? []) fileIds.push(await upload(task.organizationId, file, signal));
    const json = {
      ...createRequest(task, fileIds, creationId),
      ...(await extensionFields(api.client, task, directory, signal)),
    };
    const wire = await api.request(wireChat, { method: 'POST', path: '', json }, signal).catch(rethrow);
    return api.toTask(wire, signal);
  },

  async findCreated(creationId, signal) {
    const query = { label: `${LABEL}:${creationId}`, q: 'archived:any' };
    const chats = await api.request(labelledChats, { method: 'GET', path: '', query }, signal);
    const found = chats.find(({ labels }) => labels?.[LABEL] === creationId);
    if (found !== undefined) return api.get({ id: found.id, ownerName: 'me' }, signal);
    // A server that ignores the filter lists other chats, perhaps without labels.
    if (chats.length === 0) return null;
    throw invalid('This server does not find chats by their labels.');
  },
});

const createRequest = (
  { prompt, organizationId, workspaceId, modelId, effort, planMode }: NewChat,
  fileIds: readonly string[],
  creationId: string | undefined,
): CreateChatRequest => ({
  organization_id: organizationId,
  content: contentWith(prompt, fileIds),
  ...(workspaceId === undefined ? {} : { workspace_id: workspaceId }),
  ...(modelId === undefined ? {} : { model_config_id: modelId }),
  ...(effort === undefined || effort === '' ? {} : { reasoning_effort: effort }),
  ...(planMode === true ? { plan_mode: 'plan' } : {}),
  ...(creationId === undefined ? {} : { labels: { [LABEL]: creationId } }),
  client_type: 'api',
});

/**
 * The fields of taskdeck's own server, where it names them. A directory that is only the default is left out elsewhere.
 * @throws BackendError `invalid` for a choice that the server does not have
 */
async function extensionFields(
  client: ApiClient,
  { directory: chosen, permissionMode, title, workspaceId, worktree }: NewChat,
  usual: string | undefined,
  signal: AbortSignal,
): Promise<Pick<CreateChatRequest, 'directory' | 'permission_mode' | 'title' | 'worktree' | 'environment'>> {
  const directory = workspaceId === undefined ? (chosen ?? usual) : chosen;
  if (
    directory === undefined &&
    permissionMode === undefined &&
    title === undefined &&
    worktree === undefined
  )
    return client.environmentField(signal);
  const extensions = await client.extensions(signal);
  const [hasDirectories, hasPermissions] = [
    extensions.includes('directory'),
    extensions.includes(PERMISSIONS),
  ];
  if (chosen !== undefined && !hasDirectories) throw notOffered('A directory');
  if (permissionMode !== undefined && !hasPermissions) throw notOffered('A permission mode');
  if (worktree !== undefined && !extensions.includes(WORKTREES)) throw invalid(NO_WORKTREES);
  return {
    ...(directory !== undefined && hasDirectories && { directory }),
    ...(permissionMode !== undefined && { permission_mode: permissionMode }),
    ...(title !== undefined && hasDirectories && { title }),
    ...(worktree !== undefined && { worktree }),
    ...(await client.environmentField(signal)),
  };
}

const notOffered = (choice: string): BackendError =>
  invalid(`${choice} can be chosen only for chats on this machine.`);

const invalid = (message: string): BackendError =>
  new BackendError({ kind: 'invalid', message, tookEffect: 'no' });

/** @throws the error of a refused creation, with the role that it needs */
function rethrow(error: unknown): never {
  const known = chatsError(error);
  throw known instanceof BackendError && known.kind === 'forbidden'
    ? new BackendError({
        ...known,
        message: known.message,
        hint: known.hint ?? 'Creating chats may need the role agents-access. An administrator can assign it.',
        cause: known,
      })
    : known;
}
