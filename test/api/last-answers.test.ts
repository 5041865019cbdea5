import { expect, test } from 'vitest';
import { LastAnswers } from '../../src/api/last-answers.ts';

const read = (answers: LastAnswers<object>, key: string, body: string) =>
  answers.read(key, Buffer.from(body), () => ({ body }));

test('equal bytes are not parsed again', () => {
  const answers = new LastAnswers<object>();
  const first = read(answers, 'a', 'x');
  const again = answers.read('a', Buffer.from('x'), () => {
    throw new Error('parsed');
  });
  expect(again).toBe(first);
});

test('the longest unused answers are forgotten when there are too many bytes', () => {
  const answers = new LastAnswers<object>(10);
  const a = read(answers, 'a', '1234');
  const b = read(answers, 'b', '1234');
  expect(read(answers, 'a', '1234')).toBe(a);
  read(answers, 'c', '1234');
  expect(read(answers, 'a', '1234')).toBe(a);
  expect(read(answers, 'b', '1234')).not.toBe(b);
});

test('the newest is kept even when it is larger than all that may be kept', () => {
  const answers = new LastAnswers<object>(3);
  const large = read(answers, 'a', '1234567');
  expect(read(answers, 'a', '1234567')).toBe(large);
  const next = read(answers, 'b', '12345');
  expect(read(answers, 'b', '12345')).toBe(next);
  expect(read(answers, 'a', '1234567')).not.toBe(large);
});
