import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config-file.ts';
import { agentsFromConfig } from '../../src/config/configured-agents.ts';

const configured = (text: string) => agentsFromConfig(parseConfig('/c/config.jsonc', text));
const agents = (text: string) => configured(text).commands;

describe('agents of the config file', () => {
  test('are used as written', () => {
    expect(
      agents(`{
        // Mine.
        "agents": {
          "mine": {
            "title": "My agent",
            "description": "Does things",
            "start": ["my-agent", "--say={prompt}"],
            "continue": ["my-agent", "--session", "{session}", "--say={prompt}"],
            "env": { "MODEL": "large" },
            "done": "complete",
          },
          "short": { "start": ["short", "{prompt}"] },
        },
      }`),
    ).toEqual([
      {
        name: 'mine',
        displayName: 'My agent',
        description: 'Does things',
        start: ['my-agent', '--say={prompt}'],
        followUp: ['my-agent', '--session', '{session}', '--say={prompt}'],
        followUpLast: ['my-agent', '--session', '{session}', '--say={prompt}'],
        longPrompt: null,
        sessionPattern: '',
        env: { MODEL: 'large' },
        whenDone: 'complete',
      },
      {
        name: 'short',
        displayName: 'short',
        description: 'Runs short, from your config file.',
        start: ['short', '{prompt}'],
        followUp: ['short', '{prompt}'],
        followUpLast: ['short', '{prompt}'],
        longPrompt: null,
        sessionPattern: '',
        env: {},
        whenDone: 'idle',
      },
    ]);
  });

  test('that take the prompt in a file accept any length', () => {
    const [mine] = agents('{"agents": {"mine": {"start": ["mine", "-f", "{prompt_file}"]}}}');
    const line = ['mine', '-f', '{prompt_file}'];
    expect(mine?.longPrompt).toEqual({ start: line, followUp: line, followUpLast: line });
    const [mixed] = agents(
      '{"agents": {"mine": {"start": ["mine", "{prompt_file}"], "continue": ["mine", "{prompt}"]}}}',
    );
    expect(mixed?.longPrompt).toBeNull();
  });

  test('are optional', () => {
    expect(configured('{}')).toEqual({ commands: [], acp: [] });
    expect(agentsFromConfig(null)).toEqual({ commands: [], acp: [] });
  });

  test('may speak the Agent Client Protocol', () => {
    expect(
      configured(`{
        "agents": {
          "mine": {
            "title": "Mine",
            "acp": ["my-agent", "--acp"],
            "modes": { "ask": "careful", "all": "free" },
            "env": { "MODEL": "large" },
          },
          "short": { "acp": ["short"] },
          "once": { "start": ["once", "{prompt}"] },
        },
      }`),
    ).toMatchObject({
      commands: [{ name: 'once' }],
      acp: [
        {
          name: 'mine',
          title: 'Mine',
          command: ['my-agent', '--acp'],
          modes: { ask: 'careful', all: 'free' },
          env: { MODEL: 'large' },
        },
        { name: 'short', title: 'short', command: ['short'], modes: {}, env: {} },
      ],
    });
  });

  test.each([
    ['{\n"agents": []\n}', '/c/config.jsonc:2:1: agents: must be an object: { … }.'],
    ['{"agents": {\n"a": 1}}', '/c/config.jsonc:2:1: agents.a: must be an object: { … }.'],
    ['{"agents": {"a": {\n\n"title": "A"}}}', 'agents.a.start: is missing. An agent has start or acp.'],
    ['{"agents": {"a": {\n"acp": []}}}', '/c/config.jsonc:2:1: agents.a.acp: must name a program.'],
    ['{"agents": {"a": {\n"acp": "a"}}}', '/c/config.jsonc:2:1: agents.a.acp: must be a list'],
    [
      '{"agents": {"a": {"acp": ["a"],\n"start": ["{prompt}"]}}}',
      '2:1: agents.a.start: does not go with acp.',
    ],
    ['{"agents": {"a": {"start": ["{prompt}"],\n"modes": {}}}}', '2:1: agents.a.modes: needs acp.'],
    [
      '{"agents": {"a": {"acp": ["a"], "modes": {\n"yolo": "y"}}}}',
      '2:1: agents.a.modes.yolo: is not ask, edits, all or plan.',
    ],
    [
      '{"agents": {"a": {"acp": ["a"], "modes": {\n"ask": 1}}}}',
      '2:1: agents.a.modes.ask: must be a string.',
    ],
    ['{"agents": {"a": {\n"start": "a {prompt}"}}}', 'config.jsonc:2:1: agents.a.start: must be a list'],
    ['{"agents": {"a": {\n"start": ["a"]}}}', 'config.jsonc:2:1: agents.a.start: must contain {prompt}'],
    [
      '{"agents": {"a": {"start": [\n1, "{prompt}"]}}}',
      'config.jsonc:2:1: agents.a.start.0: must be a string.',
    ],
    [
      '{"agents": {"a": {"start": ["{prompt}"],\n"continue": ["a"]}}}',
      'config.jsonc:2:1: agents.a.continue: must contain {prompt}',
    ],
    [
      '{"agents": {"a": {"start": ["{prompt}"],\n"done": "ok"}}}',
      'config.jsonc:2:1: agents.a.done: must be "idle" or "complete".',
    ],
    [
      '{"agents": {"a": {"start": ["{prompt}"],\n"stop": []}}}',
      'config.jsonc:2:1: agents.a.stop: is not a setting of an agent.',
    ],
    ['{"agents": {\n"A b": {"start": ["{prompt}"]}}}', 'config.jsonc:2:1: agents.A b: must be lower case'],
    [
      '{"agents": {\n"shell": {"start": ["{prompt}"]}}}',
      'config.jsonc:2:1: agents.shell: is reserved for the shell',
    ],
  ])('%j is rejected with line and column', (text, message) => {
    expect(() => agents(text)).toThrow(message);
  });
});
