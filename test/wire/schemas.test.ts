import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { transitionResponse } from '../../src/wire/build.ts';
import { errorResponse, optionalId, optionalText, timestamp, withDefault } from '../../src/wire/common.ts';
import { wireTranscript } from '../../src/wire/transcript.ts';

test.each([
  ['2026-03-04T10:00:00Z', Date.UTC(2026, 2, 4, 10)],
  ['2026-03-04T10:00:00.5Z', Date.UTC(2026, 2, 4, 10, 0, 0, 500)],
  ['2026-03-04T10:00:00.123456Z', Date.UTC(2026, 2, 4, 10, 0, 0, 123)],
  ['2026-03-04T10:00:00+01:00', Date.UTC(2026, 2, 4, 9)],
  // Go's zero time.
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
])('the time %s', (text, at) => {
  expect(timestamp.parse(text)).toBe(at);
});

test.each(['', 'yesterday', 5, null])('%j is not a time', (value) => {
  expect(timestamp.safeParse(value).success).toBe(false);
});

test('a missing field and null get the default; a wrong type is an error', () => {
  const schema = z.object({ n: withDefault(z.number(), 0), id: optionalId, text: optionalText });
  expect(schema.parse({})).toEqual({ n: 0, id: null, text: '' });
  expect(schema.parse({ n: null, id: null, text: null })).toEqual({ n: 0, id: null, text: '' });
  expect(schema.parse({ n: 3, id: 'a', text: 'b' })).toEqual({ n: 3, id: 'a', text: 'b' });
  for (const wrong of [{ n: '3' }, { id: { uuid: 'a', valid: true } }, { text: 7 }]) {
    expect(schema.safeParse(wrong).success).toBe(false);
  }
});

test("a pause returns its build or the build's id", () => {
  expect(transitionResponse.parse({ workspace_build_id: 'b' })).toEqual({ workspace_build_id: 'b' });
  expect(transitionResponse.parse({ workspace_build: { id: 'b', build_number: 2 } })).toEqual({
    workspace_build: {
      id: 'b',
      build_number: 2,
      transition: '',
      reason: '',
      created_at: null,
      job: null,
      template_version_name: '',
      template_version_preset_id: null,
    },
  });
  expect(transitionResponse.safeParse({}).success).toBe(false);
});

test('an error body needs only its message', () => {
  expect(errorResponse.parse({ message: 'No.' })).toEqual({ message: 'No.' });
  expect(errorResponse.parse({ message: 'No.', validations: null }).validations).toBeNull();
  expect(errorResponse.safeParse({ error: 'No.' }).success).toBe(false);
});

test('a transcript without messages: null or an empty list', () => {
  expect(wireTranscript.parse({ logs: null })).toEqual({ logs: null, snapshot: false, snapshot_at: null });
  expect(wireTranscript.parse({ logs: [], snapshot: true })).toMatchObject({ logs: [], snapshot: true });
  expect(wireTranscript.safeParse({}).success).toBe(false);
});
