import { expect, test } from 'vitest';
import { parseSavedNewTask } from '../../src/storage/saved-new-task.ts';

test('a form and the last choice come back as they were kept', () => {
  const kept = {
    form: { template: 't', preset: { named: 'Small' }, name: 'fix-7' },
    lastChoice: { template: 't', preset: 'none' },
  };
  expect(parseSavedNewTask(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
});

test('nothing of what is not as it should be', () => {
  expect(parseSavedNewTask({})).toEqual({});
  expect(parseSavedNewTask({ form: 'x', lastChoice: 7 })).toEqual({});
  expect(
    parseSavedNewTask({
      form: { template: 1, preset: {}, name: null },
      lastChoice: { template: 't', preset: 'odd' },
    }),
  ).toEqual({ form: { template: null, preset: null, name: '' } });
});
