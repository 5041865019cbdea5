import type { Delivery } from '../domain/delivery.ts';
import type { NewDelivery } from '../domain/ports/outbox-storage.ts';

/** Messages whose write failed, sorted after the stored ones. No other taskdeck sees them, so every change succeeds. */
export class UnsavedDeliveries {
  readonly #rows = new Map<string, Delivery>();
  #count = 0;

  has({ id }: Delivery): boolean {
    return this.#rows.has(id);
  }

  appendTo(written: readonly Delivery[]): readonly Delivery[] {
    return this.#rows.size === 0 ? written : [...written, ...this.#rows.values()];
  }

  add(delivery: NewDelivery): Delivery {
    this.#count += 1;
    const row: Delivery = {
      ...delivery,
      stage: 'waiting',
      position: Number.MAX_SAFE_INTEGER / 2 + this.#count,
      attempt: null,
      instanceName: null,
      version: 0,
    };
    this.#rows.set(row.id, row);
    return row;
  }

  change(delivery: Delivery): boolean {
    this.#rows.set(delivery.id, delivery);
    return true;
  }

  remove({ id }: Delivery): boolean {
    return this.#rows.delete(id);
  }
}
