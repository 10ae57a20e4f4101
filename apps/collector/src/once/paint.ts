import { styleText } from 'node:util';

const STYLES = {
  critical: 'red',
  warning: 'yellow',
  ok: 'green',
  unknown: 'gray',
  faint: 'dim',
  strong: 'bold',
} as const;
export type Style = keyof typeof STYLES;

/** The text in a style, or as it is where nobody sees styles. */
export type Paint = (style: Style, text: string) => string;

/** Styles on a terminal that has them, unless NO_COLOR is set; never in a pipe or a file. */
export const paintFor =
  (stream: NodeJS.WritableStream & { isTTY?: boolean }): Paint =>
  (style, text) =>
    stream.isTTY === true && text !== '' ? styleText(STYLES[style], text, { stream }) : text;
