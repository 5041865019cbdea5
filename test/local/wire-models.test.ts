import { describe, expect, test } from 'vitest';
import { toModels } from '../../src/api/chats/chats-settings.ts';
import { type KnownAgent, NO_QUIRKS } from '../../src/local/agents/acp-agent.ts';
import { modelIdOf } from '../../src/local/agents/model-ids.ts';
import {
  AgentUnavailable,
  agentModelFrom,
  agentsToSignIn,
  wireModelsOf,
} from '../../src/local/agents/wire-models.ts';
import type { AgentOffer } from '../../src/local/chats/session.ts';
import { wireModels } from '../../src/wire/model.ts';

const known = (name: string, more: Partial<KnownAgent> = {}): KnownAgent => ({
  agent: {
    name,
    displayName: `The ${name}`,
    command: [name],
    env: {},
    modes: {},
    quirks: { ...NO_QUIRKS, signIn: `${name} login` },
    isConfigured: false,
  },
  isInstalled: true,
  install: '',
  missing: null,
  ...more,
});
const offer = (...ids: readonly string[]): AgentOffer => ({
  version: '1',
  models: ids.map((id) => ({ id, name: id.toUpperCase(), description: '' })),
  currentModel: '',
  modes: [],
  currentMode: '',
  efforts: ['low', 'high'],
  currentEffort: '',
  takesImages: false,
});
const noOffer = () => null;
const me = { organizationId: 'o' };
/** As taskdeck's client reads it. */
const read = (...given: Parameters<typeof wireModelsOf>) =>
  toModels(wireModels.parse(wireModelsOf(...given)));

describe('the list of models', () => {
  test('has the default of each agent first, then what its last session offered', () => {
    const agents = [known('one'), known('two')];
    const offerOf = (name: string) => (name === 'two' ? offer('default', 'big') : null);
    expect(read({ agents, offerOf }, new Set(), me)).toMatchObject([
      {
        id: modelIdOf('one', ''),
        name: 'default',
        provider: 'The one',
        agent: 'one',
        isDefault: false,
        efforts: [],
      },
      { id: modelIdOf('two', ''), name: 'default', agent: 'two', efforts: ['low', 'high'] },
      { id: modelIdOf('two', 'big'), name: 'BIG', agent: 'two', unavailable: null },
    ]);
  });

  test('has a default when only one agent can run', () => {
    const agents = [known('one'), known('two', { isInstalled: false, missing: 'two is not on PATH' })];
    expect(read({ agents, offerOf: noOffer }, new Set(), me).map(({ isDefault }) => isDefault)).toEqual([
      true,
      false,
    ]);
  });

  test('says why an agent cannot run, and what installs it', () => {
    const missing = { isInstalled: false, install: 'npm install --global x', missing: 'x is missing' };
    const agents = [
      known('hidden', { isInstalled: false, install: 'get it' }),
      known('shown', missing),
      known('one'),
    ];
    expect(read({ agents, offerOf: noOffer }, new Set(), me)).toMatchObject([
      { agent: 'one', unavailable: null },
      { agent: 'shown', unavailable: 'x is missing. Run: npm install --global x' },
    ]);
  });

  test('names the agents that one command installs where none can run', () => {
    const agents = [
      known('none', { isInstalled: false }),
      known('one', { isInstalled: false, install: 'get one' }),
    ];
    expect(read({ agents, offerOf: noOffer }, new Set(), me)).toMatchObject([
      { agent: 'one', isDefault: false, unavailable: 'not installed. Run: get one' },
    ]);
  });

  test('says how to sign in, where the last turn failed without', () => {
    const failed = JSON.stringify({ kind: 'auth' });
    const needsSignIn = agentsToSignIn([
      { agent: 'one', updated_at: 2, last_error: failed },
      { agent: 'one', updated_at: 1, last_error: null },
      { agent: 'two', updated_at: 1, last_error: failed },
      { agent: 'two', updated_at: 2, last_error: null },
    ]);
    const agents = [known('one'), known('two')];
    expect(wireModelsOf({ agents, offerOf: noOffer }, needsSignIn, me)).toMatchObject({
      providers: [{ type: 'one', sign_in: 'one login' }, expect.not.objectContaining({ sign_in: '' })],
    });
    expect([...needsSignIn]).toEqual(['one']);
  });
});

describe('the model of a new chat', () => {
  const sources = {
    agents: [
      known('one'),
      known('gone', { isInstalled: false, missing: 'gone is not on PATH', install: 'get gone' }),
    ],
    offerOf: () => offer('big'),
  };
  test.each([
    [modelIdOf('one', ''), ''],
    [modelIdOf('one', 'big').toUpperCase(), 'big'],
    [modelIdOf('one', 'used'), 'used'],
    ['one', ''],
    ['One/default', ''],
    ['one/other/Thing', 'other/Thing'],
  ])('%s is found', (wanted, model) => {
    expect(agentModelFrom(wanted, sources, [{ agent: 'one', model: 'used' }])).toMatchObject({
      agent: { name: 'one' },
      model,
    });
  });

  test.each([
    ['nothing', 'No agent or model has this name or id. Agents: one.'],
    [modelIdOf('one', 'unknown'), 'No agent or model has this name or id. Agents: one.'],
    ['gone/big', 'The gone: gone is not on PATH. Run: get gone'],
    [modelIdOf('gone', ''), 'The gone: gone is not on PATH. Run: get gone'],
  ])('%s is refused', (wanted, message) => {
    expect(() => agentModelFrom(wanted, sources)).toThrow(new AgentUnavailable(message));
  });
});
