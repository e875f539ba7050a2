// Several things to dispose of as one.

export interface Disposable {
  dispose(): void;
}

/** Disposes of everything added, in reverse order; what is added afterwards at once. */
export class DisposableStore implements Disposable {
  readonly #held: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#held.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    for (const item of this.#held.splice(0).reverse()) item.dispose();
  }
}
