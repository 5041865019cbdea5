import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiClient } from '../../../src/api/api-client.ts';
import { createChatsApi } from '../../../src/api/chats/chats-api.ts';
import { createChatsSettings, toModels } from '../../../src/api/chats/chats-settings.ts';
import { createConnection } from '../../../src/api/connection.ts';
import type { Model } from '../../../src/domain/ports/source.ts';
import { type ChatsServer, startChatsServer } from '../../support/chats/chats-server.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { neverAborted, TOKEN } from '../api-fixture.ts';

async function started(options: Partial<ChatsOptions> = {}) {
  const server = await startChatsServer(options);
  onTestFinished(() => server.close());
  return { server, settings: settingsAt(server) };
}

const settingsAt = ({ url }: ChatsServer) =>
  createChatsSettings(createChatsApi(createApiClient(createConnection({ url, token: TOKEN }), undefined)));

const shown = (models: readonly Model[]) =>
  models.map(({ name, provider, isDefault, efforts, unavailable }) => [
    name,
    provider,
    isDefault,
    efforts.length,
    unavailable,
  ]);

describe('models', () => {
  it('have their provider, efforts, and why they cannot be used', async () => {
    const { settings } = await started();
    expect(shown(await settings.models(ORGANIZATION_ID, neverAborted()))).toEqual([
      ['Sonnet', 'Anthropic', true, 3, null],
      ['Opus', 'Anthropic', false, 3, null],
      ['GPT 6', 'OpenAI', false, 0, null],
      ['GPT 5', 'OpenAI', false, 3, 'an administrator has switched it off'],
      ['Llama 5', 'Our own', false, 3, 'its provider has no API key'],
    ]);
  });

  it('of a server before 2.37 are inside their providers', async () => {
    const { server, settings } = await started({ prefix: 'experimental' });
    const models = await settings.models(ORGANIZATION_ID, neverAborted());
    expect(shown(models)).toEqual([
      ['Sonnet', 'anthropic', false, 0, null],
      ['Opus', 'anthropic', false, 0, null],
      ['GPT 6', 'openai', false, 0, null],
      ['Llama 5', 'openai-compat', false, 0, 'its provider is unavailable'],
    ]);
    expect(server.requests.at(-1)?.target).toBe('/api/experimental/chats/models');
  });

  it('have no list for an organization of others', async () => {
    const { settings } = await started();
    await expect(settings.models('somewhere-else', neverAborted())).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('stay usable with an unknown provider, and name an unknown reason', () => {
    const wire = {
      id: 'm',
      ai_provider_id: 'gone',
      model: 'claude',
      display_name: '',
      enabled: true,
      is_default: false,
      reasoning_efforts: null,
    };
    const provider = {
      id: 'p',
      type: 'x',
      provider: '',
      display_name: '',
      available: false,
      unavailable_reason: 'on_holiday',
      agent: '',
      sign_in: '',
      models: null,
    };
    expect(toModels({ models: [wire], providers: [] })).toMatchObject([
      { name: 'claude', unavailable: null },
    ]);
    expect(toModels({ models: [{ ...wire, ai_provider_id: 'p' }], providers: [provider] })).toMatchObject([
      { provider: 'x', unavailable: 'on_holiday' },
    ]);
  });
});

it('plan mode is switched on and off by a PATCH of this field alone', async () => {
  const { server, settings } = await started();
  const id = server.chats.seed();
  await settings.setPlanMode({ id, ownerName: 'ada' }, true, neverAborted());
  expect(server.chats.chat(id).planMode).toBe(true);
  await settings.setPlanMode({ id, ownerName: 'ada' }, false, neverAborted());
  expect(server.chats.chat(id).planMode).toBe(false);
  const patches = server.requests.filter(({ method }) => method === 'PATCH');
  expect(patches.map(({ body }) => JSON.parse(body))).toEqual([{ plan_mode: 'plan' }, { plan_mode: '' }]);
});
