import * as v from 'valibot';

// What a `local:` room says on its BroadcastChannel, where every tab hears everything: clients and the one hub, run by whichever page leads. Structured
// clones, but checked all the same: another version of this code may be open in the next tab.

const connectionId = v.pipe(v.string(), v.minLength(16), v.maxLength(64));
const number = v.pipe(v.number(), v.integer());

const messageSchema = v.variant('k', [
  /** Client: I want to come up. Said when it holds the lock of its connection, and again when a hub appears. */
  v.object({ k: v.literal('up'), c: connectionId }),
  /** Client: a request, and the number its answer shall have. */
  v.object({ k: v.literal('q'), c: connectionId, n: number, data: v.unknown() }),
  /** Client: this connection is over. (One that just dies is noticed by its lock.) */
  v.object({ k: v.literal('end'), c: connectionId }),
  /** Hub: I am the hub now; whoever was up with another is down. */
  v.object({ k: v.literal('hub') }),
  v.object({ k: v.literal('hub-up'), c: connectionId }),
  v.object({ k: v.literal('hub-down'), c: connectionId }),
  v.object({ k: v.literal('a'), c: connectionId, n: number, data: v.unknown() }),
  v.object({ k: v.literal('e'), to: v.array(connectionId), data: v.unknown() }),
]);
export type LocalMessage = v.InferOutput<typeof messageSchema>;

export interface LocalChannel {
  /** Harmless once closed: an answer may come after the end. */
  post(message: LocalMessage): void;
  close(): void;
}

export const leaderLock = (name: string): string => `rtc-elements:${name}:leader`;
/** Held by a client for as long as its connection lives; the hub queues for it, and getting it means that the client is gone. */
export const connectionLock = (name: string, connection: string): string => `rtc-elements:${name}:connection:${connection}`;

/** Also heard by other channels of the same page, never by this one. */
export function openLocalChannel(name: string, hear: (message: LocalMessage) => void): LocalChannel {
  const channel = new BroadcastChannel(`rtc-elements:${name}`);
  channel.onmessage = ({ data }) => {
    const parsed = v.safeParse(messageSchema, data);
    if (parsed.success) hear(parsed.output);
  };
  let open = true;
  return {
    post(message) {
      if (open) channel.postMessage(message);
    },
    close() {
      open = false;
      channel.onmessage = null;
      channel.close();
    },
  };
}
