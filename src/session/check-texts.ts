// The steps of a check by name, and what each may find, English: what it means | what to do about it (only where it failed). Where a device or the server is the
// problem, its error says it instead. The other languages: elements/languages/check/.

export const CHECK_NAMES = {
  microphone: 'Microphone',
  camera: 'Camera',
  speaker: 'Loudspeaker',
  server: 'Call server',
  direct: 'Direct connection',
  relay: 'Relayed connection',
} as const;

export const CHECK_FINDINGS = {
  'microphone-passed': 'The microphone works.|',
  'microphone-silent': 'The microphone is there, but the system keeps it mute.|Switch it on: look for a key or a slider on the microphone or the computer, and in the sound settings of the system.',
  'microphone-failed': 'The microphone cannot be used.|',
  'camera-passed': 'The camera works.|',
  'camera-dark': 'The camera is there, but sends no picture.|Open its lid or shutter, close other programs that use it, or choose another camera.',
  'camera-failed': 'The camera cannot be used.|',
  'speaker-passed': 'A tone was played. If you did not hear it, choose another loudspeaker or turn it up.|',
  'speaker-blocked': 'The browser does not let this page play sound yet.|Start the check by a click or a key press.',
  'speaker-failed': 'No sound can be played.|Connect a loudspeaker or headphones, or choose another one.',
  'server-passed': 'The call server answers.|',
  'server-failed': 'The call server does not answer.|',
  'direct-passed': 'A direct connection is possible.|',
  'direct-local': 'A direct connection is possible inside one network. The call server names no STUN server, which would let others in.|',
  'direct-blocked': 'No direct connection is possible: the network or the browser blocks it.|Try another network, switch off a VPN, or allow UDP in the firewall.',
  'direct-unanswered': 'No direct connection beyond this network is possible: nothing comes back from the STUN server.|Allow UDP to the STUN server in the firewall, or try another network.',
  'relay-passed': 'A relayed connection is possible.|',
  'relay-none': 'The call server has no relay: between networks that block direct connections no call will come about.|Whoever runs the call server: configure a TURN server (TURN_URLS and TURN_SECRET).',
  'relay-refused': 'The relay refuses the credentials it was shown.|Whoever runs the call server: give it and the TURN server the same secret, and compare their clocks.',
  'relay-unreachable': 'The relay cannot be reached.|Allow the TURN server’s port in the firewall, or try another network. Whoever runs the call server: is the TURN server running?',
  'relay-dead': 'The relay answers, but nothing gets through it.|Whoever runs the TURN server: open its relay ports, and allow it to reach itself.',
  'not-checked': 'This could not be found out, since the call server does not answer.|Mend that first.',
} as const;
