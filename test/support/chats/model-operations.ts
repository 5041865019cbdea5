import { MODELS, PROVIDERS } from './models.ts';
import type { Operation } from './operations.ts';
import { notFound } from './refusal.ts';
import { ORGANIZATION_ID } from './state.ts';

/** The models of an organization, and the form of older servers below the experimental prefix. */
export const modelOperations: readonly Operation[] = [
  {
    name: 'models',
    method: 'GET',
    path: /^\/organizations\/([^/]+)\/chats\/models$/u,
    under: 'api',
    needsGateway: false,
    run({ params: [organization] }) {
      if (organization !== ORGANIZATION_ID && organization !== 'default') throw notFound();
      return {
        status: 200,
        body: { models: MODELS, providers: PROVIDERS, unsupported_providers: [] },
      };
    },
  },
  {
    name: 'models',
    method: 'GET',
    path: /^\/models$/u,
    under: 'old api',
    needsGateway: false,
    run: () => ({
      status: 200,
      body: {
        providers: PROVIDERS.map(({ id, type, available }) => ({
          provider: type,
          available,
          models: MODELS.filter(({ ai_provider_id, enabled }) => enabled && ai_provider_id === id).map(
            ({ id: modelId, model, display_name }) => ({ id: modelId, provider: type, model, display_name }),
          ),
        })),
      },
    }),
  },
];
