import { expect, it } from 'vitest';
import { BackendError, errorText, NoTokenError, UsageError } from '../../src/domain/errors.ts';

it('keeps its fields', () => {
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

it('shows the message, then the detail, then the hint', () => {
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

it('leaves out missing parts', () => {
  expect(errorText(new BackendError({ kind: 'server', message: 'No.', detail: '', tookEffect: 'no' }))).toBe(
    'No.',
  );
});

it('describes any thrown value', () => {
  expect(errorText(new TypeError('x is not a function'))).toBe('x is not a function');
  expect(errorText('gone')).toBe('gone');
});

it('a missing token is a usage error that names the deployment', () => {
  const error = new NoTokenError('https://coder.example.com', 'Sign in first.');
  expect(error).toBeInstanceOf(UsageError);
  expect(error.url).toBe('https://coder.example.com');
  expect(errorText(error)).toBe('Sign in first.');
});
