// Events without VS Code, so that what uses them is tested without it.
import type { Disposable } from "./disposables.ts";

export type Listen<T> = (handler: (value: T) => void) => Disposable;

export interface Emitter<T> {
  readonly event: Listen<T>;
  fire(value: T): void;
}

export function createEmitter<T>(): Emitter<T> {
  const handlers = new Set<(value: T) => void>();
  return {
    event: (handler) => {
      const own = (value: T): void => handler(value);
      handlers.add(own);
      return { dispose: () => handlers.delete(own) };
    },
    fire: (value) => {
      for (const handler of [...handlers]) handler(value);
    },
  };
}
