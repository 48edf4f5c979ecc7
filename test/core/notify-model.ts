/** What Notify promises, by the slowest means. */
export class NotifyModel {
  readonly #state: ('made' | 'in line' | 'notified by one' | 'notified by all')[] = [];
  #line: number[] = [];
  #hasPermit = false;

  make(index: number): void {
    this.#state[index] = 'made';
  }
  one(): void {
    const first = this.#line.shift();
    if (first === undefined) this.#hasPermit = true;
    else this.#state[first] = 'notified by one';
  }
  all(): void {
    this.#line = [];
    for (const [index, state] of this.#state.entries()) {
      if (state === 'made' || state === 'in line') this.#state[index] = 'notified by all';
    }
  }
  poll(index: number): boolean {
    if (this.#state[index]!.startsWith('notified')) return true;
    if (this.#state[index] === 'in line') return false;
    if (this.#hasPermit) {
      this.#hasPermit = false;
      return true;
    }
    this.#state[index] = 'in line';
    this.#line.push(index);
    return false;
  }
  drop(index: number): void {
    this.#line = this.#line.filter((waiting) => waiting !== index);
    if (this.#state[index] === 'notified by one') this.one();
  }
}
