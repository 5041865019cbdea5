import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/domain/errors.ts';
import { flagsOf } from '../../src/script/command-definition.ts';
import { commands, screenCommand } from '../../src/script/commands.ts';
import { helpFor } from '../../src/script/help-text.ts';
import { hasSwitch, parseArguments } from '../../src/script/parse-arguments.ts';

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '');

describe('a command line', () => {
  test('without a command opens the screen', () => {
    expect(parseArguments([]).command).toBe(screenCommand);
    const { command, flags } = parseArguments(words('--url https://x --profile list'));
    expect([command, flags.valueOf('url'), flags.valueOf('profile')]).toEqual([
      screenCommand,
      'https://x',
      'list',
    ]);
  });

  test.each(['list --status active --json', '--json --status active list', '--status=active list --json'])(
    '%s',
    (line) => {
      const { command, args, flags } = parseArguments(words(line));
      expect([
        command.name,
        args,
        flags.valueOf('status'),
        flags.isSet('json'),
        flags.isSet('quiet'),
      ]).toEqual(['list', [], 'active', true, false]);
    },
  );

  test('reads --no-archive as a flag of this name', () => {
    expect(parseArguments(['--no-archive', '--local']).flags.isSet('no-archive')).toBe(true);
    expect(parseArguments(['--local']).flags.isSet('no-archive')).toBe(false);
    expect(() => parseArguments(['--archive'])).toThrow(/has no flag --archive/);
    expect(() => parseArguments(['list', '--no-archive'])).toThrow(/has no flag --archive/);
  });

  test('reads a flag by its own command, not by another', () => {
    expect(parseArguments(words('serve --status')).flags.isSet('status')).toBe(true);
  });

  test('accepts single letters and groups', () => {
    const { flags } = parseArguments(words('list -qaO web'));
    expect([flags.isSet('quiet'), flags.isSet('all'), flags.valueOf('org')]).toEqual([true, true, 'web']);
  });

  test('collects the values of a flag that may be repeated, and no others', () => {
    const line = ['send', 't', '--attach', 'a.md', 'text', '--attach=b c.md', '--attach', 'a,b.md'];
    const { args, flags } = parseArguments(line);
    expect(args).toEqual(['t', 'text']);
    expect(flags.valuesOf('attach')).toEqual(['a.md', 'b c.md', 'a,b.md']);
    expect(parseArguments(['send', 't', 'text', '--attach', 'a.md']).flags.valuesOf('attach')).toEqual([
      'a.md',
    ]);
    expect(parseArguments(['send', 't', 'text']).flags.valuesOf('attach')).toEqual([]);
    expect(() => parseArguments(['send', 't', 'text', '--attach'])).toThrow('--attach needs a value');
    expect(() => parseArguments(['send', 't', 'text', '--attach', 'a.md', '--attach='])).toThrow(
      '--attach needs a value',
    );
    expect(() => parseArguments(['send', 't', 'x', '--timeout', '1s', '--timeout', '2s'])).toThrow(
      UsageError,
    );
  });

  test('keeps words unchanged', () => {
    for (const prompt of ['007', '0x10', '1e3', '-5', ' a  b ', 'true', '-']) {
      expect(parseArguments(['create', prompt]).args).toEqual([prompt]);
    }
    expect(parseArguments(['create', '--', '--help']).args).toEqual(['--help']);
    expect(parseArguments(['create', '--display-name', '007', 'x']).flags.valueOf('display-name')).toBe(
      '007',
    );
  });

  test.each([
    '-v is not printed any more',
    '--json is broken, fix it',
    '--json=x fails, fix it',
    '- one\n- two',
    '-\tindented',
    '--\nnothing',
    '-1 is not a number',
  ])('reads %j as an argument: no flag has white space in its name', (prompt) => {
    for (const words of [
      ['create', prompt],
      ['create', prompt, '--json'],
      ['--json', 'create', prompt],
      ['create', '--json', prompt],
      ['create', '-t', 'web', prompt],
    ]) {
      expect(parseArguments(words).args).toEqual([prompt]);
    }
    expect(parseArguments(['send', 'task', prompt, '--wait']).args).toEqual(['task', prompt]);
  });

  test.each(['true', 'false', 'yes', '0', 'fix it'])('reads %j after a switch as an argument', (prompt) => {
    const { args, flags } = parseArguments(['create', '--json', prompt]);
    expect([args, flags.isSet('json')]).toEqual([[prompt], true]);
    expect(parseArguments(['delete', '-y', prompt]).args).toEqual([prompt]);
  });

  test.each([
    ['--display-name', '-v is not printed'],
    ['--display-name', '--json is broken'],
    ['--display-name', '- one\n- two'],
    ['--query', 'age<2h !owner:ada'],
    ['-O', 'my team'],
    ['-qO', 'my team'],
  ])('%s %j is a flag and its value', (flag, value) => {
    const command = flag === '--display-name' ? 'create' : 'list';
    for (const words of [
      [command, flag, value],
      [command, `${flag}=${value}`],
      [flag, value, command],
    ]) {
      const { command: found, args, flags } = parseArguments(words);
      expect([found.name, args]).toEqual([command, []]);
      const name = flag.endsWith('O') ? 'org' : flag.slice(2);
      expect(flags.valueOf(name)).toBe(value);
    }
  });

  test.each([
    [['create', '--', '-v'], ['-v']],
    [['create', '--json', '--', '--json'], ['--json']],
    [
      ['send', '--wait', '--', 'task', '--help'],
      ['task', '--help'],
    ],
    [['--', 'create', '-'], ['-']],
    [['create', '--', '--'], ['--']],
  ])('%j: -- ends the flags', (words, args) => {
    expect(parseArguments(words).args).toEqual(args);
  });

  test.each([
    ['nope', '"nope" is not a command. See "taskdeck --help".'],
    ['lsit', '"lsit" is not a command. Did you mean "list"?'],
    ['list --jsno', 'taskdeck list has no flag --jsno. Did you mean --json?'],
    ['create x --templte=a', 'taskdeck create has no flag --templte. Did you mean --template?'],
    ['--url x nope', '"nope" is not a command. See "taskdeck --help".'],
    ['--follow', 'taskdeck has no flag --follow. See "taskdeck --help".'],
    ['list --nope', 'taskdeck list has no flag --nope. See "taskdeck list --help".'],
    ['list --nope=3', 'taskdeck list has no flag --nope. See "taskdeck list --help".'],
    ['list --no-nope', 'taskdeck list has no flag --nope. See "taskdeck list --help".'],
    ['list -z', 'taskdeck list has no flag -z. See "taskdeck list --help".'],
    ['list -Z', 'taskdeck list has no flag -Z. See "taskdeck list --help".'],
    ['list --until idle', 'taskdeck list has no flag --until. See "taskdeck list --help".'],
    ['login --json', 'taskdeck login has no flag --json. See "taskdeck login --help".'],
    ['list --query', '--query needs a value: --query FILTER.'],
    ['list --url= x', '--url needs a value: --url URL.'],
    ['list --url --json', '--url needs a value: --url URL.'],
    ['list --no-url', '--url needs a value: --url URL.'],
    ['list --url.x=1', '--url needs a value: --url URL.'],
    ['list --local=1', '--local takes no value. Use it alone, or omit it.'],
    ['list --no-local', '--local takes no value. Use it alone, or omit it.'],
    ['list --url a --url b', 'The flag --url can only be set once.'],
    ['create x --display-name a --display-name b', 'The flag --display-name can only be set once.'],
    ['list x', 'Unexpected argument "x". Usage: taskdeck list'],
    ['logout x', 'Unexpected argument "x". Usage: taskdeck logout'],
    ['show', 'An argument is missing. Usage: taskdeck show TASK'],
    ['completion', 'An argument is missing. Usage: taskdeck completion bash|zsh|fish'],
  ])('%s is wrong usage', (line, sentence) => {
    expect(() => parseArguments(words(line))).toThrow(new UsageError(sentence));
  });

  test('an unset variable does not choose another deployment', () => {
    for (const value of ['', ' ']) {
      expect(() => parseArguments(['delete', 'x', '--yes', '--url', value])).toThrow(UsageError);
    }
  });
});

test('a switch after -- does not count', () => {
  expect(hasSwitch(['list', '-h', '--', 'x'], '--help', '-h')).toBe(true);
  expect(hasSwitch(['create', '--', '--help', '-h'], '--help', '-h')).toBe(false);
});

describe('help', () => {
  test('fits a terminal of 80 columns', () => {
    for (const name of [undefined, ...commands.map((command) => command.name)]) {
      for (const line of helpFor(name).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test('names every command, and every flag of each', () => {
    for (const command of commands) {
      expect(helpFor(undefined)).toContain(`\n  ${command.name}`);
      expect(helpFor(command.name)).toMatch(new RegExp(`^Usage\n  taskdeck ${command.name} `));
      for (const { name } of flagsOf(command)) expect(helpFor(command.name)).toContain(`\n  --${name}`);
    }
  });

  test('of an unknown command is wrong usage', () => {
    expect(() => helpFor('nope')).toThrow(UsageError);
  });
});
