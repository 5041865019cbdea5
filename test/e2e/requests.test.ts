import { expect, it } from 'vitest';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, pollOften, signedIn, TASKS, TOKEN } from './deployment.ts';

it('ctrl+g shows the requests and an error in full without the token, and y copies them', async () => {
  const server = await deployment();
  server.on(
    'POST',
    `${ONE}/pause`,
    json(500, { message: `No room for ${TOKEN}.`, detail: 'Disk 7 is full.', token: 'session-12345678' }),
  );
  const app = await pollOften(makeHome()).open([], { ...signedIn(server), cols: 120, rows: 40 });
  await app.until('● Fix login');
  app.press('p');
  // The undo window comes first.
  await app.shows(/Cannot pause .*No room for …/);
  app.press('ctrl+g');
  await app.until(/Requests ─/);
  await app.shows(new RegExp(`\\d\\d:\\d\\d:\\d\\d GET +200 .* ms +\\d.* KB ${TASKS}\\?`));
  for (let page = 0; page < 20 && !app.text().includes('body: '); page++) {
    app.press('pageup');
    await app.shows('Requests (paused)');
  }
  expect(app.text()).toMatch(/POST +500 /);
  expect(app.text()).toMatch(/No room for …\. Disk 7 is full\./);
  expect(app.text()).toContain('"token":"…"');
  expect(app.text()).toContain('then: taskdeck shows the task as before, and a notice');
  app.press('y');
  await app.shows(/to the terminal’s clipboard/);
  app.press('esc');
  await app.until('● Fix login');
  const sent = app.output();
  const copied = [...sent.matchAll(/\u001b\]52;c;([A-Za-z0-9+/=]+)/gu)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('utf8'),
  );
  expect(copied.join('\n')).toMatch(/Last \d+ of \d+ requests:/);
  for (const text of [sent, ...copied]) {
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('session-12345678');
  }
});
