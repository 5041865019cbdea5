import { expect, it } from 'vitest';
import { makeHome } from '../support/deck.ts';
import { deployment, signedIn } from './deployment.ts';

/** What taskdeck asks the terminal after many bytes, to learn when it has read them. */
const QUESTION = '\x1b[5n';

it.each([
  ['in one burst', ''],
  ['a moment later', 'pause'],
])('keys after q do nothing while the terminal still reads the last frame: %s', async (_, later) => {
  const server = await deployment();
  const app = await makeHome().open([], { ...signedIn(server), cols: 200, rows: 50 });
  await app.until('Which branch?');
  await app.until('live');
  // A slow terminal: it does not get to the question.
  const { onReply } = app.emulator;
  app.emulator.onReply = (bytes) => (bytes === '\x1b[0n' ? undefined : onReply?.(bytes));
  const start = app.bytes();
  app.press('ctrl+l');
  await app.until(() => app.output(start).includes(QUESTION));
  app.send(later === '' ? 'qp' : 'q');
  if (later !== '') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    app.send('p');
  }
  expect(await app.exit()).toEqual({ code: 0, signal: null });
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});
