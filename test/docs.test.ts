import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { helpSectionsOf } from '../src/commands/help-sections.ts';
import { settingsKeyFaults } from '../src/commands/keymap.ts';
import { allowRulesFrom } from '../src/config/allow-rules.ts';
import { parseConfig } from '../src/config/config-file.ts';
import { agentsFromConfig } from '../src/config/configured-agents.ts';
import { settingsFrom } from '../src/config/settings.ts';
import { worktreeSettingsFrom } from '../src/config/worktree-settings.ts';
import { ACTION_TABLES } from '../src/domain/action-tables.ts';
import { staticPart } from './agents/agents-page.ts';

const code = (keys: readonly string[]): string => keys.map((key) => `\`${key}\``).join(' ');

const REMAPPING = [
  'To change keys, set them in `config.jsonc` (`taskdeck doctor` shows its path): one key, a list, or `[]` for none.',
  'A key that another command uses is invalid unless you change that command, too:',
  '',
  '```jsonc',
  '{ "keys": { "pause": "ctrl+s", "down": ["j", "down", "ctrl+n"], "places": [] } }',
  '```',
];

/** The text of docs/keys.md. */
function keysPage(): string {
  const sections = helpSectionsOf(ACTION_TABLES).map(({ title, commands, editing }) => {
    const rows = commands.map(({ id, keys, title }) => `| ${code(keys)} | ${title} | \`${id}\` |`);
    const edits = editing.map(([keys, words]) => `| ${code(keys.split(' '))} | ${words} | |`);
    return [`## ${title}`, '', '| Keys | Action | Command |', '|---|---|---|', ...rows, ...edits, ''].join(
      '\n',
    );
  });
  const remark = 'Generated from the command registry by `npm test -- test/docs.test.ts -u`. Do not edit.';
  return ['# Keys', '', remark, '', ...REMAPPING, '', ...sections].join('\n');
}

it('docs/keys.md lists all keys', async () => {
  await expect(keysPage()).toMatchFileSnapshot('../docs/keys.md');
});

it('docs/agents.md starts with the agents as the source has them (else: npm run agents)', () => {
  expect(readFileSync('docs/agents.md', 'utf8')).toContain(staticPart());
});

it('the config file in the README can be read', async () => {
  const [, text = ''] = /```jsonc\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const file = parseConfig('README.md', text);
  expect(settingsFrom(file, settingsKeyFaults)).toMatchObject({
    notify: 'full',
    keys: { pause: ['ctrl+s'] },
  });
  const { commands, acp } = agentsFromConfig(file);
  expect(commands.map(({ name }) => name)).toEqual(['once']);
  expect(acp.map(({ name }) => name)).toEqual(['mine']);
  expect(allowRulesFrom(file)).toHaveLength(2);
  expect(worktreeSettingsFrom(file).setUp).toBe('npm ci');
});

/** Files and folders in backticks. In a row of the table of folders, the first one is the folder of the others. */
function namedFiles(page: string): readonly string[] {
  return page.split('\n').flatMap((line) => {
    const files = [...line.matchAll(/`((?:[\w-]+\/)*[\w-]+(?:\.tsx?|\.mjs|\/))`/g)].map(
      ([, file = '']) => file,
    );
    return line.startsWith('| `')
      ? files.slice(1).flatMap((file) => (file === 'ports/' ? [] : [`${files[0]}${file}`]))
      : files;
  });
}

it.each(['architecture', 'adding'])('docs/%s.md names only files that exist', (page) => {
  const named = namedFiles(readFileSync(`docs/${page}.md`, 'utf8'));
  expect(named.length).toBeGreaterThan(15);
  const folders = ['', 'src/', 'src/sync/refresh/'];
  const missing = named.filter((file) => !folders.some((folder) => existsSync(`${folder}${file}`)));
  expect(missing).toEqual([]);
});

/** The rows of docs/features.md. `tests`: the file and the name of each test that shows the feature. */
function featureRows() {
  return readFileSync('docs/features.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| [\dA-O]+ \|/u.test(line))
    .map((line) => {
      const [, id = '', , state = '', shown = ''] = line.split('|').map((cell) => cell.trim());
      const tests = [...shown.matchAll(/`(test\/[^`]+)`: (.+?)(?=<br>|$)/gu)];
      return { id, state, tests: tests.map(([, file = '', name = '']) => ({ file, name })) };
    });
}

it('docs/features.md has the 99 features in order', () => {
  const numbers = Array.from({ length: 84 }, (_, index) => String(index + 1));
  expect(featureRows().map(({ id }) => id)).toEqual([...numbers, ...'ABCDEFGHIJKLMNO']);
});

it('a feature of docs/features.md that is done names its tests, and an open one has none', () => {
  const wrong = featureRows().filter(({ state, tests }) => {
    const isDone = state === 'yes' || state.startsWith('partly: ');
    const isOpen = state === 'open' || state.startsWith('left out: ');
    return isDone ? tests.length === 0 : !isOpen || tests.length > 0;
  });
  expect(wrong).toEqual([]);
});

it('the tests that docs/features.md names exist', () => {
  const missing = featureRows()
    .flatMap(({ tests }) => tests)
    .filter(({ file, name }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(name));
  expect(missing).toEqual([]);
});
