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

/** On a connection whose set-up is done. `onStream`: the other's camera, null while there is none. */
export function openBeside(connection: RTCPeerConnection, onStream: (stream: MediaStream | null) => void): CameraBeside {
  const channel = connection.createDataChannel(CHANNEL.label, { negotiated: true, id: CHANNEL.id });
  let isKnown = false;
  let wanted: MediaStreamTrack | null = null;
  let sent: MediaStreamTrack | null = null;
  let sender: RTCRtpSender | null = null;
  let theirs: MediaStream | null = null;
  let isOn = false;

  const say = (word: 'here' | 'on' | 'off'): void => {
    if (channel.readyState === 'open') channel.send(word);
  };
  const apply = async (): Promise<void> => {
    const track = isKnown ? wanted : null;
    if (track === sent) return;
    sent = track;
    if (sender) await sender.replaceTrack(track);
    else if (track) {
      const { width = WIDTH } = track.getSettings();
      const sendEncodings = [{ maxBitrate: MAX_BPS, scaleResolutionDownBy: Math.max(1, width / WIDTH) }];
      ({ sender } = connection.addTransceiver(track, { direction: 'sendonly', sendEncodings }));
    }
    say(track ? 'on' : 'off');
  };
  // A connection that has closed meanwhile sends nothing any more.
  const applied = (): void => void apply().catch(() => {});
  const onTrack = ({ track, receiver }: RTCTrackEvent): void => {
    if (track.kind !== 'video' || connection.getTransceivers().find((each) => each.receiver.track.kind === 'video')?.receiver === receiver) return;
    theirs = new MediaStream([track]);
    if (isOn) onStream(theirs);
  };

  connection.addEventListener('track', onTrack);
  channel.onopen = () => say('here');
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'on' || data === 'off') {
      isOn = data === 'on';
      onStream(isOn ? theirs : null);
    } else if (data === 'here' && !isKnown) {
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
    },
    close() {
      connection.removeEventListener('track', onTrack);
      channel.onopen = channel.onmessage = null;
      onStream(null);
    },
  };
}
