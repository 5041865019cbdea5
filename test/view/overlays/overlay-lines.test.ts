import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { helpWindow } from '../../../src/commands/help.ts';
import type { ActionId } from '../../../src/domain/action.ts';
import type { BackendErrorKind } from '../../../src/domain/errors.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { tasksUnavailable } from '../../../src/domain/unavailable.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import type { State } from '../../../src/store/state.ts';
import { noticeLines } from '../../../src/view/bars/notice-lines.ts';
import { tooSmallLines } from '../../../src/view/bars/too-small.ts';
import { emptyLines, problemLines } from '../../../src/view/list/problem-lines.ts';
import { helpLines, helpStatus } from '../../../src/view/overlays/help-rows.ts';
import { outboxLines, outboxStatus } from '../../../src/view/overlays/outbox-lines.ts';
import { questionLine, questionOf } from '../../../src/view/questions/question.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import { makeTask, NOON, type TaskFields } from '../../domain/builders.ts';
import {
  applyEvents,
  delivery,
  emptyState,
  listReceived,
  onDeployment,
  stateWithTasks,
} from '../../store/state-builders.ts';
import { failure, SCENES, WORDS } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const bare = (lines: readonly string[]): string[] => lines.map((line) => stripVTControlCharacters(line));

describe('a question', () => {
  const asking = (state: State): string => {
    const question = questionOf(state);
    return question === null ? '' : stripVTControlCharacters(questionLine(question, plain));
  };
  const deleting = (columns: number, displayName: string): State =>
    applyEvents(
      onDeployment(emptyState({ columns, rows: 24 })),
      listReceived([makeTask({ id: 'a', displayName })]),
      {
        type: 'overlay-opened',
        overlay: { kind: 'confirm-action', action: 'delete', taskId: 'a' },
      },
    );
  const local = (columns: number, action: ActionId, about: TaskFields): string =>
    asking(
      applyEvents(
        {
          ...emptyState({ columns, rows: 24 }),
          deployment: { name: 'local', local: true, home: '/home/ada' },
        },
        listReceived([makeTask({ id: 'a', displayName: 'Fix login', ...about })]),
        { type: 'overlay-opened', overlay: { kind: 'confirm-action', action, taskId: 'a' } },
      ),
    );

  it('before a delete names the task and the keys', () => {
    expect(asking(deleting(120, 'Fix login redirect'))).toBe(
      ' ? Delete “Fix login redirect” and its workspace?  y deletes  other keys keep it',
    );
  });

  it.each([
    [
      'one of the user’s',
      { path: '/home/ada/src/x', owned: false },
      'Delete “Fix login”? The directory ~/src/x stays.',
    ],
    ['one elsewhere', { path: '/srv/x', owned: false }, 'Delete “Fix login”? The directory /srv/x stays.'],
    [
      'a hostile one',
      { path: '/srv/\x1b[31mx', owned: false },
      'Delete “Fix login”? The directory /srv/x stays.',
    ],
    [
      'one made for it',
      { path: '/state/tasks/1', owned: true },
      'Delete “Fix login” and the directory created for it?',
    ],
    ['one that an older server does not name', null, 'Delete “Fix login”?'],
  ] as const)(
    'before a delete on this machine says whether the directory is deleted: %s',
    (_, directory, words) => {
      expect(local(120, 'delete', { directory })).toBe(` ? ${words}  y deletes  other keys keep it`);
    },
  );

  it('mentions no workspace if there is none', () => {
    const state = applyEvents(
      onDeployment(emptyState()),
      listReceived([makeTask({ id: 'a', workspaceId: null })]),
      {
        type: 'overlay-opened',
        overlay: { kind: 'confirm-action', action: 'delete', taskId: 'a' },
      },
    );
    expect(asking(state)).toContain('Delete “name-a”?');
  });

  it('keeps the path visible at every width', () => {
    const directory = { path: `/srv/${'long/'.repeat(30)}x`, owned: false };
    for (let columns = 40; columns <= 200; columns++) {
      const line = local(columns, 'delete', { directory });
      expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      expect(line).toMatch(/long\/x stays\.?/u);
    }
  });

  it.each([
    ['working', 'Pause “Fix login”? Its command ends and does not run again.'],
    ['idle', 'Pause “Fix login”? Its running processes end.'],
  ] as const)('before a pause on this machine says that processes end: %s', (phase, words) => {
    expect(local(120, 'pause', taskIn(phase, 'a', { displayName: 'Fix login' }))).toBe(
      ` ? ${words}  y pauses  other keys cancel`,
    );
  });

  it('cuts a long title but not its keys at 80 columns', () => {
    for (const words of WORDS) {
      const line = asking(deleting(80, words));
      expect(displayWidth(line)).toBeLessThanOrEqual(80);
      expect(line).toMatch(/ \? Delete “.+” and its workspace\? {2}y deletes {2}other keys keep it$/u);
    }
  });

  it('leaves its keys to the footer if there is no room', () => {
    for (let columns = 40; columns < 80; columns++) {
      const line = asking(deleting(columns, 'Fix login redirect'));
      expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      expect(line).toMatch(/^ \? Delete “.+” and its workspace\?/u);
    }
    expect(asking(deleting(50, 'Fix login redirect'))).not.toContain('deletes');
  });

  it('before a resume explains each key, complete at 80 columns', () => {
    const state = applyEvents(emptyState(), listReceived([taskIn('paused', 'a')]), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-resume', taskId: 'a' },
    });
    expect(asking(state)).toBe(' ? The task is paused.  y resume and send  w queue it  other keys back');
    const pausing = applyEvents(state, listReceived([taskIn('pausing', 'a')], NOON + 1));
    expect(asking(pausing)).toMatch(/^ \? The task is pausing\./u);
  });

  it('before a quit counts unsent messages', () => {
    const leaving = (...ids: readonly string[]) =>
      applyEvents(
        stateWithTasks('a'),
        ...ids.map((id): StoreEvent => ({ type: 'delivery-added', delivery: delivery({ id }) })),
        { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
      );
    expect(asking(leaving('1'))).toMatch(
      /^ \? A message stays queued and goes out when taskdeck runs again\./u,
    );
    expect(asking(leaving('1', '2'))).toMatch(/^ \? 2 messages stay queued and go out/u);
  });

  it('is null if none is open', () => {
    expect(questionOf(stateWithTasks('a'))).toBeNull();
  });
});

describe('the help', () => {
  const help = (columns: number, rows: number, top = 0): State =>
    applyEvents(emptyState({ columns, rows }), listReceived([makeTask({ id: 'a' })]), {
      type: 'overlay-opened',
      overlay: { kind: 'help', top },
    });
  const shown = (state: State) => {
    const window = helpWindow(state) ?? expect.fail();
    return { window, lines: bare(helpLines(window, plain)), status: helpStatus(window) };
  };

  it('fits 80 x 24, shows that there is more, and stops at its end', () => {
    const { window, lines, status } = shown(help(80, 24));
    expect(lines).toHaveLength(19);
    expect(lines[0]).toBe(' Move');
    const { lines: more } = shown(help(80, 40));
    expect(more.find((line) => line.includes('Write to the task'))).toMatch(
      /^ {2}enter i +Write to the task, or all marked$/u,
    );
    expect(status[0]).toBe(`1–19 of ${window.total} · ${window.total - 19} more below`);
    const end = shown(help(80, 24, 1_000));
    expect(end.lines.at(-1)).toContain('Timeline: unknown');
    expect(end.status[0]).toMatch(/ · end$/u);
  });

  it('has the reason why a key does nothing in a column of its own, or below where there is no room', () => {
    const { window, lines } = shown(help(80, 24, 12));
    expect(lines.find((line) => line.includes('Resume'))).toMatch(
      /^ {2}r {18}Resume, or restart after an error {3}It is not paused\.$/u,
    );
    const drawn = helpLines(window, plain).find((line) => line.includes('Resume'));
    // Key and title are dimmed and the reason is not, also without colours.
    expect(drawn).toMatch(/\x1b\[2mResume[^\x1b]*\x1b\[22m {2}It is not paused\.$/u);
    const narrow = shown(help(60, 60)).lines;
    const at = narrow.findIndex((line) => line.includes('Resume'));
    expect(narrow[at + 1]).toMatch(/^ {21}not now: It is not paused\.$/u);
  });

  it('has no status if everything fits', () => {
    expect(shown(help(80, 500)).status).toEqual([]);
  });

  it('wraps and never cuts', () => {
    for (let columns = 40; columns <= 120; columns += 5) {
      const { lines } = shown(help(columns, 500));
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(columns - 2);
      expect(lines.join('\n')).not.toContain('…');
    }
  });
});

describe('a screen of its own', () => {
  const problem = (kind: BackendErrorKind, hint?: string, columns = 78, rows = 20): string => {
    const error = hint === undefined ? failure(kind) : Object.assign(failure(kind), { hint });
    const state = applyEvents(emptyState(), {
      type: 'list-failed',
      source: 'tasks',
      error,
      retryAt: NOON + 5_000,
      now: NOON,
    });
    return bare(problemLines(state, plain, columns, rows)).join('\n');
  };

  it.each([
    ['signed-out', 'Not signed in'],
    ['forbidden', 'No permission to see tasks on this server'],
    ['no-tasks', 'Neither Tasks nor Chats on this server'],
    ['not-coder', 'This does not look like a Coder server'],
    ['bad-answer', 'Cannot read the server’s response'],
    ['unreachable', 'Cannot reach the server'],
    ['timeout', 'The server does not answer'],
    ['rate-limited', 'Too many requests'],
    ['server', 'The server reported an error'],
  ] as const)('for %s: the problem, the server’s message, advice', (kind, headline) => {
    const screen = problem(kind, 'Do this.');
    expect(screen).toMatch(
      new RegExp(
        `^\\n {2}${headline}\\n\\n {2}Words of the server\\. Its detail\\.\\n\\n {2}Do this\\.\\n`,
        'u',
      ),
    );
    // And a default advice if the error has none.
    expect(problem(kind).split('\n\n')).toHaveLength(4);
  });

  it('asks to sign in again, or says that it keeps retrying', () => {
    expect(problem('signed-out')).toContain('continues by itself');
    expect(problem('unreachable')).toContain('taskdeck keeps retrying. ctrl+l retries now, q quits.');
  });

  it('keeps the advice on a small screen', () => {
    for (let rows = 4; rows < 12; rows++) {
      const screen = problem('signed-out', 'Do this.', 38, rows);
      expect(screen.split('\n').length).toBeLessThanOrEqual(rows);
      expect(screen).toContain('Do this.');
      expect(screen).toContain('Not signed in');
    }
  });

  it('names the deployment, and after a while says that there is no response', () => {
    const asking = bare(problemLines(emptyState(), plain, 78, 20)).join('\n');
    expect(asking).toMatch(/^\n {2}Loading your tasks from local…$/u);
    const long = applyEvents(emptyState(), { type: 'clock-ticked', now: NOON + 12_000 });
    expect(bare(problemLines(long, plain, 78, 20)).join('\n')).toMatch(
      /No response for 12s\. ctrl\+l retries/u,
    );
  });

  it('sanitises the server’s message', () => {
    const error = failure('server', 'one\x1b[2J\x1b]0;title\x07\r\ntwo');
    const state = applyEvents(emptyState(), {
      type: 'list-failed',
      source: 'tasks',
      error,
      retryAt: NOON,
      now: NOON,
    });
    expect(problemLines(state, plain, 78, 20).join('\n')).not.toMatch(/\x1b\[2J|\x1b\]|\x07/u);
  });
});

describe('an empty list', () => {
  const words = (state: State): string => bare(emptyLines(state, plain, 60)).join('\n');

  it('has a next step, here and on a deployment', () => {
    const local = applyEvents(emptyState(), listReceived([]));
    expect(words(local)).toMatch(/No tasks yet\.\n\n Press n to start one\.[\s\S]*taskdeck login URL/u);
    const far = { ...local, deployment: { name: 'coder.example.com', local: false } };
    expect(words(far)).not.toContain('login');
  });

  it('names the role that chats may need, where there is nothing else', () => {
    const far = { ...emptyState(), deployment: { name: 'coder.example.com', local: false } };
    const chats = { ...listReceived([]), source: 'chats' } as StoreEvent;
    const known = applyEvents(far, { type: 'sources-known', sources: ['tasks', 'chats'] }, chats);
    expect(words(known)).not.toContain('agents-access');
    const failed = {
      type: 'list-failed',
      source: 'tasks',
      error: tasksUnavailable('v2.38.0'),
      retryAt: NOON,
      now: NOON,
    } as const;
    expect(words(applyEvents(known, failed))).toContain('agents-access');
    const both = applyEvents(known, listReceived([]));
    expect(words(both)).not.toContain('agents-access');
  });

  it('says that the filter hides the tasks', () => {
    expect(words(applyEvents(stateWithTasks('a'), { type: 'filter-changed', filter: 'x\x1b[31my' }))).toMatch(
      /No task matches “xy”\.\n esc shows all tasks\./u,
    );
  });
});

describe('a notice', () => {
  const saying = (tone: 'bad' | 'plain', text: string, columns = 80): State =>
    applyEvents(emptyState({ columns, rows: 24 }), listReceived([makeTask({ id: 'a' })]), {
      type: 'notice-changed',
      notice: { tone, text, at: NOON },
    });

  it('about an error has the key that hides it', () => {
    const [line = ''] = bare(noticeLines(saying('bad', 'Refused.'), plain));
    expect(line).toMatch(/^ Refused\. +esc hides $/u);
    expect(line).toHaveLength(80);
  });

  it('without an error disappears by itself', () => {
    expect(bare(noticeLines(saying('plain', 'It is not paused.'), plain))).toEqual([' It is not paused.']);
  });

  it('does not mention esc if esc has another meaning', () => {
    const writing = applyEvents(saying('bad', 'Refused.'), { type: 'pane-focused', pane: 'prompt' });
    expect(bare(noticeLines(writing, plain))).toEqual([' Refused.']);
  });

  it('never grows wider than the screen', () => {
    for (let columns = 40; columns < 100; columns++) {
      const lines = noticeLines(saying('bad', WORDS.join(' '), columns), plain);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});

describe('old data', () => {
  const failing = (columns: number, rows: number): string =>
    bare(
      noticeLines(
        applyEvents(emptyState({ columns, rows }), listReceived([makeTask({ id: 'a' })]), {
          type: 'list-failed',
          source: 'tasks',
          error: Object.assign(
            failure(
              'signed-out',
              'You are signed out or your session has expired. Please sign in again to continue.',
            ),
            { hint: 'Run `taskdeck login https://coder.example.com`, or set CODER_SESSION_TOKEN.' },
          ),
          retryAt: NOON,
          now: NOON,
        }),
        plain,
      ),
    ).join('');

  it('has a line with the server’s error and advice', () => {
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
      [200, 50],
    ] as const) {
      expect(failing(columns, rows)).toMatch(/^ You are signed out/u);
      expect(failing(columns, rows)).toContain('taskdeck login');
    }
  });

  it('has none while the data is fresh', () => {
    expect(noticeLines(stateWithTasks('a'), plain)).toEqual([]);
  });

  it('has one for a server that does not answer', () => {
    const silent = applyEvents(stateWithTasks('a'), { type: 'clock-ticked', now: NOON + 40_000 });
    expect(bare(noticeLines(silent, plain))).toEqual([
      ' local does not answer. The screen may be out of date.',
    ]);
  });
});

describe('the outbox', () => {
  const state = SCENES.outbox?.({ columns: 80, rows: 24 }) ?? emptyState();

  it('has a line for each message, with the chosen one visible and marked', () => {
    const lines = outboxLines(state, 9, plain, 78, 4);
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => line.includes('\x1b[7m'))).toHaveLength(1);
    expect(stripVTControlCharacters(lines.find((line) => line.includes('\x1b[7m')) ?? '')).toContain(
      '한국어',
    );
    for (const line of lines) expect(displayWidth(line)).toBe(78);
    expect(outboxStatus(state, 9)).toEqual(['queued until the agent is ready']);
  });

  it('names the stage of a message that the server has', () => {
    const [accepted, queued] = [delivery({ stage: 'accepted' }), delivery({ id: 'd2', stage: 'queued' })];
    const both = applyEvents(
      stateWithTasks('a'),
      { type: 'delivery-added', delivery: accepted },
      { type: 'delivery-added', delivery: queued },
    );
    const lines = bare(outboxLines(both, 1, plain, 78, 4));
    expect(lines[0]).toMatch(/ sent +yes/u);
    expect(lines[1]).toMatch(/ server +yes/u);
    expect(outboxStatus(both, 1)).toEqual(['queued on the server']);
  });

  it('says that it is empty, and marks messages to unlisted tasks', () => {
    expect(bare(outboxLines(stateWithTasks('a'), 0, plain, 78, 4)).join('')).toBe(' No unsent messages.');
    const gone = applyEvents(stateWithTasks('a'), {
      type: 'delivery-added',
      delivery: delivery({ taskId: 'gone' }),
    });
    expect(bare(outboxLines(gone, 0, plain, 78, 4))[0]).toMatch(/^ unlisted task +sending +yes/u);
  });
});

describe('a screen that is too small', () => {
  it('names the needed size', () => {
    const at = (columns: number) =>
      tooSmallLines(
        applyEvents(stateWithTasks('a'), { type: 'terminal-resized', size: { columns, rows: 9 } }),
        plain,
      );
    expect(at(60)).toEqual(['taskdeck needs 40x10; this is 60x9. q quits.']);
    expect(at(39)).toEqual(['taskdeck needs 40x10. q quits.']);
    expect(at(12)).toEqual(['needs 40x10']);
    expect(at(3)).toEqual(['40…']);
  });

  it('shows an open question', () => {
    const tiny = applyEvents(
      stateWithTasks('a'),
      { type: 'terminal-resized', size: { columns: 39, rows: 9 } },
      { type: 'overlay-opened', overlay: { kind: 'confirm-action', action: 'delete', taskId: 'a' } },
    );
    expect(bare(tooSmallLines(tiny, plain))[0]).toMatch(/^ \? Delete “/u);
  });
});
