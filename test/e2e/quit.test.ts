import { expect, it } from 'vitest';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn } from './deployment.ts';

/** The status query (DSR) that taskdeck sends after many bytes, to learn when the terminal has read them. */
const QUESTION = '\x1b[5n';

it.each([
  ['in one burst', ''],
  ['a moment later', 'pause'],
])('keys after q do nothing while the terminal still reads the last frame: %s', async (_, later) => {
  const server = await deployment();
  const app = await makeHome().open([], { ...signedIn(server), cols: 200, rows: 50 });
  await app.until('Which branch?');
  await app.until('live');
  // A slow terminal, which does not answer the query.
  const { onReply } = app.emulator;
  app.emulator.onReply = (bytes) => (bytes === '\x1b[0n' ? undefined : onReply?.(bytes));
  const start = app.bytes();
  app.press('ctrl+l');
  await expect.poll(() => app.output(start)).toContain(QUESTION);
  app.send(later === '' ? 'qp' : 'q');
  if (later !== '') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    app.send('p');
  }
  expect(await app.exit()).toEqual({ code: 0, signal: null });
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it('a delete that the server rejects after q is shown, and taskdeck stays until the next q', async () => {
  const server = await deployment();
  let answer = (): void => {};
  const requested = new Promise<void>((resolve) => {
    server.on('DELETE', ONE, async (...call) => {
      resolve();
      await new Promise<void>((go) => {
        answer = go;
      });
      return json(409, { message: 'A build is active.' })(...call);
    });
  });
  const app = await makeHome().open([], signedIn(server));
  await app.until('Which branch?');
  app.press('d');
  await app.until('Delete “');
  app.press('y');
  await requested;
  app.press('q');
  await app.until('Waiting for the server before quitting. Press q to quit now.');
  answer();
  await app.until('A build is active.');
  app.press('q');
  expect(await app.exit()).toEqual({ code: 0, signal: null });
});
