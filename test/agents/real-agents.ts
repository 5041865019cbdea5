/** A coding agent from npm, and how it reaches the scripted model instead of its own. */
export interface RealAgent {
  /** As taskdeck calls it. */
  readonly name: string;
  readonly title: string;
  readonly package: string;
  readonly version: string;
  /** The command in node_modules/.bin, with its arguments for ACP. */
  readonly command: readonly [name: string, ...args: string[]];
  /** A script of the package without which its command does not run; npm's own scripts stay off. */
  readonly setUp?: string;
  /** Added to an environment of PATH, HOME and TMPDIR. `url` is the scripted model's. */
  env(url: string): Readonly<Record<string, string>>;
  /** Files below HOME, by path. */
  files(url: string): Readonly<Record<string, string>>;
  /** The agent's own mode that asks before it edits or runs; null if its configuration decides. */
  readonly askMode: string | null;
  /** False if the agent may erase a session that it loads. */
  readonly isSafeToLoad: boolean;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Not a key: the stub accepts every one. */
const KEY = 'dummy';

export const REAL_AGENTS: readonly RealAgent[] = [
  {
    name: 'gemini',
    title: 'Gemini CLI',
    package: '@google/gemini-cli',
    version: '0.61.0',
    command: ['gemini', '--acp', '--skip-trust'],
    env: (url) => ({ GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: url }),
    files: () => ({
      '.gemini/settings.json': json({ security: { auth: { selectedType: 'gemini-api-key' } } }),
    }),
    askMode: 'default',
    isSafeToLoad: false,
  },
  {
    name: 'qwen',
    title: 'Qwen Code',
    package: '@qwen-code/qwen-code',
    version: '0.24.4',
    command: ['qwen', '--acp'],
    env: (url) => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'stub' }),
    files: () => ({}),
    askMode: 'default',
    isSafeToLoad: true,
  },
  {
    name: 'claude',
    title: 'Claude Code',
    package: '@agentclientprotocol/claude-agent-acp',
    version: '0.101.0',
    command: ['claude-agent-acp'],
    env: (url) => ({
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_BASE_URL: url,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }),
    files: () => ({}),
    askMode: 'default',
    isSafeToLoad: true,
  },
  {
    name: 'codex',
    title: 'Codex',
    package: '@agentclientprotocol/codex-acp',
    version: '2.6.0',
    command: ['codex-acp'],
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
    askMode: 'read-only',
    isSafeToLoad: true,
  },
  {
    name: 'opencode',
    title: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    command: ['opencode', 'acp'],
    setUp: 'postinstall.mjs',
    env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1' }),
    files: (url) => ({
      '.config/opencode/opencode.json': json({
        autoupdate: false,
        enabled_providers: ['stub'],
        model: 'stub/stub',
        permission: { bash: 'ask', edit: 'ask' },
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
    askMode: null,
    isSafeToLoad: true,
  },
];
