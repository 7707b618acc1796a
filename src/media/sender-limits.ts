import type { VideoLimits } from './video-ladder.js';

/** What the sender sends at most; left out: no limit. Rejects where the connection is closed or the browser cannot. */
async function limit(sender: RTCRtpSender, active: boolean, maxBitrate?: number, maxFramerate?: number, scaleResolutionDownBy?: number): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) {
    encoding.active = active;
    for (const [name, value] of [['maxBitrate', maxBitrate], ['maxFramerate', maxFramerate]] as const) {
      if (value === undefined) delete encoding[name];
      else encoding[name] = value;
    }
    if (scaleResolutionDownBy !== undefined) encoding.scaleResolutionDownBy = scaleResolutionDownBy;
  }
  await sender.setParameters(parameters);
}

/** The senders of sound and picture: the first of each kind, as the set-up makes them. Nothing is negotiated. */
export async function applyLimits(connection: RTCPeerConnection, { isPaused, videoBps, framesPerSecond, scaleDownBy = 1, audioBps }: VideoLimits): Promise<void> {
  const senderOf = (kind: string) => connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind)?.sender;
  const [audio, video] = [senderOf('audio'), senderOf('video')];
  if (video) await limit(video, !isPaused, videoBps, framesPerSecond, scaleDownBy);
  if (audio) await limit(audio, true, audioBps);
}

/** There is a picture to send. */
export const sendsVideo = (connection: RTCPeerConnection): boolean =>
  connection.getTransceivers().some(({ sender, receiver }) => receiver.track.kind === 'video' && sender.track?.readyState === 'live');
