import { describe, expect, it, test } from 'vitest';
import type { AllowRule } from '../../src/config/allow-rules.ts';
import { automaticAnswer, type PermissionPolicy } from '../../src/local/chats/permission-rules.ts';
import type { PermissionRequest, ToolCallChange } from '../../src/local/chats/session.ts';

const OPTIONS: PermissionRequest['options'] = [
  { id: 'always', name: 'Always', kind: 'allow_always' },
  { id: 'once', name: 'Once', kind: 'allow_once' },
  { id: 'once-more', name: 'Once, with updates', kind: 'allow_once' },
  { id: 'reject', name: 'No', kind: 'reject_once' },
];
const ASK: PermissionPolicy = { mode: 'ask', hasOwnMode: false, planMode: false, rules: [] };

const answer = (
  call: Partial<ToolCallChange>,
  policy: Partial<PermissionPolicy>,
  options = OPTIONS,
): string | null =>
  automaticAnswer({ id: 'request', call: { id: 'call', ...call }, options }, { ...ASK, ...policy });

const execute = (...words: readonly string[]): AllowRule => ({ kind: 'execute', words });
const runs = (command: unknown, ...rules: readonly AllowRule[]): boolean =>
  answer({ kind: 'execute', input: { command } }, { rules }) === 'once';

describe('by the mode', () => {
  it.each([
    ['ask', 'edit', null],
    ['ask', 'read', null],
    ['edits', 'edit', 'once'],
    ['edits', 'delete', 'once'],
    ['edits', 'move', 'once'],
    ['edits', 'read', null],
    ['edits', 'execute', null],
    ['edits', 'other', null],
    ['edits', undefined, null],
    ['all', 'execute', 'once'],
    ['all', 'other', 'once'],
    ['all', undefined, 'once'],
  ] as const)('%s answers a request of kind %s with %s', (mode, kind, expected) => {
    const call = kind === undefined ? {} : { kind };
    expect(answer(call, { mode })).toBe(expected);
    expect(answer(call, { mode, hasOwnMode: true })).toBeNull();
    expect(answer(call, { mode, planMode: true })).toBeNull();
  });
});

describe('by a rule', () => {
  it('a kind matches each request of that kind, and no other', () => {
    const rules: readonly AllowRule[] = [{ kind: 'read', words: [] }];
    expect(answer({ kind: 'read' }, { rules })).toBe('once');
    expect(answer({ kind: 'read' }, { rules, hasOwnMode: true, planMode: true })).toBe('once');
    expect(answer({ kind: 'edit' }, { rules })).toBeNull();
    expect(answer({}, { rules })).toBeNull();
  });

  it.each([
    ['npm test', 'the words'],
    ['  npm \t test  ', 'the words with other blanks'],
    ['npm test -- --watch=false', 'more words behind them'],
    [['npm', 'test'], 'a list of words'],
    [['npm', 'test', '--reporter', 'a b'], 'a list with a blank in a word'],
    [['bash', '-lc', 'npm test'], 'a script of bash'],
    [['/bin/sh', '-c', 'npm test'], 'a script of sh'],
  ])('execute: npm test matches %j: %s', (command, _) => {
    expect(runs(command, execute('npm', 'test'))).toBe(true);
    expect(answer({ kind: 'execute', input: { cmd: command } }, { rules: [execute('npm', 'test')] })).toBe(
      'once',
    );
  });

  it.each([
    ['npm', 'too few words'],
    ['npm testing', 'another word that begins alike'],
    ['npm run test', 'a word between'],
    ['NPM test', 'another case'],
    ['xnpm test', 'a prefix'],
    ['sudo npm test', 'a word before'],
    ['FOO=1 npm test', 'a variable before'],
    ['npm\u00a0test', 'a blank that no shell splits at'],
    ['npm test; rm -rf /', 'a second command'],
    ['npm test&&rm -rf /', 'a condition'],
    ['npm test & rm -rf /', 'a background job'],
    ['npm test | sh', 'a pipe'],
    ['npm test > /etc/passwd', 'output to a file'],
    ['npm test < /etc/passwd', 'input from a file'],
    ['npm test $(rm -rf /)', 'a substitution'],
    ['npm test $HOME', 'a variable'],
    ['npm test `rm -rf /`', 'a substitution by backticks'],
    ['npm test (rm)', 'a subshell'],
    ['npm test {a,b}', 'braces'],
    ['npm test\nrm -rf /', 'a line break'],
    ['npm test\r\nrm -rf /', 'a line break of Windows'],
    ['npm test\u2028rm -rf /', 'a line separator'],
    ['npm test \\\n; rm', 'a continued line'],
    ['npm test \u001b[2Krm', 'an escape sequence'],
    ['npm test\0', 'a NUL character'],
    ['', 'nothing'],
    [[], 'an empty list'],
    [['npm', 'test', '; rm -rf /'], 'shell syntax in a word'],
    [['npm test'], 'both words in one'],
    [['bash', '-lc', 'npm test; rm -rf /'], 'a second command in a script'],
    [['bash', '-lc', 'npm test', 'name'], 'a script with arguments'],
    [['bash', '-c', ['npm', 'test']], 'a list in a list'],
    [['/tmp/evil', '-c', 'npm test'], 'a program that is no shell'],
    [['npm', 1], 'a number'],
    [{ command: 'npm test' }, 'an object'],
    [null, 'null'],
    [undefined, 'no command'],
  ])('execute: npm test does not match %j: %s', (command, _) => {
    expect(runs(command, execute('npm', 'test'))).toBe(false);
    // A rule for the whole kind needs no command.
    expect(runs(command, execute())).toBe(true);
  });

  it('needs the kind execute, and never reads a title', () => {
    const rules = [execute('npm', 'test')];
    expect(answer({ kind: 'other', input: { command: 'npm test' } }, { rules })).toBeNull();
    expect(answer({ kind: 'execute', title: 'npm test' }, { rules })).toBeNull();
    expect(answer({ kind: 'execute', input: 'npm test' }, { rules })).toBeNull();
  });

  it('two commands match nothing', () => {
    const input = { command: 'npm test', cmd: 'rm -rf /' };
    expect(answer({ kind: 'execute', input }, { rules: [execute('npm', 'test')] })).toBeNull();
  });

  it('one of several is enough', () => {
    expect(runs('git status', execute('npm', 'test'), execute('git', 'status'))).toBe(true);
  });
});

test('the answer never allows more than this call', () => {
  const policy = { mode: 'all' } as const;
  expect(answer({ kind: 'edit' }, policy, [])).toBeNull();
  expect(answer({ kind: 'edit' }, policy, OPTIONS.slice(0, 1))).toBeNull();
  expect(answer({ kind: 'edit' }, policy, [{ id: 'yes', name: 'Allow once', kind: 'other' }])).toBeNull();
});
