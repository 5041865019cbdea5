import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AcpAgent } from '../../src/local/agents/acp-agent.ts';
import {
  chatEnvironment,
  makeSocketDirectoryOf,
  removeSocketDirectory,
  socketDirectory,
} from '../../src/local/processes/command-environment.ts';
import { temporaryDirectory } from '../support/local-server.ts';

const CHAT = { id: 'b3b1ab3c-2a84-4a5c-9d3c-0a4f4d1f2a11', directory: '/work/site', agent_token: 'secret' };
const AGENT: Pick<AcpAgent, 'env'> = { env: { GEMINI_CLI_NO_RELAUNCH: 'true', WHO: 'the agent' } };

const environmentIn = (stateDir: string, inherited: Readonly<Record<string, string>>) =>
  chatEnvironment(inherited, {
    chat: CHAT,
    agent: AGENT,
    url: 'http://127.0.0.1:1',
    sockets: socketDirectory(stateDir, CHAT.id),
  });

test('a chat has the environment of its shell, the variables of its agent and its own', () => {
  const sockets = socketDirectory('/s', CHAT.id);
  const shell = {
    PATH: '/bin',
    WHO: 'ada',
    'BASH_FUNC_greet%%': '() { echo; }',
    CLAUDE_CODE_USE_BEDROCK: '1',
  };
  const ofOthers = {
    CLAUDECODE: '1',
    CI: 'true',
    TMUX: '/tmp/tmux-0/default,1,0',
    CODER_SESSION_TOKEN: 'planted',
    CODER_TASK_ID: 'another task',
  };
  expect(environmentIn('/s', { ...shell, ...ofOthers })).toEqual({
    ...shell,
    WHO: 'the agent',
    GEMINI_CLI_NO_RELAUNCH: 'true',
    PWD: CHAT.directory,
    CODER_AGENT_URL: 'http://127.0.0.1:1',
    CODER_AGENT_TOKEN: CHAT.agent_token,
    CODER_TASK_ID: CHAT.id,
    CODER_WORKSPACE_NAME: 'site',
    TMUX_TMPDIR: sockets,
    SCREENDIR: path.join(sockets, 'screen'),
  });
});

test('its directories for tmux and screen are private, and can be removed', () => {
  const temporary = temporaryDirectory();
  try {
    const env = environmentIn(temporary.path, {});
    makeSocketDirectoryOf(env);
    for (const directory of [env.TMUX_TMPDIR ?? '', env.SCREENDIR ?? '']) {
      expect(statSync(directory).mode & 0o777).toBe(0o700);
    }
    removeSocketDirectory(socketDirectory(temporary.path, CHAT.id));
    expect(existsSync(env.TMUX_TMPDIR ?? '')).toBe(false);
  } finally {
    temporary.remove();
  }
});
