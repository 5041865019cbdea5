import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { emptyRepository } from '../support/git-repository.ts';
import { localAgents, nothingRuns } from './local-agents.ts';

const lines = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);

it('comments on a diff survive a kill, follow their lines, and reach the agent as one message', async () => {
  const repository = emptyRepository({ name: 'my 仓库' });
  const before = lines(80, 'line');
  repository.commit({ 'src/a.ts': before.join('\n'), 'z.ts': 'last\n' });
  const { home, control, create } = await localAgents();
  const id = await create('hold', '--cwd', repository.root);
  const agent = await control.agent({ owner: id });
  repository.write('src/a.ts', before.with(9, 'const timeout = 5000;').with(59, 'sixty').join('\n'));
  repository.write('z.ts', '');
  // The editor notes its arguments, and puts a line before the others.
  const editor = path.join(home.folder, 'bin', 'vi');
  writeFileSync(
    editor,
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${home.folder}/args'\nsed -i.old '1i\\\nfirst' "$2" && rm -f "$2.old"\n`,
  );
  chmodSync(editor, 0o755);

  const first = await home.open(undefined, { cols: 80, rows: 24 });
  await first.until('working');
  first.press('D');
  await first.until('Uncommitted changes');
  first.press('}');
  await first.until(/▌ *10 -line 10/);
  first.press('j');
  await first.until(/▌ *10 \+const timeout = 5000;/);
  first.press('c');
  await first.until('comment on src/a.ts:10  const timeout = 5000;');
  first.paste('Use a constant.\nTwice.\n');
  await first.until('Twice.');
  first.press('enter');
  await first.until(/┃ comment: Use a constant\.[^\n]*\n[^\n]*┃ Twice\./);
  // A draft, which is not sent.
  first.press('}', 'c');
  await first.until('comment on src/a.ts:60');
  first.type('half a thought');
  await first.until('❯ half a thought');
  first.press('esc');
  await first.until('unfinished comment: half a thought');
  // The store saves 300 ms after the last change; the file is there for the next run then.
  await expect
    .poll(async () => readFileSync(path.join(home.stateDir, 'taskdeck.db-wal')).includes('half a thought'))
    .toBe(true);
  first.kill('SIGKILL');
  await first.exit();

  const app = await home.open(undefined, { cols: 120, rows: 40, env: { EDITOR: 'vi' } });
  await app.until('working');
  app.press('D');
  await app.until(/comment: Use a constant\..*2 comments/s);
  await app.shows('unfinished comment: half a thought');
  app.press(')');
  await app.until(/▌ *┃ comment: Use a constant/);
  app.press('E');
  await app.until(/11 \+const timeout = 5000;[^\n]*\n[^\n]*┃ comment: Use a constant/);
  expect(readFileSync(path.join(home.folder, 'args'), 'utf8')).toBe(
    `+10\n${path.join(repository.root, 'src/a.ts')}\n`,
  );

  app.press('S');
  await app.until(/❯ 1 comment on your changes:/);
  await app.shows('1 unfinished comment stays.');
  app.press('esc');
  await app.until(/comment: Use a constant\..*2 comments/s);
  app.press('S');
  await app.until(/❯ 1 comment on your changes:/);
  app.type(' Thanks.');
  app.press('enter');
  await app.until('The message is in the outbox.');
  await app.shows((screen) => !screen.text().includes('Use a constant'));
  // The cursor has followed its line.
  await app.shows(/▌ *11 \+const timeout/);
  agent.run('end');
  expect(await agent.fact('prompt', 2)).toMatchObject({
    text: '1 comment on your changes:\n\nsrc/a.ts:11: Use a constant.\nTwice.\n> const timeout = 5000; Thanks.',
  });
  app.press('q');
  await app.until('Tasks');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
  await home.run('serve', '--stop');
  await nothingRuns(id);
});
