/** The closed set of errors of a use-case; a transport maps each once. */
export const SERVICE_ERROR_CODES = [
  'not-found',
  'bad-input',
  'setup-token-invalid',
  'not-signed-in',
  /** Signed in, and the role does not allow it. */
  'forbidden',
  /** It could be done, but not as things are now. */
  'conflict',
  'too-many-requests',
  'unavailable',
] as const;
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

/** `message` is a sentence that says what to do. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
  }
}
