import { describe, expect, it } from 'vitest';
import { BackendError } from '../../src/domain/errors.ts';
import {
  chatsRefused,
  chatsUnavailable,
  neitherAvailable,
  tasksUnavailable,
} from '../../src/domain/unavailable.ts';

const forbidden = new BackendError({
  kind: 'forbidden',
  message: 'Forbidden.',
  status: 403,
  tookEffect: 'no',
});

describe('a server without Chats', () => {
  it.each([
    ['v2.27.3', /2\.27, which is too old for Chats/, /2\.33 or newer/],
    ['v2.32.0', /2\.32, where Chats are an experiment/, /CODER_EXPERIMENTS=agents/],
    ['v2.37.0', /2\.37, but does not answer requests for Chats/, /proxies/],
    [null, /^This server has no Chats\.$/, /2\.33 or newer/],
    ['v0.0.0-devel', /^This server has no Chats\.$/, /2\.33 or newer/],
  ])('of version %s', (version, message, hint) => {
    const error = chatsUnavailable(version);
    expect(error).toMatchObject({
      kind: 'no-tasks',
      tookEffect: 'no',
      unavailable: { api: 'Chats', version },
    });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });
});

describe('a server with neither', () => {
  it.each([
    ['v2.27.3', /2\.27, which is too old for Tasks and for Chats\.$/, /update it/],
    ['v2.30.0', /2\.30, but does not answer requests for Tasks\.$/, /proxies/],
    ['v2.34.0', /2\.34, but answers requests neither for Tasks nor for Chats\.$/, /proxies/],
    ['v2.36.1', /2\.36, where Tasks are turned off, and does not answer/, /update it to 2\.37 or newer/],
    [
      'v2.38.0',
      /2\.38, which no longer has Tasks, and does not answer requests for Chats\.$/,
      /administrator/,
    ],
    [null, /^This server has neither Tasks nor Chats\.$/, /administrator/],
  ])('of version %s says one thing', (version, message, hint) => {
    const errors = [tasksUnavailable(version), chatsUnavailable(version)] as const;
    const error = neitherAvailable(errors);
    expect(error).toMatchObject({ kind: 'no-tasks', status: 404, tookEffect: 'no' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(neitherAvailable(errors)).toBe(error);
  });

  it('for a user without the role names the role', () => {
    const version = 'v2.36.1';
    const error = neitherAvailable([tasksUnavailable(version), chatsRefused(version, forbidden)]);
    expect(error.message).toBe('This server runs Coder 2.36 without Tasks, and you may not use Chats on it.');
    expect(error.unavailable?.reason).toBe('refused');
    expect(error.hint).toMatch(/administrator.*`agents-access`/u);
  });

  it('that has one source keeps its error', () => {
    const error = tasksUnavailable('v2.36.1');
    expect(neitherAvailable([error])).toBe(error);
  });
});
