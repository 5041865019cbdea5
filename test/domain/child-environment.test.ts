import { expect, it, test } from 'vitest';
import { childEnvironment, REMOVED_FROM_TASKS, taskEnvironment } from '../../src/domain/child-environment.ts';

const NPM = { npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js' };

/** A removed variable, a similar one of the user, and the other variables that the rule needs. */
it.each([
  ['npm_config_user_agent', 'NPM_TOKEN'],
  ['npm_lifecycle_event', 'npmrc'],
  ['INIT_CWD', 'INIT'],
  ['CI', 'CIRCUIT'],
  ['CONTINUOUS_INTEGRATION', 'CONTINUOUS'],
  ['APPVEYOR', 'APPVEYOR_TOKEN'],
  ['BUILDKITE', 'BUILDKITE_API_TOKEN'],
  ['CIRCLECI', 'CIRCLECI_TOKEN'],
  ['DRONE', 'DRONE_SERVER'],
  ['GITEA_ACTIONS', 'GITEA_TOKEN'],
  ['GITHUB_ACTIONS', 'GITHUB_TOKEN'],
  ['GITLAB_CI', 'GITLAB_TOKEN'],
  ['TEAMCITY_VERSION', 'TEAMCITY_URL'],
  ['TF_BUILD', 'TF_VAR_build'],
  ['TRAVIS', 'TRAVIS_TOKEN'],
  ['CLAUDECODE', 'CLAUDE_CODE_USE_BEDROCK'],
  ['CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_MAX_OUTPUT_TOKENS'],
  ['CLAUDE_CODE_SSE_PORT', 'CLAUDE_CONFIG_DIR'],
  ['GEMINI_CLI', 'GEMINI_CLI_HOME'],
  ['QWEN_CODE', 'QWEN_CODE_API_KEY'],
  ['CODEX_SANDBOX', 'CODEX_HOME'],
  ['CODEX_SANDBOX_NETWORK_DISABLED', 'CODEX_API_KEY'],
  ['OPENCODE', 'OPENCODE_CONFIG'],
  ['CURSOR_AGENT', 'CURSOR_API_KEY'],
  ['TMUX', 'TMUX_PLUGIN_MANAGER_PATH'],
  ['TMUX_PANE', 'TMUXINATOR_CONFIG'],
  ['STY', 'STYLE'],
  ['GPG_TTY', 'GPG_AGENT_INFO'],
  ['SSH_TTY', 'SSH_AUTH_SOCK'],
  ['CODER_SESSION_TOKEN', 'CODER_URL'],
  ['CODER_HEADER', 'CODER_HEADERS'],
  ['CODER_HEADER_COMMAND', 'CODER_CONFIG_DIR'],
])('a task does not inherit %s, but inherits %s', (removed, kept) => {
  expect(taskEnvironment({ [removed]: '1', [kept]: 'mine' })).toEqual({ [kept]: 'mine' });
});

/** Variables that count as npm's or a CI's only when npm or a CI set them. */
it.each([
  [{ NODE: '/npm/node', npm_node_execpath: '/npm/node' }, {}],
  [{ NODE: '/mine', npm_node_execpath: '/npm/node' }, { NODE: '/mine' }],
  [{ NODE: '/mine' }, { NODE: '/mine' }],
  [{ ...NPM, EDITOR: 'vi' }, {}],
  [{ ...NPM, EDITOR: 'emacs' }, { EDITOR: 'emacs' }],
  [{ EDITOR: 'vi' }, { EDITOR: 'vi' }],
  [{ ...NPM, COLOR: '0' }, {}],
  [{ COLOR: 'blue' }, { COLOR: 'blue' }],
  [{ CI: 'true', CI_JOB_ID: '1' }, {}],
  [{ CI: '', CI_JOB_ID: '1' }, {}],
  [{ CI_JOB_ID: '1' }, { CI_JOB_ID: '1' }],
  [
    {
      ...NPM,
      PATH: '/p/node_modules/.bin:/node_modules/.bin:/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/mine/node_modules/.bin:/usr/bin',
    },
    { PATH: '/mine/node_modules/.bin:/usr/bin' },
  ],
  [{ PATH: '/mine/node_modules/.bin:/usr/bin' }, { PATH: '/mine/node_modules/.bin:/usr/bin' }],
  [{ ...NPM, PATH: '/mine/node_modules/.bin:/usr/bin' }, { PATH: '/mine/node_modules/.bin:/usr/bin' }],
])('of %j a task inherits %j', (env, left) => {
  expect(taskEnvironment(env)).toEqual(left);
});

test('a task inherits everything else unchanged, exported functions too', () => {
  const env = {
    'BASH_FUNC_greet%%': '() {  echo "hi $1"\n}',
    HOME: '/home/ada',
    EMPTY: '',
    'odd.name': 'a=b',
    AWS_SECRET_ACCESS_KEY: 'needed',
  };
  expect(taskEnvironment({ ...env, GONE: undefined })).toEqual(env);
});

test('every row of the table names its source', () => {
  for (const { names, setBy } of REMOVED_FROM_TASKS) expect(setBy, String(names)).toMatch(/\w{3}/);
});

test('a pager or an editor inherits everything but the secrets of a deployment', () => {
  const env = { CODER_SESSION_TOKEN: 's', CODER_HEADER: 'h', CODER_HEADER_COMMAND: 'c', TMUX: 't', CI: '1' };
  expect(childEnvironment(env)).toEqual({ TMUX: 't', CI: '1' });
});
