import type { KeyNames } from '../domain/key-hint.ts';
import { USUAL_SORT } from '../domain/order.ts';
import { USUAL_READING } from '../domain/reading.ts';
import { MINE } from '../domain/scope.ts';
import { BLANK_FORM } from './form.ts';
import type { Deployment, Freshness, KeyChanges, Place, Size, State } from './state.ts';

/** Data that was never there. */
export const NEVER: Freshness = { at: null, promised: 0, error: null, retryAt: null };

export interface Beginning {
  readonly deployment: Deployment;
  readonly size: Size;
  /** None when missing. */
  readonly places?: readonly Place[];
  readonly keys?: KeyChanges;
  readonly keyNames?: KeyNames;
  readonly mouse?: boolean;
  readonly views?: State['views'];
  /** Unix ms. */
  readonly now: number;
}

export const initialState = ({
  deployment,
  size,
  places = [],
  keys = {},
  keyNames = {},
  mouse = false,
  views = {},
  now,
}: Beginning): State => ({
  deployment,
  places,
  keys,
  keyNames,
  views,
  user: null,
  users: { found: [], refused: false },
  serverVersion: null,
  now,
  size,
  mouse,
  window: { focused: null, since: now },
  scope: MINE,
  listed: MINE,
  notListed: null,
  listedSince: now,
  told: MINE,
  aside: new Map(),
  marksAside: new Set(),
  tasks: [],
  list: NEVER,
  transcripts: new Map(),
  conversations: new Map(),
  asked: new Map(),
  creating: [],
  made: new Map(),
  looked: new Map(),
  removed: new Map(),
  seen: new Map(),
  watched: null,
  order: [],
  orderDue: true,
  deliveries: [],
  orders: [],
  outcome: null,
  drafts: new Map(),
  history: [],
  templates: null,
  offers: new Map(),
  form: BLANK_FORM,
  lastChoice: null,
  find: null,
  markdown: null,
  builds: new Map(),
  timelines: new Map(),
  pulses: new Map(),
  view: {
    selected: null,
    focus: 'list',
    pane: 'list',
    filter: '',
    sort: USUAL_SORT,
    marked: new Set(),
    needing: null,
    overlay: null,
    composing: null,
    rewriting: null,
    toMarked: false,
    scroll: new Map(),
    returning: new Map(),
    reading: USUAL_READING,
    pointed: null,
    search: null,
    zoomed: false,
    column: 0,
    recall: null,
    promptSearch: null,
    prefix: null,
  },
  notice: null,
  lastRemark: null,
  untold: [],
});
