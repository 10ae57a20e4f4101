const SIZE = 6;

/** The hatch of "no data" for a canvas, in pixels of the device; crossed for what was read and lost. */
export function makeHatch(
  context: CanvasRenderingContext2D,
  colour: string,
  { crossed }: { crossed: boolean },
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  const ratio = window.devicePixelRatio || 1;
  const size = Math.round(SIZE * ratio);
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return 'transparent';
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
    if (!crossed) continue;
    pen.moveTo(shift, 0);
    pen.lineTo(shift + size, size);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? 'transparent';
}
