import { BackendError, UsageError, withHint } from '../domain/errors.ts';
import type { Model, NewChat, Source } from '../domain/ports/source.ts';
import type { Task } from '../domain/task.ts';
import { chatsOf, chooseEffort, chooseModel, chooseOrganization, chooseWorkspace } from './chat-options.ts';
import type { ScriptContext } from './script-context.ts';

/** The choices for a new chat, as the command line names them; undefined for those of the server. */
export interface ChatOptions {
  readonly organization: string | undefined;
  readonly model: string | undefined;
  readonly effort: string | undefined;
  readonly plan: boolean;
  readonly workspace: string | undefined;
}

/** Resolves when the server has the chat. @throws UsageError for a choice that the server does not offer */
export async function createChat(
  context: ScriptContext,
  prompt: string,
  options: ChatOptions,
): Promise<Task> {
  const { backend, signal } = context;
  const source = chatsOf(backend);
  if (source === undefined)
    throw new UsageError('This machine runs no chats. Omit --model, --effort, --plan and --workspace.');
  const chat = await newChat(context, source, prompt, options);
  try {
    return await source.create(chat, signal);
  } catch (error) {
    if (!(error instanceof BackendError) || error.tookEffect === 'no' || error.kind === 'aborted')
      throw error;
    throw withHint(
      error,
      'The chat may exist. Check with "taskdeck list --kind chat" before you create it again.',
    );
  }
}

async function newChat(
  { backend, signal }: ScriptContext,
  source: Source,
  prompt: string,
  { organization, model, effort, plan, workspace }: ChatOptions,
): Promise<NewChat> {
  const [organizations, workspaces] = await Promise.all([
    backend.organizations(signal),
    workspace === undefined ? [] : backend.workspaces(signal),
  ]);
  const chosenWorkspace = workspace === undefined ? null : chooseWorkspace(workspaces, workspace);
  // A workspace belongs to one organization, and the chat to the same.
  const { id: organizationId } = chooseOrganization(
    organizations,
    organization ?? chosenWorkspace?.organizationId,
  );
  const models =
    model === undefined && effort === undefined
      ? []
      : ((await source.models?.(organizationId, signal)) ?? []);
  const chosenModel = model === undefined ? null : chooseModel(models, model);
  return {
    kind: 'chat',
    prompt,
    organizationId,
    ...(chosenModel !== null && { modelId: chosenModel.id }),
    ...(effort !== undefined && { effort: chooseEffort(chosenModel ?? defaultOf(models), effort) }),
    ...(plan && { planMode: true }),
    ...(chosenWorkspace !== null && { workspaceId: chosenWorkspace.id }),
  };
}

const defaultOf = (models: readonly Model[]): Model | null =>
  models.find(({ isDefault }) => isDefault) ?? null;
