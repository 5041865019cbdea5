import { randomUUID } from 'node:crypto';
import { BackendError, UsageError, withHint } from '../domain/errors.ts';
import type { Model, NewChat, Source } from '../domain/ports/source.ts';
import type { Task } from '../domain/task.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { checkAttachments } from './attachments.ts';
import { chatsOf, chooseEffort, chooseModel, chooseOrganization, chooseWorkspace } from './chat-options.ts';
import { planWorktree, type WorktreeOptions, worktreeNote, worktreeUsage } from './create-worktree.ts';
import { absoluteDirectory, missingAgent } from './local-create.ts';
import { writeNote } from './output.ts';
import { pollDelay } from './retrier.ts';
import type { ScriptContext } from './script-context.ts';

/** The choices for a new chat, as the command line names them; undefined for those of the server. */
export interface ChatOptions {
  readonly organization: string | undefined;
  readonly model: string | undefined;
  readonly effort: string | undefined;
  readonly plan: boolean;
  /** The name or id of a workspace; on this machine the path of a directory. */
  readonly workspace: string | undefined;
  /** One of PERMISSION_MODES. */
  readonly permission: string | undefined;
  /** Working directory on this machine, absolute or relative; undefined for the current one. */
  readonly directory: string | undefined;
  readonly title?: string;
  /** Paths of files that go with the prompt. */
  readonly attach: readonly string[];
  readonly worktree: WorktreeOptions;
}

/** Resolves when the server has the chat. @throws UsageError for a choice that the server does not offer */
export async function createChat(
  context: ScriptContext,
  prompt: string,
  options: ChatOptions,
): Promise<Task> {
  const { backend, io, signal } = context;
  const source = chatsOf(backend);
  if (source === undefined)
    throw new UsageError(
      'This machine runs no chats. Omit --model, --effort, --plan, --workspace, --permission, --worktree and --attach.',
    );
  const attachments = await checkAttachments(options.attach);
  const chosen = await newChat(context, source, prompt, options);
  const worktree = await planWorktree(source, chosen.directory, options.worktree, signal);
  if (worktree.note !== '') await writeNote(io, worktree.note);
  const chat = { ...chosen, ...worktree.fields, ...(attachments.length > 0 && { attachments }) };
  const task = await createOnce(context, source, chat);
  const note = worktreeNote(task, worktree.preview);
  if (note !== '') await writeNote(io, note);
  return task;
}

/** Creates the chat, and looks for it after a lost answer. */
async function createOnce(context: ScriptContext, source: Source, chat: NewChat): Promise<Task> {
  const creationId = randomUUID();
  try {
    return await source.create(chat, context.signal, creationId);
  } catch (error) {
    if (!(error instanceof BackendError) || error.tookEffect === 'no' || error.kind === 'aborted')
      throw worktreeUsage(error);
    const found = await findCreated(context, source, creationId);
    if (found !== null && found !== 'absent') return found;
    throw withHint(
      error,
      found === 'absent'
        ? 'The server does not have the chat. Create it again.'
        : 'The chat may exist. Check with "taskdeck list --kind chat" before you create it again.',
    );
  }
}

/** How long to look for a chat whose answer was lost, ms: for a restart of the server. */
const LOOK_FOR_MS = 20_000;
/** A chat that is missing this long after the answer was lost was not created: the server writes it at once. ms */
const ARRIVAL_TIMEOUT_MS = 10_000;
const POLL_MS = 2_000;

/** The chat with this creation id. `absent`: it was not created. Null: the server does not say. */
async function findCreated(
  { clock, signal }: ScriptContext,
  source: Source,
  creationId: string,
): Promise<Task | 'absent' | null> {
  if (source.findCreated === undefined) return null;
  const start = clock.monotonic();
  for (let looks = 0; ; looks += 1) {
    const lookedAt = clock.monotonic();
    try {
      const found = await source.findCreated(creationId, signal);
      if (found !== null) return found;
      if (lookedAt - start >= ARRIVAL_TIMEOUT_MS) return 'absent';
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
      if (error.kind === 'invalid' || lookedAt - start >= LOOK_FOR_MS) return null;
    }
    await sleep(clock, pollDelay(looks, POLL_MS), signal);
    throwIfAborted(signal);
  }
}

async function newChat(
  { backend, signal }: ScriptContext,
  source: Source,
  prompt: string,
  { organization, model, effort, plan, workspace, permission, directory, title }: ChatOptions,
): Promise<NewChat> {
  const isLocal = source.capabilities.directories;
  if (permission !== undefined && !isLocal)
    throw new UsageError('--permission works only for chats on this machine.');
  if (isLocal && workspace !== undefined && directory !== undefined)
    throw new UsageError('On this machine --workspace and --cwd are the same. Use one of them.');
  const path = isLocal ? (workspace ?? directory) : undefined;
  const [organizations, workspaces] = await Promise.all([
    backend.organizations(signal),
    workspace === undefined || isLocal ? [] : backend.workspaces(signal),
  ]);
  const chosenWorkspace = workspace === undefined || isLocal ? null : chooseWorkspace(workspaces, workspace);
  // A workspace belongs to one organization, and the chat to the same.
  const { id: organizationId } = chooseOrganization(
    organizations,
    organization ?? chosenWorkspace?.organizationId,
  );
  const models =
    model === undefined && effort === undefined && !isLocal
      ? []
      : ((await source.models?.(organizationId, signal)) ?? []);
  const chosenModel = model === undefined ? null : chooseModel(models, model);
  if (chosenModel === null && isLocal && defaultOf(models) === null) throw missingAgent(models);
  return {
    kind: 'chat',
    prompt,
    organizationId,
    ...(chosenModel !== null && { modelId: chosenModel.id }),
    ...(effort !== undefined && {
      effort: chooseEffort(withKnownEfforts(chosenModel ?? defaultOf(models), isLocal), effort),
    }),
    ...(plan && { planMode: true }),
    ...(chosenWorkspace !== null && { workspaceId: chosenWorkspace.id }),
    ...(path !== undefined && {
      directory: absoluteDirectory(path, workspace === undefined ? '--cwd' : '--workspace'),
    }),
    ...(permission !== undefined && { permissionMode: permission }),
    ...(title !== undefined && { title }),
  };
}

/** An agent names its efforts only when it has run. */
const withKnownEfforts = (model: Model | null, isLocal: boolean): Model | null =>
  isLocal && model?.efforts.length === 0 ? null : model;

const defaultOf = (models: readonly Model[]): Model | null =>
  models.find(({ isDefault }) => isDefault) ?? null;
