/** A field of /etc/fstab: white space, `\` and what would start a comment as octal escapes (fstab(5), getmntent(3)). */
export const fstabField = (text: string): string =>
  text.replace(/[\s\\#\p{Cc}]/gu, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
