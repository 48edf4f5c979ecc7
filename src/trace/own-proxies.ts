/** Proxies that this package made: what lies behind them is no state of the one who holds them. */
const own = new WeakSet<object>();

export function noteOwnProxy<T extends object>(proxy: T): T {
  own.add(proxy);
  return proxy;
}

export function isOwnProxy(proxy: object): boolean {
  return own.has(proxy);
}
