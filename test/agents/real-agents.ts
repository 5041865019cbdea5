import type { AcpAgent } from '../../src/local/agents/acp-agent.ts';
import { ACP_AGENTS } from '../../src/local/agents/acp-agents.ts';

/** A coding agent from npm, and how it reaches the scripted model instead of its own. */
export interface RealAgent {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Taskdeck's own entry: its command, modes and quirks are tested too. */
  readonly agent: AcpAgent;
  /** A script of the package without which its command does not run; npm's own scripts stay off. */
  readonly setUp?: string;
  /** The API of the scripted model that it speaks. */
  readonly api: string;
  /** Added to an environment of PATH, HOME and TMPDIR. `url` is the scripted model's. */
  env(url: string): Readonly<Record<string, string>>;
  /** Files below HOME, by path. */
  files(url: string): Readonly<Record<string, string>>;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Not a key: the scripted model accepts every one. */
const KEY = 'dummy';

const SOURCES: readonly Omit<RealAgent, 'agent'>[] = [
  {
    name: 'gemini',
    package: '@google/gemini-cli',
    version: '0.61.0',
    api: 'Gemini',
    env: (url) => ({ GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: url }),
    files: () => ({
      '.gemini/settings.json': json({ security: { auth: { selectedType: 'gemini-api-key' } } }),
    }),
  },
  {
    name: 'qwen',
    package: '@qwen-code/qwen-code',
    version: '0.24.4',
    api: 'OpenAI chat completions',
    env: (url) => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'stub' }),
    files: () => ({}),
  },
  {
    name: 'claude',
    package: '@agentclientprotocol/claude-agent-acp',
    version: '0.101.0',
    api: 'Anthropic messages',
    env: (url) => ({
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_BASE_URL: url,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }),
    files: () => ({}),
  },
  {
    name: 'codex',
    package: '@agentclientprotocol/codex-acp',
    version: '2.6.0',
    api: 'OpenAI responses',
    env: () => ({ STUB_KEY: KEY, NO_BROWSER: '1' }),
    files: (url) => ({
      '.codex/config.toml': [
        'model = "stub"',
        'model_provider = "stub"',
        '[model_providers.stub]',
        'name = "stub"',
        `base_url = "${url}/v1"`,
        'wire_api = "responses"',
        'env_key = "STUB_KEY"',
        '',
      ].join('\n'),
    }),
  },
  {
    name: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    setUp: 'postinstall.mjs',
    api: 'OpenAI chat completions',
    env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1' }),
    files: (url) => ({
      '.config/opencode/opencode.json': json({
        autoupdate: false,
        enabled_providers: ['stub'],
        model: 'stub/stub',
        provider: {
          stub: {
            npm: '@ai-sdk/openai-compatible',
            name: 'stub',
            options: { baseURL: `${url}/v1`, apiKey: KEY },
            models: { stub: { name: 'stub' } },
          },
        },
      }),
    }),
  },
];

export const REAL_AGENTS: readonly RealAgent[] = SOURCES.map((source) => {
  const entry = ACP_AGENTS.find(({ agent }) => agent.name === source.name);
  if (entry === undefined) throw new Error(`taskdeck knows no agent ${source.name}`);
  return { ...source, agent: entry.agent };
});
