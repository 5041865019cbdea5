/** One message of a conversation. `content` is untrusted text. */
export interface Message {
  /** A position, not an identity: ids restart at 0 after a resume that lost the conversation. */
  readonly id: number;
  readonly from: 'you' | 'agent';
  readonly content: string;
  /** Unix time in ms. */
  readonly at: number;
}

/** A conversation as the server tells it, oldest first. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** The agent is not reachable; these are the last messages it left behind. */
  readonly snapshot: boolean;
  /** Unix time in ms; null for a live transcript, and for a snapshot that was never taken. */
  readonly snapshotAt: number | null;
}
