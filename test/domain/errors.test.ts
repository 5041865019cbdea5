import { expect, it } from 'vitest';
import { BackendError, errorText, NoTokenError, UsageError } from '../../src/domain/errors.ts';

it('keeps its facts', () => {
  const cause = new Error('reset');
  const error = new BackendError({
    kind: 'rate-limited',
    message: 'Too many.',
    detail: 'Wait.',
    status: 429,
    retryAfterMs: 60_000,
    tookEffect: 'no',
    cause,
  });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'BackendError',
    kind: 'rate-limited',
    message: 'Too many.',
    detail: 'Wait.',
    hint: undefined,
    validations: [],
    status: 429,
    retryAfterMs: 60_000,
    tookEffect: 'no',
    cause,
  });
});

it("says the server's words, then its details, then what to do", () => {
  const error = new BackendError({
    kind: 'invalid',
    message: 'Unable to create a Task.',
    detail: 'See below.',
    validations: [
      { field: 'name', detail: 'is taken' },
      { field: 'input', detail: 'is empty' },
    ],
    hint: 'Choose another name.',
    tookEffect: 'no',
  });
  expect(errorText(error)).toBe(
    'Unable to create a Task. See below. name: is taken. input: is empty. Choose another name.',
  );
});

it('leaves out what is not there', () => {
  expect(errorText(new BackendError({ kind: 'server', message: 'No.', detail: '', tookEffect: 'no' }))).toBe(
    'No.',
  );
});

it('has words for whatever was thrown', () => {
  expect(errorText(new TypeError('x is not a function'))).toBe('x is not a function');
  expect(errorText('gone')).toBe('gone');
});

it('a missing token is wrong usage, and says for which deployment', () => {
  const error = new NoTokenError('https://coder.example.com', 'Sign in first.');
  expect(error).toBeInstanceOf(UsageError);
  expect(error.url).toBe('https://coder.example.com');
  expect(errorText(error)).toBe('Sign in first.');
});
