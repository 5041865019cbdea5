/** The candidates of a completion: names of one kind, or fixed words. */
export type CompletionKind =
  | 'task'
  | 'archived-chat'
  | 'template'
  | 'model'
  | 'workspace'
  | 'profile'
  | 'directory'
  /** A branch or a tag of the repository that the line names. */
  | 'git-ref'
  | 'file'
  | readonly string[]
  | null;

export interface Flag {
  /** In kebab case, without dashes: `display-name`. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Placeholder of the value in help, such as `NAME`; null for a switch. */
  readonly value: string | null;
  /** It may be given several times. */
  readonly repeatable?: true;
  readonly completes?: CompletionKind;
  readonly summary: string;
}

/** A command as data for parsing, help and completion. */
export interface CommandDefinition {
  readonly name: string;
  /** Placeholders of its arguments, for help. */
  readonly usage: string;
  readonly summary: string;
  readonly arguments: {
    readonly min: number;
    readonly max: number;
    readonly completes?: CompletionKind;
    /** Only the first argument is completed, although there can be many. */
    readonly completesFirst?: boolean;
    /** The words that the second argument can be. */
    readonly second?: readonly string[];
  };
  readonly flags: readonly Flag[];
  /** It sends something to the server that is no read: refused in read-only mode. */
  readonly sends?: true;
  /** The command takes the flags that choose a deployment. */
  readonly usesDeployment: boolean;
}

export const plainHttpFlag: Flag = {
  name: 'plain-http',
  value: null,
  summary: 'allow sending the token unencrypted to an http URL',
};

export const deploymentFlags: readonly Flag[] = [
  { name: 'url', value: 'URL', summary: 'use the deployment at this URL' },
  {
    name: 'profile',
    value: 'NAME',
    completes: 'profile',
    summary: 'use the saved deployment of this name',
  },
  { name: 'local', value: null, summary: 'use the local server on this machine' },
  plainHttpFlag,
  { name: 'read-only', value: null, summary: 'send nothing but requests that read' },
];

/** All flags of a command, including the ones that choose a deployment. */
export const flagsOf = (command: CommandDefinition): readonly Flag[] =>
  command.usesDeployment ? [...command.flags, ...deploymentFlags] : command.flags;

export const jsonFlag: Flag = { name: 'json', value: null, summary: 'print JSON, errors included' };
export const yesFlag: Flag = { name: 'yes', short: 'y', value: null, summary: 'skip the confirmation' };

export const noArguments = { min: 0, max: 0 };
