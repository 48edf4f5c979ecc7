/** How long a program was made to stand still. */
export class PauseClock {
  pauses = 0;
  totalMs = 0;
  longestMs = 0;

  note(ms: number): void {
    this.pauses += 1;
    this.totalMs += ms;
    this.longestMs = Math.max(this.longestMs, ms);
  }
}
