export { MAX_SURVEY_ENTRIES } from './parts.ts';
export * from './survey-schema.ts';
