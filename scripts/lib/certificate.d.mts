/** Types of certificate.mjs for the tests. */
export function checkCertificate(
  files: { certFile: string; keyFile: string },
  known: { names: string[]; now: Date },
): { pin: string; keyPin: string; isPublic: boolean };
