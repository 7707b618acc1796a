// The camera beside a shared screen, in a stream of its own. The screen goes where the camera went, so that a peer of any version sees it; what comes on top is sent only to
// who has said on a channel of its own that they know it. An older one has no such channel, and is told nothing and sent nothing more.

const CHANNEL = { label: 'rtc-beside', id: 1 };
/** Beside a screen it is small. */
const WIDTH = 320;
const MAX_BPS = 250_000;

export interface CameraBeside {
  /** What to send; null for nothing. Asked for again and again, done once. */
  send(track: MediaStreamTrack | null): void;
  close(): void;
}

/**
 * On a connection whose set-up is done. `remote` is what it shows of the other: their camera beside the screen is taken out of it. `onStream`: that camera, null while there
 * is none.
 */
export function openBeside(connection: RTCPeerConnection, remote: MediaStream, onStream: (stream: MediaStream | null) => void): CameraBeside {
  const channel = connection.createDataChannel(CHANNEL.label, { negotiated: true, id: CHANNEL.id });
  let isKnown = false;
  let wanted: MediaStreamTrack | null = null;
  let sent: MediaStreamTrack | null = null;
  let told = false;
  let transceiver: RTCRtpTransceiver | null = null;
  let theirs: MediaStream | null = null;

  const say = (words: string): void => {
    if (channel.readyState === 'open') channel.send(words);
  };
  /** Where it is: in the section of this name, which it has once both have agreed on it. */
  const tell = (): void => {
    const mid = transceiver?.mid;
    if (told || !mid || connection.signalingState !== 'stable') return;
    told = true;
    say(sent ? `on ${mid}` : 'off');
  };
  const apply = async (): Promise<void> => {
    const track = isKnown ? wanted : null;
    if (track === sent) return;
    sent = track;
    if (transceiver) await transceiver.sender.replaceTrack(track);
    else if (track) {
      const { width = WIDTH } = track.getSettings();
      transceiver = connection.addTransceiver(track, { direction: 'sendonly', sendEncodings: [{ maxBitrate: MAX_BPS, scaleResolutionDownBy: Math.max(1, width / WIDTH) }] });
    }
    told = false;
    tell();
  };
  // A connection that has closed meanwhile sends nothing any more.
  const applied = (): void => void apply().catch(() => {});
  const keepApart = (): void => theirs?.getTracks().forEach((track) => remote.removeTrack(track));

  connection.addEventListener('signalingstatechange', tell);
  channel.onopen = () => say('here');
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const [word, mid] = String(data).split(' ');
    if (word === 'on') {
      const [, ...others] = connection.getTransceivers().filter(({ receiver }) => receiver.track.kind === 'video');
      const track = others.find((each) => each.mid === mid)?.receiver.track;
      if (!track) return;
      if (!theirs?.getTracks().includes(track)) theirs = new MediaStream([track]);
      keepApart();
      onStream(theirs);
    } else if (word === 'off') onStream(null);
    else if (word === 'here' && !isKnown) {
      isKnown = true;
      // Whoever came first has spoken to nobody.
      say('here');
      applied();
    }
  };
  return {
    send(track) {
      wanted = track;
      applied();
      // Pictures that were switched off and on again are all put back.
      keepApart();
    },
    close() {
      connection.removeEventListener('signalingstatechange', tell);
      channel.onopen = channel.onmessage = null;
      onStream(null);
    },
  };
}
