import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeHome } from '../support/deck.ts';

it('records the first steps', async () => {
  const home = makeHome();
  const app = await home.open();
  const pages: string[] = [];
  const shoot = (words: string): void => {
    const rows = app
      .screen()
      .map((row) => row.replaceAll(home.stateDir, '~/.local/state/taskdeck').trimEnd());
    pages.push(`${words}\n\n\`\`\`\n${rows.join('\n')}\n\`\`\``);
  };

  await app.until('Press n to start one');
  shoot('`npm start`, for the first time. The local server has been started; the list says what to do next.');

  app.press('n');
  await app.until('what should the new task do?');
  app.type('for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i; sleep 1; done');
  await app.until('sleep 1; done');
  shoot('`n`, and a shell prompt that prints a line each second for ten seconds.');

  app.press('enter');
  await app.until(/line 4\s/);
  shoot('Enter. The last message grows in place.');

  app.type('iecho the answer is $((6 * 7))');
  await app.until('6 * 7');
  app.press('enter');
  await app.until('queued');
  shoot('A second prompt while it works (`i`, the text, enter) is queued …');

  await app.until(/│ +the answer is 42/, { timeout: 30_000 });
  shoot('… and sent as soon as the first is done.');

  app.type('nsleep 300\r');
  await app.until(/◐ sleep 300 .* working /);
  app.press('p');
  await app.until(/‖ sleep 300 .* paused /);
  shoot('Another task, paused in the middle with `p`: its processes are gone, its messages stay.');

  app.press('r');
  await app.until(/[●✔] sleep 300 /);
  app.press('d');
  await app.until('Delete “');
  shoot('Resumed with `r`; now `d` asks before it deletes. Enter is not yes.');

  app.press('y');
  await app.until((screen) => !screen.text().includes('sleep 300'));
  app.press('?');
  await app.until('Keys');
  shoot('`?` lists all keys, with the reason where one cannot act.');

  app.press('esc');
  await app.until(/q quit/);
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  const remark = 'A real run at 80x24, as text; `npm run screens` makes this page anew.';
  writeFileSync('docs/screens.md', `# First steps\n\n${remark}\n\n${pages.join('\n\n')}\n`);
});
