/** `1 layer`, `2 layers`: English has two forms, Chinese one. */
export const countWords = (count: number, one: string, several: string): string =>
  `${count} ${count === 1 ? one : several}`;
