import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EDITING, SECTIONS } from '../src/commands/help-rows.ts';
import { keyFaults } from '../src/commands/keymap.ts';
import { commands } from '../src/commands/table.ts';
import { agentsFrom } from '../src/config/agents.ts';
import { parseConfig } from '../src/config/config-file.ts';
import { settingsFrom } from '../src/config/settings.ts';

const code = (keys: readonly string[]): string => keys.map((key) => `\`${key}\``).join(' ');

const REMAPPING = [
  'Another key for a command is said in `config.jsonc` (`taskdeck doctor` tells where that is). One key or several; none',
  'with `[]`. A key that another command has is refused, unless that one is given another too:',
  '',
  '```jsonc',
  '{ "keys": { "pause": "ctrl+s", "down": ["j", "down", "ctrl+n"], "places": [] } }',
  '```',
];

/** The page of keys as the command table has it. */
function keysPage(): string {
  const sections = SECTIONS.map(([scope, title]) => {
    const rows = commands
      .filter((command) => command.scope === scope)
      .map(({ id, keys, title: words }) => `| ${code(keys)} | ${words} | \`${id}\` |`);
    const editing =
      scope === 'prompt' ? EDITING.map(([keys, words]) => `| ${code(keys.split(' '))} | ${words} | |`) : [];
    return [
      `## ${title}`,
      '',
      '| keys | what they do | command |',
      '|---|---|---|',
      ...rows,
      ...editing,
      '',
    ].join('\n');
  });
  const remark = 'Made from the command table; `npm test -- test/docs.test.ts -u` makes it anew.';
  return ['# Keys', '', remark, '', ...REMAPPING, '', ...sections].join('\n');
}

it('docs/keys.md tells the keys that there are', async () => {
  await expect(keysPage()).toMatchFileSnapshot('../docs/keys.md');
});

it('the config file in the README can be read', async () => {
  const [, text = ''] = /```jsonc\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const file = parseConfig('README.md', text);
  expect(settingsFrom(file, keyFaults)).toMatchObject({ notify: 'full', keys: { pause: ['ctrl+s'] } });
  expect(agentsFrom(file).map(({ name }) => name)).toEqual(['mine']);
});
