import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** The agent's end of an AgentControl. */
export interface ControlLink {
  /** Sends a fact to the test. */
  report(fact: Readonly<Record<string, unknown>>): void;
  /** Resolves when the test has all facts so far: they come over another connection than the protocol. */
  delivered(): Promise<void>;
  /** The next line of steps that the test sends for this session; rejects when the signal aborts. */
  next(session: string, signal: AbortSignal): Promise<string>;
}

/** The line that asks whether all facts have arrived, and the answer. */
export const DELIVERED = 'delivered';

/** Connects to the socket of a test. Without one, reports are dropped and `next` waits until the signal aborts. */
export function connectControl(socket: string | null): ControlLink {
  const queued: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  const undelivered: (() => void)[] = [];
  const link = socket === null ? null : connect(socket);
  link?.on('error', () => undefined);
  // The connection alone must not keep the agent alive.
  link?.unref();
  const send = (fact: Readonly<Record<string, unknown>>): void => {
    link?.write(`${JSON.stringify(fact)}\n`);
  };
  send({ type: 'started', pid: process.pid, owner: process.env.CODER_TASK_ID ?? '' });
  if (link !== null) {
    link.on('close', () => {
      for (const resolve of undelivered) resolve();
    });
    const lines = createInterface({ input: link });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      if (line === DELIVERED) {
        undelivered.shift()?.();
        return;
      }
      const next = waiting.shift();
      if (next === undefined) queued.push(line);
      else next(line);
    });
  }
  return {
    report: send,
    delivered: () =>
      new Promise((resolve) => {
        if (link === null || link.destroyed) return resolve();
        undelivered.push(resolve);
        link.write(`${DELIVERED}\n`);
      }),
    next: (session, signal) =>
      new Promise((resolve, reject) => {
        const line = queued.shift();
        if (line !== undefined) return resolve(line);
        if (signal.aborted) return reject(signal.reason);
        send({ type: 'holding', session });
        const answer = (text: string): void => {
          signal.removeEventListener('abort', abort);
          resolve(text);
        };
        const abort = (): void => {
          waiting.splice(waiting.indexOf(answer), 1);
          reject(signal.reason);
        };
        waiting.push(answer);
        signal.addEventListener('abort', abort, { once: true });
      }),
  };
}
