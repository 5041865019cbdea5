import { expect, test } from 'vitest';
import { CODER_AGENTS, NO_CHAT_CHOICE } from '../../src/domain/new-chat.ts';
import { parseSavedNewTask } from '../../src/storage/saved-new-task.ts';

const NOTHING = { preset: null, name: '', directory: '', base: '', branch: '' };

test('the form and the last choice are restored', () => {
  const stored = {
    form: {
      template: 't',
      preset: { named: 'Small' },
      name: 'fix-7',
      directory: '~/src',
      base: 'feature',
      branch: 'fix/登录',
      chat: NO_CHAT_CHOICE,
    },
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
  ).toEqual({ form: { ...NOTHING, template: null, chat: NO_CHAT_CHOICE } });
});

test('the choices of a chat are restored, without their invalid parts', () => {
  const chat = {
    organization: 'o',
    model: 'm',
    effort: 'high',
    planMode: true,
    workspace: { newFrom: 't' },
    permission: 'edits',
    worktree: true,
  } as const;
  const stored = {
    form: { ...NOTHING, template: CODER_AGENTS, chat },
    lastChoice: {
      template: CODER_AGENTS,
      preset: 'default',
      chat: { ...chat, workspace: { existing: 'w' } },
    },
  };
  expect(parseSavedNewTask(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  expect(
    parseSavedNewTask({
      lastChoice: {
        template: CODER_AGENTS,
        preset: 'default',
        chat: {
          model: 7,
          effort: 'low',
          planMode: 'yes',
          workspace: { existing: 7 },
          worktree: 'yes',
          later: 'field',
        },
      },
    }),
  ).toEqual({
    lastChoice: { template: CODER_AGENTS, preset: 'default', chat: { ...NO_CHAT_CHOICE, effort: 'low' } },
  });
});
