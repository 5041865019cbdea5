import type { Model } from '../../domain/ports/source.ts';
import { type ChatModels, chatModels, type OldChatModels, oldChatModels } from '../../wire/chat-request.ts';
import { apiPath } from '../api-client.ts';
import type { ChatsApi } from './chats-api.ts';

/** The models of an organization that are enabled. Those of an older server are the same everywhere. */
export async function listModels(
  { client, routes, request }: ChatsApi,
  organizationId: string,
  signal: AbortSignal,
): Promise<readonly Model[]> {
  const prefix = await routes.findPrefix(signal);
  if (prefix === '/api/v2') {
    const path = apiPath('/api/v2/organizations', organizationId, 'chats', 'models');
    return toModels(await client.get(chatModels, path, signal));
  }
  return fromOldModels(await request(oldChatModels, { method: 'GET', path: '/models' }, signal));
}

const UNAVAILABLE: Readonly<Record<string, string>> = {
  missing_api_key: 'The provider has no API key.',
  user_api_key_required: 'The provider needs an API key of yours.',
  fetch_failed: 'The provider does not answer.',
};

function toModels({ models, providers }: ChatModels): readonly Model[] {
  return models
    .filter(({ enabled }) => enabled)
    .map((model) => {
      const provider = providers.find(({ id }) => id === model.ai_provider_id);
      const isAvailable = provider === undefined || (provider.enabled && provider.available);
      const reason = provider?.unavailable_reason ?? '';
      return {
        id: model.id,
        name: model.display_name || model.model || model.id,
        provider: provider?.display_name || provider?.type || '',
        isDefault: model.is_default,
        efforts: model.reasoning_efforts,
        unavailable: isAvailable ? null : (UNAVAILABLE[reason] ?? 'The provider is not available.'),
      };
    });
}

const fromOldModels = ({ providers }: OldChatModels): readonly Model[] =>
  providers.flatMap(({ provider, available, models }) =>
    models.map((model) => ({
      id: model.id,
      name: model.display_name || model.model || model.id,
      provider,
      isDefault: false,
      efforts: [],
      unavailable: available ? null : 'The provider is not available.',
    })),
  );
