import { describe, expect, it } from 'vitest';
import { BackendError, UsageError } from '../../src/domain/errors.ts';
import type { Model } from '../../src/domain/ports/source.ts';
import {
  chooseEffort,
  chooseModel,
  chooseOrganization,
  chooseWorkspace,
  modelArgument,
} from '../../src/script/chat-options.ts';
import { missingAgent } from '../../src/script/local-create.ts';
import { WORKSPACE } from '../store/chat-form-states.ts';

const model = (id: string, name: string, about: Partial<Model> = {}): Model => ({
  id,
  name,
  provider: 'Anthropic',
  isDefault: false,
  efforts: ['low', 'high'],
  unavailable: null,
  ...about,
});

const MODELS: readonly Model[] = [
  model('m1', 'Sonnet', { isDefault: true }),
  model('m2', 'Sonnet', { provider: 'Bedrock' }),
  model('m3', 'Opus'),
  model('m4', 'Llama', { unavailable: 'No API key.' }),
];

const errorOf = (call: () => unknown): Error => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
};

describe('a model', () => {
  it.each([
    ['m2', 'm2'],
    ['opus', 'm3'],
    ['bedrock/SONNET', 'm2'],
    ['Anthropic/Opus', 'm3'],
  ])('%s is chosen by id, name or provider', (wanted, id) => {
    expect(chooseModel(MODELS, wanted).id).toBe(id);
  });

  it('has an argument that chooses it', () => {
    for (const each of MODELS.slice(0, 3))
      expect(chooseModel(MODELS, modelArgument(each, MODELS))).toBe(each);
    expect(MODELS.map((each) => modelArgument(each, MODELS))).toEqual([
      'Anthropic/Sonnet',
      'Bedrock/Sonnet',
      'Opus',
      'Llama',
    ]);
  });

  it('is refused when it is ambiguous, unknown or unavailable', () => {
    const ambiguous = errorOf(() => chooseModel(MODELS, 'Sonnet'));
    expect(ambiguous).toBeInstanceOf(UsageError);
    expect(ambiguous.message).toContain('Anthropic/Sonnet, Bedrock/Sonnet');
    expect(errorOf(() => chooseModel(MODELS, 'GPT')).message).toContain('Models: Anthropic/Sonnet');
    expect(errorOf(() => chooseModel([], 'GPT')).message).toContain('No model can be used.');
    const unavailable = errorOf(() => chooseModel(MODELS, 'Llama'));
    expect(unavailable).toBeInstanceOf(BackendError);
    expect(unavailable.message).toBe('The model Llama cannot be used now: No API key.');
  });

  it('decides about the effort; the server does for an unknown model', () => {
    expect(chooseEffort(model('m', 'M'), 'HIGH')).toBe('high');
    expect(chooseEffort(null, 'extreme')).toBe('extreme');
    expect(errorOf(() => chooseEffort(model('m', 'M', { efforts: [] }), 'low')).message).toContain(
      'Omit --effort.',
    );
  });
});

describe('an organization', () => {
  const one = { id: 'o1', name: 'one', displayName: 'One Inc.', isDefault: false };
  const two = { id: 'o2', name: 'two', displayName: '', isDefault: true };

  it.each([
    [[one], undefined, 'o1'],
    [[one, two], undefined, 'o2'],
    [[one, two], 'o1', 'o1'],
    [[one, two], 'ONE inc.', 'o1'],
  ] as const)('%#', (all, wanted, id) => {
    expect(chooseOrganization(all, wanted).id).toBe(id);
  });

  it('must be named when there are several without a default', () => {
    expect(errorOf(() => chooseOrganization([one, { ...one, id: 'o3' }], undefined)).message).toContain(
      '--org',
    );
    expect(errorOf(() => chooseOrganization([], undefined))).toMatchObject({ kind: 'forbidden' });
  });
});

it('a workspace is chosen by id or name', () => {
  const box = { ...WORKSPACE, name: 'box' };
  for (const wanted of ['w1', 'BOX', 'me/box']) expect(chooseWorkspace([box], wanted)).toBe(box);
  expect(errorOf(() => chooseWorkspace([box], 'bax')).message).toContain('Did you mean');
});

describe('an agent of this machine', () => {
  const agent = (provider: string, about: Partial<Model> = {}): Model =>
    model(`${provider}-id`, 'default', {
      provider: `The ${provider}`,
      agent: provider,
      slug: 'default',
      efforts: [],
      ...about,
    });
  const AGENTS: readonly Model[] = [
    agent('claude'),
    model('opus-id', 'Opus 5', { provider: 'The claude', agent: 'claude', slug: 'opus' }),
    agent('opencode'),
    model('sonnet-id', 'Sonnet', { provider: 'The opencode', agent: 'opencode', slug: 'anthropic/sonnet' }),
    agent('codex', { unavailable: 'its adapter codex-acp is not installed. Run: npm install it' }),
  ];

  it.each([
    ['claude', 'claude-id'],
    ['Claude', 'claude-id'],
    ['claude/default', 'claude-id'],
    ['claude/opus', 'opus-id'],
    ['opus', 'opus-id'],
    ['opencode/anthropic/sonnet', 'sonnet-id'],
    // It may have more models than it listed when it last ran.
    ['claude/haiku', 'claude/haiku'],
    ['opencode/openai/gpt', 'opencode/openai/gpt'],
  ])('%s is found', (wanted, id) => {
    expect(chooseModel(AGENTS, wanted).id).toBe(id);
  });

  it.each([
    ['default', /^Several models are called "default"\. Choose one with --model: claude, opencode, codex\.$/],
    [
      'gpt',
      /^No model is called "gpt"\. Models: claude, claude\/opus, opencode, opencode\/anthropic\/sonnet\.$/,
    ],
    [
      'codex',
      /^The model codex cannot be used now: its adapter codex-acp is not installed\. Run: npm install it/,
    ],
    ['codex/gpt', /^No model is called "codex\/gpt"\./],
  ])('%s is refused', (wanted, message) => {
    expect(errorOf(() => chooseModel(AGENTS, wanted)).message).toMatch(message);
  });

  it('is named by its word in what a user types', () => {
    expect(AGENTS.map((each) => modelArgument(each, AGENTS))).toEqual([
      'claude',
      'claude/opus',
      'opencode',
      'opencode/anthropic/sonnet',
      'codex',
    ]);
  });

  it.each([
    [AGENTS, ['mine'], 'No agent given. Choose one: --model claude, --model opencode, --template mine.'],
    [
      AGENTS.slice(4),
      [],
      'No agent found on this machine. The codex: its adapter codex-acp is not installed. Run: npm',
    ],
    [[], [], 'No agent found on this machine. Install one and check that it is on PATH.'],
  ])('is named in the advice of a prompt without one', (models, commands, message) => {
    const { message: text } = missingAgent(models, commands);
    expect(text).toContain(message);
    expect(text).toMatch(/\. --template shell runs the prompt as a command\.$/);
  });
});
