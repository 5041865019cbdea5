import {
  applyDeliveryEvent,
  type Delivery,
  type DeliveryEvent,
  type DeliveryTransition,
  isWithServer,
} from '../../domain/delivery.ts';
import { EMPTY_BUFFER } from '../../domain/edit/buffer.ts';
import type { NewDelivery, OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import type { Receipt } from '../../domain/receipt.ts';
import { prependUndelivered } from '../../store/slices/drafts.ts';
import type { Store } from '../../store/store.ts';

/** The messages of the outbox. Each change goes to disk and to the state. */
export interface OutboxStore {
  readonly instanceName: string;
  find(id: string): Delivery | null;
  add(delivery: NewDelivery): void;
  /** Applies an event to a message. Null when the event does not fit its stage, or another instance was first. */
  apply(id: string, event: DeliveryEvent): DeliveryTransition;
  /** Like `apply`, to start a send or a resume. Also null when another message to the task comes first. */
  claim(id: string, event: DeliveryEvent): Delivery | null;
  /** Removes a message and puts its text before the draft of its task. False where `apply` returns null. */
  returnToPrompt(id: string): boolean;
  /** Removes a message from disk that the server has. It stays in the state until `forget`. */
  markWithServer(id: string, stage: Receipt['kind'], now: number, receipt?: Receipt): void;
  /** Removes a message from the state that the server has. */
  forget(id: string): void;
  /** Saves the draft of a task on disk; the state stays. */
  saveDraft(taskId: string, draft: string): void;
  /** Swaps a waiting message with the one before or after it to the same task. */
  move(id: string, by: -1 | 1): void;
  isAlive(instanceName: string): boolean;
  /** Whether this text was ever sent from this machine. */
  wasSentBefore(text: string): boolean;
  /** Loads what other instances wrote; false when they wrote nothing. */
  refresh(): boolean;
  /** Replaces the storage and loads its messages. */
  switchStorage(storage: OutboxStorage): void;
}

export function createOutboxStore(store: Store, initialStorage: OutboxStorage): OutboxStore {
  let storage = initialStorage;
  /** Finished messages whose removal from disk failed, by id. */
  const unremoved = new Map<string, Delivery>();

  const find = (id: string): Delivery | null =>
    store.getState().deliveries.find((delivery) => delivery.id === id) ?? null;

  function reload(): void {
    for (const [id, delivery] of unremoved) if (storage.remove(delivery)) unremoved.delete(id);
    const stored = storage.all().filter(({ id }) => !unremoved.has(id));
    const withServer = store
      .getState()
      .deliveries.filter((each) => isWithServer(each) && !stored.some(({ id }) => id === each.id));
    store.dispatch({ type: 'deliveries-loaded', deliveries: [...withServer, ...stored] });
  }

  /** Removes a finished message. A failed write is tried again at the next reload. False when the row has changed. */
  function removeRow(delivery: Delivery): boolean {
    if (storage.remove(delivery)) return true;
    const isUnchanged = storage
      .all()
      .some(({ id, version }) => id === delivery.id && version === delivery.version);
    if (isUnchanged) unremoved.set(delivery.id, delivery);
    return isUnchanged;
  }

  /** Stores a transition. Returns it, or null when another instance was first. */
  function write(
    before: Delivery,
    after: DeliveryTransition,
    update: (after: Delivery) => boolean,
  ): DeliveryTransition {
    if (after === null) return null;
    if (after === 'done' && removeRow(before)) {
      store.dispatch({ type: 'delivery-finished', id: before.id });
      return after;
    }
    if (after !== 'done' && update(after)) {
      store.dispatch({ type: 'delivery-changed', delivery: after });
      return after;
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
      const before = find(id);
      return before === null
        ? null
        : write(before, applyDeliveryEvent(before, event), (after) => storage.updateRow(before, after));
    },
    claim(id, event) {
      const before = find(id);
      if (before === null) return null;
      const after = write(before, applyDeliveryEvent(before, event), (next) => storage.claim(before, next));
      return after === 'done' ? null : after;
    },
    returnToPrompt(id) {
      const delivery = find(id);
      if (delivery === null || applyDeliveryEvent(delivery, { type: 'cancelled' }) !== 'done') return false;
      const { taskId: key, text, extras } = delivery;
      const { attachments = [] } = extras ?? {};
      const draft = prependUndelivered(store.getState().drafts.get(key) ?? EMPTY_BUFFER, text);
      if (!storage.remove(delivery, draft.text)) {
        reload();
        return false;
      }
      store.dispatch({ type: 'draft-restored', key, text, attachments }, { type: 'delivery-finished', id });
      return true;
    },
    markWithServer(id, stage, now, receipt) {
      const delivery = find(id);
      if (delivery === null) return;
      if (!isWithServer(delivery)) removeRow(delivery);
      store.dispatch({
        type: 'delivery-changed',
        delivery: { ...delivery, stage, since: now, instanceName: null, ...(receipt && { receipt }) },
      });
    },
    forget(id) {
      const delivery = find(id);
      if (delivery !== null && isWithServer(delivery)) store.dispatch({ type: 'delivery-finished', id });
    },
    saveDraft: (taskId, draft) => void storage.saveDraft(taskId, draft),
    move(id, by) {
      const delivery = find(id);
      if (delivery === null) return;
      const taskQueue = store
        .getState()
        .deliveries.filter(({ taskId, stage }) => taskId === delivery.taskId && stage === 'waiting');
      const other = taskQueue[taskQueue.indexOf(delivery) + by];
      if (other === undefined || !taskQueue.includes(delivery)) return;
      storage.swap(delivery, other);
      reload();
    },
    isAlive: (instanceName) => storage.isAlive(instanceName),
    wasSentBefore: (text) => storage.wasSentBefore(text),
    refresh() {
      if (!storage.hasExternalChanges() && unremoved.size === 0) return false;
      reload();
      return true;
    },
    switchStorage(newStorage) {
      storage = newStorage;
      reload();
    },
  };
}
