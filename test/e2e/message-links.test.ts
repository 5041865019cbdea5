import { expect, it } from 'vitest';
import { message } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn } from './deployment.ts';

const LONG = `https://ci.example.com/runs/${'0123456789'.repeat(9)}`;

/** The links in the bytes for a terminal by address, with the text that was written inside them. */
function linksIn(output: string) {
  const found = new Map<string, { text: string; readonly ids: Set<string> }>();
  for (const [, parameters = '', address = '', inside = ''] of output.matchAll(
    /\x1b\]8;([^;\x1b]*);([^\x1b]+)\x1b\\(.*?)(?=\x1b\]8;)/gsu,
  )) {
    const link = found.get(address) ?? { text: '', ids: new Set() };
    link.text += inside.replaceAll(/\x1b\[[\d;?]*[A-Za-z]|\r/gu, '');
    link.ids.add(parameters);
    found.set(address, link);
  }
  return found;
}

it('web addresses in messages are links that the terminal opens, wrapped ones as a whole', async () => {
  const server = await deployment();
  server.on(
    'GET',
    `${ONE}/logs`,
    json(200, {
      logs: [
        message(1, 'input', 'Is http://localhost:3000/login right?'),
        message(
          2,
          'output',
          `Read [the **guide**](https://docs.example.com/a) and\n\n${LONG}\n\n[x](javascript:alert)`,
        ),
      ],
    }),
  );
  const app = await makeHome().open([], { ...signedIn(server), cols: 120, rows: 30 });
  await app.until('Read the guide (https://docs.example.com/a)');
  const links = linksIn(app.output());
  expect(links.get('http://localhost:3000/login')?.text).toBe('http://localhost:3000/login');
  expect(links.get('https://docs.example.com/a')?.text).toContain('guide');
  // All rows of one link have one id.
  const long = links.get(LONG);
  expect(long?.text).toBe(LONG);
  expect(long?.ids.size).toBe(1);
  expect([...(long?.ids ?? [])][0]).toMatch(/^id=\w+$/u);
  expect(app.output()).not.toContain(';javascript:');
  app.press('o');
  await app.until('type to find');
  await app.shows('docs.example.com/a');
});

it('a terminal without links gets none', async () => {
  const server = await deployment();
  server.on('GET', `${ONE}/logs`, json(200, { logs: [message(1, 'output', `See ${LONG}`)] }));
  const app = await makeHome().open([], {
    cols: 120,
    env: { ...signedIn(server).env, VTE_VERSION: '4000' },
  });
  await app.until('See https://ci.example.com');
  expect(app.output()).not.toContain('\x1b]8;');
});
