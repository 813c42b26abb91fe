import { useSyncExternalStore } from 'react';

/** A value that screens can watch. */
export class Store<T> {
  private value: T;
  private readonly listeners = new Set<() => void>();
  constructor(value: T) {
    this.value = value;
  }
  get = (): T => this.value;
  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.listeners.forEach((listener) => listener());
  }
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

/** The present value of a store; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** A choice of this browser that outlives the page, such as the theme. */
export class Preference<T extends string> extends Store<T> {
  constructor(
    private readonly name: string,
    fallback: T,
    allowed: readonly T[],
  ) {
    super(read(name, fallback, allowed));
  }
  override set(value: T): void {
    try {
      localStorage.setItem(this.name, value);
    } catch {
      /* private browsing: it lasts as long as the page */
    }
    super.set(value);
  }
}

function read<T extends string>(name: string, fallback: T, allowed: readonly T[]): T {
  try {
    const found = localStorage.getItem(name);
    return allowed.find((one) => one === found) ?? fallback;
  } catch {
    return fallback;
  }
}
