import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../../src/domain/edit/buffer.ts';
import { NO_CHAT_CHOICE } from '../../../src/domain/new-chat.ts';
import type { FormField, NewTaskForm } from '../../../src/domain/new-task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { StoreEvent } from '../../../src/store/event.ts';
import { openFormAt } from '../../../src/store/form.ts';
import { NEW_TASK_KEY } from '../../../src/store/slices/drafts.ts';
import type { State } from '../../../src/store/state.ts';
import { formView } from '../../../src/view/overlays/form-lines.ts';
import { formLine, formWords } from '../../../src/view/overlays/form-words.ts';
import { previewWords } from '../../../src/view/overlays/form-worktree-words.ts';
import { template } from '../../commands/phase-builders.ts';
import { AGENT_MODELS, onThisMachine, worktreePreview } from '../../store/chat-form-states.ts';
import { applyEvents } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const AGENT = AGENT_MODELS.slice(1, 2).map((model) => ({ ...model, isDefault: true }));
const HEAD = '1a2b3c4 Fix the login';

/** The form on this machine with a worktree, in this field. */
const inForm = (
  field: FormField,
  change: Partial<NewTaskForm> = {},
  ...events: readonly StoreEvent[]
): State =>
  applyEvents(
    onThisMachine([template('shell')], AGENT),
    { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('Fix the tests') },
    { type: 'form-changed', change: { chat: { ...NO_CHAT_CHOICE, worktree: true }, ...change } },
    { type: 'open-form-changed', openForm: openFormAt(field) },
    ...events,
  );

/** The inside of the form at 80x24. */
const rowsOf = (state: State, width = 78, height = 19): readonly string[] =>
  formView(state, plain, width, height, { prompt: 0, list: 0 }).lines.map((line) =>
    stripVTControlCharacters(line).trimEnd(),
  );
const row = (state: State, label: string): string | undefined =>
  rowsOf(state).find((line) => line.slice(1).startsWith(label));

describe('the form of a chat in a worktree', () => {
  it('shows place, base, branch and set-up before the chat starts, at 80x24', () => {
    const state = inForm('prompt', {}, worktreePreview({ setUp: 'npm ci && npm run build' }));
    expect(rowsOf(state)).toEqual([
      ' kind       Agent',
      ' agent      Gemini CLI',
      ' plan first no',
      ' permission asks first',
      ' directory  ~/src',
      ' worktree   yes, below ~/.local/state/taskdeck/worktrees/src-12345678',
      ` base       main · ${HEAD}`,
      ' branch     taskdeck/… named by the prompt',
      ' set-up     npm ci && npm run build',
      '',
      '▌prompt',
      ' Fix the tests',
    ]);
    expect(formWords(state).join(' ')).toContain(
      `asks first, in a new worktree from main · ${HEAD}, prepared by npm ci && npm run build:`,
    );
  });

  it('shows the commit of a base while it is typed, and what is wrong with it', () => {
    const base = bufferOf('feature');
    const typed = inForm('base', { base });
    expect(rowsOf(typed).slice(6, 8)).toEqual(['▌base       feature', '            looking it up…']);
    const found = worktreePreview({ base: 'feature', baseSubject: 'Begin' }, { base: 'feature' });
    expect(rowsOf(inForm('base', { base }, found)).slice(6, 8)).toEqual([
      '▌base       feature',
      '            feature · 1a2b3c4 Begin',
    ]);
    expect(row(inForm('prompt', { base }, found), 'base')).toBe(' base       feature · 1a2b3c4 Begin');
    const missing = worktreePreview({ reason: 'The repository has no "feature".' }, { base: 'feature' });
    expect(rowsOf(inForm('base', { base }, missing)).slice(6, 8)).toEqual([
      '▌base       feature',
      '            The repository has no "feature".',
    ]);
    expect(formWords(inForm('base', { base }, missing)).join(' ')).toContain(
      'The repository has no "feature".',
    );
    expect(formLine(inForm('base', { base }))).toMatchObject({ label: 'base>', buffer: { text: 'feature' } });
  });

  it('is read out when it arrives, and what is wrong with a base', () => {
    const unknown = inForm('base', { directory: bufferOf('/tmp') });
    const known = applyEvents(unknown, worktreePreview({}, { directory: '/tmp' }));
    expect(previewWords(unknown, known)).toEqual([`The chat gets a new worktree from main · ${HEAD}.`]);
    expect(previewWords(known, applyEvents(known, worktreePreview({}, { directory: '/tmp' })))).toEqual([]);
    const typed = inForm('base', { base: bufferOf('no') });
    const wrong = applyEvents(typed, worktreePreview({ reason: 'No branch no.' }, { base: 'no' }));
    expect(previewWords(typed, wrong)).toEqual(['No branch no.']);
    expect(formWords(known).join(' ')).toContain(`Base of the new worktree: main · ${HEAD}. `);
    const closed = applyEvents(known, { type: 'open-form-changed', openForm: null });
    expect(previewWords(unknown, closed)).toEqual([]);
  });

  it('names the commit of a detached HEAD', () => {
    const detached = worktreePreview({ base: '1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5' });
    expect(row(inForm('prompt', {}, detached), 'base')).toBe(` base       ${HEAD}`);
  });

  it.each([
    ['no choice', { chat: NO_CHAT_CHOICE }, [], 'no: the agent works in the directory itself'],
    ['a directory that is not known yet', { directory: bufferOf('/tmp') }, [], 'loading…'],
    [
      'a directory outside of a repository',
      {},
      [worktreePreview({ reason: '/home/ada/src is in no git repository.' })],
      'no: /home/ada/src is in no git repository.',
    ],
    [
      'a failed request',
      { directory: bufferOf('/tmp') },
      [
        {
          type: 'worktree-preview-loaded',
          directory: '/tmp',
          base: '',
          result: { error: 'Cannot read the repository: No answer.' },
        } as const,
      ],
      'Cannot read the repository: No answer.',
    ],
  ])('has no base and branch with %s', (_, change, events, value) => {
    const state = inForm('prompt', change, ...events);
    expect(row(state, 'worktree')).toBe(` worktree   ${value}`);
    expect(row(state, 'base')).toBeUndefined();
    expect(row(state, 'branch')).toBeUndefined();
  });

  it('wraps a long reason', () => {
    const reason = `${'/long'.repeat(20)} is in no git repository.`;
    const rows = rowsOf(inForm('prompt', {}, worktreePreview({ reason })));
    expect(rows.slice(5, 8)).toEqual([
      ' worktree   no',
      expect.stringMatching(/^ {12}(?:\/long)+/u),
      expect.stringMatching(/is in no git repository\.$/u),
    ]);
  });

  it('says why it cannot be chosen', () => {
    const outside = worktreePreview({ reason: 'No repository here.' });
    expect(rowsOf(inForm('worktree', {}, outside))).toContain('  yes: No repository here.');
    expect(rowsOf(inForm('worktree'))).toContain('▌ yes');
  });

  it('shows no control characters of a repository', () => {
    const evil = 'x\u001b[2J\u009b31m\u0007\n\u202ey';
    const about = {
      base: evil,
      baseSubject: evil,
      branchPrefix: evil,
      parent: evil,
      setUp: evil,
    };
    for (const field of ['prompt', 'worktree', 'base', 'branch'] as const) {
      const state = inForm(field, {}, worktreePreview(about));
      expect([...rowsOf(state), ...formWords(state)].join('')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u202e]/u,
      );
    }
  });

  it.each([
    [78, 19],
    [118, 35],
    [38, 14],
  ])('fits into %d columns and %d rows, with the cursor in it', (width, height) => {
    const about = { baseSubject: '修复登录页面的错误'.repeat(9), base: '功能/登录', setUp: 'x'.repeat(300) };
    for (const field of ['prompt', 'worktree', 'base', 'branch'] as const) {
      const state = inForm(field, {}, worktreePreview(about));
      const { lines, cursor } = formView(state, plain, width, height, { prompt: 0, list: 0 });
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
      expect(cursor?.y).toBeLessThan(height);
    }
  });
});
