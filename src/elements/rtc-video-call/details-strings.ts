// The panel behind the quality badge, English; fetched when it is opened. {nickname} is the other's, the other placeholders are numbers with their units.

export const detailsStrings = {
  'details-title': 'Connection to {nickname}',
  'details-way': 'Way',
  'way-direct': 'Direct: sound and picture go straight to {nickname}.',
  'way-relayed': 'Through a relay, which cannot read anything: there is no direct way to {nickname}.',
  'details-delay': 'Delay',
  'delay-value': '{ms} there and back',
  'details-loss': 'Lost on the way',
  'loss-value': '{sent} of what you send, {received} of what you receive',
  'details-seen': 'Picture you see',
  'details-sent': 'Picture you send',
  'picture-value': '{width} × {height}, {fps} pictures a second',
  'picture-none': 'none',
  'details-unknown': 'not known',
  'details-wait': 'The first figures come in a few seconds.',
  // For developers
  'details-developers': 'For developers',
  'graph-span': 'The last {minutes}, every two seconds. Solid: sending, dashed: receiving.',
  'graph-round-trip': 'Round trip',
  'graph-loss': 'Loss',
  'graph-bitrate': 'Bitrate',
  'graph-frames': 'Pictures a second',
  'graph-now': 'now {now}, at most {most}',
  'details-transport': 'Transport: {protocol}. Codecs: {codecs}.',
  // Less data
  'audio-only': 'Sound only',
  'audio-only-how': 'Sends and shows no picture, so that the sound has the whole network.',
};

export type DetailsStrings = { [K in keyof typeof detailsStrings]: string };
