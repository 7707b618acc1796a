// Those of limits.ts that the first paint needs, before anything crosses the wire: apart, since a bundle keeps a module in one piece. In code points, after normalisation.

export const MAX_NICKNAME_LENGTH = 64;
export const MAX_ROOM_NAME_LENGTH = 128;
