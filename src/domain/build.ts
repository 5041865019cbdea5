/** One start or stop of a workspace. */
export interface Build {
  readonly id: string;
  readonly number: number;
  /** `start`, `stop` or `delete`. */
  readonly transition: string;
  /** `pending`, `running`, `succeeded`, `canceling`, `canceled` or `failed`. */
  readonly status: string;
  /** The reason of a failure; empty otherwise. Untrusted text. */
  readonly error: string;
  /** The position in the server's queue from 1, and the queue's size, while pending. */
  readonly queuePosition: number;
  readonly queueSize: number;
  /** Unix ms by the server's clock; null until it happens. */
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Missing without a preset, or when unknown. */
  readonly presetId?: string;
  /** The name of the template's version. Missing when unknown. Untrusted text. */
  readonly templateVersion?: string;
  /** Its cause in the server's word, such as `initiator` or `task_auto_pause`. Missing when unknown. */
  readonly reason?: string;
}

/** One line of a build log. `output` is untrusted text. */
export interface BuildLogLine {
  /** Increases with each line. */
  readonly id: number;
  /** Unix ms. */
  readonly at: number;
  /** `trace`, `debug`, `info`, `warn` or `error`. */
  readonly level: string;
  /** The step of the build, for a heading. */
  readonly stage: string;
  readonly output: string;
}
