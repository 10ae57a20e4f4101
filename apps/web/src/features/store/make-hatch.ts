const SIZE = 6;

/** The hatch of "no data" for a canvas, in pixels of the device. */
export function makeHatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
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
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? 'transparent';
}
