export interface TaskRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly display_name: string;
  /** Name of the agent command. */
  readonly agent: string;
  readonly template_version_id: string;
  readonly directory: string;
  /** 1 if the server created the directory, and deletes it with the task. */
  readonly owns_directory: number;
  readonly input: string;
  /** 1 if the next start runs `input`. */
  readonly input_due: number;
  /** Whether the agent has a session: NO_SESSION, HAS_SESSION or MAY_HAVE_SESSION. */
  readonly conversing: number;
  /** The agent's session id; '' if unknown. */
  readonly session: string;
  readonly cut_off: number;
  readonly agent_token: string;
  readonly state: 'working' | 'idle' | 'complete' | 'failure' | null;
  readonly state_message: string;
  readonly state_at: number;
  readonly snapshot_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly deleted_at: number | null;
}

export type Transition = 'start' | 'stop' | 'delete';
type JobStatus = 'pending' | 'running' | 'succeeded' | 'canceling' | 'canceled' | 'failed';

export interface BuildRow {
  readonly id: string;
  readonly task_id: string;
  readonly number: number;
  readonly transition: Transition;
  readonly reason: string;
  readonly status: JobStatus;
  readonly error: string;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly completed_at: number | null;
  readonly canceled_at: number | null;
}

export interface BuildLogRow {
  readonly id: number;
  readonly created_at: number;
  readonly level: string;
  readonly stage: string;
  readonly output: string;
}

export interface MessageRow {
  readonly id: number;
  readonly type: 'input' | 'output';
  readonly content: string;
  readonly time: number;
}

export interface TurnRow {
  readonly task_id: string;
  /** Id of the output. The message before it is the user's. */
  readonly message_id: number;
  readonly started_at: number;
}

export interface ProcessGroupRow {
  readonly task_id: string;
  readonly number: number;
  readonly identity: string;
}
