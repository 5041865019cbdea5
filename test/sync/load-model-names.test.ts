import { expect, it } from 'vitest';
import type { Model } from '../../src/domain/ports/source.ts';
import { modelNameOf } from '../../src/store/model-name.ts';
import { startLoadingModelNames } from '../../src/sync/load-model-names.ts';
import { makeChat } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const SONNET: Model = {
  id: 'm1',
  name: 'Sonnet',
  provider: 'Anthropic',
  isDefault: true,
  efforts: [],
  unavailable: null,
};

function open(models: (organizationId: string) => Promise<readonly Model[]>) {
  const fixture = syncFixture({ tasks: [makeChat({ id: 'other' })] });
  const asked: string[] = [];
  const [source] = fixture.backend.sources;
  const chats = {
    ...source,
    id: 'chats',
    models(organizationId: string) {
      asked.push(organizationId);
      return models(organizationId);
    },
  };
  startLoadingModelNames({ ...fixture, backend: { ...fixture.backend, sources: [source, chats] } });
  const chat = makeChat({ id: 'c', source: 'tasks', modelId: 'm1', organizationId: 'o1' });
  fixture.receiveList(chat, makeChat({ id: 'd', source: 'tasks', modelId: 'm1', organizationId: 'o1' }));
  return { ...fixture, asked, chat };
}

it('loads the models of the organization of a selected chat once', async () => {
  const fixture = open(async () => [SONNET]);
  fixture.select('c');
  await fixture.clock.advance(0);
  fixture.select('d');
  await fixture.clock.advance(0);
  expect(fixture.asked).toEqual(['o1']);
  expect(modelNameOf(fixture.store.getState(), fixture.chat)).toBe('Sonnet');
});

it('reports no failure', async () => {
  const fixture = open(async () => Promise.reject(failure({ kind: 'server', message: 'No.' })));
  fixture.select('c');
  await fixture.clock.advance(0);
  expect(fixture.store.getState().notice).toBeNull();
  expect(modelNameOf(fixture.store.getState(), fixture.chat)).toBe('');
});
