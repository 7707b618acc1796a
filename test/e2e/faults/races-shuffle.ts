// Runs inside a page before its scripts: every socket.io message of every WebSocket, in both directions, is held for a while of its own, so that they overtake
// each other. engine.io's own packets (handshake, ping) are not touched.

declare global {
  /** What the shuffle of this page has done: messages that came after one that was sent later. */
  var shuffled: { messages: number; overtaken: number };
}

function installShuffle(seed: number, leastMs: number, mostMs: number): void {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const counts = (globalThis.shuffled = { messages: 0, overtaken: 0 });
  const isMessage = (data: unknown): boolean => typeof data === 'string' && /^4[23]/.test(data);
  let newest = 0;
  const later = (run: () => void): void => {
    const number = ++counts.messages;
    setTimeout(() => {
      if (number < newest) counts.overtaken++;
      newest = Math.max(newest, number);
      run();
    }, leastMs + random() * (mostMs - leastMs));
  };
  const { prototype } = WebSocket;
  const send = prototype.send;
  prototype.send = function (data) {
    if (isMessage(data)) later(() => this.readyState === WebSocket.OPEN && send.call(this, data));
    else send.call(this, data);
  };
  const native = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
  Object.defineProperty(prototype, 'onmessage', {
    ...native,
    set(this: WebSocket, handler: ((event: MessageEvent) => void) | null) {
      native?.set?.call(this, handler && ((event: MessageEvent) => {
        if (isMessage(event.data)) later(() => handler(event));
        else handler(event);
      }));
    },
  });
}

/** For `OpenOptions.prelude`. */
export function shufflePrelude(seed: number, leastMs: number, mostMs: number): string {
  return `globalThis.__name ??= (target) => target; (${installShuffle.toString()})(${seed}, ${leastMs}, ${mostMs});`;
}
