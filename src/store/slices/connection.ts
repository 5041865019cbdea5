import type { ActionTable } from '../../domain/action.ts';
import { ACTION_TABLES } from '../../domain/action-tables.ts';
import type { KeyNames } from '../../domain/key-placeholder.ts';
import type { User } from '../../domain/ports/backend.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import type { SliceReducer } from './slice.ts';

/** The deployment, its user and the settings. */
export interface ConnectionState {
  readonly deployment: Deployment;
  /** The deployments that the user can switch to. */
  readonly otherDeployments: readonly DeploymentChoice[];
  /** The actions of each source. */
  readonly actionTables: readonly ActionTable[];
  /** The current values of all settings: the config file can change while taskdeck runs. */
  readonly settings: Settings;
  /** Key bindings from the settings. */
  readonly customKeys: CustomKeys;
  /** The names of keys in texts: see `keyFor`. */
  readonly keyNames: KeyNames;
  readonly user: User | null;
  /** Other users that the server returned. `forbidden`: it refuses to list them. */
  readonly users: { readonly found: readonly User[]; readonly forbidden: boolean };
  /** As the server prints it; null until it is received. */
  readonly serverVersion: string | null;
  /** The version of the taskdeck to which the local server belongs, if that is older than this one; else null. */
  readonly olderServer: string | null;
}

interface Deployment {
  /** In the header: a host, or `local`. */
  readonly name: string;
  readonly local: boolean;
  /** The user's home directory, shown as `~`; missing when unknown. */
  readonly home?: string;
  /** The working directory of new local tasks; missing when each gets its own. */
  readonly directory?: string;
}

/** A known deployment, or this machine. */
export interface DeploymentChoice {
  readonly id: string;
  readonly name: string;
  /** Its URL, or a short description. */
  readonly url: string;
}

/** Keys by command id; a missing command keeps its default keys. */
export type CustomKeys = Readonly<Record<string, readonly string[]>>;

export interface ConnectionOptions {
  readonly deployment: Deployment;
  readonly otherDeployments?: readonly DeploymentChoice[];
  /** Those of every known source when missing. */
  readonly actionTables?: readonly ActionTable[];
  /** The defaults when missing. */
  readonly settings?: Settings;
  readonly customKeys?: CustomKeys;
  readonly keyNames?: KeyNames;
}

export const initialConnection = ({
  deployment,
  otherDeployments = [],
  actionTables = ACTION_TABLES,
  settings = defaultSettings,
  customKeys = settings.keys,
  keyNames = {},
}: ConnectionOptions): ConnectionState => ({
  deployment,
  otherDeployments,
  actionTables,
  settings,
  customKeys,
  keyNames,
  user: null,
  users: { found: [], forbidden: false },
  serverVersion: null,
  olderServer: null,
});

export type ConnectionEvent =
  | { readonly type: 'server-version-received'; readonly version: string }
  /** Null after its restart. */
  | { readonly type: 'older-server-found'; readonly version: string | null }
  | { readonly type: 'user-received'; readonly user: User }
  /** Adds to the users that the server returned before. */
  | { readonly type: 'users-received'; readonly users: readonly User[] }
  /** The server refuses to list other users. */
  | { readonly type: 'users-forbidden' }
  /** The config file changed. `keyNames`: those of the new settings. */
  | { readonly type: 'settings-changed'; readonly settings: Settings; readonly keyNames: KeyNames }
  /** Profiles were added or removed. */
  | { readonly type: 'deployments-changed'; readonly otherDeployments: readonly DeploymentChoice[] };

export const connectionReducer = {
  'server-version-received': (_, { version }) => ({ serverVersion: version }),
  'older-server-found': (_, { version }) => ({ olderServer: version }),
  'user-received': (_, { user }) => ({ user }),
  'users-received'(state, { users }) {
    const found = new Map([...state.users.found, ...users].map((each) => [each.id, each]));
    return { users: { found: [...found.values()], forbidden: false } };
  },
  'users-forbidden': ({ users }) => ({ users: { ...users, forbidden: true } }),
  'settings-changed': (_, { settings, keyNames }) => ({
    settings,
    customKeys: settings.keys,
    keyNames,
  }),
  'deployments-changed': (_, { otherDeployments }) => ({ otherDeployments }),
} satisfies SliceReducer<ConnectionState, ConnectionEvent>;
