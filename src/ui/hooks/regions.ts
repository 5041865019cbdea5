import type { MouseInput } from '../../domain/mouse-input.ts';

/** A part of the screen that reacts to clicks or the wheel, in cells from 0. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** It belongs to an overlay. While there is one, clicks elsewhere do nothing. */
  readonly onTop?: boolean;
  /** `column` and `row` are relative to the region. */
  click?(column: number, row: number): void;
  wheel?(step: -1 | 1): void;
}

/** The regions of the current frame, the newest first. */
export class Regions {
  #all: readonly { readonly current: Region }[] = [];

  add(region: { readonly current: Region }): () => void {
    this.#all = [region, ...this.#all];
    return () => {
      this.#all = this.#all.filter((each) => each !== region);
    };
  }

  at({ column, row }: MouseInput, onTop: boolean): Region | undefined {
    return this.#all
      .map(({ current }) => current)
      .find(
        ({ x, y, width, height, onTop: isOnTop = false }) =>
          isOnTop === onTop && column >= x && column < x + width && row >= y && row < y + height,
      );
  }
}
