import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

/** Records where segmenters are created: the first one of a process loads tables for 45 ms. */
const RECORD_SEGMENTERS = `
const fs = require('node:fs');
const { Segmenter } = Intl;
Intl.Segmenter = class extends Segmenter {
  constructor(...args) {
    super(...args);
    fs.appendFileSync(__filename + '.log', new Error('new Intl.Segmenter').stack + '\\n');
  }
};`;

it('starts with East Asian text and emoji without a segmenter', async () => {
  const server = await deployment();
  const wide = task({ display_name: '修复登录测试 🚀、ログイン ✅ 로그인' });
  server.on('GET', TASKS, json(200, { tasks: [wide], count: 1 }));
  server.on('GET', ONE, json(200, wide));
  const answer = `## 结果 🎉\n\n- **登录**测试通过 ✅\n- ${'请看看这个很长的说明，然后决定。'.repeat(12)}`;
  server.on(
    'GET',
    `${ONE}/logs`,
    json(200, { logs: [message(1, 'input', '修复一下 🚀'), message(2, 'output', answer)] }),
  );
  const home = makeHome();
  const hook = path.join(home.folder, 'record-segmenters.cjs');
  writeFileSync(hook, RECORD_SEGMENTERS);
  writeFileSync(`${hook}.log`, '');
  const { env, ...options } = signedIn(server);
  for (let start = 0; start < 2; start++) {
    const app = await home.open([], { ...options, env: { ...env, NODE_OPTIONS: `--require ${hook}` } });
    await app.until('登录测试通过');
    app.press('q');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
  }
  expect(readFileSync(`${hook}.log`, 'utf8')).toBe('');
});
