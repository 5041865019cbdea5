import { describe, expect, test } from 'vitest';
import { flagsOf } from '../../src/script/command-definition.ts';
import { commands } from '../../src/script/commands.ts';
import { completionContextAt } from '../../src/script/completion/completion-context.ts';
import { bashWords, completionLines } from '../../src/script/completion/shell-lines.ts';
import { completionScript } from '../../src/script/completion/shell-scripts.ts';

/** The words of a line; the last one is incomplete. */
const at = (line: string) => completionContextAt(line.split(' '));
const offered = (line: string) => completionLines('bash', { ...at(line), source: candidatesAt(line) });

function candidatesAt(line: string) {
  const { source } = at(line);
  return typeof source === 'string' ? [] : source;
}

test('the refs of a line are those of its directory', () => {
  expect(at('create --cwd=/repo --base ').directory).toBe('/repo');
  expect(at('create --workspace repo --base ').directory).toBe('repo');
  expect(at('create --base ').directory).toBe('.');
});

describe('a line', () => {
  test('starts with a command', () => {
    expect(offered('')).toEqual(commands.map(({ name }) => name));
    expect(offered('pa')).toEqual(['pause']);
    expect(offered('--local res')).toEqual(['resume', 'restore']);
    expect(offered('--url https://x --ascii li')).toEqual(['list']);
    expect(offered('help lo')).toEqual(['logs', 'login', 'logout']);
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    'offers every flag of %s, and no other',
    (name, command) => {
      expect(offered(`${name} --`)).toEqual(flagsOf(command).map((flag) => `--${flag.name}`));
    },
  );

  test('offers a flag once', () => {
    expect(offered('list --quiet --js --al')).toEqual(['--all']);
    expect(offered('list -q --qu')).toEqual(['--query']);
  });

  test.each([
    ['show ', 'task'],
    ['delete -y ', 'task'],
    ['delete --yes one tw', 'task'],
    ['pause --url=https://x -- -o', 'task'],
    ['--profile work wait one --until idle ', 'task'],
    ['create --template ', 'template'],
    ['create -t sh', 'template'],
    ['create --template=sh', 'template'],
    ['create --cwd ', 'directory'],
    ['create --cwd=su', 'directory'],
    ['create --base ', 'git-ref'],
    ['create --cwd /repo --worktree --base=ma', 'git-ref'],
    ['create --attach ', 'file'],
    ['send a b --attach=pl', 'file'],
    ['list --profile ', 'profile'],
    ['logout --profile=', 'profile'],
    ['create ', []],
    ['create x --name ', []],
    ['list --timeout ', []],
    ['list --nonsense=', []],
    ['list ', []],
    ['send one ', []],
    ['nonsense ', []],
  ])('%j is completed from %j', (line, source) => {
    expect(at(line).source).toEqual(source);
  });

  test.each([
    ['list --status p', ['pending', 'paused']],
    ['list --status=p', ['--status=pending', '--status=paused']],
    ['list --phase idle,w', ['idle,working']],
    ['wait x --until=idle,com', ['--until=idle,complete']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['completion zsh ', []],
  ])('%j is completed by %j', (line, words) => {
    expect(offered(line)).toEqual(words);
  });

  test.each([
    ['--profile=work show ', { profile: 'work', local: false }],
    ['show --url https://x:3000/a ', { url: 'https://x:3000/a', local: false }],
    ['list -qO org --local --template ', { local: true }],
    ['pause --profile work --url=', { profile: 'work', local: false }],
  ])('%j names the deployment %j', (line, deployment) => {
    expect(at(line).deployment).toEqual(deployment);
  });
});

describe('the words of a bash line', () => {
  test.each([
    ['taskdeck ', ['']],
    ['taskdeck show  fix', ['show', 'fix']],
    ['FOO=1 taskdeck show ', ['show', '']],
    ["taskdeck create --cwd='a b", ['create', '--cwd=a b']],
    ['taskdeck create a\\ b "c \\" d" e', ['create', 'a b', 'c " d', 'e']],
    ['taskdeck send x ""', ['send', 'x', '']],
  ])('%j', (line, words) => {
    expect(bashWords(line)).toEqual(words);
  });
});

describe('candidates for a shell', () => {
  const wanted = { ...at('show '), source: [{ value: 'a:b', description: 'Two\nlines' }] };

  test('bash gets the part after its last word break', () => {
    const typed = { ...wanted, typed: 'a:', prefix: '' };
    expect(completionLines('bash', typed, ' \t\n"\'><=;|&(:')).toEqual(['b']);
    expect(completionLines('bash', typed, ' \t\n')).toEqual(['a:b']);
  });

  test('zsh and fish get descriptions', () => {
    expect(completionLines('zsh', wanted)).toEqual(['a\\:b:Two lines']);
    expect(completionLines('fish', wanted)).toEqual(['a:b\tTwo lines']);
  });

  test('a value with a line break or an escape sequence is not offered', () => {
    const source = ['a\nb', '\u001b[31m', ''].map((value) => ({ value, description: '' }));
    for (const shell of ['bash', 'zsh', 'fish'])
      expect(completionLines(shell, { ...wanted, source })).toEqual([]);
  });
});

test('another shell is wrong usage', () => {
  expect(() => completionScript('tcsh')).toThrow(/Choose bash, zsh or fish/);
  expect(() => completionScript('fihs')).toThrow(/Did you mean "fish"\?/);
});
