import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, pollOften, signedIn, TASKS, TOKEN } from './deployment.ts';

const HOSTILE = 'Fix $(touch pwned) `touch pwned`; "touch pwned"';

const body = (state: string, message: string) =>
  task({
    display_name: `${HOSTILE}\n\u0000end`,
    current_state: { timestamp: new Date().toISOString(), state, message, uri: '' },
  });

function answer(server: CoderServer, about: ReturnType<typeof task>): void {
  server.on('GET', TASKS, json(200, { tasks: [about], count: 1 }));
  server.on('GET', ONE, json(200, about));
}

it('hooks run when a task changes its phase and when it needs the user, and hostile names stay text', async () => {
  const server = await deployment();
  const home = makeHome();
  const log = path.join(home.folder, 'hooks.log');
  const script = path.join(home.folder, 'bin', 'on-change');
  writeFileSync(
    script,
    `#!/bin/sh\ninput=$(cat)\n{ printf '%s\\n' "argument: $1" "title: $TASKDECK_TITLE" "$TASKDECK_EVENT: $TASKDECK_PREVIOUS_PHASE to $TASKDECK_PHASE" "url: $TASKDECK_URL" "token: $CODER_SESSION_TOKEN" "$input"; } >> '${log}'\n`,
  );
  chmodSync(script, 0o755);
  const needs = path.join(home.folder, 'needs.log');
  pollOften(home, {
    hooks: [
      { on: 'phase', run: ['on-change', '{title}'] },
      { on: 'needs-you', run: `printf '%s\\n' "$TASKDECK_TITLE $TASKDECK_MESSAGE" >> '${needs}'` },
      { on: 'phase', phases: ['idle'], run: 'echo broken >&2; exit 7' },
    ],
  });
  answer(server, body('working', 'On it'));
  const app = await home.open([], { ...signedIn(server), cols: 120 });
  await app.until('On it');
  expect(existsSync(log)).toBe(false);
  answer(server, body('idle', 'Which branch?'));
  await expect.poll(() => existsSync(log) && readFileSync(log, 'utf8').includes('{')).toBe(true);
  const text = readFileSync(log, 'utf8');
  expect(text).toContain(`argument: ${HOSTILE}`);
  expect(text).toContain(`title: ${HOSTILE}`);
  expect(text).toContain('phase: working to idle');
  expect(text).toMatch(/url: http:\/\/.*\/tasks\/ada\//u);
  expect(text).not.toContain(TOKEN);
  const change = JSON.parse(text.slice(text.indexOf('{"time"')));
  expect(change).toMatchObject({
    kind: 'task',
    phase: 'idle',
    previous_phase: 'working',
    message: 'Which branch?',
    needs_you: true,
  });
  await expect.poll(() => existsSync(needs) && readFileSync(needs, 'utf8')).toContain('Which branch?');
  expect(readFileSync(needs, 'utf8')).toContain(HOSTILE);
  await app.shows(/The hook “echo broken .* failed with exit code 7: broken/u);
  expect(existsSync(path.join(home.folder, 'pwned'))).toBe(false);
});

it('wrong hooks are reported with line and field', async () => {
  const server = await deployment();
  const home = pollOften(makeHome(), {
    hooks: [
      { on: 'needs-you', phases: ['idle'], run: 'true' },
      { on: 'phase', run: 'echo {title}' },
    ],
  });
  const { out, err } = await home.call(['doctor'], signedIn(server));
  expect(out + err).toContain('hooks.0.phases: belongs to "on": "phase"');
  expect(out + err).toContain('hooks.1.run: has {title} in a line for the shell');
  expect(out + err).toContain('Write "$TASKDECK_TITLE"');
});
