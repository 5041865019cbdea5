import { describe, expect, it } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import type { QueuedMessage, Transcript } from '../../src/domain/transcript.ts';
import { initialPromptKey, titleKey } from '../../src/store/slices/drafts.ts';
import { bulkLines } from '../../src/view/questions/bulk-question.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { PLAIN_THEME } from '../../src/view/theme.ts';
import { agent, live, makeChat, makeTask, NOON, you } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const queued = (id: string, text: string): QueuedMessage => ({ id, parts: textParts(text), at: NOON });

const CONVERSATION: Transcript = {
  ...live(
    you(1, 'Fix the tests'),
    agent(2, 'Done.'),
    you(5, 'Now the docs'),
    agent(6, 'Reading.'),
    agent(7, 'Writing.'),
  ),
  queue: [queued('71', 'Run the linter'), queued('72', 'Then commit')],
};

const appWith = (about = {}, transcript: Transcript = CONVERSATION): AppFixture =>
  appFixture(
    applyEvents(
      emptyState(),
      listReceived([makeChat({ id: 'c', displayName: 'Fix tests', status: 'running', ...about })]),
      transcriptReceived('c', transcript),
    ),
  );

describe('Q', () => {
  it('edits a message of the server’s queue in the prompt of its chat', () => {
    const app = appWith();
    app.press('Q', 'down', 'e');
    expect(app.calls).toEqual([{ what: 'take-out', taskId: 'c', queueId: '72', purpose: 'edit' }]);
    expect(app.state().view).toMatchObject({ focus: 'prompt', overlay: null, selected: 'c' });
  });

  it('cancels and sends now, and says why the order and the delivery are the server’s', () => {
    const app = appWith();
    app.press('Q', 'x', 's');
    expect(app.calls).toEqual([
      { what: 'take-out', taskId: 'c', queueId: '71', purpose: 'cancel' },
      { what: 'send-now', taskId: 'c', queueId: '71' },
    ]);
    app.press('J');
    expect(app.notice()).toBe('The server keeps the order of its queue. s sends a message now.');
    app.press('y');
    expect(app.notice()).toBe('The server has it already.');
  });

  it('waits for the answer before it changes the same message again', () => {
    const app = appWith();
    app.dispatch({ type: 'queue-request-started', taskId: 'c', queueId: '71', kind: 'take-out', now: NOON });
    app.press('Q', 'x');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe('The server is changing it already.');
  });

  it('takes no message with attachments out of the queue: the prompt cannot hold them', () => {
    const withFile: QueuedMessage = {
      ...queued('73', 'See the trace'),
      parts: [...textParts('See the trace'), { type: 'file', name: 'trace.txt', mediaType: 'text/plain' }],
    };
    const app = appWith({}, { ...CONVERSATION, queue: [withFile] });
    app.press('Q', 'x');
    expect(app.notice()).toMatch(/^It has attachments/u);
    app.press('e');
    expect(app.calls).toEqual([]);
  });

  it('opens at the first message of the selected task, and keeps the selection while the queue changes', () => {
    const app = appWith();
    app.press('Q', 'down');
    app.dispatch(
      transcriptReceived('c', { ...CONVERSATION, queue: [queued('72', 'Then commit')] }, NOON + 1),
    );
    expect(app.state().view.overlay).toEqual({ kind: 'outbox', index: 0 });
  });
});

describe('I on a chat', () => {
  const edit = (app: AppFixture, text: string): void => {
    app.press('I');
    app.type(text);
    app.press('enter');
  };

  it('edits the last prompt, names the effects and sends it only after y', () => {
    const app = appWith();
    edit(app, '!');
    expect(app.state().view.overlay).toEqual({ kind: 'confirm-edit', taskId: 'c', messageId: 5 });
    expect(questionOf(app.state())?.words).toBe(
      'Replace it? Ends the turn, deletes 2 messages after it and 2 queued.',
    );
    app.press('enter');
    expect(app.calls).toEqual([]);
    expect(app.state().view).toMatchObject({ focus: 'prompt', initialPromptTaskId: 'c' });
    app.press('enter', 'y');
    expect(app.calls).toEqual([
      { what: 'edit-last-prompt', taskId: 'c', messageId: 5, text: 'Now the docs!' },
    ]);
    // A draft until the server accepts it.
    expect(app.state().drafts.get(initialPromptKey('c'))?.text).toBe('Now the docs!');
    expect(app.state().view).toMatchObject({ focus: 'list', initialPromptTaskId: null });
  });

  it('sends nothing for an unchanged prompt, and keeps a change after esc', () => {
    const app = appWith();
    app.press('I', 'enter');
    expect(app.state().view.overlay).toBeNull();
    expect(app.state().drafts.size).toBe(0);
    app.press('I');
    app.type('?');
    app.press('esc', 'I');
    expect(app.state().drafts.get(initialPromptKey('c'))?.text).toBe('Now the docs?');
    expect(app.calls).toEqual([]);
  });

  it('replaces nothing when another prompt was sent while the question was open', () => {
    const app = appWith();
    edit(app, '!');
    const newer = live(...CONVERSATION.messages, you(9, 'Stop'));
    app.dispatch(transcriptReceived('c', { ...newer, queue: [] }, NOON + 1));
    app.press('y');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toMatch(/^Another prompt was sent meanwhile/u);
    expect(app.state().drafts.get(initialPromptKey('c'))?.text).toBe('Now the docs!');
  });

  it('says why an archived chat, or one without loaded messages, has nothing to edit', () => {
    const archived = appWith({ archived: true, status: 'waiting' });
    archived.press('I');
    expect(archived.notice()).toMatch(/^It is archived and/u);
    const empty = appFixture(applyEvents(emptyState(), listReceived([makeChat({ id: 'c' })])));
    empty.press('I');
    expect(empty.notice()).toBe('Its messages have not loaded yet.');
  });
});

describe('a message to an archived chat', () => {
  it('stays a draft, and the key that restores it is named', () => {
    const app = appWith({ archived: true, status: 'waiting' });
    app.press('i');
    app.type('more');
    app.press('enter');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe(
      'It is archived and accepts no messages. Press r to restore it. The draft stays.',
    );
    expect(app.state().drafts.get('c')?.text).toBe('more');
  });
});

describe('a message to marked tasks and chats', () => {
  it('goes to the server’s queue of a working chat, and not to an archived one', () => {
    const app = appFixture(
      applyEvents(
        emptyState({ columns: 120, rows: 40 }),
        listReceived([
          makeChat({ id: 'c', displayName: 'Working chat', status: 'running' }),
          makeChat({ id: 'd', displayName: 'Archived chat', archived: true }),
          taskIn('working', 'a', { displayName: 'Working task' }),
        ]),
        { type: 'marks-changed', marked: new Set(['c', 'd', 'a']) },
      ),
    );
    app.press('i');
    app.type('stop');
    app.press('enter');
    const plain = { width: 90, height: 12 };
    const lines = bulkLines(app.state(), 'send', ['c', 'd', 'a'], PLAIN_THEME, plain).join('\n');
    expect(lines).toMatch(/Working chat {2}working, queued on the server/u);
    expect(lines).toMatch(/Working task {2}working, queued\n/u);
    expect(lines).toMatch(/Archived chat: It is archived/u);
    app.press('y');
    expect(app.calls).toEqual([
      { what: 'send', taskId: 'c', text: 'stop' },
      { what: 'send', taskId: 'a', text: 'stop' },
    ]);
  });
});

describe('x on marked chats', () => {
  it('says for how many chats the next queued message runs', () => {
    const app = appWith();
    app.dispatch({ type: 'marks-changed', marked: new Set(['c']) });
    app.press('x');
    app.dispatch({ type: 'terminal-resized', size: { columns: 120, rows: 40 } });
    expect(questionOf(app.state())?.words).toMatch(/^Interrupt 1 task and run the next queued message of 1/u);
    const lines = bulkLines(app.state(), 'interrupt', ['c'], PLAIN_THEME, { width: 60, height: 12 });
    expect(lines[0]).toMatch(/Fix tests {2}working, its queue goes on$/u);
  });
});

describe('T', () => {
  it('renames a chat, starting with its title, and keeps the text until the server accepts it', () => {
    const app = appWith();
    app.press('T');
    app.type(' again');
    app.press('enter');
    expect(app.calls).toEqual([{ what: 'rename', taskId: 'c', title: 'Fix tests again' }]);
    expect(app.state().view.overlay).toBeNull();
    app.press('T');
    expect(app.state().view.overlay).toMatchObject({ kind: 'rename', title: 'Fix tests again' });
    expect(app.state().drafts.get(titleKey('c'))?.text).toBe('Fix tests again');
  });

  it('sends no request for an unchanged, an empty or a too long title', () => {
    const app = appWith();
    app.press('T', 'enter', 'T', 'ctrl+u', 'enter');
    expect(app.notice()).toBe('The title is empty.');
    expect(app.state().view.overlay).toMatchObject({ kind: 'rename' });
    app.paste('x'.repeat(201));
    app.press('enter');
    expect(app.notice()).toBe('A title has at most 200 characters; this one has 201.');
    expect(app.calls).toEqual([]);
  });

  it('asks the server for a title once', () => {
    const app = appWith();
    app.press('T', 'ctrl+g', 'ctrl+g');
    expect(app.calls).toEqual([{ what: 'propose-title', taskId: 'c' }]);
    expect(app.notice()).toBe('The server is asked already.');
  });

  describe('on a task, which has no title of its user on the server', () => {
    const appWithTask = (title = '') => {
      const app = appFixture(
        applyEvents(emptyState(), listReceived([makeTask({ id: 'a', displayName: 'Server title' })])),
      );
      app.dispatch({ type: 'own-title-changed', taskId: 'a', title });
      return app;
    };

    it('gives it a title of its own', () => {
      const app = appWithTask();
      app.press('T', 'ctrl+u');
      app.type('Mine');
      app.press('enter');
      expect(app.calls).toEqual([{ what: 'rename', taskId: 'a', title: 'Mine' }]);
      expect(app.state().drafts.size).toBe(0);
    });

    it('removes the own title with an empty one, and with that of the server', () => {
      const app = appWithTask('Mine');
      app.press('T', 'ctrl+u', 'enter', 'T', 'ctrl+u');
      app.type('Server title');
      app.press('enter');
      expect(app.calls).toEqual([
        { what: 'rename', taskId: 'a', title: '' },
        { what: 'rename', taskId: 'a', title: '' },
      ]);
    });

    it('says that there is no own title to remove, and that no title is proposed', () => {
      const app = appWithTask();
      app.press('T', 'ctrl+g');
      expect(app.notice()).toBe('The server proposes titles only for chats.');
      app.press('ctrl+u', 'enter');
      expect(app.notice()).toBe('It has no title of its own.');
      app.press('esc', 'T', 'enter');
      expect(app.calls).toEqual([]);
    });
  });

  it('runs the inverse with U', () => {
    const app = appWith();
    const [task] = app.state().tasks;
    if (task === undefined) throw new Error('There is no task.');
    app.dispatch({ type: 'task-renamed', task, before: 'Old title' });
    app.press('U');
    expect(app.calls).toEqual([{ what: 'rename', taskId: 'c', title: 'Old title' }]);
  });
});
