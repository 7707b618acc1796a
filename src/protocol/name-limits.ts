// What the first paint needs of limits, before anything crosses the wire. In code points, after normalisation.

export const MAX_NICKNAME_LENGTH = 64;
export const MAX_ROOM_NAME_LENGTH = 128;
