import { expect, it } from 'vitest';
import { catalogue } from '../src/commands/catalogue.ts';
import { EDITING, SECTIONS } from '../src/commands/help-rows.ts';

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
    const rows = catalogue
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
