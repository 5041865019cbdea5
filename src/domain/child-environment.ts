type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold secrets of a deployment: its session token, and what proxies in front of it want to see. */
const SECRET_VARIABLES: readonly string[] = ['CODER_SESSION_TOKEN', 'CODER_HEADER', 'CODER_HEADER_COMMAND'];

/** Variables that a task does not inherit, and what sets them. */
interface RemovedVariables {
  /** Exact names: a prefix would take the user's own settings too, such as CLAUDE_CODE_USE_BEDROCK. */
  readonly names: readonly string[] | RegExp;
  /** What sets them, and where that is documented. */
  readonly setBy: string;
  /** Removes them only where this holds; always when it is missing. */
  readonly onlyIf?: (env: Environment, value: string) => boolean;
}

const isUnderNpm = (env: Environment): boolean =>
  env.npm_execpath !== undefined || env.npm_lifecycle_event !== undefined;

const isInCi = (env: Environment): boolean => env.CI !== undefined || env.GITLAB_CI !== undefined;

/** Everything that the environment of a task is cleaned of. PATH is cleaned by `withoutNpmEntries`. */
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
 * What a program that taskdeck starts in the user's terminal may see of its environment: everything but the deployment's
 * secrets. A pager or an editor has no use for them, and whatever it starts in turn would have them too.
 */
export function childEnvironment(env: Environment): Record<string, string | undefined> {
  // Windows does not tell names apart by case.
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !SECRET_VARIABLES.includes(name.toUpperCase())),
  );
}

/**
 * The user's own environment, as a task gets it: `env` without what REMOVED_FROM_TASKS lists. Everything else is as it
 * was, exported functions of bash included.
 */
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
 * npm puts `node_modules/.bin` of a directory and of all above it before PATH, and its own node-gyp-bin as the last of
 * them (@npmcli/run-script, lib/set-path.js). What follows is the user's, even where it looks alike.
 */
function withoutNpmEntries(path: string): string {
  const entries = path.split(':');
  const last = entries.findLastIndex((entry) => NPM_LAST_ENTRY.test(entry));
  return entries.slice(last + 1).join(':');
}
