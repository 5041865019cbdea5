/** What can stand where a name is completed. */
export type CompletionKind = 'task' | 'template' | 'profile' | 'directory' | readonly string[] | null;

/** A flag as the command line knows it. */
export interface Flag {
  /** Without the dashes, as it is written: `display-name`. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What to call its value in help, such as `NAME`; null for a switch. */
  readonly value: string | null;
  readonly completes?: CompletionKind;
  readonly summary: string;
}

/** A command as help, completion and parsing know it. */
export interface CommandDefinition {
  readonly name: string;
  /** What comes behind it, for help. */
  readonly usage: string;
  readonly summary: string;
  /** How many arguments it takes. */
  readonly arguments: { readonly least: number; readonly most: number; readonly completes?: CompletionKind };
  readonly flags: readonly Flag[];
  /** It speaks to a deployment, so that the flags which choose one belong to it. */
  readonly usesDeployment: boolean;
}

/** Agrees to what is otherwise asked. */
export const plainHttpFlag: Flag = {
  name: 'plain-http',
  value: null,
  summary: 'the token may go to another machine unencrypted, where the URL says http',
};

/** Flags that choose the deployment. */
export const deploymentFlags: readonly Flag[] = [
  { name: 'url', value: 'URL', summary: 'the deployment to use' },
  {
    name: 'profile',
    value: 'NAME',
    completes: 'profile',
    summary: 'the deployment that was kept under this name',
  },
  { name: 'local', value: null, summary: 'the task server on this machine' },
  plainHttpFlag,
];

/** All flags that a command takes, those that choose the deployment included. */
export const flagsOf = (command: CommandDefinition): readonly Flag[] =>
  command.usesDeployment ? [...command.flags, ...deploymentFlags] : command.flags;
