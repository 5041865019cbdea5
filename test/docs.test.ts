import { expect, it } from 'vitest';
import { catalogue } from '../src/commands/catalogue.ts';
import { EDITING, SECTIONS } from '../src/commands/help-rows.ts';

const code = (keys: readonly string[]): string => keys.map((key) => `\`${key}\``).join(' ');

/** The page of keys as the command table has it. */
function keysPage(): string {
  const sections = SECTIONS.map(([scope, title]) => {
    const rows = catalogue
      .filter((command) => command.scope === scope)
      .map(({ keys, title: words }) => `| ${code(keys)} | ${words} |`);
    const editing =
      scope === 'prompt' ? EDITING.map(([keys, words]) => `| ${code(keys.split(' '))} | ${words} |`) : [];
    return [`## ${title}`, '', '| keys | what they do |', '|---|---|', ...rows, ...editing, ''].join('\n');
  });
  const remark = 'Made from the command table; `npm test -- test/docs.test.ts -u` makes it anew.';
  return ['# Keys', '', remark, '', ...sections].join('\n');
}

it('docs/keys.md tells the keys that there are', async () => {
  await expect(keysPage()).toMatchFileSnapshot('../docs/keys.md');
});
