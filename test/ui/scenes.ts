import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { BackendError, type BackendErrorKind } from '../../src/domain/errors.ts';
import { readProse } from '../../src/domain/markdown/prose.ts';
import { EVERYONE, ownedBy } from '../../src/domain/scope.ts';
import type { Act } from '../../src/domain/several.ts';
import type { Action } from '../../src/store/action.ts';
import { composingIn } from '../../src/store/form.ts';
import type { Order, State } from '../../src/store/state.ts';
import { MARKED, NEW } from '../../src/store/state.ts';
import { taskIn, template } from '../commands/make.ts';
import { agent, live, makeTask, NOON, snapshot, you } from '../domain/make.ts';
import { begin, delivery, listed, play, transcribed } from '../store/make.ts';

/** Text of every width that people and agents write. */
export const WORDS = [
  'Fix login redirect',
  '修复登录重定向并更新所有的文档和测试用例以及其他需要更新的东西',
  '日本語のとても長いタスク名、これはどこかで切られるべきです',
  '🚀 Deploy 👩‍👩‍👧‍👦 to 🇩🇪 production ❤️ and ☑️ more 🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀',
  'مرحبا بالعالم',
  'e\u0301\u0301 combining n\u0303',
  'हिन्दी में एक लंबा शीर्षक जो कहीं कटना चाहिए',
  'a\tb\x1b[31mred\x1b]0;title\x07\r\nsecond line',
  `A very long title ${'that goes on '.repeat(20)}`,
  '한국어 작업 이름이 아주 길어서 잘려야 합니다',
  '',
] as const;

const phases = [
  'idle',
  'working',
  'complete',
  'failed',
  'paused',
  'error',
  'starting',
  'pausing',
  'unknown',
] as const;

const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const words = WORDS[index % WORDS.length] ?? '';
    const task = taskIn(phases[index % phases.length] ?? 'idle', `t${index}`, { displayName: words });
    return task.state === null ? task : { ...task, state: { ...task.state, message: words } };
  });

export const conversation = live(
  you(0, 'Please fix the login redirect'),
  ...WORDS.map((words, index) => agent(index + 1, `${words}\n${words} ${words}\n\n    indented ${words}`)),
);

export const failure = (kind: BackendErrorKind, words = 'Words of the server.'): BackendError =>
  new BackendError({
    kind,
    message: words,
    detail: 'Its detail.',
    hint: kind === 'signed-out' ? 'Run `taskdeck login https://coder.example.com`.' : undefined,
    tookEffect: 'no',
  });

const failed = (error: BackendError): Action => ({
  type: 'list-failed',
  error,
  retryAt: NOON + 12_000,
  now: NOON,
});

const notice = (text: string): Action => ({ type: 'noticed', notice: { tone: 'bad', text, at: NOON } });

const template40 = Array.from({ length: 40 }, (_, index) =>
  template(`t${index}`, {
    displayName: `${WORDS[index % WORDS.length]} ${index}`,
    description: `${WORDS[(index + 3) % WORDS.length]} `.repeat(5),
    organizationName: index % 2 === 0 ? 'default' : '別の組織',
  }),
);

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);

const marking = (count: number): Action => ({ type: 'marked', marked: new Set(ids(count)) });

const asking = (size: State['size'], act: Act): State =>
  play(begin(size), listed(tasks(12)), marking(12), {
    type: 'overlay-opened',
    overlay: { kind: 'confirm-several', act, taskIds: ids(12) },
  });

const order = (stage: Order['stage'], count: number): Order => ({
  id: stage,
  intent: 'delete',
  tasks: tasks(count),
  stage,
  dueAt: NOON + 5_000,
  done: 1,
  failures: tasks(count).map(({ id, displayName }) => ({
    taskId: id,
    title: displayName,
    reason: `${WORDS[1]} ${displayName}`,
  })),
});

/** A screen for each thing that can be on it, by name. Every size must hold all of them. */
export const SCENES: Readonly<Record<string, (size: State['size']) => State>> = {
  asking: (size) => begin(size),
  'asking for long': (size) => play(begin(size), { type: 'ticked', now: NOON + 20_000 }),
  empty: (size) => play(begin(size), listed([])),
  'one task': (size) => play(begin(size), listed([makeTask({ id: 'a' })])),
  'many tasks': (size) =>
    play(
      begin(size),
      { type: 'user-known', user: { id: 'u', username: '亜田', name: '' } },
      listed(tasks(300)),
    ),
  'tasks of everyone': (size) =>
    play(
      begin(size),
      { type: 'scope-chosen', scope: EVERYONE, now: NOON },
      listed(tasks(50).map((task, index) => ({ ...task, ownerName: WORDS[index % 5] ?? '' }))),
    ),
  'tasks of one owner, who is waited for': (size) =>
    play(begin(size), listed(tasks(3)), { type: 'scope-chosen', scope: ownedBy(WORDS[1]), now: NOON }),
  'an owner to be chosen': (size) =>
    play(
      begin(size),
      listed(tasks(3)),
      {
        type: 'users-arrived',
        users: WORDS.map((name, index) => ({ id: `u${index}`, username: `${name}${index}`, name })),
      },
      { type: 'overlay-opened', overlay: { kind: 'owners' } },
    ),
  'marked tasks': (size) =>
    play(
      begin(size),
      listed(tasks(300)),
      { type: 'marked', marked: new Set(['t0', 't1', 't2', 't3', 't8', 't299']) },
      { type: 'filtered', filter: 'a' },
    ),
  conversation: (size) =>
    play(begin(size), listed(tasks(12)), transcribed('t0', conversation), {
      type: 'focused',
      pane: 'transcript',
    }),
  'scrolled conversation': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      transcribed('t0', conversation),
      { type: 'focused', pane: 'transcript' },
      { type: 'scrolled', taskId: 't0', anchor: { message: 2, line: 1 } },
    ),
  'markdown on the whole screen': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      { type: 'markdown-loaded', read: readProse },
      transcribed('t0', live(...WORDS.map((words, index) => agent(index, `# ${words}\n\n- **${words}**`)))),
      { type: 'focused', pane: 'transcript' },
      { type: 'zoomed', on: true },
      { type: 'pointed', at: { taskId: 't0', message: 3 } },
    ),
  'unwrapped conversation': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      transcribed('t0', conversation),
      { type: 'focused', pane: 'transcript' },
      { type: 'reading-changed', change: { wrap: false } },
      { type: 'moved-sideways', column: 5 },
    ),
  search: (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      transcribed('t0', conversation),
      { type: 'focused', pane: 'transcript' },
      { type: 'searched', search: { taskId: 't0', text: 'login', hit: null } },
      { type: 'overlay-opened', overlay: { kind: 'search', before: undefined } },
    ),
  'a name to save under': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      transcribed('t0', conversation),
      { type: 'focused', pane: 'transcript' },
      {
        type: 'overlay-opened',
        overlay: { kind: 'save', taskId: 't0', name: `${'a/long/path/'.repeat(9)}x` },
      },
    ),
  'paused task': (size) =>
    play(
      begin(size),
      listed([taskIn('paused', 'a', { displayName: WORDS[3] })]),
      transcribed('a', snapshot(agent(0, WORDS.join('\n')))),
    ),
  filter: (size) =>
    play(
      begin(size),
      listed(tasks(50)),
      { type: 'filtered', filter: '日本語 🚀 and a text that is far too long for its field' },
      { type: 'overlay-opened', overlay: { kind: 'filter', before: '' } },
    ),
  'filtered list': (size) => play(begin(size), listed(tasks(50)), { type: 'filtered', filter: 'a' }),
  help: (size) =>
    play(begin(size), listed(tasks(3)), { type: 'overlay-opened', overlay: { kind: 'help', top: 0 } }),
  'end of help': (size) =>
    play(begin(size), listed(tasks(3)), { type: 'overlay-opened', overlay: { kind: 'help', top: 1_000 } }),
  outbox: (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      ...WORDS.map(
        (text, index): Action => ({
          type: 'delivery-begun',
          delivery: delivery({ id: `d${index}`, taskId: `t${index}`, text, stage: 'waiting' }),
        }),
      ),
      { type: 'overlay-opened', overlay: { kind: 'outbox', index: 7 } },
    ),
  'empty outbox': (size) =>
    play(begin(size), listed(tasks(1)), { type: 'overlay-opened', overlay: { kind: 'outbox', index: 0 } }),
  writing: (size) =>
    play(
      begin(size),
      listed(tasks(3)),
      { type: 'draft-edited', key: 't0', buffer: bufferOf(WORDS.join('\n').replace(/[\x1b\r\t\x07]/g, '')) },
      { type: 'focused', pane: 'prompt' },
    ),
  'a draft': (size) =>
    play(begin(size), listed(tasks(3)), {
      type: 'draft-edited',
      key: 't0',
      buffer: bufferOf('one 日本語\ntwo\nthree', 3),
    }),
  'new task': (size) =>
    play(
      begin(size),
      listed(tasks(3)),
      { type: 'draft-edited', key: NEW, buffer: bufferOf('日本語 and more') },
      { type: 'composing', composing: composingIn('prompt') },
      { type: 'focused', pane: 'prompt' },
    ),
  'new task without a template yet': (size) =>
    play(
      begin(size),
      listed([]),
      { type: 'composing', composing: composingIn('prompt') },
      { type: 'focused', pane: 'prompt' },
    ),
  'question about a delete': (size) =>
    play(begin(size), listed(tasks(12)), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-delete', taskId: 't1' },
    }),
  'question about a delete of a long title': (size) =>
    play(begin(size), listed(tasks(12)), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-delete', taskId: 't8' },
    }),
  'question about a resume': (size) =>
    play(
      begin(size),
      listed([taskIn('paused', 'a')]),
      { type: 'draft-edited', key: 'a', buffer: bufferOf('one\ntwo\nthree') },
      { type: 'focused', pane: 'prompt' },
      { type: 'overlay-opened', overlay: { kind: 'confirm-resume', taskId: 'a' } },
    ),
  'question about several': (size) => asking(size, 'delete'),
  'question about a message to several': (size) => asking(size, 'send'),
  'writing to several': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      marking(9),
      { type: 'draft-edited', key: MARKED, buffer: bufferOf('one 日本語\ntwo') },
      { type: 'addressed', toMarked: true },
      { type: 'focused', pane: 'prompt' },
    ),
  'nobody is written to yet': (size) => play(begin(size), listed(tasks(12)), marking(9)),
  'something waits, with bad news': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      { type: 'order-given', order: order('waiting', 4), now: NOON },
      { type: 'order-given', order: order('going', 3), now: NOON },
      failed(failure('signed-out')),
      notice(`Refused: ${WORDS.join(' ')}`),
    ),
  'what failed of several': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      { type: 'order-given', order: order('going', 12), now: NOON },
      { type: 'order-ended', id: 'going', now: NOON },
    ),
  'question about leaving in between': (size) =>
    play(
      begin(size),
      listed(tasks(12)),
      { type: 'order-given', order: order('held', 4), now: NOON },
      { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
    ),
  'question about leaving': (size) =>
    play(
      begin(size),
      listed(tasks(1)),
      { type: 'delivery-begun', delivery: delivery({ taskId: 't0' }) },
      { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
    ),
  'three templates': (size) => picking(size, 3),
  'forty templates': (size) => picking(size, 40),
  'presets of a template': (size) =>
    play(offered(size), { type: 'composing', composing: composingIn('preset') }),
  'a name that is taken': (size) =>
    play(
      offered(size),
      { type: 'form-changed', change: { name: bufferOf(WORDS[8]), faults: { name: WORDS.join(' ') } } },
      { type: 'composing', composing: composingIn('name') },
    ),
  'a prompt that a preset brings': (size) =>
    play(offered(size), { type: 'form-changed', change: { preset: { named: WORDS[7] } } }),
  'another deployment': (size) => ({
    ...play(begin(size), failed(failure('unreachable')), {
      type: 'overlay-opened',
      overlay: { kind: 'places' },
    }),
    places: WORDS.map((name, index) => ({ id: `p${index}`, name, url: `https://${index}.example.com` })),
  }),
  notice: (size) => play(begin(size), listed(tasks(12)), notice(`Refused: ${WORDS.join(' ')}`)),
  'old data': (size) =>
    play(begin(size), listed(tasks(12)), failed(failure('signed-out')), notice('It failed.')),
  'silent server': (size) => play(begin(size), listed(tasks(12)), { type: 'ticked', now: NOON + 60_000 }),
  'unread messages': (size) =>
    play(begin(size), listed(tasks(2)), transcribed('t0', conversation), {
      type: 'transcript-failed',
      taskId: 't0',
      error: failure('server', `${WORDS[1]} `.repeat(20)),
      retryAt: NOON + 5_000,
      now: NOON,
    }),
  'signed out': (size) => play(begin(size), failed(failure('signed-out'))),
  'a very long refusal': (size) => play(begin(size), failed(failure('server', WORDS.join(' ').repeat(10)))),
  creating: (size) =>
    play(
      begin(size),
      listed(tasks(30)),
      { type: 'creation-begun', key: 'c1', prompt: WORDS[2], now: NOON },
      { type: 'creation-begun', key: 'c2', prompt: WORDS[8], now: NOON },
    ),
  'a far name': (size) => ({
    ...play(begin(size), listed(tasks(12))),
    deployment: { name: 'coder.internal.engineering.a-long-company-name.example.com', local: false },
  }),
};

const picking = (size: State['size'], count: number): State =>
  play(
    begin(size),
    listed(tasks(12)),
    { type: 'templates-arrived', templates: template40.slice(0, count) },
    { type: 'composing', composing: composingIn('template') },
    { type: 'focused', pane: 'prompt' },
  );

/** A form whose template offers and asks for much. */
const offered = (size: State['size']): State =>
  play(
    picking(size, 1),
    { type: 'draft-edited', key: NEW, buffer: bufferOf('日本語 and more') },
    {
      type: 'offer-arrived',
      versionId: 'version-t0',
      offer: {
        presets: WORDS.map((name, index) => ({
          id: `p${index}`,
          name,
          description: name,
          isDefault: index === 2,
          prompt: index === 7 ? WORDS.join('\n') : null,
        })),
        signIns: WORDS.slice(0, 8).map((name, index) => ({
          id: `s${index}`,
          name,
          url: `https://coder.example.com/external-auth/${'long/'.repeat(12)}${index}`,
          done: index === 1,
          required: index !== 2,
        })),
        trouble: null,
      },
    },
    { type: 'composing', composing: composingIn('prompt') },
  );
