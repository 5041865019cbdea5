import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../../src/domain/edit/buffer.ts';
import { NO_CHAT_CHOICE } from '../../../src/domain/new-chat.ts';
import type { FormField, NewTaskForm } from '../../../src/domain/new-task.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { openFormAt } from '../../../src/store/form.ts';
import { NEW_TASK_KEY } from '../../../src/store/slices/drafts.ts';
import type { State } from '../../../src/store/state.ts';
import { formView } from '../../../src/view/overlays/form-lines.ts';
import { formLine, formWords } from '../../../src/view/overlays/form-words.ts';
import { template } from '../../commands/phase-builders.ts';
import {
  chatOptions,
  MODELS,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  onlyChats,
  onThisMachine,
  tasksAndChats,
} from '../../store/chat-form-states.ts';
import { applyEvents } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const SIZES = [
  [78, 20],
  [118, 36],
  [38, 20],
] as const;

const rowsOf = (state: State, width = 78, height = 20): readonly string[] =>
  formView(state, plain, width, height, { prompt: 0, list: 0 }).lines.map((line) =>
    stripVTControlCharacters(line).trimEnd(),
  );

const inForm = (state: State, field: FormField, change: Partial<NewTaskForm> = {}): State =>
  applyEvents(
    state,
    { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('Fix the tests') },
    { type: 'form-changed', change },
    { type: 'open-form-changed', openForm: openFormAt(field) },
  );

const loaded = (state = onlyChats()): State => applyEvents(state, ...chatOptions());

describe('the form of a chat', () => {
  it('shows model, effort, plan mode, workspace and prompt', () => {
    expect(rowsOf(inForm(loaded(), 'prompt'))).toEqual([
      ' model     Sonnet · Anthropic (default)',
      ' effort    default of the model',
      ' plan mode no',
      ' workspace none: the agent makes one if it needs it',
      '',
      '▌prompt',
      ' Fix the tests',
    ]);
  });

  it('shows the choices, and that a workspace is created first', () => {
    const chat = {
      ...NO_CHAT_CHOICE,
      model: 'opus',
      effort: 'high',
      planMode: true,
      workspace: { newFrom: 'wt1' },
    };
    expect(rowsOf(inForm(loaded(), 'prompt', { chat })).slice(0, 4)).toEqual([
      ' model     Opus · Anthropic',
      ' effort    high',
      ' plan mode yes: the agent asks and plans first',
      ' workspace new from Development, created first',
    ]);
  });

  it('begins with agent or template where there are both, and has the organization of several', () => {
    const both = loaded(tasksAndChats([template('docker', { displayName: 'Docker AI' })]));
    expect(rowsOf(inForm(both, 'prompt'))[0]).toBe(' from      not chosen');
    expect(rowsOf(inForm(both, 'template', { template: 'coder-agents' })).slice(0, 9)).toEqual([
      '▌from      Coder Agents · type to find',
      ' model     Sonnet · Anthropic (default)',
      ' effort    default of the model',
      ' plan mode no',
      ' workspace none: the agent makes one if it needs it',
      '',
      '▌ Coder Agents',
      '  Docker AI',
      '',
    ]);
    const several = applyEvents(onlyChats(), ...chatOptions(MODELS, [ORGANIZATION, OTHER_ORGANIZATION]));
    expect(rowsOf(inForm(several, 'prompt'))[0]).toBe(' org       Acme');
  });

  it('lists unavailable models with the reason', () => {
    const rows = rowsOf(inForm(loaded(), 'model'));
    expect(rows).toContain('▌ Sonnet · Anthropic (default)');
    expect(rows).toContain('  Llama 5 · Our own: its provider has no API key');
    expect(rows.at(-1)).toBe('  Efforts: low, medium, high.');
  });

  it('shows what is loading, and why something could not be loaded', () => {
    expect(rowsOf(inForm(onlyChats(), 'prompt'))[0]).toBe(' model     loading…');
    const failed = applyEvents(onlyChats(), {
      type: 'organizations-loaded',
      result: { error: 'Cannot list your organizations: No.' },
    });
    expect(rowsOf(inForm(failed, 'prompt'))[0]).toBe(' model     Cannot list your organizations: No.');
  });

  it('shows the server’s error at its field', () => {
    const rows = rowsOf(
      inForm(loaded(), 'model', { fieldErrors: { model: 'Invalid model_config_id: not found.' } }),
    );
    expect(rows[1]).toBe('           Invalid model_config_id: not found.');
  });

  it.each(SIZES)('fits into %d columns and %d rows, with the cursor in it', (width, height) => {
    for (const field of ['prompt', 'model', 'effort', 'plan', 'workspace'] as const) {
      const { lines, cursor } = formView(inForm(loaded(), field), plain, width, height, {
        prompt: 0,
        list: 0,
      });
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(cursor?.x).toBeLessThan(width);
    }
  });
});

describe('for screen readers', () => {
  it('the prompt says the model and the mode', () => {
    const chat = { ...NO_CHAT_CHOICE, planMode: true };
    expect(formWords(inForm(loaded(), 'prompt', { chat })).join(' ')).toContain(
      'New chat with Coder Agents on coder.example.com, model Sonnet · Anthropic (default), in plan mode',
    );
  });

  it('a model that cannot be used is read with its reason', () => {
    const state = applyEvents(inForm(loaded(), 'model'), {
      type: 'open-form-changed',
      openForm: { ...openFormAt('model'), choiceSearch: { text: bufferOf('llama'), index: null } },
    });
    expect(formWords(state).join(' ')).toContain(
      'Model of the new chat: Llama 5 · Our own, cannot be used: its provider has no API key, 1 of 1.',
    );
    expect(formLine(state)?.label).toBe('model>');
  });
});

describe('the form of a chat on this machine', () => {
  it('shows the agent, how to sign in, the mode and the directory', () => {
    const chat = { ...NO_CHAT_CHOICE, model: 'claude' };
    expect(rowsOf(inForm(onThisMachine([template('shell')]), 'prompt', { chat }))).toEqual([
      ' kind       Agent',
      ' agent      Claude Code',
      ' plan first no',
      ' permission asks first',
      ' directory  ~/src',
      ' worktree   no: the agent works in the directory itself',
      ' sign in    Its last turn failed without a login. To sign in, run: claude',
      '            login',
      '',
      '▌prompt',
      ' Fix the tests',
    ]);
  });

  it('says why an agent cannot run, and what would install it', () => {
    const rows = rowsOf(inForm(onThisMachine([template('shell')]), 'model'));
    expect(rows).toContain('  Codex: its adapter is missing. Run: npm install it');
  });

  it('is read out', () => {
    const chat = { ...NO_CHAT_CHOICE, model: 'flash', permission: 'all' };
    expect(formWords(inForm(onThisMachine([template('shell')]), 'prompt', { chat })).join(' ')).toContain(
      'New chat with Gemini CLI on this machine, in ~/src, model Gemini CLI · Flash, does everything without asking:',
    );
    expect(formWords(inForm(onThisMachine([template('shell')]), 'directory')).join(' ')).toContain(
      'Directory of the new chat: if it is empty, on this machine, in ~/src.',
    );
  });
});
