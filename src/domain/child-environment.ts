type Environment = Readonly<Record<string, string | undefined>>;

/** A deployment's session token, and headers for proxies in front of it. */
const SECRET_VARIABLES: readonly string[] = ['CODER_SESSION_TOKEN', 'CODER_HEADER', 'CODER_HEADER_COMMAND'];

/** Variables that a task does not inherit. */
interface RemovedVariables {
  /** Exact names: a prefix would also match the user's own settings, such as CLAUDE_CODE_USE_BEDROCK. */
  readonly names: readonly string[] | RegExp;
  /** The program that sets them, and where that is documented. */
  readonly setBy: string;
  /** Removes a variable only if this returns true; always when missing. */
  readonly onlyIf?: (env: Environment, value: string) => boolean;
}

const isUnderNpm = (env: Environment): boolean =>
  env.npm_execpath !== undefined || env.npm_lifecycle_event !== undefined;

const isInCi = (env: Environment): boolean => env.CI !== undefined || env.GITLAB_CI !== undefined;

/** Removed from the environment of a task. `withoutNpmEntries` cleans PATH. */
export const REMOVED_FROM_TASKS: readonly RemovedVariables[] = [
  { names: /^npm_/, setBy: 'npm: docs.npmjs.com/cli/using-npm/scripts, "Environment"' },
  { names: ['INIT_CWD'], setBy: 'npm: @npmcli/config, lib/set-envs.js' },
  {
    names: ['NODE'],
    setBy: 'npm: @npmcli/config, lib/set-envs.js, which sets npm_node_execpath to the same',
    onlyIf: (env, value) => value === env.npm_node_execpath,
  },
  {
    names: ['EDITOR'],
    setBy: 'npm: @npmcli/config, lib/set-envs.js; vi is its default where the user has no editor',
    onlyIf: (env, value) => value === 'vi' && isUnderNpm(env),
  },
  { names: ['COLOR'], setBy: 'npm: lib/npm.js of npm itself', onlyIf: isUnderNpm },
  {
    names: ['CI', 'CONTINUOUS_INTEGRATION'],
    setBy: 'most CI services: the names that the npm package is-in-ci looks for, and Ink with it',
  },
  {
    names: /^CI_/,
    setBy: 'GitLab CI and others: docs.gitlab.com/ci/variables/predefined_variables',
    onlyIf: isInCi,
  },
  {
    names: [
      'APPVEYOR',
      'BUILDKITE',
      'CIRCLECI',
      'DRONE',
      'GITEA_ACTIONS',
      'GITHUB_ACTIONS',
      'GITLAB_CI',
      'TEAMCITY_VERSION',
      'TF_BUILD',
      'TRAVIS',
    ],
    setBy: 'the CI service of that name: the list that the npm package supports-color looks for',
  },
  {
    names: ['CLAUDECODE', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SSE_PORT'],
    setBy:
      'Claude Code, for what it runs; with CLAUDECODE another one refuses to start: code.claude.com/docs/en/env-vars',
  },
  { names: ['GEMINI_CLI'], setBy: 'Gemini CLI, for its shell tool: its docs/tools/shell.md' },
  { names: ['QWEN_CODE'], setBy: 'Qwen Code, for its shell tool: its docs on the shell tool' },
  {
    names: ['CODEX_SANDBOX', 'CODEX_SANDBOX_NETWORK_DISABLED'],
    setBy: 'Codex, inside its sandbox: openai/codex, AGENTS.md and codex-rs/core',
  },
  { names: ['OPENCODE'], setBy: 'opencode, for what it runs' },
  { names: ['CURSOR_AGENT'], setBy: 'Cursor CLI, for what it runs' },
  { names: ['TMUX', 'TMUX_PANE'], setBy: 'tmux: tmux(1), "GLOBAL AND SESSION ENVIRONMENT"' },
  { names: ['STY'], setBy: 'GNU screen: screen(1), "ENVIRONMENT"' },
  {
    names: ['GPG_TTY'],
    setBy: 'the user, for gpg-agent(1): names our terminal, on which a pinentry would draw',
  },
  { names: ['SSH_TTY'], setBy: 'sshd: ssh(1), "ENVIRONMENT"; names our terminal' },
  { names: SECRET_VARIABLES, setBy: 'Coder: secrets of a deployment, coder.com/docs/reference/cli' },
];

/**
 * The environment for a pager, an editor or another program in the user's terminal: everything but the deployment's
 * secrets, which such a program does not need and would pass on.
 */
export function childEnvironment(env: Environment): Record<string, string | undefined> {
  // Names are case-insensitive on Windows.
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !SECRET_VARIABLES.includes(name.toUpperCase())),
  );
}

/** The environment of a task: `env` without the variables of REMOVED_FROM_TASKS. Exported functions of bash stay. */
export function taskEnvironment(env: Environment): Record<string, string> {
  const cleaned: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || isRemoved(name, value, env)) continue;
    cleaned[name] = name === 'PATH' && isUnderNpm(env) ? withoutNpmEntries(value) : value;
  }
  return cleaned;
}

const isRemoved = (name: string, value: string, env: Environment): boolean =>
  REMOVED_FROM_TASKS.some(
    ({ names, onlyIf }) =>
      (names instanceof RegExp ? names.test(name) : names.includes(name)) && (onlyIf?.(env, value) ?? true),
  );

const NPM_LAST_ENTRY = /[/\\]@npmcli[/\\]run-script[/\\]lib[/\\]node-gyp-bin[/\\]?$/;

/**
 * npm prepends `node_modules/.bin` of a directory and of all its parents to PATH, with its own node-gyp-bin as the last
 * one (@npmcli/run-script, lib/set-path.js). The entries after it are the user's.
 */
function withoutNpmEntries(path: string): string {
  const entries = path.split(':');
  const last = entries.findLastIndex((entry) => NPM_LAST_ENTRY.test(entry));
  return entries.slice(last + 1).join(':');
}
