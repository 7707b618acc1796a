// What the call view says of the network and of a call that is accepted by itself, English; fetched with the first thing there is to say. {nickname} is the other's;
// {in} is a time to come in whole words (“in 3 seconds”).

export const qualityStrings = {
  'quality-excellent': 'Excellent connection',
  'quality-good': 'Good connection',
  'quality-poor': 'Poor connection',
  'quality-lost': 'No connection',
  // Why
  'because-nothing-arrives': 'nothing arrives',
  'because-loss-sending': 'part of what you send is lost',
  'because-loss-receiving': 'part of what {nickname} sends is lost',
  'because-round-trip': 'long delay',
  'because-bitrate': 'your network is slow',
  'because-video-paused': 'your video is paused',
  'because-remote-video-paused': 'the video of {nickname} is paused',
  'because-video-reduced': 'your video is smaller',
  'because-relayed': 'through a relay',
  'because-direct': 'direct',
  // While it rings
  'auto-accept': 'Accepting by itself {in}',
  // While a picture is held back
  'video-paused': 'Your network is too poor for video. Sound goes on; your video comes back by itself.',
  'remote-video-paused': '{nickname}’s video is paused, the network is too poor for it. It comes back by itself.',
};

export type QualityStrings = { [K in keyof typeof qualityStrings]: string };
