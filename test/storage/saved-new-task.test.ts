import { expect, test } from 'vitest';
import { parseSavedNewTask } from '../../src/storage/saved-new-task.ts';

test('the form and the last choice are restored', () => {
  const stored = {
    form: { template: 't', preset: { named: 'Small' }, name: 'fix-7' },
    lastChoice: { template: 't', preset: 'none' },
  };
  expect(parseSavedNewTask(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
});

test('invalid values are skipped', () => {
  expect(parseSavedNewTask({})).toEqual({});
  expect(parseSavedNewTask({ form: 'x', lastChoice: 7 })).toEqual({});
  expect(
    parseSavedNewTask({
      form: { template: 1, preset: {}, name: null },
      lastChoice: { template: 't', preset: 'odd' },
    }),
  ).toEqual({ form: { template: null, preset: null, name: '' } });
});
