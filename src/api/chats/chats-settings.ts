import type { Model, Source } from '../../domain/ports/source.ts';
import type { TaskRef } from '../../domain/task.ts';
import type { UpdateChatRequest } from '../../wire/chat-request.ts';
import { type WireModel, type WireModels, type WireProvider, wireModels } from '../../wire/model.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import { isRouteNotFound } from '../http-error.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';

/** The models of chats, and their mode. */
export const createChatsSettings = (
  api: ChatsApi,
): Required<Pick<Source, 'models' | 'setPlanMode' | 'configure'>> => ({
  async models(organizationId, signal) {
    const { client } = api;
    try {
      const path = apiPath('/api/v2/organizations', organizationId, 'chats', 'models');
      const query = await pathOfShell(client, signal);
      return toModels(await client.request(wireModels, { method: 'GET', path, query }, signal));
    } catch (error) {
      if (!isRouteNotFound(error)) throw error;
      return toModels(await client.get(wireModels, OLD_PATH, signal));
    }
  },

  setPlanMode: (task, on, signal) => update(api, task, { plan_mode: on ? 'plan' : '' }, signal),

  configure: (task, setting, signal) =>
    update(
      api,
      task,
      'permissionMode' in setting
        ? { permission_mode: setting.permissionMode }
        : 'modelId' in setting
          ? { model_config_id: setting.modelId }
          : { reasoning_effort: setting.effort },
      signal,
    ),
});

async function update(
  api: ChatsApi,
  task: TaskRef,
  json: UpdateChatRequest,
  signal: AbortSignal,
): Promise<void> {
  await api.send({ method: 'PATCH', path: chatPath(task), json }, signal);
}

/** Characters: a longer one may not fit into the head of a request. */
const MAX_PATH = 4_096;

/** taskdeck's own server looks for agents on this PATH; another one gets none. */
async function pathOfShell(
  client: ApiClient,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const { environment } = await client.environmentField(signal);
  const path = environment?.PATH ?? '';
  return path === '' || path.length > MAX_PATH ? {} : { path };
}

/** Before Coder 2.37 the list is not per organization. */
const OLD_PATH = '/api/experimental/chats/models';

/** Models of the same provider keep the server's order. */
export function toModels({ models, providers }: WireModels): readonly Model[] {
  const byId = new Map((providers ?? []).map((provider) => [provider.id, provider]));
  return [
    ...(models ?? []).map((model) => toModel(model, byId.get(model.ai_provider_id))),
    ...(providers ?? []).flatMap((provider) =>
      (provider.models ?? []).map((model) => toModel(model, provider)),
    ),
  ];
}

const toModel = (wire: WireModel, provider: WireProvider | undefined): Model => ({
  id: wire.id,
  name: wire.display_name || wire.model || wire.id,
  provider: provider?.display_name || provider?.type || provider?.provider || '',
  ...(provider !== undefined && provider.agent !== '' && { agent: provider.agent }),
  ...(wire.model !== '' && { slug: wire.model }),
  isDefault: wire.is_default,
  efforts: wire.reasoning_efforts ?? [],
  unavailable: unavailableReason(wire, provider),
  ...(provider !== undefined && provider.sign_in !== '' && { signIn: provider.sign_in }),
});

function unavailableReason({ enabled }: WireModel, provider: WireProvider | undefined): string | null {
  if (!enabled) return 'an administrator has switched it off';
  if (provider === undefined || provider.available) return null;
  return (
    REASONS.get(provider.unavailable_reason) ?? (provider.unavailable_reason || 'its provider is unavailable')
  );
}

/** By the server's word. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['missing_api_key', 'its provider has no API key'],
  ['fetch_failed', 'the server cannot reach its provider'],
  ['user_api_key_required', 'it needs an API key of yours, in your settings on the web page'],
]);
