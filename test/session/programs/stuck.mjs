// One poll that never returns; argv[2] says what it does meanwhile.
import { HandMadeSource, register } from './hand-made-source.mjs';

class TlsStream {
  #wantsRead = false;
  state = { buffered: 40, isClosed: true };

  pollRead() {
    while (!this.#wantsRead) this.processPackets();
    return null;
  }

  processPackets() {
    return this.state.buffered > 0 && !this.state.isClosed;
  }
}

class CountingStream {
  pollRead() {
    let spins = 0;
    const last = { answer: 0 };
    for (;;) {
      spins += 1;
      last.answer = ask(spins);
      if (last.answer > 0) return last;
    }
  }
}

function ask(times) {
  return times < 0 ? 1 : 0;
}

class ParsingStream {
  bytes = new Uint8Array(4096);
  sum = 0;

  pollRead() {
    for (let round = 0; ; round++) {
      this.bytes[round % 4096] = (this.sum * 31 + round) & 0xff;
      this.sum = (this.sum * 33 + this.bytes[(round * 7) % 4096]) | 0;
    }
  }
}

class EmptyLoop {
  pollRead() {
    for (;;);
  }
}

class WaitFlag {
  done = false;
  pollRead() {
    ask(1);
    while (!this.done);
    return ask(2);
  }
}
class WaitFlag2 {
  done = false;
  pollRead() {
    let n = 0;
    while (!this.done) {
      n++;
    }
    return ask(n);
  }
}
class Sleeper {
  pollRead() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    return null;
  }
}

class Outer {
  inner;

  constructor(inner) {
    this.inner = inner;
  }

  poll() {
    return this.inner.pollRead();
  }
}

const kinds = {
  same: TlsStream,
  counters: CountingStream,
  progress: ParsingStream,
  empty: EmptyLoop,
  flag: WaitFlag,
  flag2: WaitFlag2,
  native: Sleeper,
};
const source = new HandMadeSource();
register(source);
source.poll(() => new Outer(new kinds[process.argv[2]]()).poll());
process.stdout.write('returned\n');
