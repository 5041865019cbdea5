import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { saveProfile } from '../../src/config/profiles.ts';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { deployment, TASKS, TOKEN } from './deployment.ts';

interface Shell {
  readonly command: string;
  readonly args: readonly string[];
  /** Lines of the shell's start file. */
  readonly setUp: readonly string[];
}

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    command: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    setUp: ["PS1='ready> '", 'source <(taskdeck completion bash)'],
  },
  zsh: {
    command: 'zsh',
    args: ['-f', '-i'],
    setUp: ["PS1='ready> '", 'autoload -Uz compinit', 'compinit -u -D', 'source <(taskdeck completion zsh)'],
  },
  'zsh, sourced before compinit,': {
    command: 'zsh',
    args: ['-f', '-i'],
    setUp: ["PS1='ready> '", 'source <(taskdeck completion zsh)', 'autoload -Uz compinit', 'compinit -u -D'],
  },
  fish: {
    command: 'fish',
    args: ['--no-config', '--interactive'],
    setUp: ["function fish_prompt; echo -n 'ready> '; end", 'taskdeck completion fish | source'],
  },
};

const isInstalled = ({ command }: Shell): boolean => spawnSync(command, ['--version']).status === 0;

/** A home whose `taskdeck` completes, and records its arguments otherwise. */
function homeOfShell(): { readonly home: Home; readonly calls: () => readonly (readonly string[])[] } {
  const home = makeHome();
  const file = path.join(home.folder, 'calls');
  writeFileSync(file, '');
  const program = path.join(home.folder, 'bin', 'taskdeck');
  writeFileSync(
    program,
    `#!/bin/sh
case $1 in
  __complete | completion) exec '${process.execPath}' '${inject('taskdeck')}' "$@" ;;
esac
for word in "$@"; do printf '%s\\037' "$word" >> '${file}'; done
echo >> '${file}'
echo "called $#"
`,
  );
  chmodSync(program, 0o755);
  const calls = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\x1f').slice(0, -1));
  return { home, calls };
}

describe.each(Object.entries(SHELLS))('%s', (_, shell) => {
  it.runIf(isInstalled(shell))('completes at the tab key what the line asks for', async () => {
    const server = await deployment();
    server.on('GET', TASKS, json(200, { tasks: [task({ name: 'fix-login' })], count: 1 }));
    const { home, calls } = homeOfShell();
    saveProfile(home.env.TASKDECK_CONFIG_DIR ?? '', { name: 'work:eu', url: server.url, token: TOKEN });
    mkdirSync(path.join(home.folder, 'sub dir'));
    writeFileSync(path.join(home.folder, 'plan b.md'), '# Plan');
    const app = await home.open([], {
      command: shell.command,
      args: shell.args,
      env: {
        ...home.env,
        CODER_URL: '',
        HISTFILE: '/dev/null',
        XDG_DATA_HOME: path.join(home.folder, 'data'),
      },
    });
    for (const line of shell.setUp) app.send(`${line}\r`);
    app.send('echo set"-"up\r');
    await app.until('set-up');
    const at = server.url;
    const lines: readonly (readonly [typed: string, ...argv: string[]])[] = [
      ['sho\t', 'show'],
      ['show fix\t', 'show', 'fix-login'],
      ['--profile=wor\t', '--profile=work:eu'],
      ['--profile=work:\t', '--profile=work:eu'],
      ['list --profile wor\t', 'list', '--profile', 'work:eu'],
      ['--profile=work:eu pause -- fi\t', '--profile=work:eu', 'pause', '--', 'fix-login'],
      [`delete -y --url=${at} fi\t`, 'delete', '-y', `--url=${at}`, 'fix-login'],
      [`delete -y --url ${at} fi\t`, 'delete', '-y', '--url', at, 'fix-login'],
      ['list --status=pa\t', 'list', '--status=paused'],
      ['list --phase idle,wor\t', 'list', '--phase', 'idle,working'],
      ['list --qui\t', 'list', '--quiet'],
      ['create --cwd su\t', 'create', '--cwd', 'sub dir'],
      ['create --cwd=su\t', 'create', '--cwd=sub dir'],
      ['create --attach pla\t', 'create', '--attach', 'plan b.md'],
      ['create --attach=pla\t', 'create', '--attach=plan b.md'],
    ];
    for (const [index, [typed]] of lines.entries()) {
      app.send(`taskdeck ${typed}\r`);
      await expect.poll(() => calls().length).toBe(index + 1);
    }
    // zsh removes the slash after a directory when Enter follows.
    const argv = calls().map((words) => words.map((word) => word.replace(/\/$/u, '')));
    expect(argv).toEqual(lines.map(([, ...expected]) => expected));
  });

  it.runIf(isInstalled(shell))('starts no server and shows no error', async () => {
    const { home, calls } = homeOfShell();
    const app = await home.open([], {
      command: shell.command,
      args: shell.args,
      env: { ...home.env, HISTFILE: '/dev/null', XDG_DATA_HOME: path.join(home.folder, 'data') },
    });
    for (const line of shell.setUp) app.send(`${line}\r`);
    app.send('echo set"-"up\r');
    await app.until('set-up');
    app.send('taskdeck show --local x\t\r');
    await app.until('called 3');
    expect(calls()).toEqual([['show', '--local', 'x']]);
    expect(app.text()).not.toMatch(/error|refused|rror:/i);
    expect(readdirSync(home.folder)).not.toContain('state');
  });
});
