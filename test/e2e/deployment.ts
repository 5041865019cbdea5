import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { message, TASK_ID, task } from '../api/response-bodies.ts';
import {
  type CoderServer,
  type CoderServerOptions,
  json,
  type Reply,
  startCoderServer,
} from '../support/coder-server.ts';
import type { Home } from '../support/home.ts';

/** The valid token. */
export const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';
export const TASKS = '/api/v2/tasks';
/** Route of its only task. */
export const ONE = `${TASKS}/ada/${TASK_ID}`;

export const SIGNED_OUT = json(401, {
  message: 'You are signed out or your session has expired.',
  detail: 'Expired.',
});

const userOrSignedOut: Reply = (response, request, socket) =>
  (request.headers['coder-session-token'] === TOKEN
    ? json(200, { id: 'u', username: 'ada', name: 'Ada' })
    : SIGNED_OUT)(response, request, socket);

/** A Coder server with one idle task of ada, until the current test ends. */
export async function deployment(options: CoderServerOptions = {}): Promise<CoderServer> {
  const server = await startCoderServer(options);
  onTestFinished(() => server.close());
  server.on('GET', '/api/v2/buildinfo', json(200, { version: 'v2.33.4+3f1c0de', dashboard_url: server.url }));
  server.on('GET', '/api/v2/users/me', userOrSignedOut);
  server.on('GET', '/api/v2/templates', json(200, []));
  server.on('GET', TASKS, json(200, { tasks: [task()], count: 1 }));
  server.on('GET', ONE, json(200, task()));
  server.on(
    'GET',
    `${ONE}/logs`,
    json(200, {
      logs: [message(1, 'input', 'Please fix the login redirect'), message(2, 'output', 'Which branch?')],
    }),
  );
  return server;
}

/** The environment of a signed-in user. */
export const signedIn = (server: CoderServer) => ({
  env: { CODER_URL: server.url, CODER_SESSION_TOKEN: TOKEN },
});

/** Makes taskdeck poll twice a second, so that tests need not wait. `more`: other settings. */
export function pollOften(home: Home, more: Readonly<Record<string, unknown>> = {}): Home {
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  const settings = { poll: { list: 0.5, transcript: 0.5 }, ...more };
  writeFileSync(path.join(folder, 'config.jsonc'), JSON.stringify(settings));
  return home;
}
