/** What two connections of this page found out about the way to each other. */
export interface ProbeResult {
  /** They met, and a message could go from one to the other. */
  readonly connected: boolean;
  /** What kinds of address were found: `host`, `srflx` (as a STUN server saw it), `relay`. */
  readonly found: ReadonlySet<string>;
  /** What STUN and TURN servers answered that went wrong: STUN's codes (401: refused), 701 where none came at all. */
  readonly codes: ReadonlySet<number>;
  /** How long the search for addresses took, milliseconds; `Infinity`: it was not over when the time was. */
  readonly gatheringMs: number;
}

export interface ProbeOptions {
  readonly iceServers: readonly RTCIceServer[];
  /** `relay`: through TURN alone. `direct`: without it. */
  readonly way: 'direct' | 'relay';
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a connection from this page to itself, with sound, picture and devices left out of it. Rejects where none can be made at all. */
export async function probeConnection({ iceServers, way, timeoutMs, signal }: ProbeOptions): Promise<ProbeResult> {
  const configuration: RTCConfiguration = { iceServers: [...iceServers], iceTransportPolicy: way === 'relay' ? 'relay' : 'all' };
  const caller = new RTCPeerConnection(configuration);
  const callee = new RTCPeerConnection(configuration);
  const sides = [caller, callee];
  const found = new Set<string>();
  const codes = new Set<number>();
  const since = performance.now();
  let gatheringMs = Infinity;
  try {
    const channels = sides.map((side) => side.createDataChannel('probe', { negotiated: true, id: 0 }));
    const connected = Promise.all(channels.map((channel) => new Promise((resolve) => (channel.onopen = resolve))));
    const gathered = new Promise<void>((resolve) => {
      sides.forEach((side, index) => {
        side.onicecandidate = ({ candidate }) => {
          if (!candidate?.candidate) {
            if (index === 0) gatheringMs = Math.min(gatheringMs, performance.now() - since);
            return resolve();
          }
          if (candidate.type) found.add(candidate.type);
          // Firefox gathers relays whatever is wanted.
          if (way === 'relay' || candidate.type !== 'relay') sides[1 - index]?.addIceCandidate(candidate).catch(() => {});
        };
        side.addEventListener('icecandidateerror', (event) => codes.add((event as RTCPeerConnectionIceErrorEvent).errorCode));
      });
    });
    await caller.setLocalDescription();
    await callee.setRemoteDescription(caller.localDescription!);
    await callee.setLocalDescription();
    await caller.setRemoteDescription(callee.localDescription!);
    const over = new Promise<false>((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      signal?.addEventListener('abort', () => (clearTimeout(timer), resolve(false)));
    });
    const met = await Promise.race([connected.then(() => true), over]);
    // Directly they meet inside this machine already: what STUN says comes later, and is what counts.
    if (met && way === 'direct' && !found.has('srflx')) await Promise.race([gathered, over]);
    return { connected: met, found, codes, gatheringMs };
  } finally {
    for (const side of sides) {
      side.onicecandidate = null;
      side.close();
    }
  }
}
