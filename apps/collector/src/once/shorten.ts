const ELLIPSIS = '…';
const SHORT_ID_CHARACTERS = 12;
const MAX_NAME_CHARACTERS = 40;
const MAX_PATH_CHARACTERS = 56;

/** The first characters of a long id, as Docker's own client shows it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, SHORT_ID_CHARACTERS);

/** A name of some length: the beginning of a longer one. */
export const shortName = (name: string, most: number = MAX_NAME_CHARACTERS): string =>
  name.length <= most ? name : `${name.slice(0, most - 1)}${ELLIPSIS}`;

/** A path of some length: beginning and end of a longer one, and the first characters of each long id within. */
export function shortPath(path: string): string {
  const text = path.replace(/[0-9a-f]{64}/g, (id) => `${id.slice(0, SHORT_ID_CHARACTERS)}${ELLIPSIS}`);
  if (text.length <= MAX_PATH_CHARACTERS) return text;
  const half = Math.floor((MAX_PATH_CHARACTERS - 1) / 2);
  return `${text.slice(0, half)}${ELLIPSIS}${text.slice(-half)}`;
}
