import type { ActionTable } from '../domain/action.ts';
import { ACTION_TABLES } from '../domain/action-tables.ts';
import type { KeyNames } from '../domain/key-placeholder.ts';
import { MINE } from '../domain/owner-scope.ts';
import { DEFAULT_SORT } from '../domain/row-order.ts';
import { DEFAULT_TRANSCRIPT_OPTIONS } from '../domain/transcript-options.ts';
import { EMPTY_FORM } from './form.ts';
import type { CustomKeys, Deployment, DeploymentChoice, Freshness, Size, State } from './state.ts';

export const NEVER_LOADED: Freshness = { requestedAt: null, refreshMs: 0, error: null, retryAt: null };

export interface InitialOptions {
  readonly deployment: Deployment;
  readonly size: Size;
  readonly otherDeployments?: readonly DeploymentChoice[];
  /** Those of every known source when missing. */
  readonly actionTables?: readonly ActionTable[];
  readonly customKeys?: CustomKeys;
  readonly keyNames?: KeyNames;
  readonly mouse?: boolean;
  readonly savedViews?: State['savedViews'];
  /** Unix ms. */
  readonly now: number;
}

export const initialState = ({
  deployment,
  size,
  otherDeployments = [],
  actionTables = ACTION_TABLES,
  customKeys = {},
  keyNames = {},
  mouse = false,
  savedViews = {},
  now,
}: InitialOptions): State => ({
  deployment,
  otherDeployments,
  actionTables,
  customKeys,
  keyNames,
  savedViews,
  user: null,
  users: { found: [], forbidden: false },
  serverVersion: null,
  now,
  size,
  mouse,
  window: { focused: null, since: now },
  selectedScope: MINE,
  listedScope: MINE,
  rejectedScope: null,
  listedSince: now,
  lastAcceptedScope: MINE,
  parkedLists: new Map(),
  parkedMarks: new Set(),
  tasks: [],
  listFreshness: NEVER_LOADED,
  transcripts: new Map(),
  mergedTranscripts: new Map(),
  pendingChanges: new Map(),
  pendingCreations: [],
  createdAtById: new Map(),
  fetchedAtById: new Map(),
  removedAtById: new Map(),
  seenFingerprints: new Map(),
  viewedTaskId: null,
  rowOrder: [],
  reorderPending: true,
  deliveries: [],
  bulkOperations: [],
  inverse: null,
  failedBulkOperation: null,
  drafts: new Map(),
  promptHistory: [],
  templates: null,
  templateOptions: new Map(),
  newTaskForm: EMPTY_FORM,
  lastTemplateChoice: null,
  fuzzyFind: null,
  proseRenderer: null,
  builds: new Map(),
  timelines: new Map(),
  activity: new Map(),
  view: {
    selected: null,
    focus: 'list',
    pane: 'list',
    filter: '',
    sort: DEFAULT_SORT,
    marked: new Set(),
    needsAttentionIds: null,
    overlay: null,
    openForm: null,
    initialPromptTaskId: null,
    writesToMarked: false,
    scrollAnchors: new Map(),
    savedScrolls: new Map(),
    transcriptOptions: DEFAULT_TRANSCRIPT_OPTIONS,
    messageCursor: null,
    transcriptSearch: null,
    zoomed: false,
    scrollColumn: 0,
    historyPosition: null,
    promptSearch: null,
    chordPrefix: null,
  },
  notice: null,
  lastHiddenNotice: null,
  queuedNotices: [],
});
