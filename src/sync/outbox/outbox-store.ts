import {
  applyDeliveryEvent,
  type Delivery,
  type DeliveryEvent,
  type DeliveryTransition,
} from '../../domain/delivery.ts';
import { EMPTY_BUFFER } from '../../domain/edit/buffer.ts';
import type { OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import { prependUndelivered } from '../../store/prepend-undelivered.ts';
import type { Store } from '../../store/store.ts';

/** The messages on their way, on disk and in the state at once. */
export interface OutboxStore {
  readonly instanceName: string;
  find(id: string): Delivery | null;
  add(delivery: Pick<Delivery, 'id' | 'taskId' | 'text' | 'resume' | 'since'>): void;
  /** Lets something happen to a message. Null when it cannot happen to it, or another taskdeck was there before. */
  apply(id: string, event: DeliveryEvent): DeliveryTransition;
  /** Begins to send or to resume for a message; null as above, and when another message to its task comes first. */
  claim(id: string, event: DeliveryEvent): Delivery | null;
  /** Ends a message; its text stands before what is written to its task. False as above. */
  returnToPrompt(id: string): boolean;
  /** The server has it: it is done for, and shown until `forget`. */
  markAccepted(id: string, now: number): void;
  forget(id: string): void;
  /** Lets a message and the one before or after it to the same task change places. */
  move(id: string, by: -1 | 1): void;
  isAlive(instanceName: string): boolean;
  /** Whether this was ever sent from this machine. */
  wasSentBefore(text: string): boolean;
  /** Takes over what other taskdecks wrote; false when they wrote nothing. */
  refresh(): boolean;
  /** From now on other rows are meant. */
  switchStorage(storage: OutboxStorage): void;
}

export function createOutboxStore(store: Store, initialStorage: OutboxStorage): OutboxStore {
  let storage = initialStorage;
  /** Messages that are done for and could not be removed from the disk yet. */
  const unremoved = new Map<string, Delivery>();

  const find = (id: string): Delivery | null =>
    store.getState().deliveries.find((delivery) => delivery.id === id) ?? null;

  function reload(): void {
    for (const [id, delivery] of unremoved) if (storage.remove(delivery)) unremoved.delete(id);
    const written = storage.all().filter(({ id }) => !unremoved.has(id));
    const taken = store
      .getState()
      .deliveries.filter(({ id, stage }) => stage === 'accepted' && !written.some((row) => row.id === id));
    store.dispatch({ type: 'deliveries-loaded', deliveries: [...taken, ...written] });
  }

  /** Removes a message that is done for. Where the disk cannot be written now, that is done later. */
  function removeRow(was: Delivery): boolean {
    if (storage.remove(was)) return true;
    const stays = storage.all().some(({ id, version }) => id === was.id && version === was.version);
    if (stays) unremoved.set(was.id, was);
    return stays;
  }

  /** What is written down, or null when another taskdeck was there before. */
  function write(
    was: Delivery,
    is: DeliveryTransition,
    write: (is: Delivery) => boolean,
  ): DeliveryTransition {
    if (is === null) return null;
    if (is === 'done' && removeRow(was)) {
      store.dispatch({ type: 'delivery-finished', id: was.id });
      return is;
    }
    if (is !== 'done' && write(is)) {
      store.dispatch({ type: 'delivery-changed', delivery: is });
      return is;
    }
    reload();
    return null;
  }

  return {
    get instanceName() {
      return storage.instanceName;
    },
    find,
    add(delivery) {
      const draft = store.getState().drafts.get(delivery.taskId)?.text ?? '';
      store.dispatch({ type: 'delivery-added', delivery: storage.add(delivery, draft) });
    },
    apply(id, event) {
      const was = find(id);
      return was === null
        ? null
        : write(was, applyDeliveryEvent(was, event), (is) => storage.updateRow(was, is));
    },
    claim(id, event) {
      const was = find(id);
      const is =
        was === null ? null : write(was, applyDeliveryEvent(was, event), (next) => storage.claim(was, next));
      return is === 'done' ? null : is;
    },
    returnToPrompt(id) {
      const was = find(id);
      if (was === null || applyDeliveryEvent(was, { type: 'cancelled' }) !== 'done') return false;
      const { taskId: key, text } = was;
      const draft = prependUndelivered(store.getState().drafts.get(key) ?? EMPTY_BUFFER, text);
      if (!storage.remove(was, draft.text)) {
        reload();
        return false;
      }
      store.dispatch({ type: 'draft-restored', key, text });
      store.dispatch({ type: 'delivery-finished', id });
      return true;
    },
    markAccepted(id, now) {
      const was = find(id);
      if (was === null) return;
      removeRow(was);
      store.dispatch({
        type: 'delivery-changed',
        delivery: { ...was, stage: 'accepted', since: now, instanceName: null },
      });
    },
    forget: (id) => store.dispatch({ type: 'delivery-finished', id }),
    move(id, by) {
      const was = find(id);
      if (was === null) return;
      const lane = store
        .getState()
        .deliveries.filter(({ taskId, stage }) => taskId === was.taskId && stage === 'waiting');
      const other = lane[lane.indexOf(was) + by];
      if (other === undefined || !lane.includes(was)) return;
      storage.swap(was, other);
      reload();
    },
    isAlive: (owner) => storage.isAlive(owner),
    wasSentBefore: (text) => storage.wasSentBefore(text),
    refresh() {
      if (!storage.hasExternalChanges() && unremoved.size === 0) return false;
      reload();
      return true;
    },
    switchStorage(other) {
      storage = other;
      reload();
    },
  };
}
