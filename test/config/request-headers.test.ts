import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestHeaders } from '../../src/config/request-headers.ts';
import { UsageError } from '../../src/domain/errors.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

const URL = 'https://coder.example.com';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

const headers = (env: Record<string, string>, url = URL) =>
  requestHeaders(url, { ...place.env, ...env }, new AbortController().signal);

test.each([
  ['X-One=1', { 'x-one': '1' }],
  ['X-One=1, X-Two = a=b ', { 'x-one': '1', 'x-two': 'a=b' }],
  ['"X-List=a,b","X-Quote=say ""hi"""', { 'x-list': 'a,b', 'x-quote': 'say "hi"' }],
  ['X-Empty=', { 'x-empty': '' }],
  ['', {}],
])('CODER_HEADER=%s', async (CODER_HEADER, expected) => {
  expect(await headers({ CODER_HEADER })).toEqual(expected);
});

test('a command runs in the shell, gets the URL, and its headers come last', async () => {
  const CODER_HEADER_COMMAND = 'echo "X-One=from $CODER_URL"; printf "X-Two=2\\r\\n\\n"; echo noise >&2';
  expect(await headers({ CODER_HEADER: 'X-One=1,X-Zero=0', CODER_HEADER_COMMAND })).toEqual({
    'x-one': `from ${URL}`,
    'x-two': '2',
    'x-zero': '0',
  });
});

test('the command does not get the token', async () => {
  const env = {
    CODER_HEADER_COMMAND: 'echo "X-Token=[$CODER_SESSION_TOKEN]"',
    CODER_SESSION_TOKEN: 'secret',
  };
  expect(await headers(env)).toEqual({ 'x-token': '[]' });
});

test('headers of CODER_URL go to no other deployment', async () => {
  const env = { CODER_HEADER: 'X-One=1', CODER_HEADER_COMMAND: 'echo X-Two=2', CODER_URL: `${URL}/` };
  expect(await headers(env)).toEqual({ 'x-one': '1', 'x-two': '2' });
  expect(await headers(env, 'https://other.example.com')).toEqual({});
});

test.each([
  [{ CODER_HEADER: 'no equals secret' }, /CODER_HEADER contains an invalid header/],
  [{ CODER_HEADER: 'two words=secret' }, /CODER_HEADER contains an invalid header/],
  [{ CODER_HEADER: '=secret' }, /CODER_HEADER contains an invalid header/],
  [{ CODER_HEADER_COMMAND: 'printf "X=secret\\001\\n"' }, /CODER_HEADER_COMMAND contains an invalid header/],
  [{ CODER_HEADER_COMMAND: 'echo X=secret; exit 3' }, /CODER_HEADER_COMMAND failed \(exit 3\)/],
])('%j is rejected without showing it', async (env, problem) => {
  const refused = headers(env);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(problem);
  await expect(refused).rejects.not.toThrow(/secret/);
});
