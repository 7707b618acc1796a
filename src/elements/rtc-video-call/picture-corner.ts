// The four corners, by the direction in which people read. Pure.

export const CORNERS = ['bottom-end', 'bottom-start', 'top-start', 'top-end'] as const;
export type Corner = (typeof CORNERS)[number];
/** As one sees them. */
export type SeenCorner = `${'top' | 'bottom'}-${'left' | 'right'}`;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The corner of the frame that the middle of the box is nearest to. */
export function cornerAt(box: Box, frame: Box, isRtl: boolean): Corner {
  const isLeft = box.x + box.width / 2 < frame.x + frame.width / 2;
  const isTop = box.y + box.height / 2 < frame.y + frame.height / 2;
  return `${isTop ? 'top' : 'bottom'}-${isLeft === isRtl ? 'end' : 'start'}`;
}

/** Round the frame. */
export const nextCorner = (corner: Corner): Corner => CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length]!;

export function toCorner(corner: Corner, isRtl: boolean): SeenCorner {
  const [block, inline] = corner.split('-') as ['top' | 'bottom', 'start' | 'end'];
  return `${block}-${(inline === 'end') === isRtl ? 'left' : 'right'}`;
}

/** Where an arrow key takes it; null for any other key. */
export function steered(corner: Corner, key: string, isRtl: boolean): Corner | null {
  const [block, inline] = corner.split('-') as ['top' | 'bottom', 'start' | 'end'];
  switch (key) {
    case 'ArrowUp':
      return `top-${inline}`;
    case 'ArrowDown':
      return `bottom-${inline}`;
    case 'ArrowLeft':
      return `${block}-${isRtl ? 'end' : 'start'}`;
    case 'ArrowRight':
      return `${block}-${isRtl ? 'start' : 'end'}`;
    default:
      return null;
  }
}
