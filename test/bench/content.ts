const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Ages whose text stays the same during a bench. */
const AGE = 3 * DAY + 11 * 60 * MINUTE + 29.5 * MINUTE;

const VERBS = ['Fix', 'Update', 'Hunt', 'Bump', 'Migrate', 'Review', 'Split', 'Document'];
const THINGS = [
  'login redirect',
  'flaky test',
  'the parser',
  'dependencies',
  'database',
  'metrics',
  'retries',
];
const WORDS =
  'compiled module passed request branch cache token error timeout merged review commit pushed waiting answer ' +
  'server client header session worker queue parser deploy secret config schema reader writer socket buffer';
const words = WORDS.split(' ');

/** Such as `T0042`, which shows that a task is on the screen. */
export const label = (index: number): string => `T${String(index).padStart(4, '0')}`;

export const taskId = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

export const indexOf = (id: string): number => Number(id.slice(-12));

export const titleOf = (index: number): string =>
  `${label(index)} ${pick(VERBS, index)} ${pick(THINGS, index)}`;

/** All states of a task that does not work; the first is idle. */
const STATES = ['idle', 'complete', 'idle', 'failure'] as const;
export const stateOf = (index: number): string => pick(STATES, index);

/** A task of the Tasks API, about 1,080 bytes. */
export function wireTask(index: number, now: number, state: string = stateOf(index)) {
  // Sorted by activity, the list is in the order of the numbers.
  const at = new Date(now - AGE - index * 1_000).toISOString();
  const id = (kind: number) => `${String(kind).padStart(8, '0')}${taskId(index).slice(8)}`;
  return {
    id: taskId(index),
    organization_id: id(1),
    owner_id: id(2),
    owner_name: 'ada',
    owner_avatar_url: 'https://avatars.example.com/u/1234567?v=4',
    name: `${label(index).toLowerCase()}-task`,
    display_name: titleOf(index),
    template_id: id(3),
    template_version_id: id(4),
    template_name: 'docker-ai',
    template_display_name: 'Docker AI',
    template_icon: '/icon/docker.png',
    workspace_id: id(5),
    workspace_name: `${label(index).toLowerCase()}-task`,
    workspace_status: 'running',
    workspace_build_number: 1,
    workspace_agent_id: id(6),
    workspace_agent_lifecycle: 'ready',
    workspace_agent_health: { healthy: true },
    workspace_app_id: id(7),
    initial_prompt: `Please ${titleOf(index)}. ${sentence(index, 18)}`,
    status: 'active',
    current_state: { timestamp: at, state, message: sentence(index + 1, 6), uri: '' },
    created_at: at,
    updated_at: at,
  };
}

export interface Entry {
  readonly id: number;
  readonly content: string;
  readonly type: 'input' | 'output';
  readonly time: string;
}

/** A conversation of `lines` lines of about 60 bytes. User and agent take turns, `perMessage` lines each. */
export function conversation(index: number, lines: number, perMessage: number, now: number): Entry[] {
  const entries: Entry[] = [];
  for (let line = 0; line < lines; line += perMessage) {
    const id = entries.length;
    const count = Math.min(perMessage, lines - line);
    const content = Array.from({ length: count }, (_, n) => lineOf(index, line + n)).join('\n');
    const time = new Date(now - AGE + id * 1_000).toISOString();
    entries.push({ id, content, type: id % 2 === 0 ? 'output' : 'input', time });
  }
  return entries;
}

/** All lines of all tasks differ, so that a move changes as much as between real tasks. */
export const lineOf = (index: number, line: number): string =>
  `${index}.${line} ${sentence(index * 31 + line, 7)}`;

function sentence(seed: number, length: number): string {
  const picked: string[] = [];
  for (let n = 0; n < length; n++)
    picked.push(pick(words, Math.imul(seed + 1, 2_654_435_761) + n * 7 + seed));
  return picked.join(' ');
}

const WIDE_WORDS = ['修复', 'ログイン', '测试、', '部署 ✅', '로그인', '缓存 🚀', '設定を', '完了。'];

/** The text with every second word replaced by East Asian text, some of it with emoji. */
export const widened = (text: string): string =>
  text.replaceAll(
    /([a-z]+) ([a-z]+)/g,
    (_, one: string, two: string) => `${one} ${pick(WIDE_WORDS, one.length * 3 + two.length)}`,
  );

const pick = <Item>(items: readonly Item[], at: number): Item => items[Math.abs(at) % items.length] as Item;
