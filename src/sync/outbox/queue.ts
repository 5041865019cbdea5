import { type Delivery, type DeliveryEvent, type Step, step } from '../../domain/delivery.ts';
import { EMPTY } from '../../domain/edit/buffer.ts';
import type { OutboxRows } from '../../domain/outbox-rows.ts';
import { returnedTo } from '../../store/returned.ts';
import type { Store } from '../../store/store.ts';

/** The messages on their way, on disk and in the state at once. */
export interface Queue {
  readonly me: string;
  find(id: string): Delivery | null;
  add(delivery: Pick<Delivery, 'id' | 'taskId' | 'text' | 'resume' | 'since'>): void;
  /** Lets something happen to a message. Null when it cannot happen to it, or another taskdeck was there before. */
  take(id: string, event: DeliveryEvent): Step;
  /** Begins to send or to resume for a message; null as above, and when another message to its task comes first. */
  claim(id: string, event: DeliveryEvent): Delivery | null;
  /** Ends a message; its text stands before what is written to its task. False as above. */
  takeBack(id: string): boolean;
  /** The server has it: it is done for, and shown until `forget`. */
  taken(id: string, now: number): void;
  forget(id: string): void;
  /** Lets a message and the one before or after it to the same task change places. */
  move(id: string, by: -1 | 1): void;
  isAlive(owner: string): boolean;
  /** Whether this was ever sent from this machine. */
  wasSaid(text: string): boolean;
  /** Takes over what other taskdecks wrote; false when they wrote nothing. */
  refresh(): boolean;
  /** From now on other rows are meant. */
  open(rows: OutboxRows): void;
}

export function createQueue(store: Store, opened: OutboxRows): Queue {
  let rows = opened;
  /** Messages that are done for and could not be removed from the disk yet. */
  const finished = new Map<string, Delivery>();

  const find = (id: string): Delivery | null =>
    store.getState().deliveries.find((delivery) => delivery.id === id) ?? null;

  function read(): void {
    for (const [id, delivery] of finished) if (rows.remove(delivery)) finished.delete(id);
    const written = rows.all().filter(({ id }) => !finished.has(id));
    const taken = store
      .getState()
      .deliveries.filter(({ id, stage }) => stage === 'taken' && !written.some((row) => row.id === id));
    store.dispatch({ type: 'deliveries-read', deliveries: [...taken, ...written] });
  }

  /** Removes a message that is done for. Where the disk cannot be written now, that is done later. */
  function end(was: Delivery): boolean {
    if (rows.remove(was)) return true;
    const stays = rows.all().some(({ id, version }) => id === was.id && version === was.version);
    if (stays) finished.set(was.id, was);
    return stays;
  }

  /** What is written down, or null when another taskdeck was there before. */
  function write(was: Delivery, is: Step, write: (is: Delivery) => boolean): Step {
    if (is === null) return null;
    if (is === 'done' && end(was)) {
      store.dispatch({ type: 'delivery-ended', id: was.id });
      return is;
    }
    if (is !== 'done' && write(is)) {
      store.dispatch({ type: 'delivery-changed', delivery: is });
      return is;
    }
    read();
    return null;
  }

  return {
    get me() {
      return rows.me;
    },
    find,
    add(delivery) {
      const draft = store.getState().drafts.get(delivery.taskId)?.text ?? '';
      store.dispatch({ type: 'delivery-begun', delivery: rows.add(delivery, draft) });
    },
    take(id, event) {
      const was = find(id);
      return was === null ? null : write(was, step(was, event), (is) => rows.change(was, is));
    },
    claim(id, event) {
      const was = find(id);
      const is = was === null ? null : write(was, step(was, event), (next) => rows.claim(was, next));
      return is === 'done' ? null : is;
    },
    takeBack(id) {
      const was = find(id);
      if (was === null || step(was, { type: 'taken-back' }) !== 'done') return false;
      const { taskId: key, text } = was;
      const draft = returnedTo(store.getState().drafts.get(key) ?? EMPTY, text);
      if (!rows.remove(was, draft.text)) {
        read();
        return false;
      }
      store.dispatch({ type: 'draft-returned', key, text });
      store.dispatch({ type: 'delivery-ended', id });
      return true;
    },
    taken(id, now) {
      const was = find(id);
      if (was === null) return;
      end(was);
      store.dispatch({
        type: 'delivery-changed',
        delivery: { ...was, stage: 'taken', since: now, owner: null },
      });
    },
    forget: (id) => store.dispatch({ type: 'delivery-ended', id }),
    move(id, by) {
      const was = find(id);
      if (was === null) return;
      const lane = store
        .getState()
        .deliveries.filter(({ taskId, stage }) => taskId === was.taskId && stage === 'waiting');
      const other = lane[lane.indexOf(was) + by];
      if (other === undefined || !lane.includes(was)) return;
      rows.swap(was, other);
      read();
    },
    isAlive: (owner) => rows.isAlive(owner),
    wasSaid: (text) => rows.wasSaid(text),
    refresh() {
      if (!rows.changedElsewhere() && finished.size === 0) return false;
      read();
      return true;
    },
    open(other) {
      rows = other;
      read();
    },
  };
}
