import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flagsOf } from '../../src/script/command-line.ts';
import { commands } from '../../src/script/commands.ts';
import { completionFor } from '../../src/script/completion/completion.ts';
import { type Home, home } from '../config/home.ts';

let place: Home;
beforeEach(() => {
  place = home();
});
afterEach(() => place.dispose());

describe('in bash', () => {
  /** What bash offers behind these words; the last one is what was typed of the next. */
  function offered(...words: readonly string[]): readonly string[] {
    place.program('taskdeck', `echo "$@" >> "$HOME/calls"; cat "$HOME/names"`);
    const script = path.join(place.directory, 'completion.bash');
    writeFileSync(script, completionFor('bash'));
    const program = `
      source "$1"; shift
      COMP_WORDS=(taskdeck "$@"); COMP_CWORD=$#
      _taskdeck
      for word in "\${COMPREPLY[@]}"; do echo "$word"; done`;
    const out = execFileSync('bash', ['--norc', '--noprofile', '-c', program, 'bash', script, ...words], {
      env: place.env,
      encoding: 'utf8',
    });
    return out.split('\n').filter((line) => line !== '');
  }
  const names = (...tasks: readonly string[]) =>
    writeFileSync(path.join(place.directory, 'names'), tasks.map((name) => `${name}\n`).join(''));
  beforeEach(() => names('fix-login', 'fix-docs', 'ada/other'));

  test('commands come first', () => {
    expect(offered('')).toEqual(commands.map(({ name }) => name));
    expect(offered('pa')).toEqual(['pause']);
    expect(offered('--local', 'res')).toEqual(['resume']);
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    'every flag of %s is offered, and no other',
    (name, command) => {
      expect(offered(name, '--')).toEqual(flagsOf(command).map((flag) => `--${flag.name}`));
    },
  );

  test('task names are asked of the deployment that the line speaks of', () => {
    expect(offered('pause', 'fix-')).toEqual(['fix-login', 'fix-docs']);
    expect(offered('--url', 'https://x', 'delete', '--yes', 'fix-login', 'ada')).toEqual(['ada/other']);
    expect(offered('list', '')).toEqual([]);
    expect(place.read('calls')).toBe('list --quiet\nlist --quiet --url https://x\n');
  });

  test('a name that looks like a command is not run', () => {
    names('$(touch owned)', '`touch owned`', 'a b');
    expect(offered('show', '')).toEqual(['\\$\\(touch\\ owned\\)', '\\`touch\\ owned\\`', 'a\\ b']);
    expect(place.read('owned')).toBe('');
  });

  test('values are offered where they are known, nothing where they are not', () => {
    expect(offered('list', '--status', 'p')).toEqual(['pending', 'paused']);
    expect(offered('wait', 'x', '--until', 'i')).toEqual(['idle']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('create', '--template', '')).toEqual([]);
    expect(place.read('calls')).toBe('');
  });
});

// Neither shell is at hand where these tests run: what can be said of their scripts is that nothing is missing.
describe.each(['zsh', 'fish'])('in %s', (shell) => {
  test('every command, flag and value is there', () => {
    const script = completionFor(shell);
    for (const command of commands) {
      expect(script).toContain(command.name);
      for (const flag of flagsOf(command)) {
        expect(script).toContain(shell === 'zsh' ? `'--${flag.name}` : `-l ${flag.name}`);
        if (Array.isArray(flag.completes)) expect(script).toContain(flag.completes.join(' '));
      }
    }
    expect(script).toContain('taskdeck list --quiet');
  });
});

test('another shell is wrong usage', () => {
  expect(() => completionFor('tcsh')).toThrow(/Choose bash, zsh or fish/);
});
