/** What STUN and TURN servers had to say. */
export interface ProbeResult {
  /** What kinds of address were found: `host`, `srflx` (as a STUN server saw it), `relay`. */
  readonly found: ReadonlySet<string>;
  /** What servers answered that went wrong: STUN's codes (401: refused), 701 where no answer came at all. */
  readonly codes: ReadonlySet<number>;
  /** How long the search for addresses took, milliseconds; `Infinity`: it was not over when the time was. */
  readonly gatheringMs: number;
}

export interface ProbeOptions {
  readonly iceServers: readonly RTCIceServer[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A connection that takes down what it finds. */
function watched(configuration: RTCConfiguration) {
  const connection = new RTCPeerConnection(configuration);
  const channel = connection.createDataChannel('probe', { negotiated: true, id: 0 });
  const result = { found: new Set<string>(), codes: new Set<number>(), gatheringMs: Infinity };
  const since = performance.now();
  let onCandidate: (candidate: RTCIceCandidate) => void = () => {};
  const gathered = new Promise<void>((resolve) => {
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.type) result.found.add(candidate.type);
      if (candidate?.candidate) return onCandidate(candidate);
      result.gatheringMs = Math.min(result.gatheringMs, performance.now() - since);
      resolve();
    };
  });
  connection.addEventListener('icecandidateerror', (event) => result.codes.add((event as RTCPeerConnectionIceErrorEvent).errorCode));
  return {
    connection,
    result,
    gathered,
    opened: new Promise<unknown>((resolve) => (channel.onopen = resolve)),
    hear: (listener: typeof onCandidate) => void (onCandidate = listener),
    close() {
      connection.onicecandidate = null;
      connection.close();
    },
  };
}

function timeout({ timeoutMs, signal }: ProbeOptions): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve(false)));
  });
}

/**
 * Which addresses of this browser others can know, asked of these servers; over as soon as one is known from outside. With nobody at the other end: Chromium stops
 * looking as soon as two connections have met.
 */
export async function probeAddresses(options: ProbeOptions): Promise<ProbeResult> {
  const { connection, result, gathered, hear, close } = watched({ iceServers: [...options.iceServers] });
  try {
    const seen = new Promise<void>((resolve) => hear(({ type }) => type !== 'host' && resolve()));
    await connection.setLocalDescription();
    await Promise.race([gathered, seen, timeout(options)]);
    return result;
  } finally {
    close();
  }
}

/** Whether two connections of this page meet, by these servers' relays alone or by no server at all, and a channel opens between them. */
export async function probeMeeting(options: ProbeOptions & { readonly relayed: boolean }): Promise<ProbeResult & { readonly met: boolean }> {
  const configuration: RTCConfiguration = { iceServers: [...options.iceServers], iceTransportPolicy: options.relayed ? 'relay' : 'all' };
  const [caller, callee] = [watched(configuration), watched(configuration)];
  try {
    for (const [from, to] of [[caller, callee], [callee, caller]] as const) from.hear((candidate) => void to.connection.addIceCandidate(candidate).catch(() => {}));
    await caller.connection.setLocalDescription();
    await callee.connection.setRemoteDescription(caller.connection.localDescription!);
    await callee.connection.setLocalDescription();
    await caller.connection.setRemoteDescription(callee.connection.localDescription!);
    const hopeless = Promise.all([caller.gathered, callee.gathered]).then(() => (caller.result.found.size ? new Promise<never>(() => {}) : false));
    const met = await Promise.race([Promise.all([caller.opened, callee.opened]).then(() => true), hopeless, timeout(options)]);
    return { ...caller.result, met };
  } finally {
    caller.close();
    callee.close();
  }
}
