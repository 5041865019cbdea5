import type { ActionId } from '../../src/domain/action.ts';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { BackendError, type BackendErrorKind } from '../../src/domain/errors.ts';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import { textParts } from '../../src/domain/message.ts';
import type { FormField } from '../../src/domain/new-task.ts';
import { EVERYONE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { openFormAt } from '../../src/store/form.ts';
import type { BulkOperation } from '../../src/store/slices/actions.ts';
import { initialPromptKey, MARKED_TASKS_KEY, NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import type { State } from '../../src/store/state.ts';
import { taskIn, template } from '../commands/phase-builders.ts';
import { agent, live, makeChat, makeQuestion, makeTask, NOON, snapshot, you } from '../domain/builders.ts';
import {
  chatOptions,
  model,
  ORGANIZATION,
  onlyChats,
  tasksAndChats,
  WORKSPACE,
} from '../store/chat-form-states.ts';
import {
  applyEvents,
  chatsReceived,
  delivery,
  emptyState,
  listReceived,
  transcriptReceived,
} from '../store/state-builders.ts';
import { DIFF_SCENES } from './diff-scenes.ts';
import { WORKTREE_SCENES } from './worktree-scenes.ts';

/** Texts with characters of every width. */
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

const failed = (error: BackendError): StoreEvent => ({
  type: 'list-failed',
  source: 'tasks',
  error,
  retryAt: NOON + 12_000,
  now: NOON,
});

const notice = (text: string): StoreEvent => ({
  type: 'notice-changed',
  notice: { tone: 'bad', text, at: NOON },
});

const template40 = Array.from({ length: 40 }, (_, index) =>
  template(`t${index}`, {
    displayName: `${WORDS[index % WORDS.length]} ${index}`,
    description: `${WORDS[(index + 3) % WORDS.length]} `.repeat(5),
    organizationName: index % 2 === 0 ? 'default' : '別の組織',
  }),
);

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);

const marking = (count: number): StoreEvent => ({ type: 'marks-changed', marked: new Set(ids(count)) });

const asking = (size: State['size'], act: ActionId): State =>
  applyEvents(emptyState(size), listReceived(tasks(12)), marking(12), {
    type: 'overlay-opened',
    overlay: { kind: 'confirm-bulk', act, taskIds: ids(12) },
  });

const order = (stage: BulkOperation['stage'], count: number): BulkOperation => ({
  id: stage,
  action: 'delete',
  tasks: tasks(count),
  isSingle: false,
  stage,
  startsAt: NOON + 5_000,
  doneCount: 1,
  failures: tasks(count).map(({ id, displayName }) => ({
    taskId: id,
    title: displayName,
    reason: `${WORDS[1]} ${displayName}`,
  })),
});

/** A chat with an error and messages in the server's queue. */
const queueing = (size: State['size']): State =>
  applyEvents(
    emptyState(size),
    listReceived([makeChat({ id: 'c1', displayName: WORDS[3], status: 'error' })]),
    transcriptReceived('c1', {
      ...live(you(1, WORDS[1]), agent(2, WORDS[8])),
      hasOlder: false,
      queue: WORDS.slice(0, 9).map((text, index) => ({ id: `${index}`, parts: textParts(text), at: NOON })),
    }),
  );

/** A chat that asks with texts of every width. */
const askingQuestion = (size: State['size']): State =>
  applyEvents(
    emptyState(size),
    chatsReceived([
      makeChat({
        id: 'c1',
        displayName: WORDS[3],
        questions: [
          makeQuestion({
            id: 'q',
            header: WORDS[1],
            text: WORDS.join('\n'),
            options: WORDS.slice(0, 9).map((label, index) => ({
              label,
              description: WORDS[index + 1] ?? '',
            })),
          }),
        ],
      }),
    ]),
  );

const editingLastPrompt = (size: State['size']): State =>
  applyEvents(
    queueing(size),
    { type: 'draft-changed', key: initialPromptKey('c1'), buffer: bufferOf(WORDS[8]) },
    { type: 'initial-prompt-task-changed', taskId: 'c1' },
    { type: 'pane-focused', pane: 'prompt' },
  );

/** A scene for each part of the screen, by name. Every screen size must hold all of them. */
export const SCENES: Readonly<Record<string, (size: State['size']) => State>> = {
  ...DIFF_SCENES,
  ...WORKTREE_SCENES,
  asking: (size) => emptyState(size),
  'asking for long': (size) => applyEvents(emptyState(size), { type: 'clock-ticked', now: NOON + 20_000 }),
  empty: (size) => applyEvents(emptyState(size), listReceived([])),
  'one task': (size) => applyEvents(emptyState(size), listReceived([makeTask({ id: 'a' })])),
  'many tasks': (size) =>
    applyEvents(
      emptyState(size),
      { type: 'user-received', user: { id: 'u', username: '亜田', name: '' } },
      listReceived(tasks(300)),
    ),
  'tasks of everyone': (size) =>
    applyEvents(
      emptyState(size),
      { type: 'scope-selected', scope: EVERYONE, now: NOON },
      listReceived(tasks(50).map((task, index) => ({ ...task, ownerName: WORDS[index % 5] ?? '' }))),
    ),
  'tasks of one owner, who is waited for': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(3)), {
      type: 'scope-selected',
      scope: scopeOfOwner(WORDS[1]),
      now: NOON,
    }),
  'an owner to be chosen': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(3)),
      {
        type: 'users-received',
        users: WORDS.map((name, index) => ({ id: `u${index}`, username: `${name}${index}`, name })),
      },
      { type: 'overlay-opened', overlay: { kind: 'owners' } },
    ),
  'marked tasks': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(300)),
      { type: 'marks-changed', marked: new Set(['t0', 't1', 't2', 't3', 't8', 't299']) },
      { type: 'filter-changed', filter: 'a' },
    ),
  'a server queue that stands still': queueing,
  'server queue and outbox': (size) =>
    applyEvents(
      { ...queueing(size), deliveries: WORDS.slice(0, 4).map((text) => delivery({ taskId: 'c1', text })) },
      { type: 'queue-full', taskId: 'c1', reason: WORDS[1] },
      { type: 'overlay-opened', overlay: { kind: 'outbox', index: 3 } },
    ),
  'a question with long texts': (size) => askingQuestion(size),
  'the options of a question': (size) =>
    applyEvents(askingQuestion(size), {
      type: 'overlay-opened',
      overlay: { kind: 'options', taskId: 'c1', questionId: 'c1 q', option: 7 },
    }),
  'an answer in words': (size) =>
    applyEvents(
      askingQuestion(size),
      { type: 'draft-changed', key: 'c1', buffer: bufferOf(WORDS[8]) },
      { type: 'pane-focused', pane: 'prompt' },
      { type: 'answered-question-changed', question: { taskId: 'c1', questionId: 'q' } },
    ),
  'an answer that is being sent': (size) =>
    applyEvents(askingQuestion(size), {
      type: 'delivery-added',
      delivery: delivery({ taskId: 'c1', text: WORDS[8], extras: { questionId: 'q' } }),
    }),
  'the last prompt of a chat': editingLastPrompt,
  'the question before a prompt is replaced': (size) =>
    applyEvents(editingLastPrompt(size), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-edit', taskId: 'c1', messageId: 1 },
    }),
  'the title of a chat': (size) =>
    applyEvents(queueing(size), {
      type: 'overlay-opened',
      overlay: { kind: 'rename', taskId: 'c1', title: WORDS[8], isProposing: true },
    }),
  conversation: (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), transcriptReceived('t0', conversation), {
      type: 'pane-focused',
      pane: 'transcript',
    }),
  'scrolled conversation': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      transcriptReceived('t0', conversation),
      { type: 'pane-focused', pane: 'transcript' },
      { type: 'transcript-scrolled', taskId: 't0', anchor: { message: 2, line: 1 } },
    ),
  'markdown on the whole screen': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      { type: 'markdown-loaded', proseRenderer: renderProse },
      transcriptReceived(
        't0',
        live(...WORDS.map((words, index) => agent(index, `# ${words}\n\n- **${words}**`))),
      ),
      { type: 'pane-focused', pane: 'transcript' },
      { type: 'panes-changed', change: { alone: 'transcript' } },
      { type: 'message-cursor-changed', at: { taskId: 't0', message: 3 } },
    ),
  'list above the task': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), transcriptReceived('t0', conversation), {
      type: 'panes-changed',
      change: { arrangement: { small: 'stacked', large: 'stacked' } },
    }),
  'list alone': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), transcriptReceived('t0', conversation), {
      type: 'panes-changed',
      change: { alone: 'list' },
    }),
  'unwrapped conversation': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      transcriptReceived('t0', conversation),
      { type: 'pane-focused', pane: 'transcript' },
      { type: 'transcript-options-changed', change: { wrap: false } },
      { type: 'scroll-column-changed', column: 5 },
    ),
  search: (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      transcriptReceived('t0', conversation),
      { type: 'pane-focused', pane: 'transcript' },
      { type: 'transcript-search-changed', search: { taskId: 't0', text: 'login', hit: null } },
      { type: 'overlay-opened', overlay: { kind: 'search', before: undefined } },
    ),
  'a name to save under': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      transcriptReceived('t0', conversation),
      { type: 'pane-focused', pane: 'transcript' },
      {
        type: 'overlay-opened',
        overlay: { kind: 'save', taskId: 't0', name: `${'a/long/path/'.repeat(9)}x` },
      },
    ),
  'paused task': (size) =>
    applyEvents(
      emptyState(size),
      listReceived([taskIn('paused', 'a', { displayName: WORDS[3] })]),
      transcriptReceived('a', snapshot(agent(0, WORDS.join('\n')))),
    ),
  filter: (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(50)),
      { type: 'filter-changed', filter: '日本語 🚀 and a text that is far too long for its field' },
      { type: 'overlay-opened', overlay: { kind: 'filter', before: '' } },
    ),
  'filtered list': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(50)), { type: 'filter-changed', filter: 'a' }),
  help: (size) =>
    applyEvents(emptyState(size), listReceived(tasks(3)), {
      type: 'overlay-opened',
      overlay: { kind: 'help', top: 0 },
    }),
  'end of help': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(3)), {
      type: 'overlay-opened',
      overlay: { kind: 'help', top: 1_000 },
    }),
  outbox: (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      ...WORDS.map(
        (text, index): StoreEvent => ({
          type: 'delivery-added',
          delivery: delivery({ id: `d${index}`, taskId: `t${index}`, text, stage: 'waiting' }),
        }),
      ),
      { type: 'overlay-opened', overlay: { kind: 'outbox', index: 7 } },
    ),
  'empty outbox': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(1)), {
      type: 'overlay-opened',
      overlay: { kind: 'outbox', index: 0 },
    }),
  writing: (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(3)),
      { type: 'draft-changed', key: 't0', buffer: bufferOf(WORDS.join('\n').replace(/[\x1b\r\t\x07]/g, '')) },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'a draft': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(3)), {
      type: 'draft-changed',
      key: 't0',
      buffer: bufferOf('one 日本語\ntwo\nthree', 3),
    }),
  'new task': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(3)),
      { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('日本語 and more') },
      { type: 'open-form-changed', openForm: openFormAt('prompt') },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'new task without a template yet': (size) =>
    applyEvents(
      emptyState(size),
      listReceived([]),
      { type: 'open-form-changed', openForm: openFormAt('prompt') },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'question about a delete': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-action', action: 'delete', taskId: 't1' },
    }),
  'question about a delete of a long title': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-action', action: 'delete', taskId: 't8' },
    }),
  'question about a resume': (size) =>
    applyEvents(
      emptyState(size),
      listReceived([taskIn('paused', 'a')]),
      { type: 'draft-changed', key: 'a', buffer: bufferOf('one\ntwo\nthree') },
      { type: 'pane-focused', pane: 'prompt' },
      { type: 'overlay-opened', overlay: { kind: 'confirm-resume', taskId: 'a' } },
    ),
  'question about several': (size) => asking(size, 'delete'),
  'question about a message to several': (size) => asking(size, 'send'),
  'writing to several': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      marking(9),
      { type: 'draft-changed', key: MARKED_TASKS_KEY, buffer: bufferOf('one 日本語\ntwo') },
      { type: 'recipients-changed', writesToMarked: true },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'marked tasks without a message': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), marking(9)),
  'something waits, with bad news': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      { type: 'bulk-operation-queued', operation: order('waiting', 4), now: NOON },
      { type: 'bulk-operation-queued', operation: order('running', 3), now: NOON },
      failed(failure('signed-out')),
      notice(`Refused: ${WORDS.join(' ')}`),
    ),
  'what failed of several': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      { type: 'bulk-operation-queued', operation: order('running', 12), now: NOON },
      { type: 'bulk-operation-finished', id: 'running', now: NOON },
    ),
  'question about leaving in between': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      { type: 'bulk-operation-queued', operation: order('held', 4), now: NOON },
      { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
    ),
  'question about leaving': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(1)),
      { type: 'delivery-added', delivery: delivery({ taskId: 't0' }) },
      { type: 'overlay-opened', overlay: { kind: 'confirm-quit' } },
    ),
  'three templates': (size) => picking(size, 3),
  'forty templates': (size) => picking(size, 40),
  'presets of a template': (size) =>
    applyEvents(offered(size), { type: 'open-form-changed', openForm: openFormAt('preset') }),
  'a name that is taken': (size) =>
    applyEvents(
      offered(size),
      { type: 'form-changed', change: { name: bufferOf(WORDS[8]), fieldErrors: { name: WORDS.join(' ') } } },
      { type: 'open-form-changed', openForm: openFormAt('name') },
    ),
  'a prompt that a preset brings': (size) =>
    applyEvents(offered(size), { type: 'form-changed', change: { preset: { named: WORDS[7] } } }),
  'a new chat': (size) => newChat(size, 'prompt'),
  'models to choose': (size) => newChat(size, 'model'),
  'a workspace that the server rejects': (size) =>
    applyEvents(newChat(size, 'workspace'), {
      type: 'form-changed',
      change: { fieldErrors: { workspace: WORDS.join(' ') } },
    }),
  'an agent or a template': (size) =>
    applyEvents(
      tasksAndChats(template40, emptyState(size)),
      { type: 'open-form-changed', openForm: openFormAt('template') },
      { type: 'pane-focused', pane: 'prompt' },
    ),
  'the workspace of a chat': (size) =>
    applyEvents(
      chatWithWorkspace(size),
      {
        type: 'workspace-loaded',
        id: 'w1',
        result: { value: { ...WORKSPACE, name: WORDS[1], status: WORDS[3] } },
      },
      { type: 'overlay-opened', overlay: { kind: 'workspace', taskId: 'c1' } },
    ),
  'a workspace that cannot be loaded': (size) =>
    applyEvents(
      chatWithWorkspace(size),
      { type: 'workspace-loaded', id: 'w1', result: { error: WORDS[8] } },
      { type: 'overlay-opened', overlay: { kind: 'workspace', taskId: 'c1' } },
    ),
  'the mode of a chat': (size) =>
    applyEvents(chatWithWorkspace(size), {
      type: 'overlay-opened',
      overlay: { kind: 'mode', taskId: 'c1' },
    }),
  'another deployment': (size) => ({
    ...applyEvents(emptyState(size), failed(failure('unreachable')), {
      type: 'overlay-opened',
      overlay: { kind: 'places' },
    }),
    otherDeployments: WORDS.map((name, index) => ({
      id: `p${index}`,
      name,
      url: `https://${index}.example.com`,
    })),
  }),
  notice: (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), notice(`Refused: ${WORDS.join(' ')}`)),
  'old data': (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(12)),
      failed(failure('signed-out')),
      notice('It failed.'),
    ),
  'silent server': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(12)), { type: 'clock-ticked', now: NOON + 60_000 }),
  'unread messages': (size) =>
    applyEvents(emptyState(size), listReceived(tasks(2)), transcriptReceived('t0', conversation), {
      type: 'transcript-failed',
      taskId: 't0',
      error: failure('server', `${WORDS[1]} `.repeat(20)),
      retryAt: NOON + 5_000,
      now: NOON,
    }),
  'signed out': (size) => applyEvents(emptyState(size), failed(failure('signed-out'))),
  'a very long refusal': (size) =>
    applyEvents(emptyState(size), failed(failure('server', WORDS.join(' ').repeat(10)))),
  creating: (size) =>
    applyEvents(
      emptyState(size),
      listReceived(tasks(30)),
      { type: 'creation-started', key: 'c1', prompt: WORDS[2], now: NOON },
      { type: 'creation-started', key: 'c2', prompt: WORDS[8], now: NOON },
    ),
  'a far name': (size) => ({
    ...applyEvents(emptyState(size), listReceived(tasks(12))),
    deployment: { name: 'coder.internal.engineering.a-long-company-name.example.com', local: false },
  }),
};

/** A form of a chat with many options. */
const newChat = (size: State['size'], field: FormField): State =>
  applyEvents(
    onlyChats(emptyState(size)),
    ...chatOptions(
      WORDS.map((name, index) =>
        model(`m${index}`, {
          name,
          provider: WORDS[(index * 3) % WORDS.length] ?? '',
          isDefault: index === 2,
          efforts: [...WORDS],
          unavailable: index > 7 ? name : null,
        }),
      ),
      WORDS.slice(0, 3).map((displayName, index) => ({
        ...ORGANIZATION,
        id: `o${index}`,
        displayName,
        isDefault: index === 1,
      })),
    ),
    { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('日本語 and more') },
    { type: 'open-form-changed', openForm: openFormAt(field) },
    { type: 'pane-focused', pane: 'prompt' },
  );

const chatWithWorkspace = (size: State['size']): State =>
  applyEvents(
    onlyChats(emptyState(size)),
    chatsReceived([makeChat({ id: 'c1', displayName: WORDS[0], workspaceId: 'w1', planMode: true })]),
  );

const picking = (size: State['size'], count: number): State =>
  applyEvents(
    emptyState(size),
    listReceived(tasks(12)),
    { type: 'templates-received', templates: template40.slice(0, count) },
    { type: 'open-form-changed', openForm: openFormAt('template') },
    { type: 'pane-focused', pane: 'prompt' },
  );

/** A form with many presets and sign-ins. */
const offered = (size: State['size']): State =>
  applyEvents(
    picking(size, 1),
    { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('日本語 and more') },
    {
      type: 'template-options-received',
      versionId: 'version-t0',
      options: {
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
        presetsError: null,
      },
    },
    { type: 'open-form-changed', openForm: openFormAt('prompt') },
  );
